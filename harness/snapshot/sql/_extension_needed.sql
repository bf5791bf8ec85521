-- Expression: the extensions without which the object {oid} of the catalog {catalog} goes (DEPENDS ON EXTENSION).
-- arguments: oid catalog
CASE WHEN {oid} IN (SELECT needing.objid FROM pg_catalog.pg_depend AS needing
                    WHERE needing.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                      AND needing.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass AND needing.deptype = 'x')
     THEN (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(needed.extname), ', ' ORDER BY needed.extname)
           FROM pg_catalog.pg_depend AS needing JOIN pg_catalog.pg_extension AS needed ON needed.oid = needing.refobjid
           WHERE needing.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
             AND needing.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass AND needing.deptype = 'x'
             AND needing.objid = {oid})
END
