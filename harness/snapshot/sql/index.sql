-- Indexes, and the constraints that are one: primary keys, unique and exclusion constraints.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_index pg_class pg_constraint pg_trigger pg_attribute pg_am pg_opclass pg_collation pg_operator
-- catalogs: pg_type pg_inherits pg_tablespace pg_extension pg_namespace pg_description
--
-- The pieces are put together here rather than taken from pg_get_indexdef(): that costs more, and what it gives cannot
-- be compared piece by piece.
WITH relation AS MATERIALIZED (
  SELECT c.oid, pg_catalog.quote_ident(n.nspname) AS schema,
         pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND c.relhasindex
        AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
        /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
)
SELECT r.oid AS anchor,
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint'
                      WHEN 'x' THEN 'exclusion constraint' ELSE 'index' END AS kind,
       CASE WHEN k.oid IS NULL THEN r.schema ELSE r.name END || '.' || pg_catalog.quote_ident(c.relname) AS identity,
       r.name AS parent,
       -- A unique constraint is always a btree, unless it is WITHOUT OVERLAPS.
       CASE WHEN k.oid IS NULL OR m.amname <> 'btree' THEN pg_catalog.quote_ident(m.amname) END AS method,
       CASE WHEN k.oid IS NULL AND i.indisunique THEN 'true' END AS "unique",
       /*include: _index_columns(i; k)*/ i.indkey::pg_catalog.text /*end*/ AS columns,
       CASE WHEN i.indnatts > i.indnkeyatts THEN (
         SELECT pg_catalog.string_agg(pg_catalog.quote_ident(t.attname), ', ' ORDER BY n)
         FROM pg_catalog.generate_series(i.indnkeyatts, i.indnatts - 1) AS n
              JOIN pg_catalog.pg_attribute t ON t.attrelid = i.indrelid AND t.attnum = i.indkey[n])
       END AS include,
       /*>=15*/ CASE WHEN i.indnullsnotdistinct THEN 'true' END AS nulls_not_distinct, /*end*/
       /*>=18: CASE WHEN k.conperiod THEN 'true' END AS without_overlaps, */
       CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS predicate,
       CASE WHEN k.condeferrable THEN 'true' END AS deferrable,
       CASE WHEN k.condeferred THEN 'true' END AS initially_deferred,
       /*include: _options(c.reloptions)*/ c.reloptions::pg_catalog.text /*end*/ AS options,
       CASE WHEN c.reltablespace <> 0 THEN (
         SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace)
       END AS tablespace,
       -- Only expressions have a target of their own.
       CASE WHEN i.indexprs IS NOT NULL THEN (
         SELECT pg_catalog.string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = i.indexrelid AND a.attnum > 0 AND a.attstattarget >= 0)
       END AS statistics_target,
       CASE WHEN NOT i.indisvalid THEN 'true' END AS invalid,
       CASE WHEN NOT i.indisready OR NOT i.indislive THEN 'true' END AS not_ready,
       CASE WHEN i.indisclustered THEN 'true' END AS clustered,
       CASE WHEN c.relispartition THEN (
         SELECT h.inhparent::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_inherits h
         WHERE h.inhrelid = c.oid)
       END AS attached_to,
       CASE WHEN k.condeferrable THEN (
         SELECT pg_catalog.string_agg(
                  DISTINCT CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END, ', ')
         FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O')
       END AS triggers,
       /*include: _extension_needed(c.oid; pg_class)*/ NULL /*end*/ AS extension_needed,
       CASE WHEN k.oid IS NOT NULL THEN /*include: _comment(k.oid; pg_constraint)*/ NULL /*end*/
            ELSE /*include: _comment(c.oid; pg_class)*/ NULL /*end*/ END AS comment,
       CASE WHEN k.oid IS NOT NULL THEN /*include: _comment(c.oid; pg_class)*/ NULL /*end*/ END AS index_comment
FROM relation r
     JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     JOIN pg_catalog.pg_am m ON m.oid = c.relam
     LEFT JOIN LATERAL (
       SELECT k.oid, k.contype, k.condeferrable, k.condeferred, k.conexclop /*>=18: , k.conperiod */
       FROM pg_catalog.pg_constraint k
       WHERE (i.indisunique OR i.indisexclusion) AND k.conrelid = i.indrelid AND k.conindid = i.indexrelid
             AND k.contype IN ('p', 'u', 'x')
       OFFSET 0) AS k ON true
