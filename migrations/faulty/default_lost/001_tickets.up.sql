CREATE TABLE tickets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    priority text NOT NULL DEFAULT 'normal'
);
