-- Ends the sessions in a database ($1: its OID; NULL: none) and those that bear a run's name ($2: NULL:
-- none) and this role.  Those that this role may not end are left: an error would leave all.
SELECT pg_catalog.pg_terminate_backend(a.pid)
  FROM pg_catalog.pg_stat_activity AS a
  JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) a.usesysid
 WHERE (a.datid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
        OR (a.application_name OPERATOR(pg_catalog.=) $2
            AND a.usename OPERATOR(pg_catalog.=) CURRENT_USER))
   AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
   AND pg_catalog.pg_has_role(a.usesysid, 'USAGE')
   AND (NOT r.rolsuper
        OR (SELECT m.rolsuper FROM pg_catalog.pg_roles AS m
             WHERE m.rolname OPERATOR(pg_catalog.=) CURRENT_USER))
