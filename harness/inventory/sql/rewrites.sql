-- Rewrite rules on what changes rows of the relations $1 (oid[]).
-- serves: 13 to 18
SELECT w.ev_class, w.rulename AS name
FROM pg_catalog.pg_rewrite w
-- UPDATE, INSERT, DELETE (CmdType in nodes/nodes.h)
WHERE w.ev_class = ANY ($1::pg_catalog.oid[]) AND w.ev_type IN ('2', '3', '4') AND w.ev_enabled <> 'D'
ORDER BY w.ev_class, w.rulename COLLATE pg_catalog."C"
