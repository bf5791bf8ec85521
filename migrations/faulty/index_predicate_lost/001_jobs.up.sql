CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL,
    finished_at timestamp with time zone
);
CREATE INDEX jobs_waiting_idx ON jobs (queue) WHERE finished_at IS NULL;
