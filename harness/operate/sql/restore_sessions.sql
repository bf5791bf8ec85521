-- Who is in the database $1, for people; NULL: nobody.  Serves 13 to 18.
SELECT pg_catalog.string_agg(pg_catalog.format('pid %s, %s, %s', a.pid, a.usename,
                                               coalesce(nullif(a.application_name, ''), a.backend_type)),
                             '; ' ORDER BY a.pid)
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = $1
