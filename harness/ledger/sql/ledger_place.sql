-- Where a tool's table is, or would be made: in the schema $1; when that is NULL, in the first of search_path that
-- has it ($3: 0), in the current one ($3: 1), or in public when there is none ($3: 2).  $2: its name.  Versions 13
-- to 18.
WITH place AS (
  SELECT s.name
    FROM (SELECT COALESCE(
            $1::pg_catalog.name,
            CASE WHEN $3::pg_catalog.int4 OPERATOR(pg_catalog.=) 0 THEN
              (SELECT n.nspname
                 FROM pg_catalog.pg_class AS c
                 JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
                WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(pg_catalog.quote_ident($2))) END,
            pg_catalog.current_schema(),
            CASE WHEN $3::pg_catalog.int4 OPERATOR(pg_catalog.=) 2 THEN 'public'::pg_catalog.name END) AS name)
         AS s)
SELECT p.name AS schema, c.oid AS relation, c.relkind AS kind
  FROM place AS p
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname OPERATOR(pg_catalog.=) p.name
  LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid
                                    AND c.relname OPERATOR(pg_catalog.=) $2::pg_catalog.name
