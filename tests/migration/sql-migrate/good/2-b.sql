-- +migrate Up notransaction
CREATE INDEX CONCURRENTLY x ON a (i);
-- +migrate Down
DROP INDEX x;
