-- Whether a cast of the table's ($1, an OID) column $2 to the type $3 changes nothing of its values, so that an index on
-- the column serves what is cast, too: not where the types are compared differently (citext, char(n)).
-- serves: 13 to 18
WITH families AS (
  SELECT o.opcintype AS type, o.opcfamily AS family
  FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
  WHERE m.amname = 'btree' AND o.opcdefault
)
SELECT t.base = pg_catalog.to_regtype($3::pg_catalog.text) OR EXISTS (
         SELECT FROM pg_catalog.pg_cast k
         WHERE k.castsource = t.base AND k.casttarget = pg_catalog.to_regtype($3::pg_catalog.text) AND k.castmethod = 'b'
               AND k.casttarget <> 'pg_catalog.bpchar'::pg_catalog.regtype
               AND NOT EXISTS (SELECT FROM families f JOIN families g ON g.family <> f.family
                               WHERE f.type = k.castsource AND g.type = k.casttarget))
FROM (SELECT CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END AS base
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
      WHERE a.attrelid = $1::pg_catalog.oid AND a.attname = $2::pg_catalog.name) AS t
