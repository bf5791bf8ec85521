DROP TABLE outbox;
DROP TABLE run_step_logs;
DROP TABLE workflow_runs;
DROP TABLE workflow_steps;
DROP TABLE workflows;
DROP TABLE api_keys;
DROP TABLE users;

-- Neither a function nor an enum type goes with the tables that use it.
DROP FUNCTION set_updated_at();
DROP TYPE run_status;
DROP TYPE trigger_type;
DROP TYPE user_role;
