-- The statements that give a role what a dump without owners has left with the superuser who loaded it ($1:
-- the role); $2 is an OID from before.  Serves 13 to 18.
-- What goes with something else (an index, an owned sequence, a partition's own things, members of extensions) is not
-- listed.
WITH object AS (
  SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass AS class, n.oid, n.nspowner AS owner, 'SCHEMA' AS kind,
         pg_catalog.quote_ident(n.nspname) AS name
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname NOT LIKE 'pg\_%'
  UNION ALL
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relowner,
         CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                        WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
         c.oid::pg_catalog.regclass::pg_catalog.text
  FROM pg_catalog.pg_class c
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.relpersistence <> 't'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                              AND c.relkind = 'S' AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner,
         CASE p.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'ROUTINE' END, p.oid::pg_catalog.regprocedure::pg_catalog.text
  FROM pg_catalog.pg_proc p
  UNION ALL
  SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner,
         CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.oid::pg_catalog.regtype::pg_catalog.text
  FROM pg_catalog.pg_type t
  WHERE t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'b' AND t.typcategory <> 'A')
  UNION ALL
  SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, l.oid, l.collowner, 'COLLATION',
         l.oid::pg_catalog.regcollation::pg_catalog.text
  FROM pg_catalog.pg_collation l
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprowner, 'OPERATOR',
         o.oid::pg_catalog.regoperator::pg_catalog.text
  FROM pg_catalog.pg_operator o
  UNION ALL
  SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxowner, 'STATISTICS',
         pg_catalog.format('%I.%I', n.nspname, s.stxname)
  FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  UNION ALL
  SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, s.oid, s.dictowner, 'TEXT SEARCH DICTIONARY',
         s.oid::pg_catalog.regdictionary::pg_catalog.text
  FROM pg_catalog.pg_ts_dict s
  UNION ALL
  SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, s.oid, s.cfgowner, 'TEXT SEARCH CONFIGURATION',
         s.oid::pg_catalog.regconfig::pg_catalog.text
  FROM pg_catalog.pg_ts_config s
)
SELECT pg_catalog.format('ALTER %s %s OWNER TO %I', o.kind, o.name, $1::pg_catalog.text)
FROM object o
WHERE o.oid > $2::pg_catalog.oid AND o.owner = 10
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')
ORDER BY o.class::pg_catalog.oid, o.oid
