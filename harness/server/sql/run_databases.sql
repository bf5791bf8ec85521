-- Databases that are named like those that pgstair makes for a run, and marked ones that were renamed,
-- with what tells whose they are.  $1: one name only; NULL: all.
SELECT d.oid,
       d.datname,
       pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
       d.datconnlimit,
       pg_catalog.pg_get_userbyid(d.datdba) AS role,
       pg_catalog.pg_has_role(d.datdba, 'USAGE') AS may_drop,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity AS a
         WHERE a.datid OPERATOR(pg_catalog.=) d.oid
           AND a.usesysid IS NOT NULL) AS sessions
  FROM pg_catalog.pg_database AS d
 WHERE (($1::pg_catalog.text IS NULL
         AND (pg_catalog.starts_with(d.datname::pg_catalog.text, 'pgstair_')
              OR pg_catalog.strpos(pg_catalog.shobj_description(d.oid, 'pg_database'),
                                   'pgstair-mark: ') OPERATOR(pg_catalog.>) 0))
        OR d.datname::pg_catalog.text OPERATOR(pg_catalog.=) $1)
 ORDER BY d.datname
