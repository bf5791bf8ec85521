What is above the first mark is not read.

-- +migrate Up
CREATE TABLE items (
    id bigint PRIMARY KEY,
    name text NOT NULL -- a comment; with a semicolon
);

-- +migrate StatementBegin
CREATE FUNCTION item_names() RETURNS text LANGUAGE plpgsql AS $$
-- This comment never reaches the server.
BEGIN
    RETURN (SELECT string_agg(name, ', ') FROM items);
END;
$$;
-- +migrate StatementEnd

-- +migrate Down
DROP FUNCTION item_names();
DROP TABLE items;
