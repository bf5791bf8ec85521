-- Who is in a database, or bears a run's name; others than this role too, who may be about to leave.
SELECT pg_catalog.count(*)
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.usesysid IS NOT NULL
   AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
   AND (a.datid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
        OR (a.application_name OPERATOR(pg_catalog.=) $2
            AND a.usename OPERATOR(pg_catalog.=) CURRENT_USER))
