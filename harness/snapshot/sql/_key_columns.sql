-- Expression: the columns of the relation {relation} that the array {key} numbers, in its order.  {k} is the
-- constraint.
-- arguments: relation key k
CASE pg_catalog.cardinality({key}) WHEN 1 THEN (
  SELECT pg_catalog.quote_ident(key_column.attname) FROM pg_catalog.pg_attribute AS key_column
  WHERE key_column.attrelid = {relation} AND key_column.attnum = {key}[1])
ELSE (
  SELECT pg_catalog.string_agg(
           /*>=18: CASE WHEN {k}.conperiod AND place.n = pg_catalog.cardinality({key}) THEN 'PERIOD ' ELSE '' END || */
           pg_catalog.quote_ident(key_column.attname), ', ' ORDER BY place.n)
  FROM pg_catalog.unnest({key}) WITH ORDINALITY AS place (attnum, n)
       JOIN pg_catalog.pg_attribute AS key_column
         ON key_column.attrelid = {relation} AND key_column.attnum = place.attnum)
END
