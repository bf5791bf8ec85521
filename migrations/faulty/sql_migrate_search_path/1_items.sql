-- +migrate Up
CREATE TABLE items (id bigint PRIMARY KEY);
-- +migrate Down
DROP TABLE items;
