-- Objects by their place in the catalog, named as a snapshot names them (snapshot/kinds.c), with the statement or the
-- definition that the server itself makes of them; NULL where a snapshot's attributes say it all.
-- serves: 13 to 18
--
-- Columns: catalog, object, part, kind, identity, definition.
SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid AS catalog, k.oid AS object, 0 AS part,
       CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check constraint' WHEN 'p' THEN 'primary key'
                      WHEN 'u' THEN 'unique constraint' WHEN 'x' THEN 'exclusion constraint'
                      ELSE 'not-null constraint' END AS kind,
       pg_catalog.format('%I.%I.%I', n.nspname, c.relname, k.conname) AS identity,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition
FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.oid >= 16384 AND k.contype IN ('f', 'c', 'p', 'u', 'x', 'n')
UNION ALL
-- The index of a constraint goes by the constraint's name.
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, 0,
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint' WHEN 'x' THEN 'exclusion constraint'
                      ELSE 'index' END,
       CASE WHEN k.oid IS NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname)
            ELSE pg_catalog.format('%I.%I.%I', n.nspname, t.relname, c.relname) END,
       CASE WHEN k.oid IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid)
            ELSE pg_catalog.pg_get_constraintdef(k.oid) END
FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
     LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
                                             AND k.contype IN ('p', 'u', 'x')
WHERE i.indexrelid >= 16384
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                      WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE 'table' END,
       pg_catalog.format('%I.%I', n.nspname, c.relname), NULL
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum,
       CASE c.relkind WHEN 'c' THEN 'attribute' ELSE 'column' END,
       pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname), NULL
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 0, 'column',
       pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname), NULL
FROM pg_catalog.pg_attrdef d
     JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.oid >= 16384
UNION ALL
SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, 0,
       CASE WHEN w.rulename <> '_RETURN' THEN 'rule' WHEN c.relkind = 'm' THEN 'materialized view' ELSE 'view' END,
       CASE WHEN w.rulename <> '_RETURN' THEN pg_catalog.format('%I.%I.%I', n.nspname, c.relname, w.rulename)
            ELSE pg_catalog.format('%I.%I', n.nspname, c.relname) END,
       CASE WHEN w.rulename <> '_RETURN' THEN pg_catalog.pg_get_ruledef(w.oid) END
FROM pg_catalog.pg_rewrite w
     JOIN pg_catalog.pg_class c ON c.oid = w.ev_class
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE w.oid >= 16384
UNION ALL
SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 0, 'trigger',
       pg_catalog.format('%I.%I.%I', n.nspname, c.relname, g.tgname), pg_catalog.pg_get_triggerdef(g.oid)
FROM pg_catalog.pg_trigger g
     JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE g.oid >= 16384 AND NOT g.tgisinternal
UNION ALL
SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 0, 'policy',
       pg_catalog.format('%I.%I.%I', n.nspname, c.relname, p.polname), NULL
FROM pg_catalog.pg_policy p
     JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
UNION ALL
SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 0, 'statistics',
       pg_catalog.format('%I.%I', n.nspname, s.stxname), pg_catalog.pg_get_statisticsobjdef(s.oid)
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
UNION ALL
SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0,
       CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function'
                      ELSE 'function' END,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)),
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid >= 16384
UNION ALL
-- A relation's row type goes by the relation's name, an array by its element's.
SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0,
       CASE e.typtype WHEN 'e' THEN 'enum type' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type'
                      WHEN 'c' THEN CASE c.relkind WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view'
                                                   WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                                                   ELSE 'table' END
                      ELSE 'type' END,
       pg_catalog.format('%I.%I', n.nspname, e.typname), NULL
FROM pg_catalog.pg_type t
     JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typelem <> 0 AND t.typcategory = 'A' THEN t.typelem ELSE t.oid END
     JOIN pg_catalog.pg_namespace n ON n.oid = e.typnamespace
     LEFT JOIN pg_catalog.pg_class c ON c.oid = e.typrelid
WHERE t.oid >= 16384
