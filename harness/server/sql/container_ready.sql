-- Whether the server that answers is the one to stay: an image's entry point may start another one
-- first, to prepare the data.
SELECT pg_catalog.split_part(pg_catalog.pg_read_file('postmaster.pid'), E'\n', 1) AS pid,
       pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS started,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity AS a
         WHERE a.backend_type OPERATOR(pg_catalog.=) 'client backend'
           AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()) AS others,
       pg_catalog.pg_read_file('/proc/1/comm', 0, 100, true) AS first_process,
       pg_catalog.pg_read_file('/proc/'
           OPERATOR(pg_catalog.||) pg_catalog.split_part(pg_catalog.pg_read_file('postmaster.pid'), E'\n', 1)
           OPERATOR(pg_catalog.||) '/stat', 0, 400, true) AS status
