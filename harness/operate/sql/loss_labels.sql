-- The labels of enum types: the type's name, its OID, a label, its OID, and as JSON.  Serves 13 to 18.
SELECT pg_catalog.format('%I.%I', n.nspname, t.typname), t.oid, e.enumlabel, e.oid, pg_catalog.to_json(e.enumlabel::pg_catalog.text)
FROM pg_catalog.pg_enum e
     JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
     JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
ORDER BY 1, e.enumsortorder
