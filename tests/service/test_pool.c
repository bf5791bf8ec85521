/* Covers harness/service/pool.c, pool_slot.c, pool_answer.c. */
#include "own_server.h"

#include <sys/wait.h>
#include <unistd.h>

static void
test_defaults(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){0});
    PgsPoolState now = state_of(pool);
    assert_int_equal(now.size, 10);
    assert_int_equal(now.overflow, 10);
    assert_int_equal(now.connects + now.idle + now.in_use, 0);
    PGconn *connection = must_acquire(pool);
    g_autofree char *timeout = value_on(connection, "SHOW statement_timeout");
    g_autofree char *name = value_on(connection, "SHOW application_name");
    assert_string_equal(timeout, "30s");
    assert_string_equal(name, "pgstair");
    pgs_pool_release(pool, connection);
    pgs_pool_free(pool);
}

/* size stays, overflow goes. */
static void
test_overflow(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.size = 2, .overflow = 3});
    PGconn *out[5];
    for (int i = 0; i < 5; i++)
        out[i] = must_acquire(pool);
    assert_int_equal(state_of(pool).in_use, 5);
    for (int i = 0; i < 5; i++)
        pgs_pool_release(pool, out[i]);
    assert_int_equal(state_of(pool).idle, 2);
    assert_int_equal(state_of(pool).in_use, 0);
    assert_int_equal(state_of(pool).connects, 5);
    for (int i = 0; i < 2; i++)
        out[i] = must_acquire(pool);
    assert_int_equal(state_of(pool).connects, 5);
    for (int i = 0; i < 2; i++)
        pgs_pool_release(pool, out[i]);
    pgs_pool_free(pool);
}

/* The 21st of 10 + 10. */
static void
test_exhausted(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.timeout = 400});
    PGconn *out[20];
    for (int i = 0; i < 20; i++)
        out[i] = must_acquire(pool);
    long start = milliseconds();
    assert_null(pgs_pool_acquire(pool, &problem));
    long waited = milliseconds() - start;
    assert_in_range(waited, 399, 900);
    print_message("the 21st waited %ld ms of 400\n", waited);
    assert_non_null(strstr(pgs_problem_message(problem), "all 20 connections (size 10, overflow "
                                                         "10) are in use"));
    assert_non_null(strstr(pgs_problem_hint(problem), "size"));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_TIMEOUT);
    assert_int_equal(state_of(pool).timeouts, 1);
    for (int i = 0; i < 20; i++)
        pgs_pool_release(pool, out[i]);
    pgs_pool_release(pool, must_acquire(pool));
    pgs_pool_free(pool);
}

static void
test_no_waiting(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool =
        own_server_pool(*state, (PgsPoolOptions){.size = 1, .overflow = -1, .timeout = -1});
    PGconn *only = must_acquire(pool);
    long start = milliseconds();
    assert_null(pgs_pool_acquire(pool, &problem));
    assert_in_range(milliseconds() - start, 0, 100);
    assert_int_equal(take_class(&problem), PGS_PROBLEM_TIMEOUT);
    pgs_pool_release(pool, only);
    pgs_pool_free(pool);
}

typedef struct {
    PgsPool *pool;
    int number;
    int *order;
    int *n;
} Queued;

static gpointer
wait_in_line(gpointer data)
{
    Queued *queued = data;
    PGconn *connection = pgs_pool_acquire(queued->pool, NULL);
    /* There is just the one connection, so nobody else is here. */
    queued->order[(*queued->n)++] = queued->number;
    pgs_pool_release(queued->pool, connection);
    return NULL;
}

static void
test_in_order_of_arrival(void **state)
{
    enum { N = 8 };
    int order[N], n = 0;
    GThread *threads[N];
    Queued queued[N];
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.size = 1, .overflow = -1});
    PGconn *only = must_acquire(pool);
    for (int i = 0; i < N; i++) {
        queued[i] = (Queued){.pool = pool, .number = i, .order = order, .n = &n};
        threads[i] = g_thread_new("waits", wait_in_line, &queued[i]);
        while (state_of(pool).waiting <= i)
            g_thread_yield();
    }
    pgs_pool_release(pool, only);
    for (int i = 0; i < N; i++)
        g_thread_join(threads[i]);
    for (int i = 0; i < N; i++)
        assert_int_equal(order[i], i);
    assert_int_equal(state_of(pool).connects, 1);
    pgs_pool_free(pool);
}

/* What a caller leaves behind does not reach the next. */
static void
test_clean_on_return(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.size = 1, .overflow = -1});
    PGconn *connection = must_acquire(pool);
    PQclear(PQexec(connection, "CREATE TABLE left_behind (id int)"));
    PQclear(PQexec(connection, "SET statement_timeout = 0; SET search_path = nowhere;"
                               " CREATE TEMP TABLE mine (id int); SELECT pg_advisory_lock(7);"
                               " PREPARE p AS SELECT 1; LISTEN news"));
    PQclear(PQexec(connection, "BEGIN; INSERT INTO public.left_behind VALUES (1)"));
    pgs_pool_release(pool, connection);
    connection = must_acquire(pool);
    assert_int_equal(PQtransactionStatus(connection), PQTRANS_IDLE);
    assert_false(PQisnonblocking(connection));
    g_autofree char *left =
        value_on(connection, "SELECT concat_ws(' ', (SELECT count(*) FROM public.left_behind),"
                             " current_setting('statement_timeout'), to_regclass('mine'),"
                             " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
                             " (SELECT count(*) FROM pg_prepared_statements),"
                             " (SELECT count(*) FROM pg_listening_channels()), current_schema())");
    assert_string_equal(left, "0 30s 0 0 0 public");
    PQclear(PQexec(connection, "DROP TABLE left_behind"));
    pgs_pool_release(pool, connection);
    assert_int_equal(state_of(pool).connects, 1);
    pgs_pool_free(pool);
}

/* In the middle of a statement, a COPY, a pipeline: nothing to be kept. */
static void
test_unclean_is_closed(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.size = 1, .overflow = -1});
    PGconn *connection = must_acquire(pool);
    assert_true(PQsendQuery(connection, "SELECT pg_sleep(20)"));
    long start = milliseconds();
    pgs_pool_release(pool, connection);
    assert_in_range(milliseconds() - start, 0, 1000);
    assert_int_equal(state_of(pool).idle, 0);
    connection = must_acquire(pool);
    PQclear(PQexec(connection, "COPY (SELECT 1) TO STDOUT"));
    pgs_pool_release(pool, connection);
    assert_int_equal(state_of(pool).idle, 0);
    connection = must_acquire(pool);
    PQenterPipelineMode(connection);
    pgs_pool_release(pool, connection);
    assert_int_equal(state_of(pool).idle, 0);
    pgs_pool_release(pool, must_acquire(pool));
    assert_int_equal(state_of(pool).connects, 4);
    pgs_pool_free(pool);
}

static void
test_refused_returns(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){0});
    PgsPool *other = own_server_pool(*state, (PgsPoolOptions){0});
    PGconn *connection = must_acquire(pool);
    pgs_pool_release(other, connection);
    assert_int_equal(state_of(other).refused, 1);
    pgs_pool_release(pool, connection);
    pgs_pool_release(pool, connection);
    pgs_pool_release(pool, NULL);
    assert_int_equal(state_of(pool).refused, 1);
    assert_int_equal(state_of(pool).idle, 1);
    pgs_pool_free(other);
    pgs_pool_free(pool);
    pgs_pool_free(NULL);
}

static void
test_free_with_one_out(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){0});
    PGconn *one = must_acquire(pool), *two = must_acquire(pool);
    pgs_pool_release(pool, one);
    pgs_pool_free(pool);
    assert_int_equal(PQstatus(two), CONNECTION_OK);
    pgs_pool_release(pool, two);
}

static void
test_recycled(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.recycle = 1});
    PGconn *connection = must_acquire(pool);
    g_autofree char *before = value_on(connection, "SELECT pg_backend_pid()");
    /* The server's own clock passes the second. */
    g_free(value_on(connection, "SELECT pg_sleep(1.1)"));
    pgs_pool_release(pool, connection);
    connection = must_acquire(pool);
    g_autofree char *after = value_on(connection, "SELECT pg_backend_pid()");
    assert_string_not_equal(before, after);
    assert_int_equal(state_of(pool).recycled, 1);
    assert_int_equal(state_of(pool).stale, 0);
    pgs_pool_release(pool, connection);
    pgs_pool_free(pool);
}

/* Ends the backend of an idle connection, and returns when it is gone. */
static void
end_backend(const OwnServer *own, const char *pid)
{
    PGconn *killer = PQconnectdb(own->conninfo);
    g_autofree char *sql = g_strdup_printf("SELECT pg_terminate_backend(%s, 10000)", pid);
    g_autofree char *done = value_on(killer, sql);
    assert_string_equal(done, "t");
    PQfinish(killer);
}

static void
test_stale_is_replaced(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){0});
    PGconn *connection = must_acquire(pool);
    g_autofree char *pid = value_on(connection, "SELECT pg_backend_pid()");
    pgs_pool_release(pool, connection);
    end_backend(*state, pid);
    connection = must_acquire(pool);
    g_autofree char *other = value_on(connection, "SELECT pg_backend_pid()");
    assert_string_not_equal(pid, other);
    assert_int_equal(state_of(pool).stale, 1);
    assert_int_equal(state_of(pool).connects, 2);
    pgs_pool_release(pool, connection);
    pgs_pool_free(pool);
}

static void
test_restarted_server(void **state)
{
    OwnServer *own = *state;
    PgsProblem *problem = NULL;
    PgsPool *pool = own_server_pool(own, (PgsPoolOptions){.timeout = 5000, .retries = 1});
    pgs_pool_release(pool, must_acquire(pool));
    assert_true(own_server_stop(own));
    assert_null(pgs_pool_acquire(pool, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
    assert_int_equal(state_of(pool).in_use, 0);
    assert_true(own_server_launch(own));
    pgs_pool_release(pool, must_acquire(pool));
    assert_int_equal(state_of(pool).stale, 1);
    pgs_pool_free(pool);
}

/* A server that is stopped in the middle says nothing at all, and nobody hangs: neither who has an
 * idle connection tried, nor who needs a new one. */
static void
test_frozen_server(void **state)
{
    OwnServer *own = *state;
    PgsProblem *problem = NULL;
    PgsPool *pool = own_server_pool(own, (PgsPoolOptions){.timeout = 600, .retries = -1});
    PGconn *connection = must_acquire(pool);
    pid_t backend = PQbackendPID(connection);
    pgs_pool_release(pool, connection);
    /* From now on it is asked before it is given out. */
    PGconn *other = PQconnectdb(own->conninfo);
    g_free(value_on(other, "SELECT pg_sleep(1.1)"));
    PQfinish(other);
    own_server_signal(own, SIGSTOP);
    kill(backend, SIGSTOP);
    for (int i = 0; i < 2; i++) {
        long start = milliseconds();
        assert_null(pgs_pool_acquire(pool, &problem));
        assert_in_range(milliseconds() - start, 590, 1500);
        assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
        assert_int_equal(state_of(pool).stale, 1);
    }
    kill(backend, SIGCONT);
    own_server_signal(own, SIGCONT);
    pgs_pool_release(pool, must_acquire(pool));
    pgs_pool_free(pool);
}

/* The connection itself falls silent while it is cleaned. */
static void
test_frozen_backend(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.timeout = 3000});
    PGconn *connection = must_acquire(pool);
    pid_t backend = PQbackendPID(connection);
    PQclear(PQexec(connection, "BEGIN"));
    kill(backend, SIGSTOP);
    long start = milliseconds();
    pgs_pool_release(pool, connection);
    assert_in_range(milliseconds() - start, 1900, 4000);
    kill(backend, SIGCONT);
    assert_int_equal(state_of(pool).idle, 0);
    pgs_pool_release(pool, must_acquire(pool));
    pgs_pool_free(pool);
}

static void
test_forked_child(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){0});
    PGconn *connection = must_acquire(pool);
    pgs_pool_release(pool, must_acquire(pool));
    PQclear(PQexec(connection, "SET work_mem = '7MB'"));
    PgsSession *session = pgs_session_begin(pool, NULL);
    PgsSession *other = pgs_session_begin(pool, NULL);
    pid_t child = fork();
    if (child == 0) {
        PgsProblem *problem = NULL;
        PGconn *none = pgs_pool_acquire(pool, &problem);
        int ok = none == NULL && pgs_problem_class(problem) == PGS_PROBLEM_USAGE;
        ok = ok && pgs_session_query(session, "SELECT 1", 0, NULL, NULL) == NULL &&
             !pgs_session_commit(session, NULL);
        ok = ok && state_of(pool).in_use == 0 && pgs_session_connection(other) == NULL;
        pgs_pool_release(pool, connection);
        pgs_pool_free(pool);
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    g_autofree char *alive = value_on(connection, "SHOW work_mem");
    assert_string_equal(alive, "7MB");
    /* Nobody has ended its transaction. */
    assert_int_equal(PQtransactionStatus(pgs_session_connection(session)), PQTRANS_INTRANS);
    PQclear(PQexec(pgs_session_connection(session), "SELECT 1"));
    assert_int_equal(PQtransactionStatus(pgs_session_connection(session)), PQTRANS_INTRANS);
    assert_true(pgs_session_commit(session, NULL));
    assert_true(pgs_session_commit(other, NULL));
    pgs_pool_release(pool, connection);
    assert_int_equal(state_of(pool).idle, 3);
    pgs_pool_free(pool);
}

static void
test_ready(void **state)
{
    OwnServer *own = *state;
    PgsProblem *problem = NULL;
    char *json = NULL;
    PgsPool *pool =
        own_server_pool(own, (PgsPoolOptions){.size = 1, .overflow = -1, .retries = -1});
    assert_true(pgs_pool_ready(pool, &json, &problem));
    assert_string_equal(json, "{\"postgres\": \"ok\"}");
    assert_null(problem);
    free(json);
    assert_true(own_server_stop(own));
    assert_false(pgs_pool_ready(pool, &json, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
    assert_int_equal(strncmp(json, "{\"postgres\": \"error: ", 21), 0);
    assert_null(strpbrk(json, "\n\t"));
    free(json);
    assert_true(own_server_launch(own));
    assert_true(pgs_pool_ready(pool, NULL, NULL));
    pgs_pool_free(pool);
}

static void
test_denied_is_not_tried_again(void **state)
{
    const OwnServer *own = *state;
    PgsProblem *problem = NULL;
    g_autofree char *url = g_strconcat(own->conninfo, " dbname=nowhere", NULL);
    PgsPool *pool =
        pgs_pool_new(&(PgsPoolOptions){.url = url, .timeout = 20000, .retries = 1000}, &problem);
    long start = milliseconds();
    assert_null(pgs_pool_acquire(pool, &problem));
    assert_in_range(milliseconds() - start, 0, 5000);
    assert_string_equal(pgs_problem_sqlstate(problem), "3D000");
    assert_null(strstr(pgs_problem_message(problem), "3D000"));
    assert_null(strstr(pgs_problem_message(problem), ".c:"));
    assert_non_null(strstr(pgs_problem_message(problem), "database \"nowhere\" does not exist"));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    pgs_pool_free(pool);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_exhausted),
        cmocka_unit_test(test_no_waiting),
        cmocka_unit_test(test_in_order_of_arrival),
        cmocka_unit_test(test_clean_on_return),
        cmocka_unit_test(test_unclean_is_closed),
        cmocka_unit_test(test_refused_returns),
        cmocka_unit_test(test_free_with_one_out),
        cmocka_unit_test(test_recycled),
        cmocka_unit_test(test_stale_is_replaced),
        cmocka_unit_test(test_restarted_server),
        cmocka_unit_test(test_frozen_server),
        cmocka_unit_test(test_frozen_backend),
        cmocka_unit_test(test_forked_child),
        cmocka_unit_test(test_ready),
        cmocka_unit_test(test_denied_is_not_tried_again),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
