-- Ends those sessions in the database $1 that who asks may end: a superuser's only by a superuser, others' by a member
-- of their role or of pg_signal_backend.  One that he may not end would be an error for all.  Serves 13 to 18.
SELECT pg_catalog.count(*) FILTER (WHERE pg_catalog.pg_terminate_backend(a.pid))
FROM pg_catalog.pg_stat_activity a
     JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
     JOIN pg_catalog.pg_roles me ON me.rolname = current_user
WHERE a.datname = $1 AND a.pid <> pg_catalog.pg_backend_pid()
      AND (me.rolsuper
           OR NOT r.rolsuper AND (pg_catalog.pg_has_role(r.oid, 'USAGE')
                                  OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')))
