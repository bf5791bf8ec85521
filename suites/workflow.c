/* workflow: users, workflows, runs, outbox.  Each test names the requirements that it serves; what
 * the specification leaves open is decided in migrations/workflow/README.md. */
#include <pgstair/cmocka.h>

#include "sqlstate.h"

#include <stdio.h>

#define OWNER "aaaaaaaa-0000-4000-8000-000000000001"
#define OTHER_USER "aaaaaaaa-0000-4000-8000-000000000002"
#define WORKFLOW "bbbbbbbb-0000-4000-8000-000000000001"
#define OTHER_WORKFLOW "bbbbbbbb-0000-4000-8000-000000000002"
#define FIRST_STEP "cccccccc-0000-4000-8000-000000000001"
#define SECOND_STEP "cccccccc-0000-4000-8000-000000000002"
#define RUN "dddddddd-0000-4000-8000-000000000001"
#define OTHER_RUN "dddddddd-0000-4000-8000-000000000002"

/* What the sample data does not have, so that a test's rows are known by their ids. */
static void
given_two_workflows(PgsSuite *pgs_suite_)
{
    pgs_assert_accepted("INSERT INTO users (id, email, role) VALUES"
                        " ('" OWNER "', 'owner@suite.example', 'developer'),"
                        " ('" OTHER_USER "', 'other@suite.example', 'viewer')");
    pgs_assert_accepted("INSERT INTO workflows (id, owner_id, name, trigger_type, retry_policy)"
                        " VALUES ('" WORKFLOW "', '" OWNER "', 'one', 'manual', '{}'),"
                        " ('" OTHER_WORKFLOW "', '" OWNER "', 'other', 'event', '{}')");
    pgs_assert_accepted(
        "INSERT INTO workflow_steps (id, workflow_id, position, name, action) VALUES"
        " ('" FIRST_STEP "', '" WORKFLOW "', 0, 'first', 'shell'),"
        " ('" SECOND_STEP "', '" WORKFLOW "', 1, 'second', 'http')");
    pgs_assert_accepted("INSERT INTO workflow_runs (id, workflow_id, status) VALUES"
                        " ('" RUN "', '" WORKFLOW "', 'running'),"
                        " ('" OTHER_RUN "', '" OTHER_WORKFLOW "', 'running')");
    pgs_assert_accepted("INSERT INTO run_step_logs (run_id, step_id, attempt, status) VALUES"
                        " ('" RUN "', '" FIRST_STEP "', 1, 'running'),"
                        " ('" RUN "', '" SECOND_STEP "', 1, 'running')");
}

static void
every_expectation_of_the_project_holds(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_project();
}

#define TABLE_NAMES                                                                                \
    "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"                               \
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"

#define EVERY_TABLE "api_keys outbox run_step_logs users workflow_runs workflow_steps workflows"

static void
upgrade_creates_all_and_downgrade_removes_all(void **state)
{
    PGS_CASE(state, "WF-01");
    pgs_assert_result(EVERY_TABLE, TABLE_NAMES);

    pgs_assert_migrated("base");
    pgs_assert_result("", TABLE_NAMES);
    pgs_assert_absent("enum type", "user_role");
    pgs_assert_absent("enum type", "trigger_type");
    pgs_assert_absent("enum type", "run_status");
    pgs_assert_result("0|0|0", "SELECT"
                               " (SELECT count(*) FROM pg_class"
                               "  WHERE relnamespace = 'public'::regnamespace),"
                               " (SELECT count(*) FROM pg_type"
                               "  WHERE typnamespace = 'public'::regnamespace),"
                               " (SELECT count(*) FROM pg_proc"
                               "  WHERE pronamespace = 'public'::regnamespace)");

    pgs_assert_migrated("head");
    pgs_assert_result(EVERY_TABLE, TABLE_NAMES);
}

static void
the_cycle_is_clean_twice_over(void **state)
{
    PGS_CASE(state, "WF-12");
    for (int round = 0; round < 2; round++) {
        pgs_assert_migrated("base");
        pgs_assert_drift(0, NULL);
        pgs_assert_migrated("001");
        pgs_assert_drift(0, NULL);
        pgs_assert_migrated("head");
        pgs_assert_drift(0, NULL);
    }
}

static void
ids_and_times_come_by_default(void **state)
{
    PGS_CASE(state, "WF-01");
    pgs_assert_result("t|t|t",
                      "INSERT INTO users (email, role) VALUES ('new@suite.example', 'viewer')"
                      " RETURNING id IS NOT NULL, created_at = now(), updated_at = now()");
    pgs_assert_result("t|t",
                      "INSERT INTO outbox (aggregate_type, aggregate_id, event_type, payload)"
                      " VALUES ('user', gen_random_uuid(), 'user.created', '{}')"
                      " RETURNING id IS NOT NULL, created_at = now()");
}

/* The writer asks for another time, and is not heard. */
static void
updated_at_is_kept_by_a_trigger(void **state)
{
    static const char *const tables[] = {"users",          "api_keys",      "workflows",
                                         "workflow_steps", "workflow_runs", "run_step_logs"};

    PGS_CASE(state, "WF-01");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[256];

        snprintf(sql, sizeof sql, "SELECT count(*) > 0 FROM %s", tables[i]);
        pgs_assert_result("t", sql);
        snprintf(sql, sizeof sql, "UPDATE %s SET updated_at = '2000-01-01'", tables[i]);
        pgs_assert_accepted(sql);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE updated_at < now()", tables[i]);
        pgs_assert_result("0", sql);
    }
}

static void
a_duplicate_email_is_a_conflict(void **state)
{
    PGS_CASE(state, "WF-02");
    given_two_workflows(pgs_suite_);
    pgs_assert_unique("users", "email");
    /* 23505: class 23, a conflict. */
    pgs_assert_refused("23505", "uq_users_email",
                       "INSERT INTO users (email, role) VALUES ('owner@suite.example', 'admin')");
    pgs_assert_refused("23505", "uq_users_email",
                       "UPDATE users SET email = 'owner@suite.example'"
                       " WHERE email = 'other@suite.example'");
    pgs_assert_result("1", "SELECT count(*) FROM users WHERE email = 'owner@suite.example'");
    pgs_assert_refused("23502", NULL, "INSERT INTO users (role) VALUES ('admin')");
    pgs_assert_affected(1,
                        "INSERT INTO users (email, role) VALUES ('third@suite.example', 'admin')");
}

static void
deleting_a_user_deletes_its_api_keys(void **state)
{
    PGS_CASE(state, "WF-03");
    given_two_workflows(pgs_suite_);
    pgs_assert_foreign_key("api_keys", "user_id", "users (id)", "c", NULL);
    pgs_assert_affected(3, "INSERT INTO api_keys (user_id, key_hash) VALUES"
                           " ('" OTHER_USER "', 'h1'), ('" OTHER_USER "', 'h2'),"
                           " ('" OWNER "', 'h3')");
    pgs_assert_affected(1, "DELETE FROM users WHERE id = '" OTHER_USER "'");
    pgs_assert_result("h3", "SELECT key_hash FROM api_keys WHERE key_hash IN ('h1', 'h2', 'h3')");
    pgs_assert_refused("23503", "fk_api_keys_user_id",
                       "INSERT INTO api_keys (user_id, key_hash) VALUES"
                       " ('" OTHER_USER "', 'h4')");
}

static void
a_key_hash_is_there_once(void **state)
{
    PGS_CASE(state, "WF-01");
    given_two_workflows(pgs_suite_);
    pgs_assert_affected(1,
                        "INSERT INTO api_keys (user_id, key_hash) VALUES ('" OTHER_USER "', 'h1')");
    pgs_assert_refused("23505", "uq_api_keys_key_hash",
                       "INSERT INTO api_keys (user_id, key_hash) VALUES ('" OWNER "', 'h1')");
    pgs_assert_refused("23502", NULL, "INSERT INTO api_keys (user_id) VALUES ('" OWNER "')");
}

static void
a_user_who_owns_workflows_cannot_be_deleted(void **state)
{
    PGS_CASE(state, "WF-01");
    given_two_workflows(pgs_suite_);
    pgs_assert_foreign_key("workflows", "owner_id", "users (id)", "r", NULL);
    pgs_assert_refused(RESTRICTED, "fk_workflows_owner_id",
                       "DELETE FROM users WHERE id = '" OWNER "'");
    /* Handed over, the owner can go, and nothing goes with it. */
    pgs_assert_affected(2, "UPDATE workflows SET owner_id = '" OTHER_USER "'"
                           " WHERE owner_id = '" OWNER "'");
    pgs_assert_affected(1, "DELETE FROM users WHERE id = '" OWNER "'");
    pgs_assert_result("2|2|2", "SELECT"
                               " (SELECT count(*) FROM workflows WHERE id::text LIKE 'bbbbbbbb-%'),"
                               " (SELECT count(*) FROM workflow_steps"
                               "  WHERE workflow_id = '" WORKFLOW "'),"
                               " (SELECT count(*) FROM run_step_logs WHERE run_id = '" RUN "')");
}

static void
deleting_a_workflow_deletes_its_steps_runs_and_logs(void **state)
{
    PGS_CASE(state, "WF-01");
    given_two_workflows(pgs_suite_);
    pgs_assert_foreign_key("workflow_steps", "workflow_id", "workflows (id)", "c", NULL);
    pgs_assert_foreign_key("workflow_runs", "workflow_id", "workflows (id)", "c", NULL);
    pgs_assert_foreign_key("run_step_logs", "run_id", "workflow_runs (id)", "c", NULL);
    pgs_assert_affected(1, "DELETE FROM workflows WHERE id = '" WORKFLOW "'");
    pgs_assert_result("0|0|0",
                      "SELECT"
                      " (SELECT count(*) FROM workflow_steps WHERE workflow_id = '" WORKFLOW "'),"
                      " (SELECT count(*) FROM workflow_runs WHERE workflow_id = '" WORKFLOW "'),"
                      " (SELECT count(*) FROM run_step_logs WHERE run_id = '" RUN "')");
    /* Neither the other workflow nor the owner. */
    pgs_assert_result("1|1|1", "SELECT"
                               " (SELECT count(*) FROM workflows WHERE id = '" OTHER_WORKFLOW "'),"
                               " (SELECT count(*) FROM workflow_runs WHERE id = '" OTHER_RUN "'),"
                               " (SELECT count(*) FROM users WHERE id = '" OWNER "')");
}

static void
deleting_a_step_keeps_its_logs(void **state)
{
    PGS_CASE(state, "WF-01");
    given_two_workflows(pgs_suite_);
    pgs_assert_foreign_key("run_step_logs", "step_id", "workflow_steps (id)", "n", NULL);
    pgs_assert_affected(1, "DELETE FROM workflow_steps WHERE id = '" FIRST_STEP "'");
    pgs_assert_result(SECOND_STEP "\n", "SELECT step_id FROM run_step_logs"
                                        " WHERE run_id = '" RUN "' ORDER BY step_id");
}

static void
a_run_never_finishes_before_it_starts(void **state)
{
    PGS_CASE(state, "WF-01");
    given_two_workflows(pgs_suite_);
    pgs_assert_affected(1, "UPDATE workflow_runs SET started_at = '2026-01-01 12:00+00',"
                           " finished_at = '2026-01-01 12:00+00' WHERE id = '" RUN "'");
    pgs_assert_refused("23514", "ck_workflow_runs_finished_at",
                       "UPDATE workflow_runs SET finished_at = '2026-01-01 11:59:59.999999+00'"
                       " WHERE id = '" RUN "'");
    pgs_assert_affected(1, "UPDATE workflow_runs SET finished_at = NULL WHERE id = '" RUN "'");
    /* Cancelled while it waited. */
    pgs_assert_affected(1, "UPDATE workflow_runs SET status = 'cancelled', started_at = NULL,"
                           " finished_at = '2026-01-01 12:00+00' WHERE id = '" RUN "'");
}

static void
trigger_type_has_these_labels_and_no_other(void **state)
{
    static const char *const refused[] = {"cron", "Manual", "manual ", ""};
    char sql[256];

    PGS_CASE(state, "WF-04");
    given_two_workflows(pgs_suite_);
    pgs_assert_enum("trigger_type", PGS_LIST("manual", "schedule", "webhook", "event"));
    pgs_assert_affected(4, "INSERT INTO workflows (owner_id, name, trigger_type, retry_policy)"
                           " SELECT '" OWNER "', 'each', label, '{}'"
                           " FROM unnest(enum_range(NULL::trigger_type)) AS label");
    pgs_assert_result("manual\nschedule\nwebhook\nevent",
                      "SELECT trigger_type FROM workflows WHERE name = 'each'"
                      " ORDER BY trigger_type");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        snprintf(sql, sizeof sql, "UPDATE workflows SET trigger_type = '%s'", refused[i]);
        pgs_assert_refused("22P02", NULL, sql);
    }
    pgs_assert_refused("23502", NULL, "UPDATE workflows SET trigger_type = NULL");
}

static void
status_has_these_labels_and_no_other(void **state)
{
    static const char *const tables[] = {"workflow_runs", "run_step_logs"};
    static const char *const refused[] = {"done", "Pending", "canceled", ""};
    char sql[256];

    PGS_CASE(state, "WF-04");
    given_two_workflows(pgs_suite_);
    pgs_assert_enum("run_status",
                    PGS_LIST("pending", "running", "completed", "failed", "cancelled"));
    pgs_assert_affected(5, "INSERT INTO workflow_runs (id, workflow_id, status)"
                           " SELECT gen_random_uuid(), '" OTHER_WORKFLOW "', label"
                           " FROM unnest(enum_range(NULL::run_status)) AS label");
    pgs_assert_affected(5, "INSERT INTO run_step_logs (run_id, status)"
                           " SELECT '" OTHER_RUN "', label"
                           " FROM unnest(enum_range(NULL::run_status)) AS label");
    pgs_assert_result("pending\nrunning\ncompleted\nfailed\ncancelled",
                      "SELECT status FROM run_step_logs WHERE run_id = '" OTHER_RUN "'"
                      " ORDER BY status");
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
            snprintf(sql, sizeof sql, "UPDATE %s SET status = '%s'", tables[t], refused[i]);
            pgs_assert_refused("22P02", NULL, sql);
        }
        snprintf(sql, sizeof sql, "UPDATE %s SET status = NULL", tables[t]);
        pgs_assert_refused("23502", NULL, sql);
    }
}

static void
a_run_and_a_log_begin_pending(void **state)
{
    PGS_CASE(state, "WF-04");
    given_two_workflows(pgs_suite_);
    pgs_assert_result("pending", "INSERT INTO workflow_runs (workflow_id) VALUES ('" WORKFLOW "')"
                                 " RETURNING status");
    pgs_assert_result("pending", "INSERT INTO run_step_logs (run_id, attempt) VALUES"
                                 " ('" RUN "', 1) RETURNING status");
}

#define STEP_NAMES                                                                                 \
    "SELECT string_agg(name, ' ' ORDER BY position) FROM workflow_steps"                           \
    " WHERE workflow_id = '" WORKFLOW "'"

static void
steps_keep_their_order(void **state)
{
    PGS_CASE(state, "WF-05");
    given_two_workflows(pgs_suite_);
    pgs_assert_affected(2, "INSERT INTO workflow_steps (workflow_id, position, name, action) VALUES"
                           " ('" WORKFLOW "', 7, 'last', 'shell'),"
                           " ('" WORKFLOW "', 2, 'third', 'shell')");
    pgs_assert_result("first second third last", STEP_NAMES);
    /* What changes a row's place in the table does not change the step's. */
    pgs_assert_affected(1, "UPDATE workflow_steps SET config = '{\"retries\": 1}'"
                           " WHERE id = '" FIRST_STEP "'");
    pgs_assert_result("first second third last", STEP_NAMES);
    /* One statement makes room, and a new step goes in between. */
    pgs_assert_affected(3, "UPDATE workflow_steps SET position = position + 1"
                           " WHERE workflow_id = '" WORKFLOW "' AND position >= 1");
    pgs_assert_affected(1, "INSERT INTO workflow_steps (workflow_id, position, name, action) VALUES"
                           " ('" WORKFLOW "', 1, 'inserted', 'shell')");
    pgs_assert_result("first inserted second third last", STEP_NAMES);
}

static void
a_duplicate_position_is_refused(void **state)
{
    PGS_CASE(state, "WF-05");
    given_two_workflows(pgs_suite_);
    pgs_assert_result("UNIQUE (workflow_id, \"position\") DEFERRABLE",
                      "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                      " WHERE conname = 'uq_workflow_steps_position'");
    pgs_assert_refused("23505", "uq_workflow_steps_position",
                       "INSERT INTO workflow_steps (workflow_id, position, name, action) VALUES"
                       " ('" WORKFLOW "', 1, 'again', 'shell')");
    pgs_assert_refused("23505", "uq_workflow_steps_position",
                       "UPDATE workflow_steps SET position = 1 WHERE id = '" FIRST_STEP "'");
    /* Another workflow's places are its own. */
    pgs_assert_affected(1, "INSERT INTO workflow_steps (workflow_id, position, name, action) VALUES"
                           " ('" OTHER_WORKFLOW "', 1, 'elsewhere', 'shell')");
}

static void
a_position_is_not_negative(void **state)
{
    PGS_CASE(state, "WF-05");
    given_two_workflows(pgs_suite_);
    pgs_assert_affected(1, "INSERT INTO workflow_steps (workflow_id, position, name, action) VALUES"
                           " ('" OTHER_WORKFLOW "', 0, 'zero', 'shell')");
    pgs_assert_refused("23514", "ck_workflow_steps_position",
                       "INSERT INTO workflow_steps (workflow_id, position, name, action) VALUES"
                       " ('" OTHER_WORKFLOW "', -1, 'negative', 'shell')");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO workflow_steps (workflow_id, name, action) VALUES"
                       " ('" OTHER_WORKFLOW "', 'nowhere', 'shell')");
}

/* json would keep both members, and has no containment. */
static void
retry_policy_is_jsonb(void **state)
{
    PGS_CASE(state, "WF-06");
    given_two_workflows(pgs_suite_);
    pgs_assert_column("workflows", "retry_policy", "jsonb", PGS_NO, "");
    pgs_assert_affected(1, "UPDATE workflows"
                           " SET retry_policy = '{\"max_attempts\": 1, \"max_attempts\": 3}'"
                           " WHERE id = '" WORKFLOW "'");
    pgs_assert_result("{\"max_attempts\": 3}|3|t",
                      "SELECT retry_policy, (retry_policy ->> 'max_attempts')::integer,"
                      " retry_policy @> '{\"max_attempts\": 3}'"
                      " FROM workflows WHERE id = '" WORKFLOW "'");
    pgs_assert_refused("22P02", NULL, "UPDATE workflows SET retry_policy = '{max_attempts: 3}'");
    pgs_assert_refused("23502", NULL, "UPDATE workflows SET retry_policy = NULL");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO workflows (owner_id, name, trigger_type) VALUES"
                       " ('" OWNER "', 'without a policy', 'manual')");
}

#define INSERT_EVENT(payload)                                                                      \
    "INSERT INTO outbox (aggregate_type, aggregate_id, event_type, payload) VALUES"                \
    " ('workflow', '" WORKFLOW "', 'workflow.created', " payload ")"

static void
payload_is_jsonb(void **state)
{
    PGS_CASE(state, "WF-06");
    pgs_assert_column("outbox", "payload", "jsonb", PGS_NO, "");
    pgs_assert_affected(1, INSERT_EVENT("'{\"name\": \"old\", \"name\": \"new\"}'"));
    pgs_assert_result("{\"name\": \"new\"}|new|t",
                      "SELECT payload, payload ->> 'name', payload ? 'name'"
                      " FROM outbox WHERE aggregate_id = '" WORKFLOW "'");
    pgs_assert_refused("22P02", NULL, INSERT_EVENT("'{name}'"));
    pgs_assert_refused("23502", NULL, INSERT_EVENT("NULL"));
}

static void
attempt_counts_retries_from_1(void **state)
{
    PGS_CASE(state, "WF-07");
    given_two_workflows(pgs_suite_);
    pgs_assert_column("run_step_logs", "attempt", "integer", PGS_NO, "1");
    pgs_assert_result("1", "INSERT INTO run_step_logs (run_id, step_id, status) VALUES"
                           " ('" RUN "', '" FIRST_STEP "', 'failed') RETURNING attempt");
    pgs_assert_affected(2, "INSERT INTO run_step_logs (run_id, step_id, attempt, status) VALUES"
                           " ('" RUN "', '" FIRST_STEP "', 2, 'failed'),"
                           " ('" RUN "', '" FIRST_STEP "', 3, 'completed')");
    pgs_assert_result("completed", "SELECT status FROM run_step_logs WHERE run_id = '" RUN "'"
                                   " ORDER BY attempt DESC LIMIT 1");
}

static void
attempt_is_never_below_1(void **state)
{
    PGS_CASE(state, "WF-07");
    given_two_workflows(pgs_suite_);
    pgs_assert_refused("23514", "ck_run_step_logs_attempt",
                       "INSERT INTO run_step_logs (run_id, attempt) VALUES ('" RUN "', 0)");
    pgs_assert_refused("23514", "ck_run_step_logs_attempt",
                       "UPDATE run_step_logs SET attempt = -1 WHERE run_id = '" RUN "'");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO run_step_logs (run_id, attempt) VALUES ('" RUN "', NULL)");
    pgs_assert_affected(1, "INSERT INTO run_step_logs (run_id, attempt) VALUES ('" RUN "', 1)");
}

static void
an_event_is_unpublished_until_it_is_published(void **state)
{
    PGS_CASE(state, "WF-08");
    pgs_assert_column("outbox", "published_at", "timestamptz", PGS_YES, "");
    pgs_assert_affected(1, INSERT_EVENT("'{}'"));
    pgs_assert_result("t", "SELECT published_at IS NULL FROM outbox"
                           " WHERE aggregate_id = '" WORKFLOW "'");
    pgs_assert_affected(1, "UPDATE outbox SET published_at = now()"
                           " WHERE aggregate_id = '" WORKFLOW "'");
    pgs_assert_result("0", "SELECT count(*) FROM outbox"
                           " WHERE aggregate_id = '" WORKFLOW "' AND published_at IS NULL");
}

/* Runs a statement of another session. */
static void
say(PgsSuite *pgs_suite_, PGconn *session, const char *sql)
{
    PGresult *result = PQexec(session, sql);
    int done = PQresultStatus(result) == PGRES_COMMAND_OK;

    PQclear(result);
    pgs_assert_true(done, sql);
}

/* A workflow and its event, in a transaction that is not ended yet. */
static void
create_workflow(PgsSuite *pgs_suite_, PGconn *session)
{
    say(pgs_suite_, session, "BEGIN");
    say(pgs_suite_, session,
        "INSERT INTO workflows (id, owner_id, name, trigger_type, retry_policy)"
        " SELECT '" WORKFLOW "', id, 'with an event', 'manual', '{}'"
        " FROM users WHERE email = 'developer@example.com'");
    say(pgs_suite_, session, INSERT_EVENT("'{\"name\": \"with an event\"}'"));
}

#define WORKFLOW_AND_EVENT                                                                         \
    "SELECT (SELECT count(*) FROM workflows WHERE id = '" WORKFLOW "'),"                           \
    " (SELECT count(*) FROM outbox WHERE aggregate_id = '" WORKFLOW "' AND published_at IS NULL)"

static void
an_event_commits_and_rolls_back_with_its_workflow(void **state)
{
    PGS_CASE(state, "WF-08");
    /* A failed assertion leaves it open: the suite's next clone ends it. */
    PGconn *session = PQconnectdb(pgs_suite_conninfo(pgs_suite_));

    create_workflow(pgs_suite_, session);
    pgs_assert_result("0|0", WORKFLOW_AND_EVENT);
    say(pgs_suite_, session, "ROLLBACK");
    pgs_assert_result("0|0", WORKFLOW_AND_EVENT);

    create_workflow(pgs_suite_, session);
    pgs_assert_result("0|0", WORKFLOW_AND_EVENT);
    say(pgs_suite_, session, "COMMIT");
    pgs_assert_result("1|1", WORKFLOW_AND_EVENT);
    PQfinish(session);
}

/* An event that is refused takes its workflow with it. */
static void
a_workflow_is_not_made_without_its_event(void **state)
{
    PGS_CASE(state, "WF-08");
    PGconn *session = PQconnectdb(pgs_suite_conninfo(pgs_suite_));

    create_workflow(pgs_suite_, session);
    PGresult *refused = PQexec(session, INSERT_EVENT("NULL"));
    const char *sqlstate = PQresultErrorField(refused, PG_DIAG_SQLSTATE);
    int not_null = sqlstate != NULL && strcmp(sqlstate, "23502") == 0;
    PQclear(refused);
    pgs_assert_true(not_null, "an event without payload is refused");
    /* The server makes it a rollback. */
    say(pgs_suite_, session, "COMMIT");
    pgs_assert_result("0|0", WORKFLOW_AND_EVENT);
    PQfinish(session);
}

static void
the_five_indexes_are_there(void **state)
{
    PGS_CASE(state, "WF-09");
    pgs_assert_index("workflows", "ix_workflows_owner_id", "owner_id", PGS_NO, "");
    pgs_assert_index("workflow_runs", "ix_workflow_runs_workflow_id", "workflow_id", PGS_NO, "");
    pgs_assert_index("workflow_runs", "ix_workflow_runs_status", "status", PGS_NO, "");
    pgs_assert_index("run_step_logs", "ix_run_step_logs_run_id", "run_id", PGS_NO, "");
    pgs_assert_index("outbox", "ix_outbox_unpublished", "published_at", PGS_NO,
                     "published_at IS NULL");
    pgs_assert_result("5|t", "SELECT count(*), bool_and(indisvalid AND indisready) FROM pg_index"
                             " JOIN pg_class ON pg_class.oid = indexrelid"
                             " WHERE relnamespace = 'public'::regnamespace AND NOT indisunique");
}

static void
each_key_query_uses_its_index(void **state)
{
    PGS_CASE(state, "WF-09 WF-10");
    pgs_assert_index_used("ix_workflows_owner_id", "SELECT * FROM workflows WHERE owner_id = $1",
                          NULL);
    pgs_assert_index_used("ix_workflow_runs_workflow_id",
                          "SELECT * FROM workflow_runs WHERE workflow_id = $1", NULL);
    pgs_assert_plan("{query: SELECT * FROM workflow_runs WHERE status = $1,"
                    " index: ix_workflow_runs_status, parameters: [{rare: workflow_runs.status}]}");
    pgs_assert_index_used("ix_run_step_logs_run_id",
                          "SELECT * FROM run_step_logs WHERE run_id = $1", NULL);
    pgs_assert_index_serves("ix_outbox_unpublished");
}

static void
the_indexes_come_and_go_with_their_revision(void **state)
{
    PGS_CASE(state, "WF-09");
    pgs_assert_migrated("001");
    pgs_assert_absent("index", "ix_workflows_owner_id");
    pgs_assert_absent("index", "ix_workflow_runs_workflow_id");
    pgs_assert_absent("index", "ix_workflow_runs_status");
    pgs_assert_absent("index", "ix_run_step_logs_run_id");
    pgs_assert_absent("index", "ix_outbox_unpublished");
    pgs_assert_migrated("head");
    pgs_assert_index("outbox", "ix_outbox_unpublished", "published_at", PGS_NO,
                     "published_at IS NULL");
}

static void
the_sample_data_is_complete(void **state)
{
    PGS_CASE(state, "WF-11");
    pgs_assert_result("admin\ndeveloper\nviewer", "SELECT role FROM users ORDER BY role");
    pgs_assert_result("5|0", "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS"
                             " (SELECT FROM workflow_steps WHERE workflow_id = workflows.id))"
                             " FROM workflows");
    pgs_assert_result("10|0", "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS"
                              " (SELECT FROM run_step_logs WHERE run_id = workflow_runs.id))"
                              " FROM workflow_runs");
    /* A log is of a step of the workflow that ran. */
    pgs_assert_result("0", "SELECT count(*) FROM run_step_logs"
                           " JOIN workflow_runs ON workflow_runs.id = run_id"
                           " LEFT JOIN workflow_steps ON workflow_steps.id = step_id"
                           " WHERE workflow_steps.workflow_id IS DISTINCT FROM"
                           " workflow_runs.workflow_id");
}

#define SUM(table) "(SELECT md5(string_agg(" table "::text, ' ' ORDER BY id)) FROM " table ")"
#define SUM_OF_ALL_ROWS                                                                            \
    "SELECT concat_ws(' ', " SUM("users") ", " SUM("api_keys") ", " SUM("workflows") ", " SUM(     \
        "workflow_steps") ", " SUM("workflow_runs") ", " SUM("run_step_logs") ", " SUM("outbox") ")"

static void
the_sample_data_is_the_same_when_it_is_loaded_again(void **state)
{
    char before[512];

    PGS_CASE(state, "WF-11");
    PGresult *result = PQexec(pgs_suite_connection(pgs_suite_), SUM_OF_ALL_ROWS);
    snprintf(before, sizeof before, "%s", PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    /* Seven sums of 32 digits, blanks between: no table is empty. */
    assert_int_equal(7 * 32 + 6, strlen(before));

    pgs_assert_done(pgs_suite_load_sample_data(pgs_suite_));
    pgs_assert_result(before, SUM_OF_ALL_ROWS);
    /* What was changed or added since is gone. */
    given_two_workflows(pgs_suite_);
    pgs_assert_accepted("UPDATE workflows SET name = 'renamed'; DELETE FROM outbox");
    pgs_assert_done(pgs_suite_load_sample_data(pgs_suite_));
    pgs_assert_result(before, SUM_OF_ALL_ROWS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test(every_expectation_of_the_project_holds),
        pgs_test_alone(upgrade_creates_all_and_downgrade_removes_all),
        pgs_test_alone(the_cycle_is_clean_twice_over),
        pgs_test(ids_and_times_come_by_default),
        pgs_test(updated_at_is_kept_by_a_trigger),
        pgs_test(a_duplicate_email_is_a_conflict),
        pgs_test(deleting_a_user_deletes_its_api_keys),
        pgs_test(a_key_hash_is_there_once),
        pgs_test(a_user_who_owns_workflows_cannot_be_deleted),
        pgs_test(deleting_a_workflow_deletes_its_steps_runs_and_logs),
        pgs_test(deleting_a_step_keeps_its_logs),
        pgs_test(a_run_never_finishes_before_it_starts),
        pgs_test(trigger_type_has_these_labels_and_no_other),
        pgs_test(status_has_these_labels_and_no_other),
        pgs_test(a_run_and_a_log_begin_pending),
        pgs_test(steps_keep_their_order),
        pgs_test(a_duplicate_position_is_refused),
        pgs_test(a_position_is_not_negative),
        pgs_test(retry_policy_is_jsonb),
        pgs_test(payload_is_jsonb),
        pgs_test(attempt_counts_retries_from_1),
        pgs_test(attempt_is_never_below_1),
        pgs_test(an_event_is_unpublished_until_it_is_published),
        pgs_test_alone(an_event_commits_and_rolls_back_with_its_workflow),
        pgs_test_alone(a_workflow_is_not_made_without_its_event),
        pgs_test(the_five_indexes_are_there),
        pgs_test(each_key_query_uses_its_index),
        pgs_test_alone(the_indexes_come_and_go_with_their_revision),
        pgs_test(the_sample_data_is_complete),
        pgs_test_alone(the_sample_data_is_the_same_when_it_is_loaded_again),
    };
    const PgsSuiteOptions options = {.system = "workflow"};

    return pgs_run_suite("workflow", tests, &options);
}
