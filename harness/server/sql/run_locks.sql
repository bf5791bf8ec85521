-- The keys of all advisory locks that others hold here, as runs hold them, in whatever database.
SELECT DISTINCT
       pg_catalog.lpad(pg_catalog.to_hex(l.classid::pg_catalog.int8), 8, '0')
       OPERATOR(pg_catalog.||)
       pg_catalog.lpad(pg_catalog.to_hex(l.objid::pg_catalog.int8), 8, '0') AS token
  FROM pg_catalog.pg_locks AS l
 WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'
   AND l.objsubid OPERATOR(pg_catalog.=) 1
   AND l.granted
   AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
