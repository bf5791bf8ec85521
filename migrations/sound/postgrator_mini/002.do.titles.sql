CREATE INDEX CONCURRENTLY books_title ON books (lower(title));
