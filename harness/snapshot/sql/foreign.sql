-- Foreign data wrappers, servers, user mappings.  Foreign tables are in table.sql.
-- serves: 13 to 18
-- scope: none
-- catalogs: pg_foreign_data_wrapper pg_foreign_server pg_user_mapping pg_proc pg_description
SELECT 0::pg_catalog.oid AS anchor, 'foreign data wrapper' AS kind, pg_catalog.quote_ident(w.fdwname) AS identity,
       NULL::pg_catalog.text AS parent,
       w.fdwowner::pg_catalog.regrole::pg_catalog.text AS owner,
       NULLIF(w.fdwhandler, 0)::pg_catalog.regproc::pg_catalog.text AS handler,
       NULLIF(w.fdwvalidator, 0)::pg_catalog.regproc::pg_catalog.text AS validator,
       NULL AS wrapper, NULL AS type, NULL AS version,
       /*include: _foreign_options(w.fdwoptions)*/ w.fdwoptions::pg_catalog.text /*end*/ AS options,
       /*include: _privileges(w.fdwacl; pg_catalog.acldefault('F', w.fdwowner); w.fdwowner)*/
       w.fdwacl::pg_catalog.text /*end*/ AS privileges,
       /*include: _comment(w.oid; pg_foreign_data_wrapper)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE /*include: _not_member(w.oid; pg_foreign_data_wrapper)*/ true /*end*/
UNION ALL
SELECT 0, 'server', pg_catalog.quote_ident(s.srvname), NULL,
       s.srvowner::pg_catalog.regrole::pg_catalog.text, NULL, NULL,
       (SELECT pg_catalog.quote_ident(w.fdwname) FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw),
       s.srvtype, s.srvversion,
       /*include: _foreign_options(s.srvoptions)*/ s.srvoptions::pg_catalog.text /*end*/,
       /*include: _privileges(s.srvacl; pg_catalog.acldefault('S', s.srvowner); s.srvowner)*/
       s.srvacl::pg_catalog.text /*end*/,
       /*include: _comment(s.oid; pg_foreign_server)*/ NULL /*end*/
FROM pg_catalog.pg_foreign_server s
WHERE /*include: _not_member(s.oid; pg_foreign_server)*/ true /*end*/
UNION ALL
-- The catalog itself is for superusers only; the view hides options that are not this user's to see.
SELECT 0, 'user mapping',
       pg_catalog.format('%s SERVER %I', CASE m.umuser WHEN 0 THEN 'PUBLIC'
                                         ELSE m.umuser::pg_catalog.regrole::pg_catalog.text END, m.srvname), NULL,
       NULL, NULL, NULL, NULL, NULL, NULL,
       /*include: _foreign_options(m.umoptions)*/ m.umoptions::pg_catalog.text /*end*/,
       NULL, NULL
FROM pg_catalog.pg_user_mappings m
