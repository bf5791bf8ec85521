-- The index $2 (a name) of the table $1 (an OID), then those of its partitions.
-- serves: 13 to 18
WITH RECURSIVE tree AS (
  SELECT i.indexrelid AS oid, 0 AS depth
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = $1::pg_catalog.oid AND c.relname = $2::pg_catalog.name
  UNION ALL
  SELECT h.inhrelid, t.depth + 1
  FROM tree t JOIN pg_catalog.pg_inherits h ON h.inhparent = t.oid
)
SELECT c.relname AS name, pg_catalog.pg_get_indexdef(t.oid) AS definition, i.indexprs IS NOT NULL AS has_expression,
       i.indcheckxmin AS must_wait,
       pg_catalog.pg_get_indexdef(t.oid, 1, false) AS leading, m.amname AS method, t.oid
FROM tree t
     JOIN pg_catalog.pg_class c ON c.oid = t.oid
     JOIN pg_catalog.pg_index i ON i.indexrelid = t.oid
     JOIN pg_catalog.pg_am m ON m.oid = c.relam
ORDER BY t.depth, t.oid
