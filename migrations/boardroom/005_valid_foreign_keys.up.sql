-- The rows that were there before 004 are held to its foreign keys.  VALIDATE would name neither
-- the rows nor any but the first key that they break, so all of that is told first.
DO $$
DECLARE
    rule record;
    n bigint;
    examples text;
    broken text[] := '{}';
BEGIN
    FOR rule IN
        SELECT c.conrelid::regclass AS child, k.attname AS column, c.confrelid::regclass AS parent
        FROM pg_constraint AS c
        JOIN pg_attribute AS k ON k.attrelid = c.conrelid AND k.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND NOT c.convalidated
          AND c.conrelid IN ('boardrooms'::regclass, 'sessions'::regclass, 'threads'::regclass)
        ORDER BY c.conname
    LOOP
        EXECUTE format('SELECT count(*), string_agg(id::text, '', '' ORDER BY id)
                                             FILTER (WHERE place <= 3)
                        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM %s AS child
                              WHERE NOT EXISTS (SELECT FROM %s AS parent
                                                WHERE parent.id = child.%I)) AS orphan',
                       rule.child, rule.parent, rule.column)
            INTO n, examples;
        IF n > 0 THEN
            broken := broken || format('%s.%s: rows that refer to no row of %s: %s (id %s)',
                                       rule.child, rule.column, rule.parent, n, examples);
        END IF;
    END LOOP;
    IF broken <> '{}' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'foreign_key_violation',
            MESSAGE = 'rows break the new foreign keys: ' || array_to_string(broken, '; '),
            DETAIL = 'No row was changed.',
            HINT = 'Mend or remove these rows, then upgrade again.';
    END IF;
END;
$$;

ALTER TABLE boardrooms VALIDATE CONSTRAINT fk_boardrooms_owner_id;
ALTER TABLE sessions VALIDATE CONSTRAINT fk_sessions_boardroom_id;
ALTER TABLE sessions VALIDATE CONSTRAINT fk_sessions_user_id;
ALTER TABLE threads VALIDATE CONSTRAINT fk_threads_session_id;
ALTER TABLE threads VALIDATE CONSTRAINT fk_threads_user_id;
