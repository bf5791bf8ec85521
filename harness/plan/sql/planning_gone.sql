-- The first of the tables and indexes $1 (oid[]) that is no longer there, for planning_fill.c.
-- serves: 13 to 18
SELECT w.oid
FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS w (oid, number)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = w.oid)
ORDER BY w.number
LIMIT 1
