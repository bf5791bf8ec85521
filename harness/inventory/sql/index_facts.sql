-- All indexes of tables and materialized views, by relation, then name; also those that a server does not use (yet).
-- serves: 13 to 18
SELECT i.indexrelid, xn.nspname AS schema, x.relname AS name,
       pg_catalog.format('%I.%I', xn.nspname, x.relname) AS identity,
       c.oid AS relation, n.nspname AS relation_schema, c.relname AS relation_name,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation_sql,
       m.amname AS method, pg_catalog.pg_indexam_has_property(m.oid, 'can_order') AS can_order,
       CASE WHEN i.indnatts > i.indnkeyatts THEN (
         SELECT pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.indexrelid, g.n, false) ORDER BY g.n)
         FROM pg_catalog.generate_series(i.indnkeyatts + 1, i.indnatts::pg_catalog.int4) AS g (n)) END AS included,
       CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS predicate,
       i.indisunique AS is_unique, i.indisvalid AND i.indisready AND i.indislive AS is_valid,
       k.conname AS constraint, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
       (SELECT h.inhparent FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid) AS parent
FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
     JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace
     JOIN pg_catalog.pg_am m ON m.oid = x.relam
     JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_constraint k
       ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
      AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", x.relname COLLATE pg_catalog."C"
