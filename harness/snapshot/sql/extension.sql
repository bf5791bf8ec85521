-- Extensions, languages, event triggers, the presence of large objects.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_extension pg_language pg_event_trigger pg_largeobject_metadata pg_proc pg_namespace pg_description
SELECT 0::pg_catalog.oid AS anchor, 'extension' AS kind, pg_catalog.quote_ident(e.extname) AS identity,
       NULL::pg_catalog.text AS parent,
       e.extowner::pg_catalog.regrole::pg_catalog.text AS owner,
       pg_catalog.quote_ident(n.nspname) AS schema,
       e.extversion AS version,
       NULL AS event, NULL AS tags, NULL AS function, NULL AS state,
       NULL AS trusted, NULL AS handler, NULL AS inline, NULL AS validator, NULL AS count,
       NULL AS privileges,
       (SELECT d.description FROM pg_catalog.pg_description d
        WHERE d.objoid = e.oid AND d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND d.objsubid = 0) AS comment
FROM pg_catalog.pg_extension e
     JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT 0, 'event trigger', pg_catalog.quote_ident(t.evtname), NULL,
       t.evtowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL,
       t.evtevent,
       (SELECT pg_catalog.string_agg(g, ', ' ORDER BY g COLLATE pg_catalog."C") FROM pg_catalog.unnest(t.evttags) AS g),
       t.evtfoid::pg_catalog.regproc::pg_catalog.text,
       CASE t.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
       NULL, NULL, NULL, NULL, NULL, NULL,
       /*include: _comment(t.oid; pg_event_trigger)*/ NULL /*end*/
FROM pg_catalog.pg_event_trigger t
WHERE /*include: _not_member(t.oid; pg_event_trigger)*/ true /*end*/
UNION ALL
SELECT 0, 'language', pg_catalog.quote_ident(l.lanname), NULL,
       l.lanowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL, NULL, NULL, NULL, NULL,
       CASE WHEN l.lanpltrusted THEN 'true' END,
       NULLIF(l.lanplcallfoid, 0)::pg_catalog.regproc::pg_catalog.text,
       NULLIF(l.laninline, 0)::pg_catalog.regproc::pg_catalog.text,
       NULLIF(l.lanvalidator, 0)::pg_catalog.regproc::pg_catalog.text,
       NULL,
       /*include: _privileges(l.lanacl; pg_catalog.acldefault('l', l.lanowner); l.lanowner)*/
       l.lanacl::pg_catalog.text /*end*/,
       /*include: _comment(l.oid; pg_language)*/ NULL /*end*/
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384
      AND /*include: _not_member(l.oid; pg_language)*/ true /*end*/
UNION ALL
SELECT 0, 'large objects', 'all', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       pg_catalog.count(*)::pg_catalog.text, NULL, NULL
FROM pg_catalog.pg_largeobject_metadata
HAVING pg_catalog.count(*) > 0
