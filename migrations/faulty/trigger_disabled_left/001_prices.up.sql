CREATE TABLE prices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cents integer NOT NULL,
    changed_at timestamp with time zone
);

CREATE FUNCTION prices_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END
$$;

CREATE TRIGGER prices_touch BEFORE UPDATE ON prices
    FOR EACH ROW EXECUTE FUNCTION prices_touch();
