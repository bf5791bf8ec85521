-- Up Migration
CREATE TABLE books (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL
);

-- Down Migration
DROP TABLE books;
