CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    happened_at timestamp with time zone NOT NULL
);
CREATE INDEX events_kind_idx ON events (kind);
