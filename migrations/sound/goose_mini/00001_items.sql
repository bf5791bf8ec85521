-- +goose Up
CREATE TABLE items (
    id bigint PRIMARY KEY,
    name text NOT NULL -- a comment; with a semicolon
);

-- +goose StatementBegin
CREATE FUNCTION item_names() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(name, ', ') FROM items);
END;
$$;
CREATE INDEX items_by_name ON items (name);
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION item_names();
DROP TABLE items;
