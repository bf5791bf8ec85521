CREATE TABLE books (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL
);
COMMENT ON TABLE books IS 'What can be borrowed';
