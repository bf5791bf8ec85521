-- Sequences, without how far they have counted.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_class pg_sequence pg_depend pg_attribute pg_namespace pg_description
SELECT c.oid AS anchor, 'sequence' AS kind, pg_catalog.format('%I.%I', n.nspname, c.relname) AS identity,
       NULL::pg_catalog.text AS parent,
       c.relowner::pg_catalog.regrole::pg_catalog.text AS owner,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       pg_catalog.format_type(s.seqtypid, NULL) AS type,
       s.seqstart::pg_catalog.text AS start,
       s.seqincrement::pg_catalog.text AS increment,
       s.seqmin::pg_catalog.text AS minimum,
       s.seqmax::pg_catalog.text AS maximum,
       s.seqcache::pg_catalog.text AS cache,
       CASE WHEN s.seqcycle THEN 'true' END AS cycle,
       CASE WHEN t.oid IS NOT NULL THEN pg_catalog.format('%s.%I', t.oid::pg_catalog.regclass, a.attname)
       END AS owned_by,
       /*include: _privileges(c.relacl; pg_catalog.acldefault('s', c.relowner); c.relowner)*/
       c.relacl::pg_catalog.text /*end*/ AS privileges,
       /*include: _comment(c.oid; pg_class)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
     -- 'a': OWNED BY, 'i': an identity column's own.
     LEFT JOIN pg_catalog.pg_depend d
       ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
          AND d.deptype IN ('a', 'i')
     LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
     LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.relkind = 'S'
      AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
      -- A bookkeeping table's sequence is bookkeeping too.
      AND (t.oid IS NULL OR /*include: _not_ledger(t)*/ true /*end*/)
      /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
