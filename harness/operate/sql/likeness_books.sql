-- The tables in which migration tools keep their books here.  Serves 13 to 18.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'
      AND NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_')
      AND NOT (/*include: _not_ledger(c)*/ true /*end*/)
ORDER BY 1
