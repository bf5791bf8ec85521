-- Which server this is, for comparing what two ways lead to: its system identifier, and when it was started.  Serves
-- 13 to 18.
SELECT pg_catalog.format('%s %s', c.system_identifier,
                         extract(epoch FROM pg_catalog.pg_postmaster_start_time()))
FROM pg_catalog.pg_control_system() AS c
