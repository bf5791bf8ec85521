-- Text search configurations, dictionaries, parsers and templates.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_proc pg_namespace pg_description
SELECT 0::pg_catalog.oid AS anchor, 'text search parser' AS kind,
       pg_catalog.format('%I.%I', n.nspname, p.prsname) AS identity, NULL::pg_catalog.text AS parent,
       NULL AS owner,
       p.prsstart::pg_catalog.regproc::pg_catalog.text AS start,
       p.prstoken::pg_catalog.regproc::pg_catalog.text AS gettoken,
       p.prsend::pg_catalog.regproc::pg_catalog.text AS "end",
       p.prslextype::pg_catalog.regproc::pg_catalog.text AS lextypes,
       NULLIF(p.prsheadline, 0)::pg_catalog.regproc::pg_catalog.text AS headline,
       NULL AS init, NULL AS lexize, NULL AS template, NULL AS options, NULL AS parser, NULL AS mappings,
       /*include: _comment(p.oid; pg_ts_parser)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_ts_parser p
     JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
WHERE p.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(p.oid; pg_ts_parser)*/ true /*end*/
UNION ALL
SELECT 0, 'text search template', pg_catalog.format('%I.%I', n.nspname, t.tmplname), NULL, NULL, NULL, NULL, NULL, NULL,
       NULL,
       NULLIF(t.tmplinit, 0)::pg_catalog.regproc::pg_catalog.text,
       t.tmpllexize::pg_catalog.regproc::pg_catalog.text,
       NULL, NULL, NULL, NULL,
       /*include: _comment(t.oid; pg_ts_template)*/ NULL /*end*/
FROM pg_catalog.pg_ts_template t
     JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
WHERE t.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(t.oid; pg_ts_template)*/ true /*end*/
UNION ALL
SELECT 0, 'text search dictionary', pg_catalog.format('%I.%I', n.nspname, d.dictname), NULL,
       d.dictowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       (SELECT pg_catalog.format('%I.%I', s.nspname, t.tmplname)
        FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace s ON s.oid = t.tmplnamespace
        WHERE t.oid = d.dicttemplate),
       d.dictinitoption,
       NULL, NULL,
       /*include: _comment(d.oid; pg_ts_dict)*/ NULL /*end*/
FROM pg_catalog.pg_ts_dict d
     JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
WHERE d.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(d.oid; pg_ts_dict)*/ true /*end*/
UNION ALL
SELECT 0, 'text search configuration', pg_catalog.format('%I.%I', n.nspname, c.cfgname), NULL,
       c.cfgowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       (SELECT pg_catalog.format('%I.%I', s.nspname, p.prsname)
        FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace s ON s.oid = p.prsnamespace
        WHERE p.oid = c.cfgparser),
       (SELECT pg_catalog.string_agg(m.line, E'\n' ORDER BY m.line COLLATE pg_catalog."C")
        FROM (SELECT k.alias || ': ' || pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::pg_catalog.text, ', '
                                                              ORDER BY m.mapseqno) AS line
              FROM pg_catalog.pg_ts_config_map m
                   JOIN pg_catalog.ts_token_type(c.cfgparser) AS k ON k.tokid = m.maptokentype
              WHERE m.mapcfg = c.oid
              GROUP BY k.alias) AS m),
       /*include: _comment(c.oid; pg_ts_config)*/ NULL /*end*/
FROM pg_catalog.pg_ts_config c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
WHERE c.oid >= 16384
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(c.oid; pg_ts_config)*/ true /*end*/
