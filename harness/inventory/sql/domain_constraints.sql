-- Constraints of the domains $1 (oid[]).
-- serves: 13 to 18
SELECT k.contypid, k.oid, k.contype AS kind, k.conname AS name, pg_catalog.quote_ident(k.conname) AS quoted,
       CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_expr(k.conbin, 0) END AS expression,
       CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition,
       k.convalidated AS validated
FROM pg_catalog.pg_constraint k
WHERE k.contypid = ANY ($1::pg_catalog.oid[]) AND k.contype IN ('c', 'n')
ORDER BY k.contypid, k.contype, k.conname COLLATE pg_catalog."C"
