-- Columns of tables, foreign tables and views; attributes of composite types.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_attribute pg_attrdef pg_class pg_type pg_collation pg_namespace pg_description
WITH relation AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relowner,
         pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
        AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
        AND /*include: _not_member(c.reltype; pg_type)*/ true /*end*/
        /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
)
SELECT r.oid AS anchor, CASE r.relkind WHEN 'c' THEN 'attribute' ELSE 'column' END AS kind,
       r.name || '.' || pg_catalog.quote_ident(a.attname) AS identity, r.name AS parent,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation
            THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text END AS collation,
       CASE WHEN a.attnotnull THEN 'true' END AS not_null,
       -- A default names no columns: without the relation the server need not look at them all, each time.
       CASE WHEN a.atthasdef AND a.attgenerated = '' THEN (
         SELECT pg_catalog.pg_get_expr(d.adbin, 0) FROM pg_catalog.pg_attrdef d
         WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum)
       END AS "default",
       CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity,
       CASE WHEN a.attgenerated <> '' THEN (
         SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                  || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END
         FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum)
       END AS generated,
       CASE WHEN a.attstorage <> t.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END
       END AS storage,
       /*>=14*/ CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression, /*end*/
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::pg_catalog.text END AS statistics_target,
       -- pg_attver is the server's own: where in the log the column was made (minor releases of November 2026).
       CASE WHEN a.attoptions[2] IS NOT NULL OR a.attoptions[1] NOT LIKE 'pg\_attver=%' THEN (
         SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
         FROM pg_catalog.unnest(a.attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%')
       END AS options,
       /*include: _foreign_options(a.attfdwoptions)*/ a.attfdwoptions::pg_catalog.text /*end*/ AS foreign_options,
       CASE WHEN a.attinhcount > 0 THEN 'true' END AS inherited,
       CASE WHEN a.attinhcount > 0 AND a.attislocal THEN 'true' END AS local,
       /*include: _privileges(a.attacl; pg_catalog.acldefault('c', r.relowner); r.relowner)*/
       a.attacl::pg_catalog.text /*end*/ AS privileges,
       CASE WHEN (a.attrelid, a.attnum::pg_catalog.int4) IN (
              SELECT m.objoid, m.objsubid FROM pg_catalog.pg_description m
              WHERE m.objoid >= 16384 AND m.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass)
            THEN (SELECT m.description FROM pg_catalog.pg_description m
                  WHERE m.objoid = a.attrelid AND m.objsubid = a.attnum
                    AND m.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass)
       END AS comment
FROM relation r
     JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
