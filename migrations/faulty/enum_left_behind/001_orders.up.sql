CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent');

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state order_state NOT NULL DEFAULT 'new'
);
