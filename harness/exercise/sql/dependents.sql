-- What keeps a column's type from being changed, as statements that remove it, for proof_drop.c.
-- serves: 13 to 18
SELECT d.refobjid, d.refobjsubid,
       CASE d.classid
         WHEN 'pg_catalog.pg_rewrite'::pg_catalog.regclass THEN
           (SELECT CASE WHEN c.relkind = 'm' THEN pg_catalog.format('DROP MATERIALIZED VIEW IF EXISTS %I.%I CASCADE', n.nspname, c.relname)
                        WHEN c.relkind = 'v' THEN pg_catalog.format('DROP VIEW IF EXISTS %I.%I CASCADE', n.nspname, c.relname)
                        ELSE pg_catalog.format('DROP RULE IF EXISTS %I ON %I.%I CASCADE', w.rulename, n.nspname, c.relname) END
            FROM pg_catalog.pg_rewrite w
                 JOIN pg_catalog.pg_class c ON c.oid = w.ev_class
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE w.oid = d.objid)
         WHEN 'pg_catalog.pg_policy'::pg_catalog.regclass THEN
           (SELECT pg_catalog.format('DROP POLICY IF EXISTS %I ON %I.%I', p.polname, n.nspname, c.relname)
            FROM pg_catalog.pg_policy p
                 JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE p.oid = d.objid)
         WHEN 'pg_catalog.pg_trigger'::pg_catalog.regclass THEN
           (SELECT pg_catalog.format('DROP TRIGGER IF EXISTS %I ON %I.%I CASCADE', t.tgname, n.nspname, c.relname)
            FROM pg_catalog.pg_trigger t
                 JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE t.oid = d.objid AND NOT t.tgisinternal)
         WHEN 'pg_catalog.pg_class'::pg_catalog.regclass THEN -- generated columns, until 14
           (SELECT pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I DROP EXPRESSION IF EXISTS', n.nspname, c.relname, a.attname)
            FROM pg_catalog.pg_attribute a
                 JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attrelid = d.objid AND a.attnum = d.objsubid AND a.attgenerated = 's'
              AND a.attnum <> d.refobjsubid)
         ELSE
           (SELECT pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I DROP EXPRESSION IF EXISTS', n.nspname, c.relname, a.attname)
            FROM pg_catalog.pg_attrdef f
                 JOIN pg_catalog.pg_attribute a
                   ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated = 's'
                 JOIN pg_catalog.pg_class c ON c.oid = f.adrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE f.oid = d.objid AND f.adnum <> d.refobjsubid)
       END AS statement
FROM pg_catalog.pg_depend d
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0 AND d.refobjid >= 16384
      AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass,
                        'pg_catalog.pg_trigger'::pg_catalog.regclass, 'pg_catalog.pg_attrdef'::pg_catalog.regclass,
                        'pg_catalog.pg_class'::pg_catalog.regclass)
  AND (d.classid <> 'pg_catalog.pg_class'::pg_catalog.regclass OR d.objsubid > 0)
ORDER BY d.classid IN ('pg_catalog.pg_attrdef'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass),
         d.classid, d.objid
