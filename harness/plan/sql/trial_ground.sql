-- The table $1 (an OID) and all that is below it, partitions or inheriting tables, it first: what a trial of an index on
-- it needs to know.  $2: an index's OID, or 0.
-- serves: 13 to 18
WITH RECURSIVE tree AS (
  SELECT $1::pg_catalog.oid AS oid, 0 AS depth
  UNION ALL
  SELECT h.inhrelid, t.depth + 1
  FROM tree t JOIN pg_catalog.pg_inherits h ON h.inhparent = t.oid
), part AS (
  SELECT $2::pg_catalog.oid AS oid
  UNION ALL
  SELECT h.inhrelid
  FROM part p JOIN pg_catalog.pg_inherits h ON h.inhparent = p.oid
)
SELECT n.nspname AS schema, c.relname AS name, pg_catalog.format('%I.%I', n.nspname, c.relname) AS sql,
       c.relkind AS kind,
       CASE WHEN c.reltuples > 0 AND c.relkind <> 'p' THEN c.reltuples::pg_catalog.int8 ELSE 0 END AS row_count,
       pg_catalog.pg_has_role(c.relowner, 'USAGE') AS is_own,
       c.relkind = 'p' OR EXISTS (
         SELECT FROM part p JOIN pg_catalog.pg_index i ON i.indexrelid = p.oid
         WHERE i.indrelid = c.oid AND i.indisvalid) AS is_indexed,
       -- with which no relation's name begins
       (SELECT 'pgs_trial' || pg_catalog.repeat('_', g.n)
        FROM pg_catalog.generate_series(0, 40) AS g (n)
        WHERE NOT EXISTS (
          SELECT FROM pg_catalog.pg_class x
          WHERE pg_catalog.starts_with(x.relname::pg_catalog.text, 'pgs_trial' || pg_catalog.repeat('_', g.n)))
        ORDER BY g.n LIMIT 1) AS free_name
FROM tree t
     JOIN pg_catalog.pg_class c ON c.oid = t.oid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY t.depth, n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"
