-- Indexes for the known query patterns: a user's workflows, a workflow's runs, runs by status, a
-- run's log, the next unpublished events.
CREATE INDEX ix_workflows_owner_id ON workflows (owner_id);
CREATE INDEX ix_workflow_runs_workflow_id ON workflow_runs (workflow_id);
CREATE INDEX ix_workflow_runs_status ON workflow_runs (status);
CREATE INDEX ix_run_step_logs_run_id ON run_step_logs (run_id);
CREATE INDEX ix_outbox_unpublished ON outbox (published_at) WHERE published_at IS NULL;
