-- Wrong: \connect is psql's own; the server never sees it, and no migration tool knows it.
CREATE TABLE shops (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

\connect another_database

CREATE TABLE shelves (
    shop_id bigint NOT NULL REFERENCES shops
);
