-- Who holds an advisory lock in this database, and for how long its session has been there.  What others do
-- is seen by members of pg_read_all_stats only; who they are and since when, by all.  PostgreSQL 13 to 18.
-- $1, $2, $3: classid, objid and objsubid of pg_locks.
SELECT l.pid,
       a.application_name,
       a.usename,
       pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since,
       pg_catalog.host(a.client_addr) AS address
  FROM pg_catalog.pg_locks AS l
  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) l.pid
 WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'
   AND l.granted
   AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid
                                            FROM pg_catalog.pg_database AS d
                                           WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
   AND l.classid::pg_catalog.int8 OPERATOR(pg_catalog.=) $1::pg_catalog.int8
   AND l.objid::pg_catalog.int8 OPERATOR(pg_catalog.=) $2::pg_catalog.int8
   AND l.objsubid OPERATOR(pg_catalog.=) $3::pg_catalog.int2
   AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
 ORDER BY a.backend_start, l.pid
 LIMIT 1
