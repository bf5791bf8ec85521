-- What functions in SQL and PL/pgSQL say.
-- serves: 13 to 18
SELECT n.nspname AS schema, p.proname AS name,
       /*>=14*/ CASE WHEN p.prosqlbody IS NOT NULL THEN pg_catalog.pg_get_function_sqlbody(p.oid)
                     ELSE p.prosrc END /*end*/
       /*<14: p.prosrc */ AS body
FROM pg_catalog.pg_proc p
     JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.oid >= 16384 AND l.lanname IN ('sql', 'plpgsql') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname, p.proname, p.oid
