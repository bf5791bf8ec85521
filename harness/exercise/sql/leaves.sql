-- The leaf partitions of $1 (an OID), those on which triggers are not as everywhere first, for referential_variant.c.
-- serves: 13 to 18
SELECT t.relid::pg_catalog.oid, x.is_odd
FROM pg_catalog.pg_partition_tree($1::pg_catalog.oid::pg_catalog.regclass) t
     CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger g
                                        WHERE g.tgrelid = t.relid
                                              AND (g.tgenabled <> 'O'
                                                   OR NOT g.tgisinternal AND g.tgparentid = 0))) AS x (is_odd)
WHERE t.isleaf
ORDER BY x.is_odd DESC, t.relid
