-- Lets the server spell fragments of SQL its own way: as the catalog has them, deparsed with an empty search_path, just
-- as harness/snapshot/sql/ reads them.  It runs in a transaction that is rolled back, where it may make what it likes.
-- Each fragment is tried in a subtransaction of its own, so that one which is refused harms no other.
--
-- Arrays of text come and go by settings of the transaction, since a DO block has no arguments; and a function would
-- leave its plans with the session for good.
--   pgstair.sorts      what each fragment is
--   pgstair.schemas    where its names are looked for, before public and the session's own path
--   pgstair.relations  the table that it speaks of (as SQL names it), or NULL
--   pgstair.fragments  itself
--   pgstair.extras     see each sort
-- and, in the same order, pgstair.answers; or pgstair.codes and pgstair.reasons, when the server refuses it.
-- serves: 13 to 18
DO $pgstair$
DECLARE
  sorts CONSTANT pg_catalog.text[] := pg_catalog.current_setting('pgstair.sorts');
  schemas CONSTANT pg_catalog.text[] := pg_catalog.current_setting('pgstair.schemas');
  relations CONSTANT pg_catalog.text[] := pg_catalog.current_setting('pgstair.relations');
  fragments CONSTANT pg_catalog.text[] := pg_catalog.current_setting('pgstair.fragments');
  extras CONSTANT pg_catalog.text[] := pg_catalog.current_setting('pgstair.extras');
  answers pg_catalog.text[] := pg_catalog.array_fill(NULL::pg_catalog.text, ARRAY[pg_catalog.cardinality(sorts)]);
  codes pg_catalog.text[] := answers;
  reasons pg_catalog.text[] := answers;
  answer pg_catalog.text;
  code pg_catalog.text;
  reason pg_catalog.text;
  -- What a session has by itself: extensions are often found that way.
  usual CONSTANT pg_catalog.text := (SELECT s.reset_val FROM pg_catalog.pg_settings AS s WHERE s.name = 'search_path');
  asked record;
  copied pg_catalog.text;      -- the relation that there is a copy of
  copy pg_catalog.regclass;    -- that copy
  copy_code pg_catalog.text;   -- why there is none
  copy_reason pg_catalog.text;
  made pg_catalog.text;        -- a name for what is made of the fragment
  kind pg_catalog.regtype;
  own_name pg_catalog.name;    -- the relation's
BEGIN
  FOR asked IN SELECT u.* FROM ROWS FROM (pg_catalog.unnest(sorts), pg_catalog.unnest(schemas),
                                      pg_catalog.unnest(relations), pg_catalog.unnest(fragments),
                                      pg_catalog.unnest(extras))
                                WITH ORDINALITY AS u (sort, schema, relation, fragment, extra, n)
           ORDER BY u.relation, u.n
  LOOP
    answer := NULL;
    code := NULL;
    reason := NULL;
    made := 'pgstair_' || asked.n;
    PERFORM pg_catalog.set_config('search_path', pg_catalog.concat_ws(
              ', ', pg_catalog.quote_ident(asked.schema), 'public', NULLIF(usual, ''), 'pg_temp'), true);

    -- The copy has the relation's own name, since an expression may say it.
    IF asked.relation IS DISTINCT FROM copied THEN
      copied := asked.relation;
      copy_code := NULL;
      BEGIN
        SELECT c.relname INTO STRICT own_name FROM pg_catalog.pg_class AS c
        WHERE c.oid = asked.relation::pg_catalog.regclass;
        IF pg_catalog.to_regclass(pg_catalog.format('pg_temp.%I', own_name)) IS NOT NULL THEN
          EXECUTE pg_catalog.format('ALTER TABLE pg_temp.%I RENAME TO %I', own_name, made || '_before');
        END IF;
        EXECUTE pg_catalog.format('CREATE TABLE pg_temp.%I (LIKE %s)', own_name, asked.relation);
        copy := pg_catalog.to_regclass(pg_catalog.format('pg_temp.%I', own_name));
      EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS copy_code = RETURNED_SQLSTATE, copy_reason = MESSAGE_TEXT;
      END;
    END IF;
    IF asked.relation IS NOT NULL AND copy_code IS NOT NULL THEN
      codes[asked.n] := copy_code;
      reasons[asked.n] := copy_reason;
      CONTINUE;
    END IF;

    BEGIN
      CASE asked.sort
      WHEN 'type', 'collation' THEN
        EXECUTE pg_catalog.format('CREATE TYPE pg_temp.%I AS (a %s)', made, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT CASE asked.sort WHEN 'type' THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
                           ELSE NULLIF(a.attcollation, t.typcollation)::pg_catalog.regcollation::pg_catalog.text END
        INTO STRICT answer
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        WHERE a.attrelid = pg_catalog.to_regclass('pg_temp.' || made);
      WHEN 'signature' THEN  -- a type among a function's, where a pseudo-type may stand and a length means nothing
        kind := asked.fragment::pg_catalog.regtype;
        PERFORM pg_catalog.set_config('search_path', '', true);
        answer := pg_catalog.format_type(kind, NULL);
      WHEN 'default' THEN  -- extra: the column's type
        EXECUTE pg_catalog.format(E'CREATE DOMAIN pg_temp.%I AS %s DEFAULT (%s\n)', made, asked.extra, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.pg_get_expr(t.typdefaultbin, 0) INTO STRICT answer
        FROM pg_catalog.pg_type AS t WHERE t.oid = pg_catalog.to_regtype('pg_temp.' || made);
      WHEN 'domain check' THEN  -- extra: the domain's type
        EXECUTE pg_catalog.format(E'CREATE DOMAIN pg_temp.%I AS %s CHECK (%s\n)', made, asked.extra, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.pg_get_expr(k.conbin, 0) INTO STRICT answer
        FROM pg_catalog.pg_constraint AS k WHERE k.contypid = pg_catalog.to_regtype('pg_temp.' || made);
      WHEN 'check' THEN
        EXECUTE pg_catalog.format(E'ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s\n)', copy, made, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.pg_get_expr(k.conbin, k.conrelid) INTO STRICT answer
        FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = copy AND k.conname = made;
      WHEN 'generated' THEN  -- extra: the column's type
        EXECUTE pg_catalog.format(E'ALTER TABLE %s ADD COLUMN %I %s GENERATED ALWAYS AS (%s\n) STORED', copy, made,
                                  asked.extra, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) INTO STRICT answer
        FROM pg_catalog.pg_attrdef AS d JOIN pg_catalog.pg_attribute AS a
             ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = copy AND a.attname = made;
      WHEN 'keys' THEN  -- of an index; extra: its method
        EXECUTE pg_catalog.format(E'CREATE INDEX %I ON %s USING %I (%s\n)', made, copy, asked.extra, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT /*include: _index_columns(i; k)*/ i.indkey::pg_catalog.text /*end*/ INTO STRICT answer
        FROM pg_catalog.pg_index AS i
             LEFT JOIN pg_catalog.pg_constraint AS k ON false
        WHERE i.indexrelid = pg_catalog.to_regclass('pg_temp.' || made);
      WHEN 'predicate' THEN
        EXECUTE pg_catalog.format(E'CREATE INDEX %I ON %s ((1)) WHERE (%s\n)', made, copy, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.pg_get_expr(x.indpred, x.indrelid) INTO STRICT answer
        FROM pg_catalog.pg_index AS x WHERE x.indexrelid = pg_catalog.to_regclass('pg_temp.' || made);
      WHEN 'when' THEN
        EXECUTE pg_catalog.format(E'CREATE TRIGGER %I AFTER UPDATE ON %s FOR EACH ROW WHEN (%s\n) '
                                  'EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()',
                                  made, copy, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.substring(pg_catalog.substr(d, pg_catalog.strpos(d, ' WHEN (') + 7),
                                    '^(.*)\) EXECUTE FUNCTION ') INTO STRICT answer
        FROM pg_catalog.pg_trigger AS g, pg_catalog.pg_get_triggerdef(g.oid) AS d
        WHERE g.tgrelid = copy AND g.tgname = made;
      WHEN 'policy' THEN
        EXECUTE pg_catalog.format(E'CREATE POLICY %I ON %s USING (%s\n)', made, copy, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        SELECT pg_catalog.pg_get_expr(p.polqual, p.polrelid) INTO STRICT answer
        FROM pg_catalog.pg_policy AS p WHERE p.polrelid = copy AND p.polname = made;
      WHEN 'view' THEN
        EXECUTE pg_catalog.format('CREATE VIEW pg_temp.%I AS %s', made, asked.fragment);
        PERFORM pg_catalog.set_config('search_path', '', true);
        answer := pg_catalog.btrim(pg_catalog.pg_get_viewdef(pg_catalog.to_regclass('pg_temp.' || made)));
      END CASE;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, reason = MESSAGE_TEXT;
    END;
    answers[asked.n] := answer;
    codes[asked.n] := code;
    reasons[asked.n] := reason;
  END LOOP;
  PERFORM pg_catalog.set_config('pgstair.answers', answers::pg_catalog.text, true),
          pg_catalog.set_config('pgstair.codes', codes::pg_catalog.text, true),
          pg_catalog.set_config('pgstair.reasons', reasons::pg_catalog.text, true);
END
$pgstair$
