-- Wrong: the quote of the default is never closed.
CREATE TABLE greetings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    language char(2) NOT NULL,
    greeting text NOT NULL DEFAULT 'hello
);
CREATE INDEX greetings_language_idx ON greetings (language);
