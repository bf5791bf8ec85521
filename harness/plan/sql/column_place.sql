-- The tables and views of $1 (regclass texts) that have the column $2, for declared_infer.c.
-- serves: 13 to 18
SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation, pg_catalog.quote_ident(a.attname) AS name
FROM pg_catalog.unnest($1::pg_catalog.text[]) AS w (relation)
     JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.relation)
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
WHERE a.attname = $2
