-- created_at is then the last column, as it was.  Names and flags of users are lost: the legacy
-- schema has no place for them.
ALTER TABLE users
    DROP COLUMN full_name,
    DROP COLUMN is_active,
    DROP COLUMN is_verified,
    DROP COLUMN updated_at;
