-- Views and materialized views.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_class pg_rewrite pg_am pg_tablespace pg_extension pg_namespace pg_description
SELECT c.oid AS anchor, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS identity, NULL::pg_catalog.text AS parent,
       c.relowner::pg_catalog.regrole::pg_catalog.text AS owner,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid)) AS definition,
       (SELECT pg_catalog.quote_ident(m.amname) FROM pg_catalog.pg_am m
        WHERE m.oid = c.relam AND m.amname <> 'heap') AS access_method,
       (SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s
        WHERE s.oid = c.reltablespace) AS tablespace,
       CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN (
         SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
         FROM (SELECT pg_catalog.unnest(c.reloptions) AS o
               UNION ALL SELECT 'toast.' || pg_catalog.unnest(t.reloptions)) AS o)
       END AS options,
       CASE WHEN NOT c.relispopulated THEN 'true' END AS not_populated,
       /*include: _extension_needed(c.oid; pg_class)*/ NULL /*end*/ AS extension_needed,
       /*include: _privileges(c.relacl; pg_catalog.acldefault('r', c.relowner); c.relowner)*/
       c.relacl::pg_catalog.text /*end*/ AS privileges,
       /*include: _comment(c.oid; pg_class)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind IN ('v', 'm')
      AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
      /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
