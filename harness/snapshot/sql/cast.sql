-- Casts, transforms, conversions, collations.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_cast pg_transform pg_conversion pg_collation pg_proc pg_type pg_language pg_database pg_namespace
-- catalogs: pg_depend pg_description
SELECT 0::pg_catalog.oid AS anchor, 'cast' AS kind,
       pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL),
                         pg_catalog.format_type(c.casttarget, NULL)) AS identity,
       NULL::pg_catalog.text AS parent,
       NULL AS owner,
       CASE c.castmethod WHEN 'f' THEN c.castfunc::pg_catalog.regprocedure::pg_catalog.text
                         WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END AS function,
       CASE c.castcontext WHEN 'a' THEN 'ASSIGNMENT' WHEN 'i' THEN 'IMPLICIT' END AS context,
       NULL AS from_sql, NULL AS to_sql,
       NULL AS for_encoding, NULL AS to_encoding, NULL AS "default",
       NULL AS provider, NULL AS nondeterministic, NULL AS encoding, NULL AS collate, NULL AS ctype,
       /*>=15*/ NULL AS locale, /*end*/
       /*>=16: NULL AS rules, */
       /*include: _comment(c.oid; pg_cast)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_cast c
WHERE c.oid >= 16384
      -- A range type's own to its multirange.
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = c.oid
                            AND d.deptype = 'i')
      AND /*include: _not_member(c.oid; pg_cast)*/ true /*end*/
UNION ALL
SELECT 0, 'transform',
       pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(t.trftype, NULL), l.lanname), NULL,
       NULL, NULL, NULL,
       NULLIF(t.trffromsql, 0)::pg_catalog.regprocedure::pg_catalog.text,
       NULLIF(t.trftosql, 0)::pg_catalog.regprocedure::pg_catalog.text,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, /*>=15*/ NULL, /*end*/ /*>=16: NULL, */
       /*include: _comment(t.oid; pg_transform)*/ NULL /*end*/
FROM pg_catalog.pg_transform t
     JOIN pg_catalog.pg_language l ON l.oid = t.trflang
WHERE /*include: _not_member(t.oid; pg_transform)*/ true /*end*/
UNION ALL
SELECT 0, 'conversion', pg_catalog.format('%I.%I', n.nspname, c.conname), NULL,
       c.conowner::pg_catalog.regrole::pg_catalog.text,
       c.conproc::pg_catalog.regproc::pg_catalog.text,
       NULL, NULL, NULL,
       pg_catalog.pg_encoding_to_char(c.conforencoding), pg_catalog.pg_encoding_to_char(c.contoencoding),
       CASE WHEN c.condefault THEN 'true' END,
       NULL, NULL, NULL, NULL, NULL, /*>=15*/ NULL, /*end*/ /*>=16: NULL, */
       /*include: _comment(c.oid; pg_conversion)*/ NULL /*end*/
FROM pg_catalog.pg_conversion c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(c.oid; pg_conversion)*/ true /*end*/
UNION ALL
-- Not the version of the operating system's or ICU's locale: that tells of the machine, not of the schema.
SELECT 0, 'collation',
       pg_catalog.format('%I.%I', n.nspname, c.collname)
         -- A collation of that name may exist for each encoding.
         || CASE WHEN c.collencoding <> -1 AND c.collencoding <> (
                   SELECT d.encoding FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
                 THEN ' FOR ' || pg_catalog.pg_encoding_to_char(c.collencoding) ELSE '' END, NULL,
       c.collowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default'
       END,
       CASE WHEN NOT c.collisdeterministic THEN 'true' END,
       CASE WHEN c.collencoding <> -1 THEN pg_catalog.pg_encoding_to_char(c.collencoding)::pg_catalog.text END,
       c.collcollate::pg_catalog.text, c.collctype::pg_catalog.text,
       /*>=17: c.colllocale, */
       /*>=15 <17*/ c.colliculocale, /*end*/
       /*>=16: c.collicurules, */
       /*include: _comment(c.oid; pg_collation)*/ NULL /*end*/
FROM pg_catalog.pg_collation c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(c.oid; pg_collation)*/ true /*end*/
