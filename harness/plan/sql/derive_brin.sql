-- For each key of the BRIN index $1 (oid): the table's pages, or those of its smallest partition with rows; how many of
-- them a range covers; how far the key's column follows the order of the rows, where it does so least; and that
-- smallest one's name.
-- serves: 13 to 18
WITH part AS (
    SELECT t.oid, t.relname, n.nspname, t.relpages, x.reloptions, i.indkey, i.indrelid, i.indnkeyatts
    FROM pg_catalog.pg_index i
         JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
         CROSS JOIN LATERAL (
           SELECT p.relid AS oid FROM pg_catalog.pg_partition_tree(i.indrelid) p WHERE p.isleaf
           UNION
           SELECT i.indrelid WHERE x.relkind = 'i') AS l
         JOIN pg_catalog.pg_class t ON t.oid = l.oid
         JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE i.indexrelid = $1::pg_catalog.oid AND t.relpages > 0)
SELECT coalesce(pg_catalog.min(p.relpages), 0) AS pages,
       coalesce((SELECT w.option_value::pg_catalog.int4 FROM pg_catalog.pg_options_to_table(p.reloptions) AS w
                 WHERE w.option_name = 'pages_per_range'), 128) AS pages_per_range, -- BRIN_DEFAULT_PAGES_PER_RANGE
       pg_catalog.min(coalesce(pg_catalog.abs(s.correlation), 0)) AS correlation,
       (pg_catalog.array_agg(pg_catalog.format('%I.%I', p.nspname, p.relname) ORDER BY p.relpages, p.oid))[1] AS part
FROM part p
     CROSS JOIN LATERAL pg_catalog.generate_series(0, p.indnkeyatts - 1) AS g (n)
     -- of a partition the number may be another one
     LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.indrelid AND a.attnum = p.indkey[g.n] AND a.attnum > 0
     LEFT JOIN pg_catalog.pg_stats s
       ON s.schemaname = p.nspname AND s.tablename = p.relname AND s.attname = a.attname AND NOT s.inherited
GROUP BY g.n, p.reloptions
ORDER BY g.n
