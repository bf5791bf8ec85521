-- What a transaction sees of the catalogs, as one text: which versions of which rows (a version is known by the
-- transaction that wrote it and its place).  Equal texts: the same schema, also after a rollback.  Servers: 13 to 18.
SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', f.catalog, f.n, f.versions), ',' ORDER BY f.catalog)
FROM (
  SELECT 'pg_aggregate', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_aggregate t
  UNION ALL SELECT 'pg_am', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_am t
  UNION ALL SELECT 'pg_amop', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_amop t
  UNION ALL SELECT 'pg_amproc', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_amproc t
  UNION ALL SELECT 'pg_attrdef', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_attrdef t
  UNION ALL SELECT 'pg_attribute', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_attribute t
  UNION ALL SELECT 'pg_cast', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_cast t
  UNION ALL SELECT 'pg_class', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_class t
  UNION ALL SELECT 'pg_collation', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_collation t
  UNION ALL SELECT 'pg_constraint', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_constraint t
  UNION ALL SELECT 'pg_conversion', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_conversion t
  UNION ALL SELECT 'pg_default_acl', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_default_acl t
  UNION ALL SELECT 'pg_depend', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_depend t
  UNION ALL SELECT 'pg_description', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_description t
  UNION ALL SELECT 'pg_enum', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_enum t
  UNION ALL SELECT 'pg_event_trigger', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_event_trigger t
  UNION ALL SELECT 'pg_extension', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_extension t
  UNION ALL SELECT 'pg_foreign_data_wrapper', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_foreign_data_wrapper t
  UNION ALL SELECT 'pg_foreign_server', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_foreign_server t
  UNION ALL SELECT 'pg_foreign_table', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_foreign_table t
  UNION ALL SELECT 'pg_index', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_index t
  UNION ALL SELECT 'pg_inherits', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_inherits t
  UNION ALL SELECT 'pg_init_privs', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_init_privs t
  UNION ALL SELECT 'pg_language', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_language t
  UNION ALL SELECT 'pg_largeobject_metadata', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_largeobject_metadata t
  UNION ALL SELECT 'pg_namespace', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_namespace t
  UNION ALL SELECT 'pg_opclass', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_opclass t
  UNION ALL SELECT 'pg_operator', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_operator t
  UNION ALL SELECT 'pg_opfamily', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_opfamily t
  UNION ALL SELECT 'pg_partitioned_table', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_partitioned_table t
  UNION ALL SELECT 'pg_policy', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_policy t
  UNION ALL SELECT 'pg_proc', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_proc t
  UNION ALL SELECT 'pg_publication', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_publication t
  UNION ALL SELECT 'pg_publication_rel', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_publication_rel t
  UNION ALL SELECT 'pg_range', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_range t
  UNION ALL SELECT 'pg_rewrite', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_rewrite t
  UNION ALL SELECT 'pg_seclabel', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_seclabel t
  UNION ALL SELECT 'pg_sequence', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_sequence t
  UNION ALL SELECT 'pg_statistic_ext', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_statistic_ext t
  UNION ALL SELECT 'pg_subscription', pg_catalog.count(*), -- superusers
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_subscription t -- superusers
-- others:   UNION ALL SELECT 'pg_subscription', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.subname, t.subenabled), 0)) FROM pg_catalog.pg_subscription t
  UNION ALL SELECT 'pg_transform', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_transform t
  UNION ALL SELECT 'pg_trigger', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_trigger t
  UNION ALL SELECT 'pg_ts_config', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_ts_config t
  UNION ALL SELECT 'pg_ts_config_map', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_ts_config_map t
  UNION ALL SELECT 'pg_ts_dict', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_ts_dict t
  UNION ALL SELECT 'pg_ts_parser', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_ts_parser t
  UNION ALL SELECT 'pg_ts_template', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_ts_template t
  UNION ALL SELECT 'pg_type', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_type t
  UNION ALL SELECT 'pg_user_mapping', pg_catalog.count(*), -- superusers
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_user_mapping t -- superusers
-- others:   UNION ALL SELECT 'pg_user_mapping', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.umid, t.umoptions), 0)) FROM pg_catalog.pg_user_mappings t
  UNION ALL SELECT 'pg_auth_members', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_auth_members t
  UNION ALL SELECT 'pg_authid', pg_catalog.count(*), -- superusers
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_authid t -- superusers
  UNION ALL SELECT 'pg_db_role_setting', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_db_role_setting t
  UNION ALL SELECT 'pg_shdescription', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_shdescription t
  UNION ALL SELECT 'pg_shseclabel', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_shseclabel t
  UNION ALL SELECT 'pg_tablespace', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_tablespace t
  UNION ALL SELECT 'pg_database', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_database t WHERE t.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
  /*>=15*/ UNION ALL SELECT 'pg_parameter_acl', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_parameter_acl t /*end*/
  /*>=15*/ UNION ALL SELECT 'pg_publication_namespace', pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(t.xmin, t.ctid), 0)) FROM pg_catalog.pg_publication_namespace t /*end*/
) AS f (catalog, n, versions)
