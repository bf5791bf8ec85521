-- How many processes of the server are that of a session ($1: its pid, $2: when it began, as session_start.sql has
-- it; whoever does not see that goes by the pid).  What it holds does not tell: a migration may let go of every
-- lock.  PostgreSQL 13 to 18.
SELECT pg_catalog.count(*)
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
   AND COALESCE((EXTRACT(epoch FROM a.backend_start) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8
                OPERATOR(pg_catalog.=) $2::pg_catalog.int8, true)
