CREATE TYPE order_state AS ENUM ('open', 'paid', 'shipped', 'returned');
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text COLLATE "und-x-icu" NOT NULL,
  blocked boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX customers_email_idx ON customers (lower(email));
CREATE INDEX customers_name_idx ON customers (name text_pattern_ops);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  state order_state NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  paid_at timestamptz
);
CREATE INDEX orders_customer_idx ON orders (customer_id, placed_at);
CREATE INDEX orders_unpaid_idx ON orders (placed_at) WHERE paid_at IS NULL;
