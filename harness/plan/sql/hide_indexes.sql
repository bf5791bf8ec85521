-- Marks the indexes $1 (oid[]) as not valid, and touches their tables: the index's own entry tells the planner, the
-- table's that plans which are kept of it are no good any more (inval.c: a row of pg_index speaks for the index alone).
-- serves: 13 to 18
WITH RECURSIVE hidden AS (
  SELECT u.oid FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS u (oid)
  UNION
  SELECT h.inhrelid FROM hidden x JOIN pg_catalog.pg_inherits h ON h.inhparent = x.oid
), marked AS (
  UPDATE pg_catalog.pg_index i SET indisvalid = false FROM hidden x WHERE i.indexrelid = x.oid
  RETURNING i.indrelid
)
UPDATE pg_catalog.pg_class c SET relname = c.relname
WHERE c.oid IN (SELECT m.indrelid FROM marked m)
