-- Operators, operator classes and families, access methods.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_operator pg_opclass pg_opfamily pg_amop pg_amproc pg_am pg_proc pg_type pg_depend pg_namespace
-- catalogs: pg_description
SELECT 0::pg_catalog.oid AS anchor, 'operator' AS kind,
       pg_catalog.format('%I.%s(%s, %s)', n.nspname, o.oprname,
                         coalesce(pg_catalog.format_type(NULLIF(o.oprleft, 0), NULL), 'NONE'),
                         coalesce(pg_catalog.format_type(NULLIF(o.oprright, 0), NULL), 'NONE')) AS identity,
       NULL::pg_catalog.text AS parent,
       o.oprowner::pg_catalog.regrole::pg_catalog.text AS owner,
       o.oprcode::pg_catalog.regprocedure::pg_catalog.text AS function,
       pg_catalog.format_type(NULLIF(o.oprresult, 0), NULL) AS returns,
       NULLIF(o.oprcom, 0)::pg_catalog.regoperator::pg_catalog.text AS commutator,
       NULLIF(o.oprnegate, 0)::pg_catalog.regoperator::pg_catalog.text AS negator,
       NULLIF(o.oprrest, 0)::pg_catalog.regproc::pg_catalog.text AS restrict,
       NULLIF(o.oprjoin, 0)::pg_catalog.regproc::pg_catalog.text AS "join",
       CASE WHEN o.oprcanhash THEN 'true' END AS hashes,
       CASE WHEN o.oprcanmerge THEN 'true' END AS merges,
       NULL AS for_type, NULL AS "default", NULL AS family, NULL AS storage, NULL AS members, NULL AS type,
       NULL AS handler,
       /*include: _comment(o.oid; pg_operator)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_operator o
     JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(o.oid; pg_operator)*/ true /*end*/
UNION ALL
SELECT 0, 'operator class', pg_catalog.format('%I.%I USING %I', n.nspname, c.opcname, a.amname), NULL,
       c.opcowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       pg_catalog.format_type(c.opcintype, NULL),
       CASE WHEN c.opcdefault THEN 'true' END,
       (SELECT pg_catalog.format('%I.%I', s.nspname, f.opfname)
        FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace s ON s.oid = f.opfnamespace
        WHERE f.oid = c.opcfamily),
       pg_catalog.format_type(NULLIF(c.opckeytype, 0), NULL),
       (SELECT pg_catalog.string_agg(m.definition, E'\n' ORDER BY m.sort, m.number, m.definition COLLATE pg_catalog."C")
        FROM (SELECT 1 AS sort, o.amopstrategy AS number,
                     /*include: _member_operator(o)*/ o.amopopr::pg_catalog.text /*end*/ AS definition
              FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amop o ON o.oid = d.objid
              WHERE d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND d.refobjid = c.oid
                    AND d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.deptype = 'i'
              UNION ALL
              SELECT 2, p.amprocnum, /*include: _member_function(p)*/ p.amproc::pg_catalog.text /*end*/
              FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amproc p ON p.oid = d.objid
              WHERE d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND d.refobjid = c.oid
                    AND d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.deptype = 'i') AS m),
       NULL, NULL,
       /*include: _comment(c.oid; pg_opclass)*/ NULL /*end*/
FROM pg_catalog.pg_opclass c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
     JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod
WHERE c.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(c.oid; pg_opclass)*/ true /*end*/
UNION ALL
SELECT 0, 'operator family', pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, a.amname), NULL,
       f.opfowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL,
       (SELECT pg_catalog.string_agg(m.definition, E'\n' ORDER BY m.sort, m.number, m.definition COLLATE pg_catalog."C")
        FROM (SELECT 1 AS sort, o.amopstrategy AS number,
                     /*include: _member_operator(o)*/ o.amopopr::pg_catalog.text /*end*/ AS definition
              FROM pg_catalog.pg_amop o
              WHERE o.amopfamily = f.oid AND o.oid >= 16384
                    AND /*include: _not_of_class(o.oid; pg_amop)*/ true /*end*/
              UNION ALL
              SELECT 2, p.amprocnum, /*include: _member_function(p)*/ p.amproc::pg_catalog.text /*end*/
              FROM pg_catalog.pg_amproc p
              WHERE p.amprocfamily = f.oid AND p.oid >= 16384
                    AND /*include: _not_of_class(p.oid; pg_amproc)*/ true /*end*/) AS m),
       NULL, NULL,
       /*include: _comment(f.oid; pg_opfamily)*/ NULL /*end*/
FROM pg_catalog.pg_opfamily f
     JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
     JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod
WHERE (f.oid >= 16384 AND /*include: _user_schema(n)*/ true /*end*/
       -- One of the server's, to which the user has added something.
       OR f.oid IN (SELECT o.amopfamily FROM pg_catalog.pg_amop o
                    WHERE o.oid >= 16384 AND o.amopfamily < 16384
                          AND /*include: _not_of_class(o.oid; pg_amop)*/ true /*end*/
                    UNION ALL SELECT p.amprocfamily FROM pg_catalog.pg_amproc p
                    WHERE p.oid >= 16384 AND p.amprocfamily < 16384
                          AND /*include: _not_of_class(p.oid; pg_amproc)*/ true /*end*/))
      AND /*include: _not_member(f.oid; pg_opfamily)*/ true /*end*/
UNION ALL
SELECT 0, 'access method', pg_catalog.quote_ident(a.amname), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL,
       CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END,
       a.amhandler::pg_catalog.regproc::pg_catalog.text,
       /*include: _comment(a.oid; pg_am)*/ NULL /*end*/
FROM pg_catalog.pg_am a
WHERE a.oid >= 16384
      AND /*include: _not_member(a.oid; pg_am)*/ true /*end*/
