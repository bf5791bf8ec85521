-- Privileges on functions that are no part of a snapshot (the server's and extensions'), where they are no longer what
-- they were when the function was made.
-- serves: 13 to 18
-- initdb: yes
-- scope: pg_proc
-- catalogs: pg_proc pg_init_privs pg_namespace
SELECT x.* FROM (
  SELECT p.oid AS anchor, 'system privileges' AS kind,
         'function ' || p.oid::pg_catalog.regprocedure::pg_catalog.text AS identity, NULL::pg_catalog.text AS parent,
         /*include: _privileges(p.proacl; p.initial; p.proowner)*/ p.proacl::pg_catalog.text /*end*/ AS privileges
  FROM (SELECT p.oid, p.proacl, p.proowner, coalesce(i.initprivs, pg_catalog.acldefault('f', p.proowner)) AS initial
        FROM pg_catalog.pg_proc p
             LEFT JOIN pg_catalog.pg_init_privs i
               ON i.objoid = p.oid AND i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.objsubid = 0
        WHERE p.proacl IS NOT NULL
              AND (p.oid < 16384 OR NOT /*include: _not_member(p.oid; pg_proc)*/ true /*end*/)
              /*scope: AND p.oid = ANY ($1::pg_catalog.oid[])*/
        OFFSET 0) AS p
  WHERE p.proacl <> p.initial) AS x
WHERE x.privileges IS NOT NULL
