-- Statements that make the roles of this server where there are none of their names: without passwords, attributes and
-- settings, but with who is a member of whom.  $1: roles to leave out, an array.  Serves 13 to 18.
WITH role AS (
  SELECT r.oid, r.rolname FROM pg_catalog.pg_roles r
  WHERE NOT pg_catalog.starts_with(r.rolname::pg_catalog.text, 'pg_')
        AND r.rolname::pg_catalog.text <> ALL ($1::pg_catalog.text[])
)
SELECT step.statement
FROM (
  SELECT 0 AS place,
         pg_catalog.format('DO $pgstair$BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %L) THEN '
                           || 'CREATE ROLE %I; END IF; END$pgstair$', r.rolname, r.rolname) AS statement
  FROM role r
  UNION ALL
  SELECT DISTINCT 1, pg_catalog.format('GRANT %I TO %I', g.rolname, r.rolname)
  FROM pg_catalog.pg_auth_members m
       JOIN role g ON g.oid = m.roleid
       JOIN role r ON r.oid = m.member) AS step
ORDER BY step.place, step.statement
