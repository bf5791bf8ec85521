CREATE TABLE measurements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    celsius numeric NOT NULL
);

CREATE OR REPLACE FUNCTION to_fahrenheit(celsius numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$ SELECT celsius * 9 / 5 + 32 $$;
