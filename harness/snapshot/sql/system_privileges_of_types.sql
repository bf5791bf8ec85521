-- Privileges on types that are no part of a snapshot (the server's and extensions'), where they are no longer what they
-- were when the type was made.
-- serves: 13 to 18
-- initdb: yes
-- scope: pg_type
-- catalogs: pg_type pg_init_privs pg_namespace
SELECT x.* FROM (
  SELECT t.oid AS anchor, 'system privileges' AS kind,
         'type ' || pg_catalog.format_type(t.oid, NULL) AS identity, NULL::pg_catalog.text AS parent,
         /*include: _privileges(t.typacl; t.initial; t.typowner)*/ t.typacl::pg_catalog.text /*end*/ AS privileges
  FROM (SELECT t.oid, t.typacl, t.typowner, coalesce(i.initprivs, pg_catalog.acldefault('T', t.typowner)) AS initial
        FROM pg_catalog.pg_type t
             LEFT JOIN pg_catalog.pg_init_privs i
               ON i.objoid = t.oid AND i.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND i.objsubid = 0
        WHERE t.typacl IS NOT NULL
              AND (t.oid < 16384 OR NOT /*include: _not_member(t.oid; pg_type)*/ true /*end*/)
              /*scope: AND t.oid = ANY ($1::pg_catalog.oid[])*/
        OFFSET 0) AS t
  WHERE t.typacl <> t.initial) AS x
WHERE x.privileges IS NOT NULL
