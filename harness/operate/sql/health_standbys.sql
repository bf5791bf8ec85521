-- Who streams from this server, and how far behind each is.  PostgreSQL 13 to 18; a role that has
-- not pg_monitor's rights sees that there is a standby, and nothing of it.
SELECT application_name AS name,
       client_addr AS address,
       state,
       sync_state AS sync,
       pg_catalog.pg_wal_lsn_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END, replay_lsn) AS lag_bytes,
       CASE WHEN replay_lag IS NULL THEN NULL
            ELSE pg_catalog.round(extract(epoch FROM replay_lag)::pg_catalog.numeric, 3)
       END AS lag_seconds
  FROM pg_catalog.pg_stat_replication
 ORDER BY application_name, client_addr, pid
