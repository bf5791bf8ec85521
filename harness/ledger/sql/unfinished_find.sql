-- Tables of pgstair's that mark a step as begun (ledger/unfinished.h), wherever the search_path of the run
-- that made them put them.  PostgreSQL 13 to 18.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE c.relname OPERATOR(pg_catalog.=) 'pgstair_unfinished'
   AND c.relkind OPERATOR(pg_catalog.=) 'r'
   AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
 ORDER BY 1
