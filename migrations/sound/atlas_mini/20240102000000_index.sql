-- atlas:txmode none

-- create index
CREATE INDEX CONCURRENTLY "books_title" ON "books" ("title");
CREATE INDEX CONCURRENTLY "books_length" ON "books" (length("title"));
