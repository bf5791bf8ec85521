DROP INDEX ix_outbox_unpublished;
DROP INDEX ix_run_step_logs_run_id;
DROP INDEX ix_workflow_runs_status;
DROP INDEX ix_workflow_runs_workflow_id;
DROP INDEX ix_workflows_owner_id;
