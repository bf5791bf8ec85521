-- Privileges that objects made later will have (ALTER DEFAULT PRIVILEGES).
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_default_acl pg_namespace
SELECT x.* FROM (
  SELECT 0::pg_catalog.oid AS anchor, 'default privileges' AS kind,
         'FOR ROLE ' || a.defaclrole::pg_catalog.regrole::pg_catalog.text
           || coalesce(' IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), '')
           || ' ON ' || CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                             WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS'
                                             ELSE a.defaclobjtype::pg_catalog.text END AS identity,
         NULL::pg_catalog.text AS parent,
         -- Those of a schema come on top of the role's own, which replace the built-in ones.
         /*include: _privileges(a.defaclacl;
                                CASE WHEN a.defaclnamespace <> 0 THEN pg_catalog.acldefault('c', a.defaclrole)
                                     ELSE pg_catalog.acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's'
                                                                ELSE a.defaclobjtype END, a.defaclrole) END;
                                a.defaclrole)*/ a.defaclacl::pg_catalog.text /*end*/ AS privileges
  FROM pg_catalog.pg_default_acl a
       LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace) AS x
WHERE x.privileges IS NOT NULL
