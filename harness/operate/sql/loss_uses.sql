-- Which enum and composite types (rows of tables too) the columns of tables hold: a column, a type, and whether the
-- column's values are of that type as such (or of a domain over it), rather than deeper inside.  Serves 13 to 18.
WITH RECURSIVE part (whole, part, is_same) AS (
    SELECT t.oid, t.typbasetype, TRUE FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT t.oid, t.typelem, FALSE FROM pg_catalog.pg_type t WHERE t.typelem <> 0 AND t.typlen = -1
    UNION ALL
    SELECT c.reltype, a.atttypid, FALSE
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.reltype <> 0 AND a.attnum > 0 AND NOT a.attisdropped
), inside (outermost, type, is_same) AS (
    SELECT t.oid, t.oid, TRUE
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'c') AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
    UNION
    SELECT p.whole, i.type, i.is_same AND p.is_same
    FROM inside i JOIN part p ON p.part = i.outermost
)
SELECT a.attrelid, a.attnum, i.type, pg_catalog.bool_or(i.is_same)
FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     JOIN inside i ON i.outermost = a.atttypid
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY a.attrelid, a.attnum, i.type
ORDER BY a.attrelid, a.attnum, i.type
