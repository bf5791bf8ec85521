-- What was there of leftovers before the step that the mark $1 (its OID) is of (unfinished_find.sql).
-- PostgreSQL 13 to 18.
SELECT pg_catalog.json_array_elements_text(
         pg_catalog.obj_description($1::pg_catalog.oid, 'pg_class')::pg_catalog.json OPERATOR(pg_catalog.->) 'before')
