-- Relations that may hold rows (their files are not empty), with their sizes, and how far each sequence has counted:
-- contents.h makes a fingerprint of them.
-- serves: 13 to 18
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation,
       pg_catalog.pg_relation_size(c.oid) AS bytes, NULL AS last_value
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 AND c.relpersistence <> 't'
      AND pg_catalog.pg_relation_size(c.oid) > 0
UNION ALL
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), 0,
       pg_catalog.pg_sequence_last_value(s.seqrelid)
FROM pg_catalog.pg_sequence s
     JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relpersistence <> 't' AND pg_catalog.pg_sequence_last_value(s.seqrelid) IS NOT NULL
ORDER BY relation
