-- Expression: the operator {o} (pg_amop) of an operator class or family.
-- arguments: o
pg_catalog.format('OPERATOR %s (%s, %s) %s', {o}.amopstrategy, pg_catalog.format_type({o}.amoplefttype, NULL),
                  pg_catalog.format_type({o}.amoprighttype, NULL), {o}.amopopr::pg_catalog.regoperator)
  || CASE {o}.amoppurpose WHEN 'o' THEN ' FOR ORDER BY ' || (
       SELECT pg_catalog.format('%I.%I', sort_schema.nspname, sort_family.opfname)
       FROM pg_catalog.pg_opfamily AS sort_family
            JOIN pg_catalog.pg_namespace AS sort_schema ON sort_schema.oid = sort_family.opfnamespace
       WHERE sort_family.oid = {o}.amopsortfamily) ELSE '' END
