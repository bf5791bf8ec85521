-- UUIDs become integers again, in the columns' own places: a legacy key the one that it was, a key
-- made since then the next free one, the oldest row first.
CREATE TABLE integer_keys (
    table_number integer,
    uuid uuid,
    key integer NOT NULL,
    PRIMARY KEY (table_number, uuid)
);

-- What is referred to counts too: nothing here keeps a reference from pointing at a row that is
-- gone.
WITH used (table_number, uuid, created_at) AS (
    SELECT 1, id, created_at FROM users
    UNION ALL SELECT 1, owner_id, NULL FROM boardrooms
    UNION ALL SELECT 1, user_id, NULL FROM sessions
    UNION ALL SELECT 1, user_id, NULL FROM threads
    UNION ALL SELECT 2, id, created_at FROM boardrooms
    UNION ALL SELECT 2, boardroom_id, NULL FROM sessions
    UNION ALL SELECT 3, id, created_at FROM sessions
    UNION ALL SELECT 3, session_id, NULL FROM threads
    UNION ALL SELECT 4, id, created_at FROM threads
), keys AS (
    SELECT table_number, uuid, min(created_at) AS created_at,
           CASE WHEN uuid::text LIKE
                     format('b0a2d000-%s-8000-8000-0000%%', lpad(to_hex(table_number), 4, '0'))
                THEN ('x' || right(uuid::text, 8))::bit(32)::integer
           END AS legacy
    FROM used
    GROUP BY table_number, uuid
)
INSERT INTO integer_keys
SELECT table_number, uuid,
       coalesce(legacy,
                greatest(max(legacy) OVER (PARTITION BY table_number), 0)
                    + row_number() OVER (PARTITION BY table_number, legacy IS NULL
                                         ORDER BY created_at NULLS LAST, uuid))
FROM keys;

CREATE FUNCTION integer_key(of_table integer, of_uuid uuid) RETURNS integer
LANGUAGE sql STABLE STRICT
AS $$
    SELECT key FROM integer_keys WHERE table_number = of_table AND uuid = of_uuid
$$;

ALTER TABLE threads
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE integer USING integer_key(4, id),
    ALTER COLUMN session_id TYPE integer USING integer_key(3, session_id),
    ALTER COLUMN user_id TYPE integer USING integer_key(1, user_id);
CREATE SEQUENCE threads_id_seq AS integer OWNED BY threads.id;
ALTER TABLE threads ALTER COLUMN id SET DEFAULT nextval('threads_id_seq');

ALTER TABLE sessions
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE integer USING integer_key(3, id),
    ALTER COLUMN boardroom_id TYPE integer USING integer_key(2, boardroom_id),
    ALTER COLUMN user_id TYPE integer USING integer_key(1, user_id);
CREATE SEQUENCE sessions_id_seq AS integer OWNED BY sessions.id;
ALTER TABLE sessions ALTER COLUMN id SET DEFAULT nextval('sessions_id_seq');

ALTER TABLE boardrooms
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE integer USING integer_key(2, id),
    ALTER COLUMN owner_id TYPE integer USING integer_key(1, owner_id);
CREATE SEQUENCE boardrooms_id_seq AS integer OWNED BY boardrooms.id;
ALTER TABLE boardrooms ALTER COLUMN id SET DEFAULT nextval('boardrooms_id_seq');

ALTER TABLE users
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE integer USING integer_key(1, id);
CREATE SEQUENCE users_id_seq AS integer OWNED BY users.id;
ALTER TABLE users ALTER COLUMN id SET DEFAULT nextval('users_id_seq');

-- Past every key that is there or referred to: a new row must not become the one that a reference
-- to a row that is gone points at.
SELECT setval(sequence, last)
FROM (SELECT ('{users,boardrooms,sessions,threads}'::text[])[table_number] || '_id_seq', max(key)
      FROM integer_keys GROUP BY table_number) AS keys (sequence, last)
WHERE last > 0;

DROP FUNCTION integer_key(integer, uuid);
DROP TABLE integer_keys;
