CREATE TABLE totals (day date PRIMARY KEY, amount numeric NOT NULL);
CREATE PROCEDURE fill_totals() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO totals VALUES ('2026-01-01', 1), ('2026-01-02', 2);
    COMMIT;
END
$$;
