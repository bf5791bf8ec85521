-- Upon what triggers and rewrite rules act when a row of $1 (an OID) is deleted or updated, for referential_variant.c.
-- serves: 13 to 18
SELECT pg_catalog.substring(pg_catalog.pg_get_triggerdef(g.oid), ' WHEN \((.*)\) EXECUTE ')
FROM pg_catalog.pg_trigger g
-- ROW, and DELETE or UPDATE (catalog/pg_trigger.h)
WHERE g.tgrelid = $1::pg_catalog.oid AND g.tgqual IS NOT NULL AND g.tgenabled <> 'D' AND g.tgtype & 1 <> 0
      AND g.tgtype & (8 | 16) <> 0
UNION ALL
SELECT pg_catalog.substring(pg_catalog.pg_get_ruledef(w.oid), '\sWHERE (.*?) DO ')
FROM pg_catalog.pg_rewrite w
-- UPDATE, DELETE (CmdType in nodes/nodes.h)
WHERE w.ev_class = $1::pg_catalog.oid AND w.ev_type IN ('2', '4') AND w.ev_enabled <> 'D'
      AND w.ev_qual::pg_catalog.text <> '<>'
