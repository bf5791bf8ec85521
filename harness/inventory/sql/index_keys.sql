-- The keys of the indexes $1 (oid[]), in order.  Of a column's collation an index's may differ; what an expression's own
-- would be is not in the catalogs: its type's stands for it.
-- serves: 13 to 18
SELECT i.indexrelid, i.indkey[g.n] AS number, pg_catalog.pg_get_indexdef(i.indexrelid, g.n + 1, false) AS sql,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_sql, a.atttypid AS type,
       o.oid AS opclass, o.opcfamily AS opfamily,
       pg_catalog.format('%I.%I', s.nspname, o.opcname) AS opclass_sql, o.opcdefault AS is_default,
       i.indcollation[g.n] AS collation,
       -- 0 where the class stores another type than it is asked of: words of a tsvector
       CASE WHEN i.indcollation[g.n] NOT IN (0, CASE WHEN r.attnum > 0 THEN r.attcollation ELSE t.typcollation END)
            THEN pg_catalog.format('%I.%I', ln.nspname, l.collname) END AS collation_sql,
       -- collate_is_c of pg_locale.c: libc's C and POSIX, and all of the provider "builtin"
       CASE l.collprovider WHEN 'c' THEN l.collcollate IN ('C', 'POSIX') WHEN 'b' THEN true
                           WHEN 'd' THEN d.is_c ELSE false END AS collation_is_c,
       i.indoption[g.n] & 1 = 1 AS descending, i.indoption[g.n] & 2 = 2 AS nulls_first
FROM pg_catalog.pg_index i
     CROSS JOIN LATERAL pg_catalog.generate_series(0, i.indnkeyatts - 1) AS g (n)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = g.n + 1
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[g.n]
     JOIN pg_catalog.pg_namespace s ON s.oid = o.opcnamespace
     LEFT JOIN pg_catalog.pg_attribute r ON r.attrelid = i.indrelid AND r.attnum = i.indkey[g.n] AND r.attnum > 0
     LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[g.n]
     LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
     CROSS JOIN (
       SELECT /*>=15: CASE b.datlocprovider WHEN 'c' THEN b.datcollate IN ('C', 'POSIX') ELSE b.datlocprovider = 'b' END */
              /*<15*/ b.datcollate IN ('C', 'POSIX') /*end*/ AS is_c
       FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()) AS d
WHERE i.indexrelid = ANY ($1::pg_catalog.oid[])
ORDER BY i.indexrelid, g.n
