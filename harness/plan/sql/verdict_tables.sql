-- The relation $1 (oid) and its partitions, or what inherits from it, to any depth; the relation first.  rows: -1
-- when it was never ANALYZEd.
-- serves: 13 to 18
WITH RECURSIVE tree AS (
  SELECT $1::pg_catalog.oid AS oid, 0 AS depth
  UNION ALL
  SELECT h.inhrelid, t.depth + 1
  FROM tree t JOIN pg_catalog.pg_inherits h ON h.inhparent = t.oid
)
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind NOT IN ('p', 'f') AS has_rows,
       /*<14*/ CASE WHEN c.relpages = 0 AND c.reltuples = 0 AND pg_catalog.pg_relation_size(c.oid) > 0
                    THEN -1 ELSE c.reltuples END /*end*/ /*>=14: c.reltuples */ AS rows,
       c.relpages AS pages, t.depth > 0 AS is_partition
FROM (SELECT oid, pg_catalog.min(depth) AS depth FROM tree GROUP BY oid) t
     JOIN pg_catalog.pg_class c ON c.oid = t.oid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY t.depth, c.oid
