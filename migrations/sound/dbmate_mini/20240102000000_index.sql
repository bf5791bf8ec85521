-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY items_by_length ON items (length(name));

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY items_by_length;
