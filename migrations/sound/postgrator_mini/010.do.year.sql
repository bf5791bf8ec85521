ALTER TABLE books ADD COLUMN year integer CHECK (year > 1450);
