-- +goose Up
-- +goose ENVSUB ON
ALTER TABLE items ADD COLUMN colour text DEFAULT '${PGSTAIR_TEST_COLOUR:-blue}';
-- +goose ENVSUB OFF

-- +goose Down
ALTER TABLE items DROP COLUMN colour;
