-- REFRESH for each materialized view of the project's, those that others read first, for planning_fill.c.
-- serves: 13 to 18
WITH RECURSIVE reads AS (
    SELECT DISTINCT r.ev_class AS reader, d.refobjid AS source
    FROM pg_catalog.pg_rewrite r
         JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
         JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
                                        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                        AND d.refobjid <> r.ev_class),
depths AS (
    SELECT c.oid, 0 AS depth FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
    UNION
    SELECT r.reader, d.depth + 1 FROM depths d JOIN reads r ON r.source = d.oid)
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN depths d ON d.oid = c.oid
WHERE c.relkind = 'm' AND c.oid >= 16384
GROUP BY c.oid, n.nspname, c.relname
ORDER BY pg_catalog.max(d.depth), n.nspname, c.relname
