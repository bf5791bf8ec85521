-- The columns of the table $1 (its OID), and whether a row can be written without saying them.  Versions 13 to 18.
SELECT a.attname AS name, t.typname AS type,
       NOT a.attnotnull OR a.atthasdef OR a.attidentity OPERATOR(pg_catalog.<>) '' AS has_default
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) a.atttypid
 WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
   AND a.attnum OPERATOR(pg_catalog.>) 0
   AND NOT a.attisdropped
 ORDER BY a.attnum
