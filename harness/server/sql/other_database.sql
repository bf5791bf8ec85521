-- A database to be connected to, since a session in template1 keeps others from copying it.
SELECT d.datname
  FROM pg_catalog.pg_database AS d
 WHERE d.datallowconn
   AND NOT d.datistemplate
   AND d.datconnlimit OPERATOR(pg_catalog.<>) 0
   AND NOT pg_catalog.starts_with(d.datname::pg_catalog.text, 'pgstair_')
   AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
 ORDER BY d.oid
 LIMIT 1
