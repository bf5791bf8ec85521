-- About how many rows the relation $1 has, its partitions' together, as VACUUM and ANALYZE have last seen it; NULL:
-- they have not yet.  Serves 13 to 18.
SELECT CASE WHEN pg_catalog.min(c.reltuples) >= 0 THEN pg_catalog.sum(c.reltuples)::pg_catalog.int8 END
FROM pg_catalog.pg_class c
WHERE c.relkind <> 'p'
      AND c.oid IN (SELECT pg_catalog.to_regclass($1)::pg_catalog.oid
                    UNION ALL SELECT p.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) AS p)
