-- What the models know of a user and the legacy schema does not.  created_at moves behind the new
-- columns, so that the columns stand as in the models.
ALTER TABLE users RENAME COLUMN created_at TO legacy_created_at;
ALTER TABLE users
    ADD COLUMN full_name text,
    ADD COLUMN is_active boolean NOT NULL DEFAULT true,
    ADD COLUMN is_verified boolean NOT NULL DEFAULT false,
    ADD COLUMN created_at timestamp with time zone NOT NULL DEFAULT now(),
    ADD COLUMN updated_at timestamp with time zone NOT NULL DEFAULT now();

-- Of no legacy row is it known when it was changed last: not before it was made.
UPDATE users SET created_at = legacy_created_at, updated_at = legacy_created_at;
ALTER TABLE users DROP COLUMN legacy_created_at;
