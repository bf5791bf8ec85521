-- Expression: the function {p} (pg_amproc) of an operator class or family.
-- arguments: p
pg_catalog.format('FUNCTION %s (%s, %s) %s', {p}.amprocnum, pg_catalog.format_type({p}.amproclefttype, NULL),
                  pg_catalog.format_type({p}.amprocrighttype, NULL), {p}.amproc::pg_catalog.regprocedure)
