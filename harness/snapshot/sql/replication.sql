-- Publications, and the subscriptions of this database.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_publication pg_publication_rel pg_publication_namespace pg_subscription pg_database pg_class
-- catalogs: pg_attribute pg_namespace pg_description
SELECT 0::pg_catalog.oid AS anchor, 'publication' AS kind, pg_catalog.quote_ident(p.pubname) AS identity,
       NULL::pg_catalog.text AS parent,
       p.pubowner::pg_catalog.regrole::pg_catalog.text AS owner,
       CASE WHEN p.puballtables THEN 'true' END AS all_tables,
       (SELECT pg_catalog.string_agg(
                 t.prrelid::pg_catalog.regclass::pg_catalog.text
                 /*>=15*/
                 || coalesce(' (' || (
                      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
                      FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.prrelid AND a.attnum = ANY (t.prattrs)) || ')', '')
                 || coalesce(' WHERE ' || pg_catalog.pg_get_expr(t.prqual, t.prrelid), '')
                 /*end*/,
                 E'\n' ORDER BY t.prrelid::pg_catalog.regclass::pg_catalog.text COLLATE pg_catalog."C")
        FROM pg_catalog.pg_publication_rel t WHERE t.prpubid = p.oid) AS tables,
       /*>=15*/
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', ' ORDER BY n.nspname)
        FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
        WHERE s.pnpubid = p.oid) AS schemas,
       /*end*/
       pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)
         AS publish,
       CASE WHEN p.pubviaroot THEN 'true' END AS via_partition_root,
       /*>=18: CASE p.pubgencols WHEN 's' THEN 'stored' END AS generated_columns, */
       NULL AS disabled, NULL AS slot, NULL AS publications, NULL AS "binary", NULL AS streaming,
       NULL AS two_phase, NULL AS disable_on_error, NULL AS synchronous_commit, NULL AS no_password_required,
       NULL AS run_as_owner, NULL AS origin, NULL AS failover,
       /*include: _comment(p.oid; pg_publication)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_publication p
WHERE /*include: _not_member(p.oid; pg_publication)*/ true /*end*/
UNION ALL
-- Without the connection string: it holds a password, and none but superusers may read it.  Which columns others may
-- read differs: in 13 neither the OID (which leads to the comment) nor subsynccommit.
SELECT 0, 'subscription', pg_catalog.quote_ident(s.subname), NULL,
       s.subowner::pg_catalog.regrole::pg_catalog.text,
       NULL, NULL, /*>=15*/ NULL, /*end*/ NULL, NULL, /*>=18: NULL, */
       CASE WHEN NOT s.subenabled THEN 'true' END,
       coalesce(pg_catalog.quote_ident(s.subslotname), 'NONE'),
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(u), ', ' ORDER BY u COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(s.subpublications) AS u),
       /*>=14*/ CASE WHEN s.subbinary THEN 'true' END, /*end*/ /*<14: NULL, */
       /*>=16: CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END, */
       /*>=14 <16*/ CASE WHEN s.substream THEN 'on' END, /*end*/ /*<14: NULL, */
       /*>=15*/
       CASE WHEN s.subtwophasestate <> 'd' THEN 'true' END,
       CASE WHEN s.subdisableonerr THEN 'true' END,
       /*end*/
       /*<15: NULL, NULL, */
       /*>=14*/ NULLIF(s.subsynccommit, 'off'), /*end*/ /*<14: NULL, */
       /*>=16: CASE WHEN NOT s.subpasswordrequired THEN 'true' END, CASE WHEN s.subrunasowner THEN 'true' END,
               NULLIF(s.suborigin, 'any'), */
       /*<16*/ NULL, NULL, NULL, /*end*/
       /*>=17: CASE WHEN s.subfailover THEN 'true' END, */ /*<17*/ NULL, /*end*/
       /*>=14*/ /*include: _comment(s.oid; pg_subscription)*/ NULL /*end*/ /*end*/ /*<14: NULL */
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
