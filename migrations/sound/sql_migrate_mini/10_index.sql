-- +migrate Up notransaction
CREATE INDEX CONCURRENTLY items_by_length ON items (length(name));

-- +migrate Down notransaction
DROP INDEX CONCURRENTLY items_by_length;
