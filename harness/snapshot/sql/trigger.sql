-- Triggers.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_trigger pg_class pg_proc pg_attribute pg_constraint pg_extension pg_namespace pg_description
SELECT c.oid AS anchor, 'trigger' AS kind, pg_catalog.format('%I.%I.%I', n.nspname, c.relname, g.tgname) AS identity,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS parent,
       -- Bits of tgtype (catalog/pg_trigger.h): ROW 1, BEFORE 2, INSERT 4, DELETE 8, UPDATE 16, TRUNCATE 32,
       -- INSTEAD 64.
       CASE WHEN g.tgtype & 64 <> 0 THEN 'INSTEAD OF' WHEN g.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END AS timing,
       pg_catalog.concat_ws(', ', CASE WHEN g.tgtype & 4 <> 0 THEN 'INSERT' END,
                            CASE WHEN g.tgtype & 8 <> 0 THEN 'DELETE' END,
                            CASE WHEN g.tgtype & 16 <> 0 THEN 'UPDATE' END,
                            CASE WHEN g.tgtype & 32 <> 0 THEN 'TRUNCATE' END) AS events,
       CASE WHEN g.tgattr <> '' THEN (
         SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = g.tgrelid AND a.attnum = ANY (g.tgattr))
       END AS columns,
       CASE WHEN g.tgtype & 1 <> 0 THEN 'ROW' ELSE 'STATEMENT' END AS for_each,
       -- pg_get_expr() cannot show what OLD and NEW are.
       CASE WHEN g.tgqual IS NOT NULL THEN (
         SELECT pg_catalog.substring(pg_catalog.substr(d, pg_catalog.strpos(d, ' WHEN (') + 7),
                                     '^(.*)\) EXECUTE FUNCTION ')
         FROM pg_catalog.pg_get_triggerdef(g.oid) AS d)
       END AS "when",
       g.tgfoid::pg_catalog.regproc::pg_catalog.text AS function,
       -- They are stored one behind the other, each ended by a NUL byte.
       CASE WHEN g.tgnargs > 0 THEN (
         SELECT pg_catalog.string_agg(
                  pg_catalog.quote_literal(pg_catalog.convert_from(pg_catalog.decode(a.hex, 'hex'),
                                                                   pg_catalog.getdatabaseencoding())), ', '
                  ORDER BY a.n)
         FROM pg_catalog.regexp_split_to_table(
                pg_catalog.regexp_replace(pg_catalog.encode(g.tgargs, 'hex'), '(..)', '\1 ', 'g'), '00 ')
              WITH ORDINALITY AS a (hex, n)
         WHERE a.n <= g.tgnargs)
       END AS arguments,
       pg_catalog.quote_ident(g.tgoldtable) AS old_table,
       pg_catalog.quote_ident(g.tgnewtable) AS new_table,
       CASE WHEN g.tgconstraint <> 0 THEN 'true' END AS "constraint",
       CASE WHEN g.tgconstrrelid <> 0 THEN g.tgconstrrelid::pg_catalog.regclass::pg_catalog.text END AS "from",
       CASE WHEN g.tgdeferrable THEN 'true' END AS deferrable,
       CASE WHEN g.tginitdeferred THEN 'true' END AS initially_deferred,
       CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS state,
       CASE WHEN g.tgparentid <> 0 THEN p.tgrelid::pg_catalog.regclass::pg_catalog.text END AS inherited_from,
       /*include: _extension_needed(g.oid; pg_trigger)*/ NULL /*end*/ AS extension_needed,
       /*include: _comment(g.oid; pg_trigger)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_trigger g
     JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_trigger p ON p.oid = g.tgparentid
WHERE CASE WHEN g.tgparentid = 0 THEN NOT g.tgisinternal
           -- A partition's copy of its parent's trigger: only if one was switched without the other.
           ELSE g.tgenabled <> p.tgenabled
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                                WHERE k.oid = g.tgconstraint AND k.contype <> 't')
      END
      AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
      /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
