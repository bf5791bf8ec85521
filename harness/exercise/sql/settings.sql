-- Where session_replication_role is set so that foreign keys and triggers do not act: for the database, for a role, for
-- a role in this database, for all of them, for the whole server.  "local" is like "origin" for them.  $1: the server is
-- somebody's, and so are its settings and roles, but for those that own or may use something in this database.
-- serves: 13 to 18
WITH RECURSIVE known (oid) AS (
  SELECT p.refobjid
  FROM pg_catalog.pg_shdepend p
  WHERE p.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
        AND p.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  UNION
  SELECT m.member FROM known k JOIN pg_catalog.pg_auth_members m ON m.roleid = k.oid
)
SELECT CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'all roles'
            WHEN s.setrole = 0 THEN 'this database'
            WHEN s.setdatabase = 0 THEN 'role ' || r.rolname
            ELSE 'role ' || r.rolname || ' in this database' END AS place,
       CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'ALTER ROLE ALL'
            -- The database that is looked at may be a copy, of a name that means nothing to anybody.
            WHEN s.setrole = 0 THEN 'ALTER DATABASE ...'
            WHEN s.setdatabase = 0 THEN pg_catalog.format('ALTER ROLE %I', r.rolname)
            ELSE pg_catalog.format('ALTER ROLE %I IN DATABASE ...', r.rolname)
       END || ' RESET session_replication_role' AS reset
FROM pg_catalog.pg_db_role_setting s
     CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (line)
     LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
-- Kept as it was written, and read without regard to case.
WHERE pg_catalog.lower(c.line) = 'session_replication_role=replica'
      AND (s.setdatabase = 0
           OR s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d
                               WHERE d.datname = pg_catalog.current_database()))
      AND (s.setdatabase <> 0 OR NOT $1::pg_catalog.bool OR r.rolname = SESSION_USER
           OR s.setrole IN (SELECT k.oid FROM known k))
UNION ALL
SELECT 'the server', 'ALTER SYSTEM RESET session_replication_role; SELECT pg_reload_conf()'
FROM pg_catalog.pg_settings g
WHERE g.name = 'session_replication_role' AND g.setting = 'replica' AND NOT $1::pg_catalog.bool
      AND g.source IN ('configuration file', 'command line', 'environment variable', 'global')
ORDER BY place
