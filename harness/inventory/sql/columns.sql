-- Columns of the relations $1 (oid[]); attributes of composite types likewise.
-- serves: 13 to 18
SELECT a.attrelid, a.attnum, a.attname AS name, pg_catalog.quote_ident(a.attname) AS quoted, a.atttypid AS type,
       a.atttypmod AS typmod, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_sql, a.attnotnull AS not_null,
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, 0) END AS default_sql,
       -- Functions and operators stand in the tree with their OIDs.
       CASE WHEN a.attgenerated = '' AND d.oid IS NOT NULL THEN EXISTS (
         SELECT FROM pg_catalog.regexp_matches(d.adbin::pg_catalog.text, ':(?:op)?funcid (\d+)', 'g') AS m
                     JOIN pg_catalog.pg_proc p ON p.oid = m[1]::pg_catalog.oid
         WHERE p.provolatile = 'v')
       ELSE false END AS default_is_volatile,
       a.attidentity AS identity, a.attgenerated AS generated,
       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS generated_sql,
       CASE WHEN a.attidentity <> '' THEN (
              SELECT p.objid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_depend p
              WHERE p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.refobjid = a.attrelid
                    AND p.refobjsubid = a.attnum AND p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND p.deptype = 'i'
              LIMIT 1)
            WHEN a.attgenerated = '' AND d.oid IS NOT NULL THEN (
              SELECT p.refobjid::pg_catalog.regclass::pg_catalog.text
              FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
              WHERE p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND p.objid = d.oid
                    AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              ORDER BY p.refobjid LIMIT 1)
       END AS sequence,
       CASE WHEN a.attcollation <> t.typcollation
            THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text END AS collation,
       a.attinhcount > 0 AS is_inherited,
       -- The rule stands at the parent.
       CASE WHEN a.attinhcount > 0 AND a.attnotnull THEN EXISTS (
         SELECT FROM pg_catalog.pg_inherits h
                     JOIN pg_catalog.pg_attribute b ON b.attrelid = h.inhparent AND b.attname = a.attname
         WHERE h.inhrelid = a.attrelid AND b.attnotnull AND NOT b.attisdropped
               /*>=18: AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                                       WHERE k.conrelid = b.attrelid AND k.contype = 'n' AND k.connoinherit
                                             AND k.conkey[1] = b.attnum) */)
       ELSE false END AS not_null_is_inherited
FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_catalog.pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
