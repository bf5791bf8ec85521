-- Security labels of the database and of what is in it.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_seclabel pg_shseclabel pg_database
SELECT 0::pg_catalog.oid AS anchor, 'security label' AS kind,
       pg_catalog.format('%I ON %s %s', l.provider, i.type, i.identity) AS identity, NULL::pg_catalog.text AS parent,
       l.label
FROM pg_catalog.pg_seclabel l, pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
WHERE l.objoid >= 16384
UNION ALL
SELECT 0, 'security label', pg_catalog.format('%I ON database', l.provider), NULL, l.label
FROM pg_catalog.pg_shseclabel l
WHERE l.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
      AND l.objoid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
