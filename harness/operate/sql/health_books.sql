-- The tables that the session's search_path finds (and sqitch's own), among those of the names in
-- $1, with their columns' names; those that may be read first.  PostgreSQL 13 to 18.
SELECT class.relname AS name,
       pg_catalog.format('%I.%I', namespace.nspname, class.relname) AS quoted,
       (SELECT pg_catalog.string_agg(attname, ' ' ORDER BY attname)
          FROM pg_catalog.pg_attribute
         WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped) AS columns
  FROM pg_catalog.pg_class AS class
  JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
 WHERE class.relkind IN ('r', 'p')
   AND class.relname = ANY ($1::pg_catalog.text[])
   AND (pg_catalog.pg_table_is_visible(class.oid) OR namespace.nspname = 'sqitch')
 ORDER BY pg_catalog.has_table_privilege(class.oid, 'SELECT') DESC, class.relname, namespace.nspname
