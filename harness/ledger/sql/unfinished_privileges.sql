-- What takes the mark from those whom ALTER DEFAULT PRIVILEGES has given it: a role that has a privilege on
-- it could not be dropped by the step that it marks.  PostgreSQL 13 to 18.
SELECT pg_catalog.format('REVOKE ALL ON TABLE %I.%I FROM %s', n.nspname, c.relname,
                         CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC'
                              ELSE pg_catalog.quote_ident(r.rolname) END)
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 CROSS JOIN LATERAL (SELECT DISTINCT e.grantee FROM pg_catalog.aclexplode(c.relacl) AS e) AS a
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) a.grantee
 WHERE c.relname OPERATOR(pg_catalog.=) 'pgstair_unfinished'
   AND n.nspname OPERATOR(pg_catalog.=) pg_catalog.current_schema()
   AND c.relkind OPERATOR(pg_catalog.=) 'v'
   AND a.grantee OPERATOR(pg_catalog.<>) c.relowner
 ORDER BY 1
