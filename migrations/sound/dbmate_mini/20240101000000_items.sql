-- The first one.

-- migrate:up
CREATE TABLE items (
    id bigint PRIMARY KEY,
    name text NOT NULL
);
CREATE FUNCTION item_names() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(name, ', ') FROM items);
END;
$$;

-- migrate:down
DROP FUNCTION item_names();
DROP TABLE items
