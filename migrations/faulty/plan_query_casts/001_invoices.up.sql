CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number bigint NOT NULL,
  amount numeric(12, 2) NOT NULL
);
CREATE INDEX invoices_number_idx ON invoices (number);
