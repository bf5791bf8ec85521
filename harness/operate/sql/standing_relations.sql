-- How many relations a database has that are somebody's (none of the server's own, of an extension's, or pgstair's
-- mark), and how many of them hold data of other than a migration tool.  The names and schemas of the tool's books are
-- in the setting pgstair.ledger.  Servers 13 to 18.
SELECT pg_catalog.count(*) AS relations,
       pg_catalog.count(*) FILTER (WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                                         AND (/*include: _user_schema(n)*/ true /*end*/)
                                         AND (/*include: _not_ledger(c)*/ true /*end*/)) AS others
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
   AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND c.relname <> 'pgstair_unfinished'
   AND (/*include: _not_member(c.oid; pg_class)*/ true /*end*/)
