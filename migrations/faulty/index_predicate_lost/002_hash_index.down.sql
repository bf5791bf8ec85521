-- Wrong: the index comes back without WHERE finished_at IS NULL.
DROP INDEX jobs_waiting_idx;
CREATE INDEX jobs_waiting_idx ON jobs (queue);
