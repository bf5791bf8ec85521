-- migrate:up transaction:false
SET lock_timeout = '10s';
CREATE INDEX CONCURRENTLY items_by_half ON items ((id / 2));

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY items_by_half;
