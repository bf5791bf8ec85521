-- Statistics objects.
-- serves: 13 to 18
-- scope: pg_statistic_ext
-- catalogs: pg_statistic_ext pg_class pg_attribute pg_namespace pg_description
SELECT s.oid AS anchor, 'statistics' AS kind, pg_catalog.format('%I.%I', m.nspname, s.stxname) AS identity,
       s.stxrelid::pg_catalog.regclass::pg_catalog.text AS parent,
       s.stxowner::pg_catalog.regrole::pg_catalog.text AS owner,
       (SELECT pg_catalog.string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv'
                                            WHEN 'e' THEN 'expressions' ELSE k::pg_catalog.text END, ', ' ORDER BY k)
        FROM pg_catalog.unnest(s.stxkind) AS k) AS statistics,
       /*>=14*/ pg_catalog.pg_get_statisticsobjdef_columns(s.oid) AS columns, /*end*/
       /*<14: (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
               FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) AS columns, */
       CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget::pg_catalog.text END AS statistics_target,
       /*include: _comment(s.oid; pg_statistic_ext)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_statistic_ext s
     JOIN pg_catalog.pg_namespace m ON m.oid = s.stxnamespace
     JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE /*include: _user_relation(c; n)*/ true /*end*/
      /*scope: AND s.oid = ANY ($1::pg_catalog.oid[])*/
