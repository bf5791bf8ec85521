-- The rows that were there before 006 are held to its rules.  VALIDATE would name neither the rows
-- nor any but the first rule that they break, so all of that is told first.
DO $$
DECLARE
    rule record;
    n bigint;
    examples text;
    broken text[] := '{}';
BEGIN
    FOR rule IN
        SELECT conrelid::regclass AS relation, conname AS name,
               pg_get_expr(conbin, conrelid) AS expression
        FROM pg_constraint
        WHERE contype = 'c' AND NOT convalidated
          AND conrelid IN ('users'::regclass, 'boardrooms'::regclass, 'sessions'::regclass,
                           'threads'::regclass)
        ORDER BY conname
    LOOP
        EXECUTE format('SELECT count(*), string_agg(id::text, '', '' ORDER BY id)
                                             FILTER (WHERE place <= 3)
                        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM %s
                              WHERE (%s) IS FALSE) AS bad',
                       rule.relation, rule.expression)
            INTO n, examples;
        IF n > 0 THEN
            broken := broken
                || format('%s of %s: %s (id %s)', rule.name, rule.relation, n, examples);
        END IF;
    END LOOP;
    IF broken <> '{}' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            MESSAGE = 'rows break the new rules: ' || array_to_string(broken, '; '),
            DETAIL = 'No row was changed.',
            HINT = 'Mend or remove these rows, then upgrade again.';
    END IF;
END;
$$;

ALTER TABLE users VALIDATE CONSTRAINT ck_users_email;
ALTER TABLE users VALIDATE CONSTRAINT ck_users_full_name;
ALTER TABLE boardrooms VALIDATE CONSTRAINT ck_boardrooms_name;
ALTER TABLE boardrooms VALIDATE CONSTRAINT ck_boardrooms_max_participants;
ALTER TABLE sessions VALIDATE CONSTRAINT ck_sessions_status;
ALTER TABLE sessions VALIDATE CONSTRAINT ck_sessions_ended_at;
ALTER TABLE threads VALIDATE CONSTRAINT ck_threads_type;
ALTER TABLE threads VALIDATE CONSTRAINT ck_threads_priority;
ALTER TABLE threads VALIDATE CONSTRAINT ck_threads_status;
