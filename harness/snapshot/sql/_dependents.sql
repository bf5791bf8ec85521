-- The given objects and all that depends on them, by way of others too: what a changed name, type
-- or definition may show up in.  $1: catalogs' OIDs, $2: objects' OIDs, in pairs.
-- serves: 13 to 18
WITH RECURSIVE affected (class, object) AS (
  SELECT g.class, g.object
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.oid[]))
       AS g (class, object)
  UNION
  SELECT d.classid, d.objid
  FROM affected a
       JOIN pg_catalog.pg_depend d ON d.refclassid = a.class AND d.refobjid = a.object
)
SELECT a.class, a.object FROM affected a
