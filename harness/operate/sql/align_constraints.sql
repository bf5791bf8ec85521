-- How many constraints of the database's own are valid, and the names of those that are not; NULL: all are.  Servers
-- 13 to 18.
SELECT pg_catalog.count(*) FILTER (WHERE k.convalidated) AS n_valid,
       pg_catalog.string_agg(
           pg_catalog.concat_ws('.', pg_catalog.quote_ident(n.nspname),
                                pg_catalog.quote_ident(COALESCE(c.relname, t.typname)),
                                pg_catalog.quote_ident(k.conname)),
           ', ' ORDER BY n.nspname, c.relname, t.typname, k.conname)
           FILTER (WHERE NOT k.convalidated) AS others
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) k.connamespace
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) k.conrelid
  LEFT JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) k.contypid
 WHERE n.nspname OPERATOR(pg_catalog.!~) '^pg_'
   AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
