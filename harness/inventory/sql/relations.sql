-- Tables, partitioned and foreign ones; also those that they refer to or inherit from, although a snapshot leaves them
-- out (is_auxiliary).
-- serves: 13 to 18
WITH RECURSIVE own AS MATERIALIZED (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
        AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
), reached (oid) AS (
  SELECT o.oid FROM own o
  UNION
  SELECT e.target
  FROM reached r
       JOIN (SELECT k.conrelid AS source, k.confrelid AS target
             FROM pg_catalog.pg_constraint k WHERE k.contype = 'f'
             UNION ALL
             SELECT h.inhrelid, h.inhparent FROM pg_catalog.pg_inherits h) AS e ON e.source = r.oid
)
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_catalog.format('%I.%I', n.nspname, c.relname) AS identity,
       c.relkind AS kind, c.relispartition AS is_partition,
       (SELECT pg_catalog.string_agg(h.inhparent::pg_catalog.text, ',' ORDER BY h.inhseqno)
        FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) AS parents,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END AS partition_constraint,
       c.relrowsecurity AND pg_catalog.row_security_active(c.oid) AS row_security,
       CASE WHEN c.relkind = 'r' AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
            THEN pg_catalog.pg_relation_size(c.oid) > 0 ELSE false END AS may_have_rows,
       c.oid NOT IN (SELECT o.oid FROM own o) AS is_auxiliary
FROM reached r
     JOIN pg_catalog.pg_class c ON c.oid = r.oid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY n.nspname, c.relname
