-- Condition: the member {oid} (of the catalog {catalog}) of an operator family did not come with an operator class.
-- arguments: oid catalog
NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS of_class
            WHERE of_class.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass AND of_class.objid = {oid}
                  AND of_class.deptype = 'i'
                  AND of_class.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass)
