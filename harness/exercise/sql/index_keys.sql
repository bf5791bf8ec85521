-- The keys of unique indexes and of exclusion constraints' as the index compares them: of its operator class's type,
-- with its collation.  comparable: GROUP BY tells two of them apart where the index does.
-- serves: 13 to 18
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS index,
       pg_catalog.pg_get_indexdef(i.indexrelid, g.n, false) AS shown,
       pg_catalog.format('(%s)', pg_catalog.pg_get_indexdef(i.indexrelid, g.n, false))
       || CASE WHEN t.typtype <> 'p' THEN pg_catalog.format('::%I.%I', s.nspname, t.typname) ELSE '' END
       || CASE WHEN l.oid IS NOT NULL THEN pg_catalog.format(' COLLATE %I.%I', m.nspname, l.collname) ELSE '' END AS key,
       EXISTS (SELECT FROM pg_catalog.pg_amop a
                           JOIN pg_catalog.pg_amop b ON b.amopopr = a.amopopr AND b.amopmethod = a.amopmethod
                           JOIN pg_catalog.pg_opclass d ON d.opcfamily = b.amopfamily AND d.opcdefault
               WHERE a.amopfamily = o.opcfamily AND a.amoplefttype = o.opcintype AND a.amoprighttype = o.opcintype
                     AND a.amopstrategy = 3 AND b.amopstrategy = 3 AND d.opcintype = o.opcintype
                     AND a.amopmethod = (SELECT h.oid FROM pg_catalog.pg_am h WHERE h.amname = 'btree')) AS comparable
FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) AS g (n)
     JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[g.n - 1]
     JOIN pg_catalog.pg_type t ON t.oid = o.opcintype
     JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
     LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[g.n - 1]
     LEFT JOIN pg_catalog.pg_namespace m ON m.oid = l.collnamespace
WHERE i.indrelid >= 16384 AND (i.indisunique OR i.indisexclusion) AND NOT c.relispartition
ORDER BY i.indexrelid, g.n
