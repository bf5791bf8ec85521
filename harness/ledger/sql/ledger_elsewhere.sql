-- Tables with the name $2 in other schemas than $1 (NULL: none), which this role may read.  Versions 13 to 18.
SELECT n.nspname AS schema, c.oid AS relation
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE c.relname OPERATOR(pg_catalog.=) $2::pg_catalog.name
   AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
   AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
   AND (n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name) IS NOT TRUE
   AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
   AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
 ORDER BY n.nspname
