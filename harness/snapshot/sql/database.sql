-- The database itself, but for its name; privileges on the server's parameters.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_database pg_db_role_setting pg_tablespace pg_parameter_acl pg_shdescription
SELECT 0::pg_catalog.oid AS anchor, 'database' AS kind, 'database' AS identity, NULL::pg_catalog.text AS parent,
       d.datdba::pg_catalog.regrole::pg_catalog.text AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding)::pg_catalog.text AS encoding,
       /*>=15*/ CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END AS provider, /*end*/
       d.datcollate::pg_catalog.text AS collate,
       d.datctype::pg_catalog.text AS ctype,
       /*>=17: d.datlocale AS locale, */ /*>=15 <17*/ d.daticulocale AS locale, /*end*/
       /*>=16: d.daticurules AS rules, */
       (SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s
        WHERE s.oid = d.dattablespace AND s.spcname <> 'pg_default') AS tablespace,
       -- From 2^30 on it limits nothing, and may be pgstair's own (server/run_databases.h), as may be the comment.
       CASE WHEN d.datconnlimit <> -1 AND d.datconnlimit < 1073741824 THEN d.datconnlimit::pg_catalog.text END AS connection_limit,
       (SELECT pg_catalog.string_agg(
                 CASE s.setrole WHEN 0 THEN '' ELSE s.setrole::pg_catalog.regrole::pg_catalog.text || ': ' END || c,
                 E'\n' ORDER BY CASE s.setrole WHEN 0 THEN '' ELSE s.setrole::pg_catalog.regrole::pg_catalog.text END
                                  COLLATE pg_catalog."C", c COLLATE pg_catalog."C")
        FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS e (c, place)
        WHERE s.setdatabase = d.oid
          -- Not what pgstair itself has set there, down to its mark (server/url_settings.c).
          AND (s.setrole <> 0 OR NOT EXISTS (
                 SELECT FROM pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS m (mark, place)
                 WHERE m.place >= e.place
                   AND m.mark = 'application_name=pgstair:' || pg_catalog.hashtextextended(
                         pg_catalog.array_to_string(s.setconfig[:m.place::pg_catalog.int4 - 1], E'\n'), 0)))) AS settings,
       /*include: _privileges(d.datacl; pg_catalog.acldefault('d', d.datdba); d.datdba)*/
       d.datacl::pg_catalog.text /*end*/ AS privileges,
       (SELECT c.description FROM pg_catalog.pg_shdescription c
        WHERE c.objoid = d.oid AND c.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
          AND pg_catalog.strpos(c.description, 'pgstair-mark: ') = 0) AS comment
FROM pg_catalog.pg_database d
WHERE d.datname = pg_catalog.current_database()
/*>=15*/
UNION ALL
SELECT 0, 'parameter', p.parname, NULL, NULL, NULL, NULL, NULL, NULL, NULL, /*end*/ /*>=16: NULL, */
       /*>=15*/ NULL, NULL, NULL,
       -- 10 is the bootstrap superuser, to whom they all belong.
       /*include: _privileges(p.paracl; pg_catalog.acldefault('p', 10); 10)*/ p.paracl::pg_catalog.text /*end*/,
       NULL
FROM pg_catalog.pg_parameter_acl p
/*end*/
