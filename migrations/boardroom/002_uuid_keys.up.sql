-- Integer keys become UUIDs, and what refers to them with them.
--
-- The UUID holds the integer: b0a2d000-<table>-8000-8000-<integer, hexadecimal>.  (Version 8 of
-- RFC 9562: of one's own making; gen_random_uuid() never gives one.)  So a reference needs no
-- look-up and stays what it was, even one to a row that is gone; and the downgrade can read the
-- integer.
CREATE FUNCTION legacy_uuid(table_number integer, key integer) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT
AS $$
    SELECT format('b0a2d000-%s-8000-8000-%s', lpad(to_hex(table_number), 4, '0'),
                  lpad(to_hex(key), 12, '0'))::uuid
$$;

ALTER TABLE users ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE users_id_seq;
ALTER TABLE users
    ALTER COLUMN id TYPE uuid USING legacy_uuid(1, id),
    ALTER COLUMN id SET DEFAULT gen_random_uuid();

ALTER TABLE boardrooms ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE boardrooms_id_seq;
ALTER TABLE boardrooms
    ALTER COLUMN id TYPE uuid USING legacy_uuid(2, id),
    ALTER COLUMN id SET DEFAULT gen_random_uuid(),
    ALTER COLUMN owner_id TYPE uuid USING legacy_uuid(1, owner_id);

ALTER TABLE sessions ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE sessions_id_seq;
ALTER TABLE sessions
    ALTER COLUMN id TYPE uuid USING legacy_uuid(3, id),
    ALTER COLUMN id SET DEFAULT gen_random_uuid(),
    ALTER COLUMN boardroom_id TYPE uuid USING legacy_uuid(2, boardroom_id),
    ALTER COLUMN user_id TYPE uuid USING legacy_uuid(1, user_id);

ALTER TABLE threads ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE threads_id_seq;
ALTER TABLE threads
    ALTER COLUMN id TYPE uuid USING legacy_uuid(4, id),
    ALTER COLUMN id SET DEFAULT gen_random_uuid(),
    ALTER COLUMN session_id TYPE uuid USING legacy_uuid(3, session_id),
    ALTER COLUMN user_id TYPE uuid USING legacy_uuid(1, user_id);

DROP FUNCTION legacy_uuid(integer, integer);
