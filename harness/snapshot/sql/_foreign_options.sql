-- Expression: a foreign object's options in the order of their names.  A snapshot goes into git: what is called a
-- password is not shown.
-- arguments: options
CASE WHEN {options} IS NOT NULL THEN (
  SELECT pg_catalog.string_agg(
           pg_catalog.quote_ident(given.option_name) || CASE
             WHEN given.option_name LIKE '%password' THEN ' (not shown)'
             ELSE ' ' || pg_catalog.quote_literal(given.option_value) END,
           ', ' ORDER BY given.option_name COLLATE pg_catalog."C")
  FROM pg_catalog.pg_options_to_table({options}) AS given)
END
