-- +goose UP
CREATE TABLE berths (
    pier text,
    -- metres; the tide table has them
    depth numeric
);
-- +goose statementbegin

  -- lost

CREATE FUNCTION berth_checked() RETURNS trigger AS $body$
BEGIN
    -- a comment within
    IF NEW.depth < 0 THEN
        RAISE EXCEPTION '% is dry', NEW.pier;
    END IF;
    RETURN NEW;
END;
$body$ LANGUAGE plpgsql; -- kept
-- kept, too

-- +goose StatementEnd

CREATE TRIGGER checked BEFORE INSERT ON berths
    FOR EACH ROW EXECUTE FUNCTION berth_checked();
-- +goose Down
DROP TABLE berths;   
DROP FUNCTION berth_checked();
