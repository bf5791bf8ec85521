-- Which rows of the catalogs have changed, and how many there are: what tells the incremental read
-- (probe.h) which objects to read anew.
-- serves: 13 to 18
--
-- A section a catalog.  Each answers one row: the catalog's OID, the number of rows that are
-- counted (NULL: not counted, because a row never goes without a trace in another one), and the
-- changed rows as "key class object face", ';' between them: a key that is unique in the
-- catalog, the object (catalog and OID) that the row is part of, and a number made of what other
-- objects' texts show of it (its name, mostly): while that is the same, no other object changes
-- with it.  0: nothing of it is ever shown; without a face it is not known what is.  $1 is the first transaction
-- id that may have changed something; a row's xmin is never older than its last change.  A section
-- whose rows are counted lists, when asked with $1 = 3, the first normal transaction id, every
-- counted row: that of initdb's rows is older still (1, in bootstrap mode).
--
-- Who is no superuser may not read three catalogs.  Of two of them whatever there is counts as changed each time (there
-- is next to nothing); roles are nobody's there to change (cycle/territory.h).
--
-- Rows of objects that initdb made (OIDs below 16384, FirstNormalObjectId) are watched for changes
-- but not counted, nothing may drop them: their key is "-".  (Schemas, extensions and languages may be
-- dropped, and are counted.)

-- section: pg_class
SELECT 1259 AS catalog, pg_catalog.count(*) FILTER (WHERE c.oid >= 16384) AS counted,
       pg_catalog.string_agg(pg_catalog.concat_ws(' ',
         CASE WHEN c.oid >= 16384 THEN c.oid::pg_catalog.text ELSE '-' END, 1259, coalesce(i.indrelid, c.oid),
         pg_catalog.hashtext(c.relnamespace || '.' || c.relname)), ';')
         FILTER (WHERE pg_catalog.age(c.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))) AS changed
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid AND c.relkind IN ('i', 'I')
WHERE c.relkind <> 't' AND c.relnamespace <> 99 AND c.relpersistence <> 't'

-- section: pg_index
SELECT 2610, NULL::pg_catalog.int8,
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', i.indexrelid, 1259, i.indrelid, 0), ';')
FROM pg_catalog.pg_index i
WHERE i.indexrelid >= 16384
      AND pg_catalog.age(i.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_attribute
SELECT 1249, NULL::pg_catalog.int8,
       pg_catalog.string_agg(
         pg_catalog.concat_ws(' ', a.attrelid || '/' || a.attnum, 1259, a.attrelid,
                              pg_catalog.hashtext(a.attname::pg_catalog.text)), ';')
FROM pg_catalog.pg_attribute a
WHERE a.attrelid >= 16384 AND a.attnum > 0
      AND pg_catalog.age(a.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_attrdef
SELECT 2604, NULL::pg_catalog.int8, pg_catalog.string_agg(pg_catalog.concat_ws(' ', d.oid, 1259, d.adrelid, 0), ';')
FROM pg_catalog.pg_attrdef d
WHERE pg_catalog.age(d.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_constraint
SELECT 2606, pg_catalog.count(*) FILTER (WHERE c.oid >= 16384),
       pg_catalog.string_agg(
         CASE WHEN c.conrelid <> 0 THEN pg_catalog.concat_ws(' ', CASE WHEN c.oid >= 16384 THEN c.oid::pg_catalog.text ELSE '-' END, 1259, c.conrelid, 0)
              ELSE pg_catalog.concat_ws(' ', CASE WHEN c.oid >= 16384 THEN c.oid::pg_catalog.text ELSE '-' END, 1247, c.contypid, 0) END, ';')
         FILTER (WHERE pg_catalog.age(c.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_constraint c

-- section: pg_trigger
-- A constraint's own triggers are part of the constraint, on whichever of its tables they sit.
SELECT 2620, pg_catalog.count(*),
       pg_catalog.string_agg(
         CASE WHEN t.tgisinternal AND t.tgconstraint <> 0
              THEN pg_catalog.concat_ws(' ', t.oid, 2606, t.tgconstraint, 0)
              ELSE pg_catalog.concat_ws(' ', t.oid, 1259, t.tgrelid,
                                        -- Its clones in partitions are shown when they are in another state.
                                        pg_catalog.hashtext(t.tgenabled::pg_catalog.text)) END, ';')
         FILTER (WHERE pg_catalog.age(t.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_trigger t

-- section: pg_rewrite
SELECT 2618, pg_catalog.count(*) FILTER (WHERE r.oid >= 16384),
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', CASE WHEN r.oid >= 16384 THEN r.oid::pg_catalog.text ELSE '-' END, 1259, r.ev_class, 0), ';')
         FILTER (WHERE pg_catalog.age(r.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_rewrite r

-- section: pg_policy
SELECT 3256, pg_catalog.count(*),
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', p.oid, 1259, p.polrelid, 0), ';')
         FILTER (WHERE pg_catalog.age(p.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_policy p

-- section: pg_inherits
SELECT 2611, pg_catalog.count(*),
       pg_catalog.string_agg(
         pg_catalog.concat_ws(' ', i.inhrelid || '/' || i.inhparent, 1259, i.inhrelid, 0), ';')
         FILTER (WHERE pg_catalog.age(i.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_inherits i

-- section: pg_sequence
SELECT 2224, NULL::pg_catalog.int8, pg_catalog.string_agg(pg_catalog.concat_ws(' ', s.seqrelid, 1259, s.seqrelid, 0), ';')
FROM pg_catalog.pg_sequence s
WHERE pg_catalog.age(s.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_partitioned_table
SELECT 3350, NULL::pg_catalog.int8, pg_catalog.string_agg(pg_catalog.concat_ws(' ', p.partrelid, 1259, p.partrelid, 0), ';')
FROM pg_catalog.pg_partitioned_table p
WHERE pg_catalog.age(p.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_foreign_table
SELECT 3118, NULL::pg_catalog.int8, pg_catalog.string_agg(pg_catalog.concat_ws(' ', f.ftrelid, 1259, f.ftrelid, 0), ';')
FROM pg_catalog.pg_foreign_table f
WHERE pg_catalog.age(f.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_type
-- An array type is part of its element's type, the row type of a relation part of that.
SELECT 1247, pg_catalog.count(*) FILTER (WHERE t.oid >= 16384),
       pg_catalog.string_agg(
         pg_catalog.concat_ws(' ',
           CASE WHEN t.oid >= 16384 THEN t.oid::pg_catalog.text ELSE '-' END,
           CASE WHEN t.typrelid <> 0 THEN 1259 ELSE 1247 END,
           CASE WHEN t.typrelid <> 0 THEN t.typrelid
                WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem
                ELSE t.oid END,
           pg_catalog.hashtext(t.typnamespace || '.' || t.typname)), ';')
         FILTER (WHERE pg_catalog.age(t.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_type t
WHERE t.typnamespace <> 99

-- section: pg_enum
SELECT 3501, pg_catalog.count(*),
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', e.oid, 1247, e.enumtypid, pg_catalog.hashtext(e.enumlabel::pg_catalog.text)), ';')
         FILTER (WHERE pg_catalog.age(e.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_enum e

-- section: pg_range
SELECT 3541, NULL::pg_catalog.int8, pg_catalog.string_agg(pg_catalog.concat_ws(' ', r.rngtypid, 1247, r.rngtypid, 0), ';')
FROM pg_catalog.pg_range r
WHERE pg_catalog.age(r.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_proc
SELECT 1255, pg_catalog.count(*) FILTER (WHERE p.oid >= 16384),
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', CASE WHEN p.oid >= 16384 THEN p.oid::pg_catalog.text ELSE '-' END, 1255, p.oid,
         pg_catalog.hashtext(pg_catalog.concat_ws(' ', p.pronamespace, p.proname, p.proargnames))), ';')
         FILTER (WHERE pg_catalog.age(p.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_proc p

-- section: pg_aggregate
SELECT 2600, NULL::pg_catalog.int8,
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.aggfnoid::pg_catalog.oid, 1255, a.aggfnoid::pg_catalog.oid, 0), ';')
FROM pg_catalog.pg_aggregate a
WHERE pg_catalog.age(a.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))

-- section: pg_description
-- Of initdb's objects those that are not pinned (12000, FirstUnpinnedObjectId) and the schema public.
SELECT 2609, pg_catalog.count(*),
       pg_catalog.string_agg(
         pg_catalog.concat_ws(' ', d.classoid || '/' || d.objoid || '/' || d.objsubid, d.classoid, d.objoid, 0), ';')
         FILTER (WHERE pg_catalog.age(d.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid))
                       OR $1::pg_catalog.xid = '3')
FROM pg_catalog.pg_description d
WHERE d.objoid >= 12000 OR d.objoid = 2200

-- section: pg_seclabel
SELECT 3596, pg_catalog.count(*),
       pg_catalog.string_agg(
         pg_catalog.concat_ws(' ', l.classoid || '/' || l.objoid || '/' || l.objsubid || '/' || pg_catalog.md5(l.provider), l.classoid, l.objoid, 0), ';')
         FILTER (WHERE pg_catalog.age(l.xmin) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM pg_catalog.pg_seclabel l

-- section: pg_depend
-- What is known from pg_depend alone: which column owns a sequence, which extension has a member.
SELECT 2608, pg_catalog.count(*),
       pg_catalog.string_agg(
         pg_catalog.concat_ws(' ',
           pg_catalog.concat_ws('/', d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype),
           d.classid, d.objid, 0), ';')
         FILTER (WHERE pg_catalog.age(d.x) <= (SELECT pg_catalog.age($1::pg_catalog.xid)))
FROM (
  SELECT o.classid, o.objid, o.refclassid, o.refobjid, o.refobjsubid, o.deptype, o.xmin AS x
  FROM pg_catalog.pg_sequence s
       JOIN pg_catalog.pg_depend o ON o.classid = 1259 AND o.objid = s.seqrelid AND o.objsubid = 0
  WHERE o.refclassid = 1259 AND o.deptype IN ('a', 'i')
  UNION ALL
  SELECT m.classid, m.objid, m.refclassid, m.refobjid, m.refobjsubid, m.deptype, m.xmin
  FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_depend m ON m.refclassid = 3079 AND m.refobjid = e.oid
  WHERE m.deptype IN ('e', 'x') AND m.objid >= 16384
) AS d

-- section: small
-- The catalogs whose rows are few: one section for all.  The key and the object are the row's own.
SELECT x.catalog, pg_catalog.count(*) FILTER (WHERE x.counted),
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', CASE WHEN x.counted THEN x.key ELSE '-' END, x.catalog, x.object), ';')
         FILTER (WHERE pg_catalog.age(x.x) <= (SELECT pg_catalog.age($1::pg_catalog.xid))
                       OR x.counted AND $1::pg_catalog.xid = '3')
FROM (
  SELECT 2615, n.oid::pg_catalog.text, n.oid, true, n.xmin FROM pg_catalog.pg_namespace n
   WHERE n.nspname !~ '^pg_(toast_)?temp_'
  UNION ALL SELECT 2601, a.oid::pg_catalog.text, a.oid, a.oid >= 16384, a.xmin FROM pg_catalog.pg_am a
  UNION ALL SELECT 2605, c.oid::pg_catalog.text, c.oid, c.oid >= 16384, c.xmin FROM pg_catalog.pg_cast c
  UNION ALL SELECT 3456, c.oid::pg_catalog.text, c.oid, true, c.xmin FROM pg_catalog.pg_collation c WHERE c.oid >= 16384
  UNION ALL SELECT 2607, c.oid::pg_catalog.text, c.oid, true, c.xmin FROM pg_catalog.pg_conversion c WHERE c.oid >= 16384
  UNION ALL SELECT 826, d.oid::pg_catalog.text, d.oid, true, d.xmin FROM pg_catalog.pg_default_acl d
  UNION ALL SELECT 3466, e.oid::pg_catalog.text, e.oid, true, e.xmin FROM pg_catalog.pg_event_trigger e
  UNION ALL SELECT 3079, e.oid::pg_catalog.text, e.oid, true, e.xmin FROM pg_catalog.pg_extension e
  UNION ALL SELECT 2328, f.oid::pg_catalog.text, f.oid, true, f.xmin FROM pg_catalog.pg_foreign_data_wrapper f
  UNION ALL SELECT 1417, s.oid::pg_catalog.text, s.oid, true, s.xmin FROM pg_catalog.pg_foreign_server s
  UNION ALL SELECT 1418, u.oid::pg_catalog.text, u.oid, true, u.xmin FROM pg_catalog.pg_user_mapping u -- superusers
-- others:   UNION ALL SELECT 1418, u.umid::pg_catalog.text, u.umid, true, $1::pg_catalog.xid FROM pg_catalog.pg_user_mappings u
  UNION ALL SELECT 2612, l.oid::pg_catalog.text, l.oid, true, l.xmin FROM pg_catalog.pg_language l
  UNION ALL SELECT 2995, l.oid::pg_catalog.text, l.oid, true, l.xmin FROM pg_catalog.pg_largeobject_metadata l
  UNION ALL SELECT 2616, o.oid::pg_catalog.text, o.oid, true, o.xmin FROM pg_catalog.pg_opclass o WHERE o.oid >= 16384
  UNION ALL SELECT 2617, o.oid::pg_catalog.text, o.oid, true, o.xmin FROM pg_catalog.pg_operator o WHERE o.oid >= 16384
  UNION ALL SELECT 2753, o.oid::pg_catalog.text, o.oid, true, o.xmin FROM pg_catalog.pg_opfamily o WHERE o.oid >= 16384
  UNION ALL SELECT 2602, a.oid::pg_catalog.text, a.oid, true, a.xmin FROM pg_catalog.pg_amop a WHERE a.oid >= 16384
  UNION ALL SELECT 2603, a.oid::pg_catalog.text, a.oid, true, a.xmin FROM pg_catalog.pg_amproc a WHERE a.oid >= 16384
  UNION ALL SELECT 6104, p.oid::pg_catalog.text, p.oid, true, p.xmin FROM pg_catalog.pg_publication p
  UNION ALL SELECT 6106, p.oid::pg_catalog.text, p.oid, true, p.xmin FROM pg_catalog.pg_publication_rel p
  /*>=15*/ UNION ALL SELECT 6237, p.oid::pg_catalog.text, p.oid, true, p.xmin FROM pg_catalog.pg_publication_namespace p /*end*/
  UNION ALL SELECT 3381, s.oid::pg_catalog.text, s.oid, true, s.xmin FROM pg_catalog.pg_statistic_ext s
  UNION ALL SELECT 3576, t.oid::pg_catalog.text, t.oid, true, t.xmin FROM pg_catalog.pg_transform t
  UNION ALL SELECT 3602, c.oid::pg_catalog.text, c.oid, true, c.xmin FROM pg_catalog.pg_ts_config c WHERE c.oid >= 16384
  UNION ALL SELECT 3603, m.mapcfg || '/' || m.maptokentype || '/' || m.mapseqno, m.mapcfg, true, m.xmin FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg >= 16384
  UNION ALL SELECT 3600, d.oid::pg_catalog.text, d.oid, true, d.xmin FROM pg_catalog.pg_ts_dict d WHERE d.oid >= 16384
  UNION ALL SELECT 3601, p.oid::pg_catalog.text, p.oid, true, p.xmin FROM pg_catalog.pg_ts_parser p WHERE p.oid >= 16384
  UNION ALL SELECT 3764, t.oid::pg_catalog.text, t.oid, true, t.xmin FROM pg_catalog.pg_ts_template t WHERE t.oid >= 16384
  UNION ALL SELECT 3394, pg_catalog.concat_ws('/', i.classoid, i.objoid, i.objsubid), i.objoid, i.objoid >= 16384, i.xmin FROM pg_catalog.pg_init_privs i
  UNION ALL SELECT 6100, s.oid::pg_catalog.text, s.oid, true, s.xmin FROM pg_catalog.pg_subscription s -- superusers
-- others:   UNION ALL SELECT 6100, '/' || pg_catalog.md5(s.subname::pg_catalog.text), 0, true, $1::pg_catalog.xid FROM pg_catalog.pg_subscription s
   WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  UNION ALL SELECT 1262, d.oid::pg_catalog.text, d.oid, true, d.xmin FROM pg_catalog.pg_database d
   WHERE d.datname = pg_catalog.current_database()
  UNION ALL SELECT 2964, s.setdatabase || '/' || s.setrole, s.setrole, true, s.xmin FROM pg_catalog.pg_db_role_setting s
  UNION ALL SELECT 1260, a.oid::pg_catalog.text, a.oid, a.oid >= 16384, a.xmin FROM pg_catalog.pg_authid a -- superusers
  UNION ALL SELECT 1261, m.roleid || '/' || m.member || '/' || m.grantor, m.roleid, true, m.xmin FROM pg_catalog.pg_auth_members m
  UNION ALL SELECT 1213, t.oid::pg_catalog.text, t.oid, t.oid >= 16384, t.xmin FROM pg_catalog.pg_tablespace t
  /*>=15*/ UNION ALL SELECT 6243, p.oid::pg_catalog.text, p.oid, true, p.xmin FROM pg_catalog.pg_parameter_acl p /*end*/
  UNION ALL SELECT 2396, s.classoid || '/' || s.objoid, s.objoid, true, s.xmin FROM pg_catalog.pg_shdescription s
  UNION ALL SELECT 3592, s.classoid || '/' || s.objoid || '/' || pg_catalog.md5(s.provider), s.objoid, true, s.xmin FROM pg_catalog.pg_shseclabel s
) AS x (catalog, key, object, counted, x)
GROUP BY x.catalog
