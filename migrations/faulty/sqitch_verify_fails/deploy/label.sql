\set name label
ALTER TABLE users
    ADD COLUMN :name text,
    ADD COLUMN other nothing;
