-- The operators of the classes $1 (oid[]): what an index with such a key can be asked.
-- serves: 13 to 18
SELECT c.oid AS opclass, o.oprname AS name,
       CASE WHEN n.nspname = 'pg_catalog' THEN o.oprname::pg_catalog.text
            ELSE pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) END AS sql,
       a.amopstrategy AS strategy, a.amoppurpose = 'o' AS is_order,
       a.amoprighttype = a.amoplefttype AS is_alike,
       CASE WHEN a.amoprighttype <> a.amoplefttype AND rt.typtype <> 'p'
            THEN pg_catalog.format('%I.%I', rn.nspname, rt.typname) END AS right_type,
       CASE WHEN lt.oid <> 18 THEN lt.typcategory END AS category, lt.typname AS left_type
FROM pg_catalog.pg_opclass c
     JOIN pg_catalog.pg_amop a ON a.amopfamily = c.opcfamily AND a.amoplefttype = c.opcintype
     JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr
     JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
     JOIN pg_catalog.pg_type lt ON lt.oid = a.amoplefttype
     JOIN pg_catalog.pg_type rt ON rt.oid = a.amoprighttype
     JOIN pg_catalog.pg_namespace rn ON rn.oid = rt.typnamespace
WHERE c.oid = ANY ($1::pg_catalog.oid[])
ORDER BY c.oid, a.amopstrategy, a.amoprighttype = a.amoplefttype DESC, rn.nspname COLLATE pg_catalog."C",
         rt.typname COLLATE pg_catalog."C"
