-- Roles, memberships, tablespaces: what all databases of the server share.  For superusers.
-- serves: 13 to 18
-- scope: none
-- cluster: yes
-- catalogs: pg_authid pg_auth_members pg_tablespace pg_db_role_setting pg_shdescription pg_shseclabel
-- 10 is the bootstrap superuser; what is between it and 16384 are the predefined roles and tablespaces.
SELECT 0::pg_catalog.oid AS anchor, 'role' AS kind, pg_catalog.quote_ident(a.rolname) AS identity,
       NULL::pg_catalog.text AS parent,
       CASE WHEN a.rolsuper THEN 'true' END AS superuser,
       CASE WHEN a.rolcreaterole THEN 'true' END AS create_role,
       CASE WHEN a.rolcreatedb THEN 'true' END AS create_database,
       CASE WHEN a.rolcanlogin THEN 'true' END AS login,
       CASE WHEN a.rolreplication THEN 'true' END AS replication,
       CASE WHEN a.rolbypassrls THEN 'true' END AS bypass_row_security,
       CASE WHEN NOT a.rolinherit THEN 'true' END AS no_inherit,
       CASE WHEN a.rolconnlimit <> -1 THEN a.rolconnlimit::pg_catalog.text END AS connection_limit,
       -- Not the one by which pgstair itself lets in a role that has none (server/admission.h: its salt).
       CASE WHEN a.rolpassword NOT LIKE 'SCRAM-SHA-256$%:cGdzdGFpcjogbm90aGluZw==$%' THEN 'true' END AS password,
       (a.rolvaliduntil AT TIME ZONE 'UTC')::pg_catalog.text || '+00' AS valid_until,
       (SELECT pg_catalog.string_agg(c, E'\n' ORDER BY c COLLATE pg_catalog."C")
        FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS c
        WHERE s.setdatabase = 0 AND s.setrole = a.oid) AS settings,
       NULL AS admin, NULL AS no_set, NULL AS grantor,
       NULL AS owner, NULL AS location, NULL AS options, NULL AS privileges,
       (SELECT c.description FROM pg_catalog.pg_shdescription c
        WHERE c.objoid = a.oid AND c.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass) AS comment,
       (SELECT pg_catalog.string_agg(l.provider || ': ' || l.label, E'\n' ORDER BY l.provider COLLATE pg_catalog."C")
        FROM pg_catalog.pg_shseclabel l
        WHERE l.objoid = a.oid AND l.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass) AS security_label
FROM pg_catalog.pg_authid a
WHERE a.oid >= 16384 OR a.oid = 10
UNION ALL
-- From 16 on the same membership may be granted by several.
SELECT 0, 'role membership',
       m.member::pg_catalog.regrole::pg_catalog.text || ' IN ' || m.roleid::pg_catalog.regrole::pg_catalog.text
         /*>=16: || ' BY ' || m.grantor::pg_catalog.regrole::pg_catalog.text */, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL,
       /*>=16: CASE WHEN NOT m.inherit_option THEN 'true' END, */ /*<16*/ NULL, /*end*/
       NULL, NULL, NULL, NULL,
       CASE WHEN m.admin_option THEN 'true' END,
       /*>=16: CASE WHEN NOT m.set_option THEN 'true' END, NULL, */
       /*<16*/ NULL, m.grantor::pg_catalog.regrole::pg_catalog.text, /*end*/
       NULL, NULL, NULL, NULL, NULL, NULL
FROM pg_catalog.pg_auth_members m
WHERE m.member >= 16384 OR m.roleid >= 16384 OR m.member = 10
UNION ALL
SELECT 0, 'tablespace', pg_catalog.quote_ident(t.spcname), NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       t.spcowner::pg_catalog.regrole::pg_catalog.text,
       -- One inside the data folder (allow_in_place_tablespaces) is named by its OID.
       CASE WHEN pg_catalog.pg_tablespace_location(t.oid) NOT LIKE 'pg\_tblspc/%'
            THEN pg_catalog.pg_tablespace_location(t.oid) END,
       /*include: _options(t.spcoptions)*/ t.spcoptions::pg_catalog.text /*end*/,
       /*include: _privileges(t.spcacl; pg_catalog.acldefault('t', t.spcowner); t.spcowner)*/
       t.spcacl::pg_catalog.text /*end*/,
       (SELECT c.description FROM pg_catalog.pg_shdescription c
        WHERE c.objoid = t.oid AND c.classoid = 'pg_catalog.pg_tablespace'::pg_catalog.regclass),
       (SELECT pg_catalog.string_agg(l.provider || ': ' || l.label, E'\n' ORDER BY l.provider COLLATE pg_catalog."C")
        FROM pg_catalog.pg_shseclabel l
        WHERE l.objoid = t.oid AND l.classoid = 'pg_catalog.pg_tablespace'::pg_catalog.regclass)
FROM pg_catalog.pg_tablespace t
WHERE t.oid >= 16384
