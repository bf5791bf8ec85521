-- +migrate Up
ALTER TABLE items ADD COLUMN colour text;
-- +migrate Down
ALTER TABLE items DROP COLUMN colour;
