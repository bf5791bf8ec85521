-- What depends on what, among objects that users have made.
-- serves: 13 to 18
--
-- Columns: catalog, object, part of the one that depends; of the one that it depends on.
SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
