-- Condition: the object {oid} of the catalog {catalog} is no member of an extension.
-- arguments: oid catalog
{oid} NOT IN (SELECT membership.objid FROM pg_catalog.pg_depend AS membership
              WHERE membership.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                AND membership.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass AND membership.deptype = 'e')
