-- How a server is, in one row.  PostgreSQL 13 to 18; any role may ask.
-- A standby that has replayed all that it has received is not behind, however long ago the primary
-- last wrote anything.
SELECT pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS version,
       pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC',
                          'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
         WHERE backend_type = 'client backend') AS connections,
       pg_catalog.current_setting('max_connections') AS max_connections,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_is_wal_replay_paused() ELSE false END AS paused,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(),
                                            pg_catalog.pg_last_wal_replay_lsn()) END AS lag_bytes,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL
            WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0
            ELSE pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp()
                   - pg_catalog.pg_last_xact_replay_timestamp())::pg_catalog.numeric, 3)
       END AS lag_seconds,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN (SELECT status FROM pg_catalog.pg_stat_wal_receiver) END AS receiver
