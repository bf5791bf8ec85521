-- What a server that is somebody's allows the role that is connected.
SELECT r.rolname,
       r.rolsuper,
       r.rolsuper OR r.rolcreatedb AS creates,
       pg_catalog.pg_is_in_recovery() AS is_standby,
       pg_catalog.current_setting('transaction_read_only') AS read_only,
       pg_catalog.pg_backend_pid() AS pid,
       pg_catalog.quote_ident(r.rolname) AS quoted,
       r.rolconnlimit
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER
