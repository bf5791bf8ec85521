-- Indexes that are not valid and that nobody is building: what is left of a CREATE INDEX CONCURRENTLY
-- or REINDEX CONCURRENTLY that failed.  Quoted names.  Servers 13 to 18.
SELECT pg_catalog.quote_ident(n.nspname) OPERATOR(pg_catalog.||) '.'
       OPERATOR(pg_catalog.||) pg_catalog.quote_ident(c.relname)
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE NOT i.indisvalid
   AND c.relkind OPERATOR(pg_catalog.=) 'i'::pg_catalog."char"
   AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
   AND NOT EXISTS (SELECT 1
                     FROM pg_catalog.pg_stat_progress_create_index AS p
                    WHERE p.index_relid OPERATOR(pg_catalog.=) i.indexrelid)
 ORDER BY n.nspname, c.relname
