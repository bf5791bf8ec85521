-- A unique constraint cannot be NOT VALID: it holds for all rows or is not made.  The server would
-- name one duplicate; all of them are told first.
DO $$
DECLARE
    n bigint;
    examples text;
BEGIN
    -- Nobody adds one between this look and the constraint.
    LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;
    SELECT count(*), string_agg(format('%s: %s times', email, times), ', ' ORDER BY email)
                         FILTER (WHERE place <= 3)
        INTO n, examples
        FROM (SELECT email, count(*) AS times, row_number() OVER (ORDER BY email) AS place
              FROM users GROUP BY email HAVING count(*) > 1) AS twice;
    IF n > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'unique_violation',
            MESSAGE = format('users share addresses, uq_users_email cannot hold: %s (%s)', n,
                             examples),
            DETAIL = 'No row was changed.',
            HINT = 'Mend or remove these rows, then upgrade again.';
    END IF;
END;
$$;

-- Its index serves the look-up by address, too.
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
