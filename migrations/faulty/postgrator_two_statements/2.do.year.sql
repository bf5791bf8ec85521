ALTER TABLE books ADD COLUMN year integer;
CREATE INDEX CONCURRENTLY books_year ON books (year);
