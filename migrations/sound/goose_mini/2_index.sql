-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY items_by_length ON items (length(name));

-- +goose Down
DROP INDEX CONCURRENTLY items_by_length;
