-- Whether the schema $1 has anything of its own in it, as PostgreSQLSchema.java, doEmpty(), asks.  Versions 13 to 18.
SELECT EXISTS (
  SELECT
    FROM (SELECT c.oid, c.relnamespace AS namespace, 'pg_catalog.pg_class'::pg_catalog.regclass AS catalog
            FROM pg_catalog.pg_class AS c
           WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,S,c}'::pg_catalog."char"[])
          UNION ALL
          SELECT t.oid, t.typnamespace, 'pg_catalog.pg_type'::pg_catalog.regclass
            FROM pg_catalog.pg_type AS t
           WHERE t.typtype OPERATOR(pg_catalog.=) ANY ('{d,e,r}'::pg_catalog."char"[])
          UNION ALL
          SELECT p.oid, p.pronamespace, 'pg_catalog.pg_proc'::pg_catalog.regclass
            FROM pg_catalog.pg_proc AS p) AS o
    JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.namespace
   WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                      WHERE d.classid OPERATOR(pg_catalog.=) o.catalog
                        AND d.objid OPERATOR(pg_catalog.=) o.oid
                        AND d.deptype OPERATOR(pg_catalog.=) 'e'))
