-- Tables and the like that belong to others than this session's role, which may not alter them.  Quoted names, the
-- first ten; NULL: there are none.  Servers 13 to 18.
SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name)
  FROM (SELECT pg_catalog.format('%I.%I (%I)', n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner)) AS name
          FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,S}'::pg_catalog."char"[])
           AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
           AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
           AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
           AND NOT EXISTS (SELECT 1
                             FROM pg_catalog.pg_depend AS d
                            WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                              AND d.objid OPERATOR(pg_catalog.=) c.oid
                              AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char")
         ORDER BY name LIMIT 10) AS o
