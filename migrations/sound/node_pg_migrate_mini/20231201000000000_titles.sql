-- Up Migration
CREATE INDEX books_title ON books (lower(title))

-- Down Migration
DROP INDEX books_title
