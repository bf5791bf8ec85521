-- Expression: the comment on the user's object {oid} of the catalog {catalog}, or NULL.  Few objects have one: a hashed
-- set of those that do is cheaper than a look-up for each.
-- arguments: oid catalog
CASE WHEN {oid} IN (SELECT described.objoid FROM pg_catalog.pg_description AS described
                    WHERE described.objoid >= 16384 AND described.objsubid = 0
                      AND described.classoid = 'pg_catalog.{catalog}'::pg_catalog.regclass)
     THEN (SELECT described.description FROM pg_catalog.pg_description AS described
           WHERE described.objoid = {oid} AND described.objsubid = 0
             AND described.classoid = 'pg_catalog.{catalog}'::pg_catalog.regclass)
END
