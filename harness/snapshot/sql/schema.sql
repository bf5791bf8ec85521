-- Schemas.
-- serves: 13 to 18
-- initdb: yes
-- scope: pg_namespace
-- catalogs: pg_namespace pg_init_privs pg_description
SELECT n.oid AS anchor, 'schema' AS kind, pg_catalog.quote_ident(n.nspname) AS identity,
       NULL::pg_catalog.text AS parent,
       n.nspowner::pg_catalog.regrole::pg_catalog.text AS owner,
       -- initdb grants on the schema public.
       /*include: _privileges(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner));
                              coalesce((SELECT p.initprivs FROM pg_catalog.pg_init_privs p
                                        WHERE p.objoid = n.oid AND p.objsubid = 0
                                          AND p.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass),
                                       pg_catalog.acldefault('n', n.nspowner));
                              n.nspowner)*/ n.nspacl::pg_catalog.text /*end*/ AS privileges,
       (SELECT d.description FROM pg_catalog.pg_description d
        WHERE d.objoid = n.oid AND d.objsubid = 0
          AND d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass) AS comment
FROM pg_catalog.pg_namespace n
WHERE /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(n.oid; pg_namespace)*/ true /*end*/
      /*scope: AND n.oid = ANY ($1::pg_catalog.oid[])*/
