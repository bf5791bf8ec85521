-- Tables (partitioned ones and partitions too), foreign tables, composite types.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_class pg_attribute pg_inherits pg_partitioned_table pg_index pg_type pg_am pg_tablespace
-- catalogs: pg_foreign_table pg_foreign_server pg_namespace pg_description
SELECT c.oid AS anchor,
       CASE c.relkind WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE 'table' END AS kind,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS identity, NULL::pg_catalog.text AS parent,
       c.relowner::pg_catalog.regrole::pg_catalog.text AS owner,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       (SELECT pg_catalog.quote_ident(m.amname) FROM pg_catalog.pg_am m
        WHERE m.oid = c.relam AND m.amname <> 'heap') AS access_method,
       CASE WHEN c.reltablespace <> 0 THEN (
         SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace)
       END AS tablespace,
       CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN NOT c.relispartition THEN (
         SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::pg_catalog.text, ', ' ORDER BY i.inhseqno)
         FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
       END AS inherits,
       CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
       CASE WHEN c.relispartition THEN (
         SELECT i.inhparent::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_inherits i
         WHERE i.inhrelid = c.oid)
       END AS partition_of,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
       /*>=14*/
       CASE WHEN c.relispartition AND EXISTS (
         SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND i.inhdetachpending) THEN 'true'
       END AS detach_pending,
       /*end*/
       CASE c.relreplident
         WHEN 'n' THEN CASE c.relkind WHEN 'r' THEN 'NOTHING' WHEN 'p' THEN 'NOTHING' END
         WHEN 'f' THEN 'FULL'
         WHEN 'i' THEN 'USING INDEX ' || coalesce(
           (SELECT x.indexrelid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_index x
            WHERE x.indrelid = c.oid AND x.indisreplident), '(dropped)')
       END AS replica_identity,
       CASE WHEN c.relrowsecurity THEN 'true' END AS row_security,
       CASE WHEN c.relforcerowsecurity THEN 'true' END AS force_row_security,
       CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN (
         SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
         FROM (SELECT pg_catalog.unnest(c.reloptions) AS o
               UNION ALL SELECT 'toast.' || pg_catalog.unnest(t.reloptions)) AS o)
       END AS options,
       CASE c.relkind WHEN 'f' THEN (
         SELECT pg_catalog.quote_ident(s.srvname)
         FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
         WHERE f.ftrelid = c.oid)
       END AS server,
       CASE c.relkind WHEN 'f' THEN (
         SELECT /*include: _foreign_options(f.ftoptions)*/ f.ftoptions::pg_catalog.text /*end*/
         FROM pg_catalog.pg_foreign_table f WHERE f.ftrelid = c.oid)
       END AS foreign_options,
       CASE WHEN c.relkind <> 'c' THEN a.names END AS column_order,
       CASE c.relkind WHEN 'c' THEN a.names END AS attribute_order,
       /*include: _privileges(CASE c.relkind WHEN 'c' THEN y.typacl ELSE c.relacl END;
                              pg_catalog.acldefault(CASE c.relkind WHEN 'c' THEN 'T' ELSE 'r' END::"char", c.relowner);
                              c.relowner)*/ c.relacl::pg_catalog.text /*end*/ AS privileges,
       CASE WHEN c.relkind <> 'c' THEN /*include: _comment(c.oid; pg_class)*/ NULL /*end*/
            ELSE /*include: _comment(c.reltype; pg_type)*/ NULL /*end*/ END AS comment
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
     LEFT JOIN pg_catalog.pg_type y ON y.oid = c.reltype AND c.relkind = 'c'
     LEFT JOIN LATERAL (
       SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ') AS names
       FROM (SELECT a.attname FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS a) AS a ON true
WHERE c.relkind IN ('r', 'p', 'f', 'c')
      AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
      AND /*include: _not_member(c.reltype; pg_type)*/ true /*end*/
      /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
