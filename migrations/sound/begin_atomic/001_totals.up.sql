-- The bodies' semicolons end no statement (PostgreSQL 14 and later).
CREATE TABLE sales (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    amount numeric NOT NULL
);

CREATE FUNCTION sale_size(amount numeric) RETURNS text
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE WHEN amount > 1000 THEN 'large' ELSE 'small' END;
END;

CREATE PROCEDURE add_sales(a numeric, b numeric)
LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO sales (amount) VALUES (a);
    INSERT INTO sales (amount) VALUES (b);
END;

CREATE INDEX sales_amount_idx ON sales (amount);
