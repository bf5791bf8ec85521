-- Operator classes, other than $2 (an OID), that take the same type and have an operator of the name $1; best first: of
-- the more usual methods, default ones.
-- serves: 13 to 18
WITH class AS (
  SELECT c.oid, c.opcname, n.nspname, c.opcdefault, m.amname,
         EXISTS (SELECT FROM pg_catalog.pg_amop o JOIN pg_catalog.pg_operator p ON p.oid = o.amopopr
                 WHERE o.amopfamily = c.opcfamily AND o.amoppurpose = 's' AND p.oprname = $1::pg_catalog.name
                       AND (o.amoplefttype = c.opcintype OR m.amname <> 'btree')) AS has
  FROM pg_catalog.pg_opclass own
       JOIN pg_catalog.pg_opclass c ON c.opcintype = own.opcintype
       JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
       JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
  WHERE own.oid = $2::pg_catalog.oid
)
SELECT c.amname AS method, pg_catalog.format('%I.%I', c.nspname, c.opcname) AS sql
FROM class c
WHERE c.has AND c.oid <> $2::pg_catalog.oid
ORDER BY pg_catalog.array_position(ARRAY['btree', 'gin', 'gist', 'spgist', 'hash', 'brin'], c.amname::pg_catalog.text),
         c.opcdefault DESC, c.opcname COLLATE pg_catalog."C"
