-- The first of the functions $1 (names, text[]) that is volatile.
-- serves: 13 to 18
SELECT f.name
FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS f (name, place)
WHERE EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.proname = f.name::pg_catalog.name AND p.provolatile = 'v')
ORDER BY f.place
LIMIT 1
