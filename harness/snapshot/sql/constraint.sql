-- Foreign keys, check constraints, and the not-null constraints that PostgreSQL 18 names.  Those that are an index are
-- in index.sql, a domain's in domain_constraint.sql.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_constraint pg_class pg_attribute pg_trigger pg_namespace pg_description
WITH relation AS MATERIALIZED (
  SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f')
        AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
        /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
)
SELECT r.oid AS anchor,
       CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check constraint'
                      ELSE 'not-null constraint' END AS kind,
       r.name || '.' || pg_catalog.quote_ident(k.conname) AS identity, r.name AS parent,
       /*include: _key_columns(k.conrelid; k.conkey; k)*/ k.conkey::pg_catalog.text /*end*/ AS columns,
       CASE k.contype WHEN 'f' THEN
         k.confrelid::pg_catalog.regclass::pg_catalog.text || ' ('
           || /*include: _key_columns(k.confrelid; k.confkey; k)*/ k.confkey::pg_catalog.text /*end*/ || ')'
       END AS "references",
       CASE k.contype WHEN 'f' THEN
         CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
                            WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END
         /*>=15*/ || coalesce(' (' || (
           SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
           FROM pg_catalog.pg_attribute a
           WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.confdelsetcols)) || ')', '') /*end*/
       END AS on_delete,
       CASE k.contype WHEN 'f' THEN
         CASE k.confupdtype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
                            WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END
       END AS on_update,
       CASE WHEN k.contype = 'f' AND k.confmatchtype <> 's' THEN
         CASE k.confmatchtype WHEN 'f' THEN 'FULL' ELSE 'PARTIAL' END END AS match,
       CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression,
       CASE WHEN k.condeferrable THEN 'true' END AS deferrable,
       CASE WHEN k.condeferred THEN 'true' END AS initially_deferred,
       CASE WHEN NOT k.convalidated THEN 'true' END AS not_valid,
       /*>=18: CASE WHEN NOT k.conenforced THEN 'true' END AS not_enforced, */
       -- A foreign key says so of itself on a partitioned table, where it has no meaning.
       CASE WHEN k.contype <> 'f' AND k.connoinherit THEN 'true' END AS no_inherit,
       CASE WHEN k.contype <> 'f' AND k.coninhcount > 0 THEN 'true' END AS inherited,
       CASE WHEN k.contype <> 'f' AND k.coninhcount > 0 AND k.conislocal THEN 'true' END AS local,
       -- The triggers that keep a foreign key, on either table, when someone has switched them off.
       CASE WHEN k.oid IN (SELECT g.tgconstraint FROM pg_catalog.pg_trigger g
                           WHERE g.tgenabled <> 'O' AND g.tgisinternal) THEN (
         SELECT pg_catalog.string_agg(DISTINCT
                  CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END
                  || ' on ' || g.tgrelid::pg_catalog.regclass::pg_catalog.text COLLATE pg_catalog."C", ', ')
         FROM pg_catalog.pg_trigger g
         WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O' AND g.tgisinternal)
       END AS triggers,
       /*include: _comment(k.oid; pg_constraint)*/ NULL /*end*/ AS comment
FROM relation r
     JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
WHERE k.contype IN ('f', 'c', 'n')
      -- What the server makes of a foreign key for each partition, on either side, goes without saying, unless its
      -- triggers are no longer as they were.
      AND (k.contype <> 'f' OR k.conparentid = 0
           OR k.oid IN (SELECT g.tgconstraint FROM pg_catalog.pg_trigger g
                        WHERE g.tgenabled <> 'O' AND g.tgisinternal))
