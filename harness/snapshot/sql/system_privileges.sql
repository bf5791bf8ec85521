-- Privileges on schemas, languages, foreign data wrappers and servers that are no part of a snapshot (the server's and
-- extensions'), where they are no longer what they were when the object was made.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_namespace pg_language pg_foreign_data_wrapper pg_foreign_server pg_init_privs
SELECT x.* FROM (
  SELECT 0::pg_catalog.oid AS anchor, 'system privileges' AS kind, o.name AS identity, NULL::pg_catalog.text AS parent,
         /*include: _privileges(o.acl; o.initial; o.owner)*/ o.acl::pg_catalog.text /*end*/ AS privileges
  FROM (SELECT o.name, o.acl, o.owner, coalesce(i.initprivs, pg_catalog.acldefault(o.type::"char", o.owner)) AS initial
        FROM (SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass AS catalog, n.oid, 'n' AS type,
                     'schema ' || pg_catalog.quote_ident(n.nspname) AS name, n.nspacl AS acl, n.nspowner AS owner
              FROM pg_catalog.pg_namespace n
              WHERE n.nspname = 'pg_catalog'
                    OR NOT /*include: _not_member(n.oid; pg_namespace)*/ true /*end*/
              UNION ALL
              SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 'l',
                     'language ' || pg_catalog.quote_ident(l.lanname), l.lanacl, l.lanowner
              FROM pg_catalog.pg_language l
              WHERE l.oid < 16384 OR NOT /*include: _not_member(l.oid; pg_language)*/ true /*end*/
              UNION ALL
              SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, 'F',
                     'foreign data wrapper ' || pg_catalog.quote_ident(w.fdwname), w.fdwacl, w.fdwowner
              FROM pg_catalog.pg_foreign_data_wrapper w
              WHERE NOT /*include: _not_member(w.oid; pg_foreign_data_wrapper)*/ true /*end*/
              UNION ALL
              SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, 'S',
                     'server ' || pg_catalog.quote_ident(s.srvname), s.srvacl, s.srvowner
              FROM pg_catalog.pg_foreign_server s
              WHERE NOT /*include: _not_member(s.oid; pg_foreign_server)*/ true /*end*/) AS o
             LEFT JOIN pg_catalog.pg_init_privs i ON i.objoid = o.oid AND i.classoid = o.catalog AND i.objsubid = 0
        WHERE o.acl IS NOT NULL
        OFFSET 0) AS o
  WHERE o.acl <> o.initial) AS x
WHERE x.privileges IS NOT NULL
