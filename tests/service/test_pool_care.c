/* Covers harness/service/pool.c, pool_slot.c, pool_settings.c, session.c: what one caller leaves on
 * a connection, limits that are kept, settings that cannot be meant. */
#include "own_server.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>

/* ---- What a caller leaves ---- */

static void
note_notice(void *data, G_GNUC_UNUSED const PGresult *result)
{
    ++*(int *)data;
}

static void
note_text(void *data, G_GNUC_UNUSED const char *text)
{
    ++*(int *)data;
}

static void
test_notices_of_the_last_caller(void **state)
{
    int n = 0;
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.size = 1});
    PGconn *connection = must_acquire(pool);
    PQsetNoticeReceiver(connection, note_notice, &n);
    PQsetNoticeProcessor(connection, note_text, &n);
    PQclear(PQexec(connection, "DO $$ BEGIN RAISE NOTICE 'mine'; END $$"));
    assert_int_equal(n, 1);
    pgs_pool_release(pool, connection);
    PGconn *again = must_acquire(pool);
    assert_ptr_equal(again, connection);
    PQclear(PQexec(again, "DO $$ BEGIN RAISE NOTICE 'not mine'; END $$"));
    assert_int_equal(n, 1);
    assert_ptr_not_equal(PQsetNoticeProcessor(again, NULL, NULL), note_text);
    pgs_pool_release(pool, again);
    pgs_pool_free(pool);
}

/* ---- Limits ---- */

/* Used just now, so that it is not asked whether it answers: BEGIN finds out, and leaves time. */
static void
test_begin_on_a_frozen_backend(void **state)
{
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.timeout = 2000});
    PGconn *connection = must_acquire(pool);
    pid_t backend = PQbackendPID(connection);
    pgs_pool_release(pool, connection);
    kill(backend, SIGSTOP);
    long start = milliseconds();
    PgsSession *session = pgs_session_begin(pool, NULL);
    long waited = milliseconds() - start;
    kill(backend, SIGCONT);
    assert_non_null(session);
    assert_in_range(waited, 900, 2000);
    assert_true(pgs_session_commit(session, NULL));
    pgs_pool_free(pool);
}

typedef struct {
    PgsPool *pool;
    PGconn *connection;
    long wait;
} Late;

static void *
give_back_late(void *data)
{
    Late *late = data;
    g_usleep((gulong)late->wait * 1000);
    pgs_pool_release(late->pool, late->connection);
    return NULL;
}

/* A place that becomes free when there is no time left to connect: the pool is to blame. */
static void
test_late_place(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = own_server_pool(
        *state, (PgsPoolOptions){.size = 1, .overflow = -1, .timeout = 1000, .retries = -1});
    PGconn *connection = must_acquire(pool);
    Late late = {pool, connection, 900};
    pthread_t thread;
    /* It will be dead, and the server will not answer whoever wants a new one. */
    PQclear(PQexec(connection, "SELECT pg_terminate_backend(pg_backend_pid())"));
    own_server_signal(*state, SIGSTOP);
    assert_int_equal(pthread_create(&thread, NULL, give_back_late, &late), 0);
    assert_null(pgs_pool_acquire(pool, &problem));
    pthread_join(thread, NULL);
    own_server_signal(*state, SIGCONT);
    assert_non_null(strstr(pgs_problem_message(problem), "the pool is exhausted"));
    assert_non_null(strstr(pgs_problem_message(problem), "that were left"));
    assert_int_equal(state_of(pool).timeouts, 1);
    assert_int_equal(take_class(&problem), PGS_PROBLEM_TIMEOUT);
    pgs_pool_free(pool);
}

/* ---- Settings ---- */

static void
test_too_many(void **state)
{
    static const PgsPoolOptions cases[] = {
        {.size = INT_MAX}, {.overflow = INT_MAX}, {.size = INT_MAX, .overflow = INT_MAX}};
    const OwnServer *own = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsProblem *problem = NULL;
        PgsPoolOptions options = cases[i];
        options.url = own->conninfo;
        assert_null(pgs_pool_new(&options, &problem));
        assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notices_of_the_last_caller),
        cmocka_unit_test(test_begin_on_a_frozen_backend),
        cmocka_unit_test(test_late_place),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
