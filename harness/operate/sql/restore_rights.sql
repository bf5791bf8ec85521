-- What stands for or against putting another database in the place of $1, as who asks: whether it is there, whether he
-- may make databases, whether he may rename it, which logical replication slots hang on it, its comment, its limit, whose it
-- is, whether it is a template.  Serves 13 to 18.
SELECT d.oid IS NOT NULL,
       r.rolsuper OR r.rolcreatedb,
       r.rolsuper OR pg_catalog.pg_has_role(r.oid, d.datdba, 'USAGE'),
       (SELECT pg_catalog.string_agg(s.slot_name, ', ' ORDER BY s.slot_name)
        FROM pg_catalog.pg_replication_slots s WHERE s.database = d.datname),
       pg_catalog.shobj_description(d.oid, 'pg_database'),
       d.datconnlimit,
       r.rolname,
       pg_catalog.pg_get_userbyid(d.datdba),
       d.datistemplate
FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_database d ON d.datname = $1
WHERE r.rolname = current_user
