CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL,
  shipped_to bigint NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now()
);
-- Named for the one column, made for the other.
CREATE INDEX orders_customer_idx ON orders (shipped_to);
