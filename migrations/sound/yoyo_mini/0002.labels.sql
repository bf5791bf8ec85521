-- depends: 0003.tags
ALTER TABLE users ADD COLUMN label text;
