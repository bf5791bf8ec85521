-- How many bytes each table of the project's has, and each of its indexes: what the planner counts pages of, whether
-- rows on them are still seen by anybody or not (plancat.c: estimate_rel_size()).
-- serves: 13 to 18
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation,
       pg_catalog.concat_ws(' ', pg_catalog.pg_relation_size(c.oid::pg_catalog.regclass),
         (SELECT pg_catalog.string_agg(pg_catalog.pg_relation_size(i.indexrelid::pg_catalog.regclass)::pg_catalog.text,
                                       ' ' ORDER BY i.indexrelid)
          FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid)) AS sizes
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.oid >= 16384
ORDER BY n.nspname, c.relname
