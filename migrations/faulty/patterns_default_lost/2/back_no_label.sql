ALTER TABLE users ADD COLUMN label text;
