-- The names that parts of constraints and unique indexes have on partitions, and what they are parts of, for
-- proof_named.c.  An index that belongs to a constraint goes by the constraint's OID.
-- serves: 13 to 18
SELECT k.oid, k.conparentid AS whole, n.nspname AS schema, c.relname AS relation, k.conname AS name
FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.conparentid <> 0
UNION ALL
SELECT coalesce(own.oid, i.inhrelid), coalesce(whole.oid, i.inhparent), n.nspname, t.relname, c.relname
FROM pg_catalog.pg_inherits i
     JOIN pg_catalog.pg_index x ON x.indexrelid = i.inhrelid AND x.indisunique
     JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
     JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
     LEFT JOIN pg_catalog.pg_constraint own ON own.conindid = i.inhrelid AND own.contype IN ('p', 'u', 'x')
     LEFT JOIN pg_catalog.pg_constraint whole ON whole.conindid = i.inhparent AND whole.contype IN ('p', 'u', 'x')
WHERE own.conparentid IS NULL OR own.conparentid = 0
