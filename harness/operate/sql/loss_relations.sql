-- What holds values in this database, by identity: a row for each column of each table, materialized view and composite
-- type (one without a column where there is none), and one for each sequence of its own.  Serves 13 to 18.
SELECT c.oid, coalesce(a.attnum, 0), pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind,
       pg_catalog.quote_ident(a.attname), base.name, coalesce(a.atttypid, 0),
       coalesce(a.attgenerated, '') <> '',
       (SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1),
       c.reltype, pg_catalog.to_json(a.attname::pg_catalog.text), coalesce(a.attinhcount, 0) > 0
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_attribute a
       ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S'
     LEFT JOIN LATERAL (
       -- The type below a domain: what a domain adds refuses values, and loses none.
       WITH RECURSIVE below (oid, typmod) AS (
         SELECT a.atttypid, a.atttypmod
         UNION ALL
         SELECT t.typbasetype, t.typtypmod
         FROM below b JOIN pg_catalog.pg_type t ON t.oid = b.oid WHERE t.typtype = 'd'
       )
       SELECT pg_catalog.format_type(b.oid, b.typmod) AS name
       FROM below b JOIN pg_catalog.pg_type t ON t.oid = b.oid WHERE t.typtype <> 'd') AS base ON true
WHERE c.relkind IN ('r', 'p', 'm', 'S', 'c') AND c.relpersistence <> 't'
      AND NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                            AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
ORDER BY 3, a.attnum
