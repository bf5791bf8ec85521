-- What a server has outside of the databases that pgstair made, as far as anybody may see it: a name for a person, and
-- its state as text.  Serves 13 to 18.
SELECT pg_catalog.concat('role ', pg_catalog.quote_ident(r.rolname)) AS name,
       pg_catalog.concat_ws(' ', r::pg_catalog.text, pg_catalog.shobj_description(r.oid, 'pg_authid')) AS state
FROM pg_catalog.pg_roles r
UNION ALL
SELECT pg_catalog.concat('membership of ', m.member::pg_catalog.regrole, ' in ', m.roleid::pg_catalog.regrole,
                         ' by ', m.grantor::pg_catalog.regrole), m::pg_catalog.text
FROM pg_catalog.pg_auth_members m
UNION ALL
SELECT pg_catalog.concat('tablespace ', pg_catalog.quote_ident(t.spcname)),
       pg_catalog.concat_ws(' ', t.oid, t.spcowner, t.spcacl, t.spcoptions,
                            pg_catalog.shobj_description(t.oid, 'pg_tablespace'))
FROM pg_catalog.pg_tablespace t
UNION ALL
SELECT pg_catalog.concat('database ', pg_catalog.quote_ident(d.datname)),
       pg_catalog.concat_ws(' ', d.oid, d.datdba, d.dattablespace, d.datistemplate, d.datallowconn, d.datconnlimit,
                            d.datacl, pg_catalog.shobj_description(d.oid, 'pg_database'))
FROM pg_catalog.pg_database d
WHERE NOT pg_catalog.starts_with(d.datname::pg_catalog.text, 'pgstair_')
UNION ALL
SELECT pg_catalog.concat('settings of ', coalesce(pg_catalog.quote_ident(r.rolname), 'all roles'),
                         ' in ', coalesce(pg_catalog.quote_ident(d.datname), 'all databases')),
       s.setconfig::pg_catalog.text
FROM pg_catalog.pg_db_role_setting s
     LEFT JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.setdatabase
     LEFT JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) s.setrole
WHERE d.datname IS NULL OR NOT pg_catalog.starts_with(d.datname::pg_catalog.text, 'pgstair_')
UNION ALL
SELECT pg_catalog.concat('replication slot ', pg_catalog.quote_ident(s.slot_name)), s.plugin::pg_catalog.text
FROM pg_catalog.pg_replication_slots s
WHERE NOT s.temporary
  AND (s.database IS NULL OR NOT pg_catalog.starts_with(s.database::pg_catalog.text, 'pgstair_'))
