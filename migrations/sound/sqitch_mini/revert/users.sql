ALTER TABLE app.users DROP COLUMN label;
