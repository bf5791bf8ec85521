-- Wrong: golang-migrate sends the file as it is; the transaction that it opens is never committed.
BEGIN;

CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL
);
