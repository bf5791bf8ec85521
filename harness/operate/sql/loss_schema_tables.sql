-- The tables of the schema that is written $1, partitions aside.  Serves 13 to 18.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE pg_catalog.quote_ident(n.nspname) = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1
