-- The materialized views that read from any of the relations $1 (an array of OIDs), over views and each other: those
-- that are nearest first, since others read from them.
-- serves: 13 to 18
WITH RECURSIVE reads AS (
  SELECT DISTINCT r.ev_class AS reader, d.refobjid AS source
  FROM pg_catalog.pg_rewrite r
       JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
), reached AS (
  SELECT reader, 1 AS depth FROM reads WHERE source = ANY ($1::pg_catalog.oid[])
  UNION
  SELECT reads.reader, reached.depth + 1
  FROM reached JOIN reads ON reads.source = reached.reader
  WHERE reached.depth < 50
)
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS view
FROM reached
     JOIN pg_catalog.pg_class c ON c.oid = reached.reader AND c.relkind = 'm'
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
GROUP BY n.nspname, c.relname
ORDER BY pg_catalog.max(reached.depth), 1
