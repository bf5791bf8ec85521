-- The schemas of this database that are not the system's.  Serves 13 to 18.
SELECT pg_catalog.quote_ident(n.nspname)
FROM pg_catalog.pg_namespace n
WHERE NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') AND n.nspname <> 'information_schema'
ORDER BY 1
