CREATE TABLE prices (
  id integer PRIMARY KEY,
  amount integer NOT NULL,
  CONSTRAINT amount_range CHECK (amount > 100 AND amount < 50)
);
