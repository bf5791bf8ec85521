-- Users' triggers on the relations $1 (oid[]), and what partitions have of their parents'.
-- serves: 13 to 18
SELECT g.tgrelid, g.tgname AS name,
       -- Bits of tgtype (catalog/pg_trigger.h).
       g.tgtype & 2 <> 0 AS before, g.tgtype & 1 <> 0 AS row,
       g.tgtype & 4 <> 0 AS on_insert, g.tgtype & 16 <> 0 AS on_update, g.tgtype & 8 <> 0 AS on_delete,
       g.tgenabled AS enabled, g.tgfoid::pg_catalog.regproc::pg_catalog.text AS function,
       CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN p.prosrc END AS body
FROM pg_catalog.pg_trigger g
     JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
     JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE g.tgrelid = ANY ($1::pg_catalog.oid[])
      AND (NOT g.tgisinternal
           OR g.tgparentid <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                                                WHERE k.oid = g.tgconstraint AND k.contype <> 't'))
ORDER BY g.tgrelid, g.tgname COLLATE pg_catalog."C"
