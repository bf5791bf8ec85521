-- The tables that $1 (regclass texts) are, or that views and materialized views among them read, with the materialized
-- views on the way, for planning_names.c.
-- serves: 13 to 18
WITH RECURSIVE behind AS (
    SELECT c.oid, c.relkind
    FROM pg_catalog.unnest($1::pg_catalog.text[]) AS w (relation)
         JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.relation)
    UNION
    SELECT c.oid, c.relkind
    FROM behind b
         JOIN pg_catalog.pg_rewrite r ON b.relkind IN ('v', 'm') AND r.ev_class = b.oid
         JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
                                        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                        AND d.refobjid <> b.oid
         JOIN pg_catalog.pg_class c ON c.oid = d.refobjid)
SELECT b.oid FROM behind b WHERE b.relkind IN ('r', 'p') ORDER BY b.oid
