/* workflow: how its service reaches the database: sessions, the pool, readiness.  The tables' own
 * rules are workflow.c's. */
#include "child.h"

#include <pgstair/cmocka.h>
#include <pgstair/pool.h>

#define SYSTEM_CONFIG PGS_SOURCE_DIR "/migrations/workflow/pgstair.yaml"
#define WAIT_MS 500

static PgsPool *
pool_on(PgsSuite *pgs_suite_, PgsPoolOptions options)
{
    PgsProblem *problem = NULL;
    options.url = pgs_suite_conninfo(pgs_suite_);
    PgsPool *pool = pgs_pool_new(&options, &problem);
    pgs_assert_true(pool != NULL, "a pool is made");
    return pool;
}

/* What must have gone wrong: its class, and the constraint that said so (NULL: none).  *place is
 * NULL afterwards, so that it can be filled again. */
static void
expect_problem(PgsSuite *pgs_suite_, PgsProblem **place, PgsProblemClass problem_class,
               const char *constraint)
{
    char told[256] = "no problem";
    int as_expected = 0;
    PgsProblem *problem = *place;
    if (problem != NULL) {
        snprintf(told, sizeof told, "%s: %s", pgs_problem_class_name(pgs_problem_class(problem)),
                 pgs_problem_message(problem));
        as_expected =
            pgs_problem_class(problem) == problem_class &&
            (constraint == NULL || strcmp(pgs_problem_constraint(problem), constraint) == 0);
    }
    pgs_problem_free(problem);
    *place = NULL;
    pgs_assert_true(as_expected, told);
}

/* ---- WF-13 ---- */

/* One table's: each statement in a session of its own, $1 is the row's id. */
typedef struct {
    const char *table;
    const char *create; /* RETURNING id */
    const char *update;
    const char *read; /* a value that the update made */
    const char *value;
    const char *refused; /* an update that a constraint is against */
    const char *constraint;
} Table;

#define A_USER "(SELECT id FROM users ORDER BY email LIMIT 1)"
#define A_WORKFLOW "(SELECT id FROM workflows ORDER BY id LIMIT 1)"
#define A_RUN "(SELECT id FROM workflow_runs ORDER BY id LIMIT 1)"

static const Table tables[] = {
    {"users", "INSERT INTO users (email, role) VALUES ('s@suite.example', 'viewer') RETURNING id",
     "UPDATE users SET name = 'Session' WHERE id = $1", "SELECT name FROM users WHERE id = $1",
     "Session", "UPDATE users SET email = 'admin@example.com' WHERE id = $1", "uq_users_email"},
    {"api_keys",
     "INSERT INTO api_keys (user_id, key_hash) SELECT " A_USER ", 'suite-hash' RETURNING id",
     "UPDATE api_keys SET label = 'ci' WHERE id = $1", "SELECT label FROM api_keys WHERE id = $1",
     "ci", "UPDATE api_keys SET user_id = id WHERE id = $1", "fk_api_keys_user_id"},
    {"workflows",
     "INSERT INTO workflows (owner_id, name, trigger_type, retry_policy)"
     " SELECT " A_USER ", 'of a session', 'manual', '{}' RETURNING id",
     "UPDATE workflows SET is_active = false WHERE id = $1",
     "SELECT is_active FROM workflows WHERE id = $1", "f",
     "UPDATE workflows SET owner_id = id WHERE id = $1", "fk_workflows_owner_id"},
    {"workflow_steps",
     "INSERT INTO workflow_steps (workflow_id, position, name, action)"
     " SELECT " A_WORKFLOW ", 1000, 'last', 'shell' RETURNING id",
     "UPDATE workflow_steps SET position = 1001 WHERE id = $1",
     "SELECT position FROM workflow_steps WHERE id = $1", "1001",
     "UPDATE workflow_steps SET position = -1 WHERE id = $1", "ck_workflow_steps_position"},
    {"workflow_runs", "INSERT INTO workflow_runs (workflow_id) SELECT " A_WORKFLOW " RETURNING id",
     "UPDATE workflow_runs SET status = 'running', started_at = now() WHERE id = $1",
     "SELECT status FROM workflow_runs WHERE id = $1", "running",
     "UPDATE workflow_runs SET finished_at = started_at - interval '1 day' WHERE id = $1",
     "ck_workflow_runs_finished_at"},
    {"run_step_logs", "INSERT INTO run_step_logs (run_id) SELECT " A_RUN " RETURNING id",
     "UPDATE run_step_logs SET attempt = 7 WHERE id = $1",
     "SELECT attempt FROM run_step_logs WHERE id = $1", "7",
     "UPDATE run_step_logs SET attempt = 0 WHERE id = $1", "ck_run_step_logs_attempt"},
    {"outbox",
     "INSERT INTO outbox (aggregate_type, aggregate_id, event_type, payload)"
     " VALUES ('user', gen_random_uuid(), 'user.created', '{}') RETURNING id",
     "UPDATE outbox SET event_type = 'user.renamed' WHERE id = $1",
     "SELECT event_type FROM outbox WHERE id = $1", "user.renamed",
     "UPDATE outbox SET id = (SELECT id FROM outbox WHERE id <> $1 LIMIT 1) WHERE id = $1",
     "outbox_pkey"},
};

static void
create_row(PgsSuite *pgs_suite_, PgsPool *pool, const Table *table, char *id, size_t size)
{
    PgsSession *session = pgs_session_begin(pool, NULL);
    PGresult *row = pgs_session_row(session, table->create, 0, NULL, NULL);
    pgs_assert_true(row != NULL, table->create);
    snprintf(id, size, "%s", PQgetvalue(row, 0, 0));
    PQclear(row);
    pgs_assert_true(pgs_session_commit(session, NULL), "the new row is committed");
}

static void
update_row(PgsSuite *pgs_suite_, PgsPool *pool, const Table *table, const char *id)
{
    const char *const parameters[] = {id};
    PgsSession *session = pgs_session_begin(pool, NULL);
    long changed = pgs_session_change(session, table->update, 1, parameters, NULL);
    pgs_assert_true(changed == 1, table->update);
    pgs_assert_true(pgs_session_commit(session, NULL), "the update is committed");
}

static void
read_row(PgsSuite *pgs_suite_, PgsPool *pool, const Table *table, const char *id)
{
    const char *const parameters[] = {id};
    PgsSession *session = pgs_session_begin(pool, NULL);
    PGresult *row = pgs_session_row(session, table->read, 1, parameters, NULL);
    int same = row != NULL && strcmp(PQgetvalue(row, 0, 0), table->value) == 0;
    PQclear(row);
    pgs_session_rollback(session);
    pgs_assert_true(same, table->read);
}

/* What the constraint refuses is a conflict that names it, and cannot be committed. */
static void
refuse_row(PgsSuite *pgs_suite_, PgsPool *pool, const Table *table, const char *id)
{
    const char *const parameters[] = {id};
    PgsProblem *problem = NULL;
    PgsSession *session = pgs_session_begin(pool, NULL);
    long changed = pgs_session_change(session, table->refused, 1, parameters, &problem);
    pgs_assert_true(changed == -1, table->refused);
    expect_problem(pgs_suite_, &problem, PGS_PROBLEM_CONFLICT, table->constraint);
    pgs_assert_true(!pgs_session_commit(session, &problem), "a failed session is not committed");
    expect_problem(pgs_suite_, &problem, PGS_PROBLEM_CONFLICT, table->constraint);
}

static void
delete_row(PgsSuite *pgs_suite_, PgsPool *pool, const Table *table, const char *id)
{
    const char *const parameters[] = {id};
    PgsProblem *problem = NULL;
    char sql[128];
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE id = $1", table->table);
    PgsSession *session = pgs_session_begin(pool, NULL);
    pgs_assert_true(pgs_session_change(session, sql, 1, parameters, NULL) == 1, sql);
    pgs_assert_true(pgs_session_commit(session, NULL), "the deletion is committed");
    session = pgs_session_begin(pool, NULL);
    PGresult *row = pgs_session_row(session, table->read, 1, parameters, &problem);
    pgs_session_rollback(session);
    pgs_assert_true(row == NULL, table->read);
    expect_problem(pgs_suite_, &problem, PGS_PROBLEM_NOT_FOUND, NULL);
}

static void
each_table_is_served_through_sessions(void **state)
{
    PGS_CASE(state, "WF-13");
    PgsPool *pool = pool_on(pgs_suite_, (PgsPoolOptions){0});
    /* The e-mail that a user cannot have twice. */
    pgs_assert_result("1", "SELECT count(*) FROM users WHERE email = 'admin@example.com'");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char id[64];
        create_row(pgs_suite_, pool, &tables[i], id, sizeof id);
        update_row(pgs_suite_, pool, &tables[i], id);
        read_row(pgs_suite_, pool, &tables[i], id);
        refuse_row(pgs_suite_, pool, &tables[i], id);
        read_row(pgs_suite_, pool, &tables[i], id);
        delete_row(pgs_suite_, pool, &tables[i], id);
    }
    pgs_pool_free(pool);
}

/* A workflow and its event in one scope: both or neither. */
static int
create_workflow(PgsSession *session, void *data, PgsProblem **problem)
{
    const char *const parameters[] = {data};
    return pgs_session_change(session,
                              "INSERT INTO workflows (owner_id, name, trigger_type, retry_policy)"
                              " SELECT " A_USER ", 'scoped', 'manual', '{}'",
                              0, NULL, problem) == 1 &&
           pgs_session_change(session,
                              "INSERT INTO outbox (aggregate_type, aggregate_id, event_type,"
                              " payload) SELECT 'workflow', id, 'workflow.created', $1::jsonb"
                              " FROM workflows WHERE name = 'scoped'",
                              1, parameters, problem) == 1;
}

#define SCOPED                                                                                     \
    "SELECT (SELECT count(*) FROM workflows WHERE name = 'scoped'),"                               \
    " (SELECT count(*) FROM outbox WHERE event_type = 'workflow.created' AND payload = '{}')"

static void
a_scope_commits_all_or_nothing(void **state)
{
    char good[] = "{}", bad[] = "{bad";
    PgsProblem *problem = NULL;
    PGS_CASE(state, "WF-13");
    PgsPool *pool = pool_on(pgs_suite_, (PgsPoolOptions){0});
    pgs_assert_accepted("DELETE FROM outbox");
    pgs_assert_true(!pgs_session_run(pool, create_workflow, bad, 3, &problem),
                    "an event that is no JSON");
    expect_problem(pgs_suite_, &problem, PGS_PROBLEM_INVALID, NULL);
    pgs_assert_result("0|0", SCOPED);
    pgs_assert_true(pgs_session_run(pool, create_workflow, good, 3, NULL), "a scope that is good");
    pgs_assert_result("1|1", SCOPED);
    pgs_pool_free(pool);
}

/* ---- WF-14 ---- */

static void
the_21st_waits_and_times_out(void **state)
{
    PGconn *out[20];
    PgsProblem *problem = NULL;
    PGS_CASE(state, "WF-14");
    PgsPool *pool = pool_on(pgs_suite_, (PgsPoolOptions){.timeout = WAIT_MS});
    for (int i = 0; i < 20; i++) {
        out[i] = pgs_pool_acquire(pool, NULL);
        pgs_assert_true(out[i] != NULL, "one of 20 connections");
    }
    long start = child_now_ms();
    PGconn *none = pgs_pool_acquire(pool, &problem);
    long waited = child_now_ms() - start;
    pgs_assert_true(none == NULL, "there is no 21st connection");
    pgs_assert_true(waited >= WAIT_MS - 1 && waited < WAIT_MS + 1000, "it waits up to the limit");
    int is_clear = strstr(pgs_problem_message(problem), "size 10, overflow 10") != NULL &&
                   *pgs_problem_hint(problem) != '\0';
    pgs_assert_true(is_clear, pgs_problem_message(problem));
    expect_problem(pgs_suite_, &problem, PGS_PROBLEM_TIMEOUT, NULL);
    for (int i = 0; i < 20; i++)
        pgs_pool_release(pool, out[i]);
    none = pgs_pool_acquire(pool, NULL);
    pgs_assert_true(none != NULL, "there is one again");
    pgs_pool_release(pool, none);
    pgs_pool_free(pool);
}

/* The backend of the pool's one connection, which lies idle afterwards. */
static int
idle_backend(PgsPool *pool)
{
    PGconn *connection = pgs_pool_acquire(pool, NULL);
    int pid = connection != NULL ? PQbackendPID(connection) : 0;
    pgs_pool_release(pool, connection);
    return pid;
}

static void
a_stale_connection_is_recycled(void **state)
{
    PgsPoolState now;
    char sql[96];
    PGS_CASE(state, "WF-14");
    PgsPool *pool = pool_on(pgs_suite_, (PgsPoolOptions){.recycle = 1});
    int first = idle_backend(pool);
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 10000)", first);
    pgs_assert_result("t", sql);
    int second = idle_backend(pool);
    pgs_assert_true(second != 0 && second != first, "a dead connection is replaced unseen");
    pgs_assert_result("", "SELECT pg_sleep(1.1)");
    int third = idle_backend(pool);
    pgs_assert_true(third != 0 && third != second, "a connection that is too old is made anew");
    pgs_pool_state(pool, &now);
    pgs_assert_true(now.stale == 1 && now.recycled == 1 && now.connects == 3, "both are counted");
    pgs_pool_free(pool);
}

/* ---- WF-15 ---- */

/* A server of the test's own, reached by a folder that stays when the server goes and another
 * comes. */
typedef struct {
    char folder[64], file[96], link[96], url[256];
} OwnServer;

static int
run_pgstair(const char *const *argv)
{
    char output[2048];
    Child child = {.argv = argv, .seconds = 60};
    return run_child(&child, output, sizeof output) == 0;
}

/* The folder of its socket, as its file tells; 0: it has none. */
static int
socket_folder(const OwnServer *own, char *folder, size_t size)
{
    char line[2048];
    FILE *file = fopen(own->file, "r");
    folder[0] = '\0';
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *host = strncmp(line, "conninfo=", 9) == 0 ? strstr(line, " host='/") : NULL;
        if (host != NULL)
            snprintf(folder, size, "%.*s", (int)strcspn(host + 7, "'"), host + 7);
    }
    if (file != NULL)
        fclose(file);
    return folder[0] != '\0';
}

static int
start_own(OwnServer *own)
{
    char folder[512];
    const char *const argv[] = {PGS_PROGRAM, "server",  "start",  "--shared",
                                own->file,   "--watch", "parent", NULL};
    int started = run_pgstair(argv) && socket_folder(own, folder, sizeof folder);
    unlink(own->link);
    return started && symlink(folder, own->link) == 0;
}

static int
stop_own(const OwnServer *own)
{
    const char *const argv[] = {PGS_PROGRAM, "server", "stop", own->file, NULL};
    return run_pgstair(argv);
}

static int
make_own(OwnServer *own)
{
    snprintf(own->folder, sizeof own->folder, "/tmp/workflow-suite-XXXXXX");
    if (mkdtemp(own->folder) == NULL)
        return 0;
    snprintf(own->file, sizeof own->file, "%s/server", own->folder);
    snprintf(own->link, sizeof own->link, "%s/s", own->folder);
    snprintf(own->url, sizeof own->url,
             "host='%s' port=5432 user=postgres dbname=postgres sslmode=disable"
             " gssencmode=disable",
             own->link);
    return 1;
}

static void
remove_own(const OwnServer *own)
{
    stop_own(own);
    unlink(own->file);
    unlink(own->link);
    rmdir(own->folder);
}

/* Both the library and the program must say it. */
static int
says(const OwnServer *own, PgsPool *pool, const char *begin, int status)
{
    char *json = NULL, output[2048];
    const char *const argv[] = {PGS_PROGRAM, "ready", "--url", own->url, NULL};
    Child child = {.argv = argv, .seconds = 30};
    int ready = pgs_pool_ready(pool, &json, NULL);
    int same = ready == (status == 0) && strncmp(json, begin, strlen(begin)) == 0;
    free(json);
    return same && run_child(&child, output, sizeof output) == status &&
           strncmp(output, begin, strlen(begin)) == 0;
}

#define READY "{\"postgres\": \"ok\"}"
#define NOT_READY "{\"postgres\": \"error: "

static void
readiness_follows_the_server(void **state)
{
    OwnServer own;
    PGS_CASE(state, "WF-15");
    pgs_assert_true(make_own(&own), "a folder for a server of the test's own");
    if (!start_own(&own)) {
        remove_own(&own);
        pgs_skip_case("no server of the machine's own programs could be started");
    }
    const PgsPoolOptions options = {.url = own.url, .timeout = 2000, .retries = -1};
    PgsPool *pool = pgs_pool_new(&options, NULL);
    int before = says(&own, pool, READY, 0);
    int stopped = stop_own(&own), meanwhile = says(&own, pool, NOT_READY, 3);
    int started = start_own(&own), afterwards = says(&own, pool, READY, 0);
    pgs_pool_free(pool);
    remove_own(&own);
    pgs_assert_true(before, "ok at first");
    pgs_assert_true(stopped && meanwhile, "the error form when the server is stopped");
    pgs_assert_true(started && afterwards, "ok again when it is back");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test_alone(each_table_is_served_through_sessions),
        pgs_test_alone(a_scope_commits_all_or_nothing),
        pgs_test_alone(the_21st_waits_and_times_out),
        pgs_test_alone(a_stale_connection_is_recycled),
        pgs_test_alone(readiness_follows_the_server),
    };
    const PgsSuiteOptions options = {.config = SYSTEM_CONFIG, .system = "workflow"};

    return pgs_run_suite("workflow_service", tests, &options);
}
