-- Foreign keys, CHECKs and the NOT NULLs that PostgreSQL 18 names, of the relations $1 (oid[]).  is_own: neither
-- inherited nor made for a partition.
-- serves: 13 to 18
SELECT k.conrelid, k.oid, k.contype AS kind, k.conname AS name, pg_catalog.quote_ident(k.conname) AS quoted,
       CASE k.contype WHEN 'f' THEN k.conparentid = 0 ELSE k.coninhcount = 0 END AS is_own,
       pg_catalog.array_to_string(k.conkey, ',') AS columns,
       CASE WHEN k.contype = 'c' AND k.coninhcount = 0
            THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression,
       CASE WHEN k.contype <> 'n' AND k.conparentid = 0 AND k.coninhcount = 0
            THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition,
       k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AS validated,
       /*>=18: k.conenforced */ /*<18*/ true /*end*/ AS enforced,
       k.connoinherit AS no_inherit, k.conparentid, k.confrelid,
       pg_catalog.array_to_string(k.confkey, ',') AS referenced_columns,
       k.confdeltype AS on_delete, k.confupdtype AS on_update, k.confmatchtype AS match,
       /*>=15*/ pg_catalog.array_to_string(k.confdelsetcols, ',') /*end*/ /*<15: NULL */ AS delete_set,
       /*>=18: k.conperiod */ /*<18*/ false /*end*/ AS period,
       CASE WHEN k.contype = 'f' AND k.conparentid = 0 THEN (
         SELECT pg_catalog.json_agg(pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname) ORDER BY e.n)
         FROM pg_catalog.unnest(k.conpfeqop) WITH ORDINALITY AS e (oid, n)
              JOIN pg_catalog.pg_operator o ON o.oid = e.oid
              JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace) END AS operators
FROM pg_catalog.pg_constraint k
WHERE k.conrelid = ANY ($1::pg_catalog.oid[]) AND k.contype IN ('c', 'f', 'n')
ORDER BY k.conrelid, k.contype, k.conname COLLATE pg_catalog."C", k.oid
