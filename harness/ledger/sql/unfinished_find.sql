-- Marks of pgstair's that a step is begun (ledger/unfinished.h), wherever the search_path of the run that made
-- them put them: views, with what they say in their comments, which every role can read.  PostgreSQL 13 to 18.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       c.oid AS relation,
       mark.facts OPERATOR(pg_catalog.->>) 'revision' AS revision,
       mark.facts OPERATOR(pg_catalog.->>) 'label' AS label,
       mark.facts OPERATOR(pg_catalog.->>) 'up' AS up,
       statement.facts OPERATOR(pg_catalog.->>) 'statement' AS statement,
       mark.facts OPERATOR(pg_catalog.->>) 'statements' AS statements,
       mark.facts OPERATOR(pg_catalog.->>) 'path' AS path,
       statement.facts OPERATOR(pg_catalog.->>) 'line' AS line,
       mark.facts OPERATOR(pg_catalog.->>) 'started_at' AS started_at,
       mark.facts OPERATOR(pg_catalog.->>) 'who' AS who
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 CROSS JOIN LATERAL (SELECT pg_catalog.obj_description(c.oid, 'pg_class') AS text) AS said
 CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.starts_with(said.text, '{"revision" : ')
                                 THEN said.text::pg_catalog.json END AS facts) AS mark
 CROSS JOIN LATERAL (SELECT pg_catalog.col_description(c.oid, 1)::pg_catalog.json AS facts) AS statement
 WHERE c.relname OPERATOR(pg_catalog.=) 'pgstair_unfinished'
   AND c.relkind OPERATOR(pg_catalog.=) 'v'
   AND pg_catalog.starts_with(said.text, '{"revision" : ')
 ORDER BY 1
