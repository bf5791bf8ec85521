ALTER TABLE orders ADD COLUMN shipped date;
-- Flyway knows that this cannot run in a transaction, and that the statement above can.
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed);
