-- A table in the schema that Flyway makes; and a function with a body that holds semicolons.
CREATE TYPE availability AS ENUM ('in stock', 'sold out');

CREATE TABLE product (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    state availability NOT NULL DEFAULT 'in stock'
);
COMMENT ON TABLE product IS '${owner_note}; ${flyway:defaultSchema}';

CREATE FUNCTION product_count() RETURNS bigint LANGUAGE plpgsql STABLE AS $body$
BEGIN
    RETURN (SELECT count(*) FROM product);
END;
$body$;

CREATE FUNCTION next_product(id bigint) RETURNS bigint LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE WHEN id IS NULL THEN 1 ELSE id + 1 END;
END;
