-- The types of the columns of the relations $1 (oid[]), all domains of users, and what those are made of.
-- serves: 13 to 18
WITH RECURSIVE domain AS MATERIALIZED (
  SELECT t.oid
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype = 'd' AND t.oid >= 16384
        AND /*include: _user_schema(n)*/ true /*end*/
        AND /*include: _not_member(t.oid; pg_type)*/ true /*end*/
), used (oid) AS (
  (SELECT DISTINCT a.atttypid FROM pg_catalog.pg_attribute a
   WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
   UNION
   SELECT d.oid FROM domain d)
  UNION
  SELECT x.oid
  FROM used u
       JOIN pg_catalog.pg_type t ON t.oid = u.oid
       CROSS JOIN LATERAL (
         SELECT t.typelem AS oid WHERE t.typelem <> 0
         UNION ALL
         SELECT t.typbasetype WHERE t.typbasetype <> 0
         UNION ALL
         SELECT r.rngsubtype FROM pg_catalog.pg_range r
         WHERE r.rngtypid = t.oid /*>=14*/ OR r.rngmultitypid = t.oid /*end*/
         UNION ALL
         SELECT a.atttypid FROM pg_catalog.pg_attribute a
         WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS x
)
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_catalog.format_type(t.oid, NULL) AS sql,
       pg_catalog.format('%I.%I', n.nspname, t.typname) AS identity, t.typtype AS kind, t.typcategory AS category,
       -- An array is a member like its elements' type, which only some versions write down.
       (SELECT e.extname FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_extension e ON e.oid = p.refobjid
        WHERE p.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND p.deptype = 'e'
              AND p.objid = coalesce((SELECT b.oid FROM pg_catalog.pg_type b
                                      WHERE b.oid = t.typelem AND b.typarray = t.oid), t.oid)
              AND p.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        LIMIT 1) AS extension,
       -- Of true arrays alone: point, int2vector and others have elements, too.
       (SELECT b.oid FROM pg_catalog.pg_type b WHERE b.oid = t.typelem AND b.typarray = t.oid) AS element,
       NULLIF(t.typbasetype, 0) AS base, t.typtypmod AS base_typmod,
       CASE WHEN t.typbasetype <> 0 THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base_sql,
       (SELECT r.rngsubtype FROM pg_catalog.pg_range r
        WHERE r.rngtypid = t.oid /*>=14*/ OR r.rngmultitypid = t.oid /*end*/) AS subtype,
       t.typnotnull AS not_null, pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS domain_default,
       CASE WHEN t.typtype = 'e' THEN (
         SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
         FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END AS labels,
       CASE WHEN t.typtype = 'c' THEN t.typrelid END AS relation,
       t.oid IN (SELECT d.oid FROM domain d) AS is_own_domain
FROM used u
     JOIN pg_catalog.pg_type t ON t.oid = u.oid
     JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
ORDER BY n.nspname, t.typname
