-- The statements that give the database $2 what CREATE DATABASE ... TEMPLATE does not copy from the database $1: its
-- owner, its settings, also those for a role in it, and the privileges on it.  Serves 13 to 18.
SELECT step.statement
FROM (
  SELECT 0 AS place, pg_catalog.format('ALTER DATABASE %I OWNER TO %s', $2::pg_catalog.text,
                                       d.datdba::pg_catalog.regrole) AS statement
  FROM pg_catalog.pg_database d
  WHERE d.datname = $1
  UNION ALL
  -- Settings whose values are lists of names are told as they are written; SET would quote the list as one name.
  SELECT 1,
         CASE s.setrole WHEN 0 THEN pg_catalog.format('ALTER DATABASE %I SET ', $2::pg_catalog.text)
                        ELSE pg_catalog.format('ALTER ROLE %I IN DATABASE %I SET ', r.rolname, $2::pg_catalog.text) END
           || pg_catalog.split_part(c.setting, '=', 1) || ' = '
           || CASE WHEN pg_catalog.split_part(c.setting, '=', 1) IN (
                          'search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces')
                        AND pg_catalog.strpos(c.setting, '=') < pg_catalog.length(c.setting)
                   THEN pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
                   ELSE pg_catalog.quote_literal(
                          pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)) END
  FROM pg_catalog.pg_database d
       JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid
       LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
       CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
  WHERE d.datname = $1
  UNION ALL
  SELECT 2, pg_catalog.format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $2::pg_catalog.text)
  FROM pg_catalog.pg_database d
  WHERE d.datname = $1 AND d.datacl IS NOT NULL
  UNION ALL
  SELECT 3, pg_catalog.format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, $2::pg_catalog.text,
                              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::pg_catalog.text
                              END, CASE WHEN a.is_grantable AND a.grantee <> d.datdba THEN ' WITH GRANT OPTION' END)
  FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) AS a
  WHERE d.datname = $1 AND a.grantee <> d.datdba) AS step
ORDER BY step.place
