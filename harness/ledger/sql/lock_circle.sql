-- Who is waited for by a session ($1: its pid), and waits itself for another of ours ($2: the pid of the one that
-- holds the lock on the run), which ends only when the first does.  PostgreSQL 13 to 18.
SELECT b.pid, a.application_name
  FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::pg_catalog.int4)) AS b(pid)
  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) b.pid
 WHERE $2::pg_catalog.int4 OPERATOR(pg_catalog.=) ANY (pg_catalog.pg_blocking_pids(b.pid))
 LIMIT 1
