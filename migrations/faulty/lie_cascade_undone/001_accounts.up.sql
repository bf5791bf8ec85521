CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  amount numeric(12, 2) NOT NULL
);

-- "Invoices are kept for ten years": the delete that the cascade sends is swallowed, and the row is left without its account.
CREATE FUNCTION keep_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END
$$;
CREATE TRIGGER keep_invoices BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION keep_invoices();
