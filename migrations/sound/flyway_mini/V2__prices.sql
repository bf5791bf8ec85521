ALTER TABLE product ADD COLUMN price numeric(10, 2) CHECK (price >= 0);
