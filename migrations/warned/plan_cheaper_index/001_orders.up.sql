CREATE TYPE order_state AS ENUM ('open', 'paid', 'shipped', 'returned');
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state order_state NOT NULL,
  placed_on date NOT NULL
);
CREATE INDEX orders_state_idx ON orders (state);
CREATE INDEX orders_state_placed_idx ON orders (state, placed_on);
