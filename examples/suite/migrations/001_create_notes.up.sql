CREATE TABLE authors (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE
);

CREATE TABLE notes (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id integer NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
    body text NOT NULL CONSTRAINT ck_notes_body CHECK (length(trim(body)) > 0)
);

CREATE INDEX ix_notes_author_id ON notes (author_id);
