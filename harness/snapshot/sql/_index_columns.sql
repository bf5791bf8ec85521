-- Expression: the columns of the index {i} (pg_index), as CREATE INDEX would name them, without those that it only
-- includes; {k} is the constraint that it stands for.
--
-- An operator class is left out when it is the one that the column's type has by default, which "(...) IN" answers for
-- most; what it does not know: those that the server has for all arrays, enums, ranges, multiranges and records, and a
-- domain's, which is its base type's.  An index's own column (a) may be of the type that it stores, a hash's number
-- say.
-- arguments: i k
(SELECT pg_catalog.string_agg(x.column_text, ', ')
 FROM (
   SELECT CASE WHEN t.attname IS NOT NULL THEN pg_catalog.quote_ident(t.attname)
               ELSE pg_catalog.pg_get_indexdef({i}.indexrelid, a.attnum, false) END
          -- An expression's own collation cannot be known here; the default one is taken for it.
          || CASE WHEN {i}.indcollation[a.attnum - 1] NOT IN (0, coalesce(t.attcollation, 100))
                  THEN ' COLLATE ' || {i}.indcollation[a.attnum - 1]::pg_catalog.regcollation::pg_catalog.text
                  ELSE '' END
          || CASE WHEN ({i}.indclass[a.attnum - 1], coalesce(t.atttypid, a.atttypid)) IN (
                            SELECT o.oid, pg_catalog.unnest(
                                            CASE o.opcintype WHEN 25 THEN '{25, 1043}' -- text: varchar too
                                                             WHEN 869 THEN '{869, 650}' -- inet: cidr too
                                                             ELSE ARRAY[o.opcintype] END)
                            FROM pg_catalog.pg_opclass o WHERE o.opcdefault) THEN ''
                  ELSE coalesce((
                    SELECT ' ' || CASE WHEN s.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(o.opcname)
                                       ELSE pg_catalog.format('%I.%I', s.nspname, o.opcname) END
                    FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace s ON s.oid = o.opcnamespace
                    WHERE o.oid = {i}.indclass[a.attnum - 1]
                          AND NOT (o.opcdefault
                                   AND (o.oid < 16384 AND o.opcintype IN (2277, 3500, 3831, 4537, 2249)
                                        OR EXISTS (SELECT FROM pg_catalog.pg_type b
                                                   WHERE b.oid = coalesce(t.atttypid, a.atttypid) AND b.typtype = 'd'
                                                         AND b.typbasetype = o.opcintype))
                                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass b
                                                   WHERE b.opcmethod = o.opcmethod AND b.opcdefault
                                                         AND b.opcintype = coalesce(t.atttypid, a.atttypid)))),
                    '') END
          || CASE WHEN a.attoptions IS NULL THEN ''
                  ELSE coalesce((
                    SELECT ' (' || pg_catalog.string_agg(p, ', ' ORDER BY p COLLATE pg_catalog."C") || ')'
                    FROM pg_catalog.unnest(a.attoptions) AS p WHERE p NOT LIKE 'pg\_attver=%'), '') END
          -- INDOPTION_DESC is 1, INDOPTION_NULLS_FIRST 2; descending order has nulls first by default.
          || CASE {i}.indoption[a.attnum - 1] WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST'
                                              WHEN 3 THEN ' DESC' ELSE '' END
          || CASE WHEN {k}.contype = 'x'
                  THEN ' WITH ' || (
                    SELECT CASE WHEN s.nspname = 'pg_catalog' THEN q.oprname
                                ELSE pg_catalog.format('OPERATOR(%I.%s)', s.nspname, q.oprname) END
                    FROM pg_catalog.pg_operator q JOIN pg_catalog.pg_namespace s ON s.oid = q.oprnamespace
                    WHERE q.oid = {k}.conexclop[a.attnum])
                  ELSE '' END AS column_text
   FROM pg_catalog.pg_attribute a
        LEFT JOIN LATERAL (
          SELECT t.attname, t.atttypid, t.attcollation FROM pg_catalog.pg_attribute t
          WHERE t.attrelid = {i}.indrelid AND t.attnum = {i}.indkey[a.attnum - 1] AND t.attnum <> 0
          OFFSET 0) AS t ON true
   WHERE a.attrelid = {i}.indexrelid AND a.attnum BETWEEN 1 AND {i}.indnkeyatts
   ORDER BY a.attnum) AS x)
