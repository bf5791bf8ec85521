-- +goose Up
ALTER TABLE items ADD COLUMN colour text;

ALTER TABLE items ADD COLUMN weight numeric -- kilograms;

-- +goose Down
ALTER TABLE items DROP COLUMN colour;
ALTER TABLE items DROP COLUMN weight;
