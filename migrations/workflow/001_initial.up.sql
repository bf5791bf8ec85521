-- Types, tables and constraints of a workflow engine.  What the specification leaves open is decided
-- in README.md.
CREATE TYPE user_role AS ENUM ('admin', 'developer', 'viewer');
CREATE TYPE trigger_type AS ENUM ('manual', 'schedule', 'webhook', 'event');
CREATE TYPE run_status AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled');

CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email varchar(320) NOT NULL,
    name text,
    role user_role NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
);

CREATE TABLE api_keys (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    key_hash text NOT NULL,
    label text,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT fk_api_keys_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash)
);

CREATE TABLE workflows (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    name text NOT NULL,
    trigger_type trigger_type NOT NULL,
    retry_policy jsonb NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT workflows_pkey PRIMARY KEY (id),
    -- A workflow is not its owner's alone: it is handed over before its owner goes.
    CONSTRAINT fk_workflows_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT
);

CREATE TABLE workflow_steps (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    workflow_id uuid NOT NULL,
    position integer NOT NULL,
    name text NOT NULL,
    action text NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT workflow_steps_pkey PRIMARY KEY (id),
    CONSTRAINT fk_workflow_steps_workflow_id FOREIGN KEY (workflow_id) REFERENCES workflows (id)
        ON DELETE CASCADE,
    -- Deferrable: checked when the statement ends, so that one UPDATE can move the steps behind a
    -- new one.
    CONSTRAINT uq_workflow_steps_position UNIQUE (workflow_id, position) DEFERRABLE,
    CONSTRAINT ck_workflow_steps_position CHECK (position >= 0)
);

CREATE TABLE workflow_runs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    workflow_id uuid NOT NULL,
    status run_status NOT NULL DEFAULT 'pending',
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT workflow_runs_pkey PRIMARY KEY (id),
    CONSTRAINT fk_workflow_runs_workflow_id FOREIGN KEY (workflow_id) REFERENCES workflows (id)
        ON DELETE CASCADE,
    -- A run that is cancelled while it waits has an end and no start.
    CONSTRAINT ck_workflow_runs_finished_at
        CHECK (started_at IS NULL OR finished_at IS NULL OR finished_at >= started_at)
);

CREATE TABLE run_step_logs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    run_id uuid NOT NULL,
    step_id uuid,
    attempt integer NOT NULL DEFAULT 1,
    status run_status NOT NULL DEFAULT 'pending',
    output jsonb,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT run_step_logs_pkey PRIMARY KEY (id),
    CONSTRAINT fk_run_step_logs_run_id FOREIGN KEY (run_id) REFERENCES workflow_runs (id)
        ON DELETE CASCADE,
    -- What ran stays known when the step is taken out of the workflow.
    CONSTRAINT fk_run_step_logs_step_id FOREIGN KEY (step_id) REFERENCES workflow_steps (id)
        ON DELETE SET NULL,
    CONSTRAINT ck_run_step_logs_attempt CHECK (attempt >= 1)
);

-- aggregate_id has no foreign key: an event outlives what it tells of.
CREATE TABLE outbox (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    aggregate_type text NOT NULL,
    aggregate_id uuid NOT NULL,
    event_type text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    published_at timestamp with time zone,
    CONSTRAINT outbox_pkey PRIMARY KEY (id)
);

-- The clock rather than now(): a row changed in the transaction that made it has moved too.
CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$;

CREATE TRIGGER users_updated_at BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER api_keys_updated_at BEFORE UPDATE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER workflows_updated_at BEFORE UPDATE ON workflows
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER workflow_steps_updated_at BEFORE UPDATE ON workflow_steps
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER workflow_runs_updated_at BEFORE UPDATE ON workflow_runs
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER run_step_logs_updated_at BEFORE UPDATE ON run_step_logs
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
