-- Enum types, domains, range types, base types.  Composite types are in table.sql.
-- serves: 13 to 18
-- scope: pg_type
-- catalogs: pg_type pg_enum pg_range pg_collation pg_opclass pg_proc pg_namespace pg_description
SELECT t.oid AS anchor,
       CASE t.typtype WHEN 'e' THEN 'enum type' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'type'
       END AS kind,
       pg_catalog.format('%I.%I', n.nspname, t.typname) AS identity, NULL::pg_catalog.text AS parent,
       t.typowner::pg_catalog.regrole::pg_catalog.text AS owner,
       CASE t.typtype WHEN 'e' THEN (
         SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
         FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
       END AS labels,
       CASE t.typtype WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS type,
       CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'true' END AS not_null,
       CASE t.typtype WHEN 'd' THEN coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault) END AS "default",
       pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_catalog.pg_type b
                                                        WHERE b.oid = t.typbasetype)
            THEN t.typcollation::pg_catalog.regcollation::pg_catalog.text
            WHEN r.rngcollation <> 0 AND r.rngcollation <> (SELECT b.typcollation FROM pg_catalog.pg_type b
                                                            WHERE b.oid = r.rngsubtype)
            THEN r.rngcollation::pg_catalog.regcollation::pg_catalog.text END AS collation,
       (SELECT pg_catalog.format('%I.%I', s.nspname, o.opcname)
        FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace s ON s.oid = o.opcnamespace
        WHERE o.oid = r.rngsubopc AND NOT o.opcdefault) AS subtype_opclass,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::pg_catalog.regproc::pg_catalog.text END AS canonical,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::pg_catalog.regproc::pg_catalog.text END AS subtype_diff,
       /*>=14*/
       -- Unless it has the name that it gets by itself.
       CASE WHEN r.rngmultitypid <> 0 THEN (
         SELECT pg_catalog.format('%I.%I', s.nspname, m.typname)
         FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace s ON s.oid = m.typnamespace
         WHERE m.oid = r.rngmultitypid
               AND (m.typnamespace <> t.typnamespace
                    OR m.typname <> CASE WHEN t.typname LIKE '%range%'
                                         THEN pg_catalog.regexp_replace(t.typname, 'range', 'multirange')
                                         ELSE t.typname || '_multirange' END))
       END AS multirange_type,
       /*end*/
       CASE WHEN t.typtype = 'b' THEN
         pg_catalog.concat_ws(E'\n',
           'INPUT = ' || t.typinput::pg_catalog.regprocedure::pg_catalog.text,
           'OUTPUT = ' || t.typoutput::pg_catalog.regprocedure::pg_catalog.text,
           'RECEIVE = ' || NULLIF(t.typreceive, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'SEND = ' || NULLIF(t.typsend, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'TYPMOD_IN = ' || NULLIF(t.typmodin, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'TYPMOD_OUT = ' || NULLIF(t.typmodout, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'ANALYZE = ' || NULLIF(t.typanalyze, 0)::pg_catalog.regprocedure::pg_catalog.text,
           /*>=14*/ 'SUBSCRIPT = ' || NULLIF(t.typsubscript, 0)::pg_catalog.regprocedure::pg_catalog.text, /*end*/
           'INTERNALLENGTH = ' || CASE WHEN t.typlen < 0 THEN 'VARIABLE' ELSE t.typlen::pg_catalog.text END,
           CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
           'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4'
                                             ELSE 'double' END,
           'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                                             ELSE 'extended' END,
           'CATEGORY = ' || pg_catalog.quote_literal(t.typcategory::pg_catalog.text),
           CASE WHEN t.typispreferred THEN 'PREFERRED' END,
           'DEFAULT = ' || pg_catalog.quote_literal(t.typdefault),
           'ELEMENT = ' || pg_catalog.format_type(NULLIF(t.typelem, 0), NULL),
           'DELIMITER = ' || pg_catalog.quote_literal(t.typdelim::pg_catalog.text),
           CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE' END)
       END AS definition,
       CASE WHEN NOT t.typisdefined THEN 'true' END AS shell,
       /*include: _privileges(t.typacl; pg_catalog.acldefault('T', t.typowner); t.typowner)*/
       t.typacl::pg_catalog.text /*end*/ AS privileges,
       /*include: _comment(t.oid; pg_type)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_type t
     JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
WHERE t.oid >= 16384
      -- 'p' is a type that is only announced (CREATE TYPE without more); array types go without saying.
      AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'p' AND NOT t.typisdefined
           OR t.typtype = 'b' AND t.typcategory <> 'A')
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(t.oid; pg_type)*/ true /*end*/
      /*scope: AND t.oid = ANY ($1::pg_catalog.oid[])*/
