-- Privileges on relations and their columns that are no part of a snapshot (the server's and extensions'), where they
-- are no longer what they were when the relation was made.  Of information_schema the server does not note that.
-- serves: 13 to 18
-- initdb: yes
-- scope: relation
-- catalogs: pg_class pg_attribute pg_init_privs pg_namespace
WITH relation AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relkind, c.relacl, c.relowner, c.relnamespace
  FROM pg_catalog.pg_class c
  WHERE c.oid < 16384
        AND c.relnamespace IS DISTINCT FROM (
              SELECT pg_catalog.to_regnamespace('information_schema')::pg_catalog.oid)
        /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
  UNION ALL
  SELECT c.oid, c.relname, c.relkind, c.relacl, c.relowner, c.relnamespace
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid
  WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'e'
        /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
)
SELECT x.* FROM (
  SELECT o.oid AS anchor, 'system privileges' AS kind, o.name AS identity, NULL::pg_catalog.text AS parent,
         /*include: _privileges(o.acl; o.initial; o.relowner)*/ o.acl::pg_catalog.text /*end*/ AS privileges
  FROM (SELECT r.oid, 'relation ' || pg_catalog.format('%I.%I', n.nspname, r.relname) AS name, r.relacl AS acl,
               r.relowner,
               coalesce(i.initprivs,
                        pg_catalog.acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
                                              r.relowner)) AS initial
        FROM relation r
             JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
             LEFT JOIN pg_catalog.pg_init_privs i
               ON i.objoid = r.oid AND i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.objsubid = 0
        WHERE r.relacl IS NOT NULL
        UNION ALL
        SELECT r.oid, 'column ' || pg_catalog.format('%I.%I.%I', n.nspname, r.relname, a.attname), a.attacl, r.relowner,
               coalesce(i.initprivs, pg_catalog.acldefault('c', r.relowner))
        FROM relation r
             JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attacl IS NOT NULL
             JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
             LEFT JOIN pg_catalog.pg_init_privs i
               ON i.objoid = a.attrelid AND i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  AND i.objsubid = a.attnum
        OFFSET 0) AS o
  WHERE o.acl <> o.initial) AS x
WHERE x.privileges IS NOT NULL
