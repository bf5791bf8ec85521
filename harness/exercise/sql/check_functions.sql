-- What CHECKs are made of, tables' and domains', for tautology.c: read from their stored trees, since what is
-- built in stands in no dependency.
-- serves: 13 to 18
SELECT k.oid,
       pg_catalog.bool_or(coalesce(p.provolatile = 'v', false)) AS is_volatile,
       pg_catalog.bool_or(coalesce(n.nspname <> 'pg_catalog', false)) AS is_own,
       pg_catalog.bool_and(coalesce(p.provolatile = 'i', true))
           AND k.conbin::pg_catalog.text !~ '{(SQLVALUEFUNCTION|COERCEVIAIO|NEXTVALUEEXPR|XMLEXPR)' AS is_immutable
FROM pg_catalog.pg_constraint k
     LEFT JOIN LATERAL pg_catalog.regexp_matches(k.conbin::pg_catalog.text, ':(funcid|opno) ([0-9]+)', 'g') AS m (words)
         ON true
     LEFT JOIN pg_catalog.pg_operator o ON m.words[1] = 'opno' AND o.oid = m.words[2]::pg_catalog.oid
     LEFT JOIN pg_catalog.pg_proc p
         ON p.oid = CASE m.words[1] WHEN 'opno' THEN o.oprcode::pg_catalog.oid ELSE m.words[2]::pg_catalog.oid END
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE k.contype = 'c' AND k.oid >= 16384
GROUP BY k.oid, k.conbin::pg_catalog.text
