-- Constraints of domains.  NOT NULL is one since PostgreSQL 17, and called like a table's, since it says nothing that
-- the domain itself does not.
-- serves: 13 to 18
-- scope: pg_type
-- catalogs: pg_constraint pg_type pg_namespace pg_description
SELECT t.oid AS anchor, CASE k.contype WHEN 'n' THEN 'not-null constraint' ELSE 'domain constraint' END AS kind,
       pg_catalog.format('%I.%I.%I', n.nspname, t.typname, k.conname) AS identity,
       pg_catalog.format('%I.%I', n.nspname, t.typname) AS parent,
       CASE k.contype WHEN 'n' THEN 'VALUE IS NOT NULL' ELSE pg_catalog.pg_get_expr(k.conbin, 0) END AS expression,
       CASE WHEN NOT k.convalidated THEN 'true' END AS not_valid,
       /*include: _comment(k.oid; pg_constraint)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_type t
     JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid
WHERE t.typtype = 'd' AND t.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(t.oid; pg_type)*/ true /*end*/
      /*scope: AND t.oid = ANY ($1::pg_catalog.oid[])*/
