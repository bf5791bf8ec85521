-- Unique indexes of the relations $1 (oid[]) and those of exclusion constraints, with the constraints that they stand
-- for.  A partition's are its parent's, unless it has one more.
-- serves: 13 to 18
SELECT i.indrelid, i.indexrelid, k.oid AS constraint, k.contype AS kind, c.relname AS name,
       pg_catalog.quote_ident(n.nspname) AS schema, pg_catalog.quote_ident(c.relname) AS quoted,
       (SELECT pg_catalog.string_agg(i.indkey[g.n]::pg_catalog.text, ',' ORDER BY g.n)
        FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) AS g (n) WHERE i.indkey[g.n] <> 0) AS columns,
       (SELECT pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.indexrelid, g.n, false) ORDER BY g.n)
        FROM pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) AS g (n)) AS keys,
       CASE WHEN k.conexclop IS NOT NULL THEN (
         SELECT pg_catalog.json_agg(pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname) ORDER BY e.n)
         FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS e (oid, n)
              JOIN pg_catalog.pg_operator o ON o.oid = e.oid
              JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace) END AS operators,
       CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS predicate,
       CASE WHEN k.oid IS NOT NULL THEN pg_catalog.pg_get_constraintdef(k.oid)
            ELSE pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
       /*>=15*/ i.indnullsnotdistinct /*end*/ /*<15: false */ AS nulls_not_distinct,
       coalesce(k.condeferrable, false) AS deferrable, coalesce(k.condeferred, false) AS deferred,
       i.indisvalid AS is_valid, i.indisready AND i.indislive AS is_kept,
       /*>=18: coalesce(k.conperiod, false) */ /*<18*/ false /*end*/ AS period
FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_constraint k
       ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE i.indrelid = ANY ($1::pg_catalog.oid[]) AND (i.indisunique OR i.indisexclusion) AND NOT c.relispartition
ORDER BY i.indrelid, c.relname COLLATE pg_catalog."C"
