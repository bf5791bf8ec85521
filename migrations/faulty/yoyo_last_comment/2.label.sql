ALTER TABLE users ADD COLUMN label text;
-- That is all.
