-- How many tables this database has that pg_dump would tell of: none of the system's, none of an extension's.  Serves
-- 13 to 18.
SELECT pg_catalog.count(*)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname <> 'information_schema'
      AND NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                            AND d.deptype = 'e')
