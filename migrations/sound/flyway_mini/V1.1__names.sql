-- Flyway knows that this one cannot run in a transaction.
CREATE INDEX CONCURRENTLY product_name ON product (name);
