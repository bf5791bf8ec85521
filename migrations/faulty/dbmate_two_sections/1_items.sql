-- migrate:up
CREATE TABLE items (id bigint PRIMARY KEY);
-- migrate:down
DROP TABLE items;

-- migrate:up
CREATE TABLE parts (id bigint PRIMARY KEY);
-- migrate:down
DROP TABLE parts;
