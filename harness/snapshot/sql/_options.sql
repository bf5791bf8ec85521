-- Expression: options ("name=value") in the order of their names.
-- arguments: options
CASE WHEN {options} IS NOT NULL THEN (
  SELECT pg_catalog.string_agg(option, ', ' ORDER BY option COLLATE pg_catalog."C")
  FROM pg_catalog.unnest({options}) AS option)
END
