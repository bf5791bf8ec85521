-- What a statement that cannot be rolled back leaves when it is interrupted: indexes that are not valid (their
-- building or dropping was cut off), constraints' indexes likewise, partitions that are being detached.
-- What it says is for people; the names are as SQL spells them.  Partitioned indexes are not valid until each
-- partition has its own: that is nobody's leftover.  PostgreSQL 13 to 18.
SELECT pg_catalog.format('the index %I.%I on %I.%I is not valid', n.nspname, i.relname, tn.nspname, t.relname)
           AS text,
       pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I;', n.nspname, i.relname) AS remedy
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid OPERATOR(pg_catalog.=) x.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) i.relnamespace
  JOIN pg_catalog.pg_class AS t ON t.oid OPERATOR(pg_catalog.=) x.indrelid
  JOIN pg_catalog.pg_namespace AS tn ON tn.oid OPERATOR(pg_catalog.=) t.relnamespace
 WHERE NOT (x.indisvalid AND x.indisready AND x.indislive)
   AND i.relkind OPERATOR(pg_catalog.=) 'i'
   AND tn.nspname OPERATOR(pg_catalog.<>) 'pg_toast'
UNION ALL
SELECT pg_catalog.format('the index %I.%I on a TOAST table is not valid', n.nspname, i.relname),
       pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I;', n.nspname, i.relname)
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid OPERATOR(pg_catalog.=) x.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) i.relnamespace
 WHERE NOT (x.indisvalid AND x.indisready AND x.indislive)
   AND i.relkind OPERATOR(pg_catalog.=) 'i'
   AND n.nspname OPERATOR(pg_catalog.=) 'pg_toast'
 ORDER BY 1
