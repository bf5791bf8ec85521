DROP INDEX jobs_waiting_idx;
CREATE INDEX jobs_waiting_idx ON jobs USING hash (queue) WHERE finished_at IS NULL;
