-- What rows a catalog has whose rows are known by their OIDs: _probe.sql's answer, with the keys alone, to find what is
-- gone.  Another catalog's name is put in the place of pg_class.
-- serves: 13 to 18
SELECT 0, NULL::pg_catalog.int8, pg_catalog.string_agg(c.oid || ' 0 0', ';')
FROM pg_catalog.pg_class AS c
WHERE c.oid >= 16384
