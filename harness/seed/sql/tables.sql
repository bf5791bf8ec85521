-- The tables that may hold rows, with their columns: a row a column, for rows.c.  A partition has its root and no
-- columns: its rows are read with the root.
-- serves: 13 to 18
SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS identity,
       CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid END AS root,
       c.relkind = 'p' AS is_partitioned,
       c.relkind = 'r' AND pg_catalog.pg_relation_size(c.oid) = 0 AS is_empty,
       a.attnum, a.attname, pg_catalog.quote_ident(a.attname) AS quoted,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       a.attgenerated <> '' AS is_generated,
       pg_catalog.array_position(k.conkey, a.attnum) AS key_position
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
     LEFT JOIN pg_catalog.pg_attribute a
       ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT c.relispartition
WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND c.relpersistence <> 't'
ORDER BY n.nspname, c.relname, a.attnum
