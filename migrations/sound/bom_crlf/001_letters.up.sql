-- Saved by an editor on Windows.
CREATE TABLE letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL DEFAULT 'Grüße'
);

CREATE INDEX letters_body_idx ON letters (body);
