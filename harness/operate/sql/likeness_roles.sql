-- Statements that make the roles of this server on another one, without passwords and superusers, who is a member of
-- whom, and what is set for them and for this database; to be run in the new database.  Serves 13 to 18.
WITH role AS (
  SELECT r.* FROM pg_catalog.pg_roles r WHERE NOT pg_catalog.starts_with(r.rolname::pg_catalog.text, 'pg_')
), setting AS (
  SELECT s.setdatabase, r.rolname, pg_catalog.split_part(c.setting, '=', 1) AS name,
         pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1) AS value
  FROM pg_catalog.pg_db_role_setting s
       LEFT JOIN role r ON r.oid = s.setrole
       CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
  WHERE (s.setrole = 0 OR r.oid IS NOT NULL)
        AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d
                                  WHERE d.datname = pg_catalog.current_database()))
), said AS (
  SELECT s.setdatabase, s.rolname,
         s.name || ' = '
         -- Lists of names are told as they are written; SET would quote the list as one name.
         || CASE WHEN s.name IN ('search_path', 'session_preload_libraries', 'local_preload_libraries',
                                 'temp_tablespaces') AND s.value <> '' THEN s.value
                 ELSE pg_catalog.quote_literal(s.value) END AS text
  FROM setting s
  -- Where things lie is the server's own; the limits of a run are the run's own.
  WHERE s.name NOT IN ('session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces', 'role',
                       'default_tablespace', 'default_transaction_read_only')
        AND pg_catalog.right(s.name, 8) <> '_timeout'
)
SELECT step.statement
FROM (
  SELECT 0 AS place,
         pg_catalog.format('CREATE ROLE %I', r.rolname)
         || CASE WHEN r.rolinherit THEN '' ELSE ' NOINHERIT' END || CASE WHEN r.rolcreatedb THEN ' CREATEDB' ELSE '' END
         || CASE WHEN r.rolcreaterole THEN ' CREATEROLE' ELSE '' END
         || CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' ELSE '' END AS statement
  FROM role r
  UNION ALL
  SELECT DISTINCT 1, pg_catalog.format('GRANT %I TO %I', g.rolname, r.rolname)
  FROM pg_catalog.pg_auth_members m
       JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
       JOIN role r ON r.oid = m.member
  UNION ALL
  SELECT 2, pg_catalog.format('ALTER ROLE %I SET ', s.rolname) || s.text
  FROM said s WHERE s.setdatabase = 0 AND s.rolname IS NOT NULL
  UNION ALL
  SELECT 3, pg_catalog.format('DO $pgstair$BEGIN EXECUTE pg_catalog.format(''ALTER %sDATABASE %%I SET '' || %L, '
                              || 'pg_catalog.current_database()); END$pgstair$',
                              CASE WHEN s.rolname IS NULL THEN ''
                                   ELSE pg_catalog.replace(pg_catalog.replace(
                                          pg_catalog.format('ROLE %I IN ', s.rolname), '%', '%%'), '''', '''''') END,
                              pg_catalog.replace(s.text, '%', '%%'))
  FROM said s WHERE s.setdatabase <> 0) AS step
ORDER BY step.place, step.statement
