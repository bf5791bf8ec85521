-- Sample data of the workflow system: 3 users, 5 workflows with their steps, 10 runs with their logs,
-- a few keys and events.  All of it is truncated and then written anew with the same ids and times,
-- so that running it twice gives the same rows.

TRUNCATE users, api_keys, workflows, workflow_steps, workflow_runs, run_step_logs, outbox;

INSERT INTO users (id, email, name, role, created_at, updated_at) VALUES
    ('00000000-0000-4000-8000-000000000101', 'admin@example.com', 'Ada Admin', 'admin',
     '2026-01-05 08:00+00', '2026-01-05 08:00+00'),
    ('00000000-0000-4000-8000-000000000102', 'developer@example.com', 'Dan Developer', 'developer',
     '2026-01-06 08:00+00', '2026-02-01 12:30+00'),
    ('00000000-0000-4000-8000-000000000103', 'viewer@example.com', 'Vera Viewer', 'viewer',
     '2026-01-07 08:00+00', '2026-01-07 08:00+00');

INSERT INTO api_keys
    (id, user_id, key_hash, label, last_used_at, revoked_at, created_at, updated_at)
SELECT ('00000000-0000-4000-8000-' || lpad(new.id, 12, '0'))::uuid, users.id, new.hash, new.label,
       new.used::timestamptz, new.revoked::timestamptz, new.made::timestamptz, new.made::timestamptz
FROM (VALUES
        ('201', 'admin@example.com', 'sha256:6b86b273ff34', 'deployment', '2026-03-01 09:00+00',
         NULL, '2026-01-05 09:00+00'),
        ('202', 'developer@example.com', 'sha256:d4735e3a265e', 'laptop', '2026-03-02 17:45+00',
         NULL, '2026-01-06 09:00+00'),
        ('203', 'developer@example.com', 'sha256:4e07408562be', 'old laptop', NULL,
         '2026-02-01 12:00+00', '2026-01-06 09:05+00'))
    AS new (id, owner, hash, label, used, revoked, made)
JOIN users ON users.email = new.owner;

INSERT INTO workflows
    (id, owner_id, name, trigger_type, retry_policy, is_active, created_at, updated_at)
SELECT ('00000000-0000-4000-8000-' || lpad(new.id, 12, '0'))::uuid, users.id, new.name,
       new.trigger::trigger_type, new.policy::jsonb, new.active,
       '2026-02-01 10:00+00', '2026-02-01 10:00+00'
FROM (VALUES
        ('301', 'admin@example.com', 'nightly backup', 'schedule',
         '{"max_attempts": 3, "backoff": "exponential", "first_wait_seconds": 60}', true),
        ('302', 'developer@example.com', 'deploy on push', 'webhook',
         '{"max_attempts": 1}', true),
        ('303', 'developer@example.com', 'welcome a customer', 'event',
         '{"max_attempts": 5, "backoff": "linear", "first_wait_seconds": 5}', true),
        ('304', 'developer@example.com', 'rebuild the search index', 'manual',
         '{"max_attempts": 2}', true),
        ('305', 'admin@example.com', 'export to the old archive', 'schedule', '{}', false))
    AS new (id, owner, name, trigger, policy, active)
JOIN users ON users.email = new.owner;

-- A step's id: 4, its workflow, its place.
INSERT INTO workflow_steps (id, workflow_id, position, name, action, config, created_at, updated_at)
SELECT ('00000000-0000-4000-8000-' || lpad(format('4%s%s', right(new.workflow, 2), new.place), 12, '0'))
           ::uuid,
       ('00000000-0000-4000-8000-' || lpad(new.workflow, 12, '0'))::uuid,
       new.place, new.name, new.action, new.config::jsonb,
       '2026-02-01 10:00+00', '2026-02-01 10:00+00'
FROM (VALUES
        ('301', 0, 'dump', 'shell', '{"command": ["pg_dump", "-Fc", "app"]}'),
        ('301', 1, 'upload', 'http', '{"method": "PUT"}'),
        ('301', 2, 'prune', 'shell', '{"keep_days": 30}'),
        ('302', 0, 'build', 'shell', '{"command": ["ninja"]}'),
        ('302', 1, 'roll out', 'http', '{"method": "POST"}'),
        ('303', 0, 'send the letter', 'mail', '{"template": "welcome"}'),
        ('303', 1, 'tell sales', 'http', '{"method": "POST"}'),
        ('304', 0, 'read the rows', 'sql', '{"query": "SELECT id, title FROM documents"}'),
        ('304', 1, 'write the index', 'http', '{"method": "PUT", "batch": 500}'),
        ('305', 0, 'export', 'shell', '{}'))
    AS new (workflow, place, name, action, config);

INSERT INTO workflow_runs
    (id, workflow_id, status, started_at, finished_at, created_at, updated_at)
SELECT ('00000000-0000-4000-8000-' || lpad(new.id, 12, '0'))::uuid,
       ('00000000-0000-4000-8000-' || lpad(new.workflow, 12, '0'))::uuid,
       new.status::run_status, new.started::timestamptz, new.finished::timestamptz,
       new.made::timestamptz, coalesce(new.finished, new.started, new.made)::timestamptz
FROM (VALUES
        ('501', '301', 'completed', '2026-03-01 01:00+00', '2026-03-01 01:20+00',
         '2026-03-01 01:00+00'),
        ('502', '301', 'completed', '2026-03-02 01:00+00', '2026-03-02 01:25+00',
         '2026-03-02 01:00+00'),
        ('503', '301', 'failed', '2026-03-03 01:00+00', '2026-03-03 01:10+00',
         '2026-03-03 01:00+00'),
        ('504', '302', 'completed', '2026-03-01 14:02+00', '2026-03-01 14:09+00',
         '2026-03-01 14:01+00'),
        ('505', '302', 'failed', '2026-03-02 15:31+00', '2026-03-02 15:33+00',
         '2026-03-02 15:30+00'),
        ('506', '302', 'running', '2026-03-03 16:11+00', NULL, '2026-03-03 16:10+00'),
        ('507', '303', 'completed', '2026-03-02 11:00+00', '2026-03-02 11:00+00',
         '2026-03-02 11:00+00'),
        ('508', '303', 'pending', NULL, NULL, '2026-03-03 16:12+00'),
        ('509', '304', 'cancelled', NULL, '2026-03-02 19:05+00', '2026-03-02 19:00+00'),
        ('510', '304', 'completed', '2026-03-02 20:00+00', '2026-03-02 20:40+00',
         '2026-03-02 20:00+00'))
    AS new (id, workflow, status, started, finished, made);

-- A log's id: 6, its run, its number there.
INSERT INTO run_step_logs
    (id, run_id, step_id, attempt, status, output, created_at, updated_at)
SELECT ('00000000-0000-4000-8000-' || lpad(format('6%s%s', right(runs.id::text, 2), new.n), 12, '0'))
           ::uuid,
       runs.id, steps.id, new.attempt, new.status::run_status, new.output::jsonb,
       runs.created_at + new.n * interval '1 minute', runs.created_at + new.n * interval '1 minute'
FROM (VALUES
        ('501', 1, 0, 1, 'completed', '{"bytes": 52428800}'),
        ('501', 2, 1, 1, 'completed', '{"status": 201}'),
        ('501', 3, 2, 1, 'completed', '{"removed": 1}'),
        ('502', 1, 0, 1, 'completed', '{"bytes": 53477376}'),
        ('502', 2, 1, 1, 'failed', '{"error": "connection reset"}'),
        ('502', 3, 1, 2, 'completed', '{"status": 201}'),
        ('502', 4, 2, 1, 'completed', '{"removed": 1}'),
        ('503', 1, 0, 1, 'failed', '{"error": "disk full"}'),
        ('503', 2, 0, 2, 'failed', '{"error": "disk full"}'),
        ('503', 3, 0, 3, 'failed', '{"error": "disk full"}'),
        ('504', 1, 0, 1, 'completed', '{"seconds": 310}'),
        ('504', 2, 1, 1, 'completed', '{"status": 200}'),
        ('505', 1, 0, 1, 'failed', '{"error": "the build failed"}'),
        ('506', 1, 0, 1, 'running', NULL),
        ('507', 1, 0, 1, 'completed', NULL),
        ('507', 2, 1, 1, 'completed', '{"status": 204}'),
        ('508', 1, 0, 1, 'pending', NULL),
        ('509', 1, 0, 1, 'cancelled', NULL),
        ('510', 1, 0, 1, 'completed', '{"rows": 12000}'),
        ('510', 2, 1, 1, 'completed', '{"batches": 24}'))
    AS new (run, n, place, attempt, status, output)
JOIN workflow_runs AS runs
    ON runs.id = ('00000000-0000-4000-8000-' || lpad(new.run, 12, '0'))::uuid
JOIN workflow_steps AS steps ON steps.workflow_id = runs.workflow_id AND steps.position = new.place;

-- One event for each workflow that was made; the last two wait to be published.
INSERT INTO outbox
    (id, aggregate_type, aggregate_id, event_type, payload, created_at, published_at)
SELECT ('00000000-0000-4000-8000-000000000' || '7' || right(workflows.id::text, 2))::uuid,
       'workflow', workflows.id, 'workflow.created', jsonb_build_object('name', workflows.name),
       workflows.created_at,
       CASE WHEN right(workflows.id::text, 2) <= '03' THEN workflows.created_at + interval '2 s' END
FROM workflows;
