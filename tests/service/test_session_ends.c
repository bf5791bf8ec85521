/* Covers harness/service/session.c, session_words.c, session_run.c (why it failed), pool_cancel.c
 * and pool_answer.c (what is cancelled): what ends a session's transaction, and what may not. */
#include "own_server.h"
#include "service/pool_answer.h"
#include "service/pool_clock.h"
#include "service/session_words.h"

#include <string.h>

static PgsPool *
make_pool(void **state, int statement_timeout)
{
    PgsPool *pool = own_server_pool(
        *state, (PgsPoolOptions){.timeout = 5000, .statement_timeout = statement_timeout});
    PGconn *connection = must_acquire(pool);
    PQclear(PQexec(connection, "DROP TABLE IF EXISTS t; CREATE TABLE t (id int)"));
    pgs_pool_release(pool, connection);
    return pool;
}

static void
assert_rows(PgsPool *pool, const char *expected)
{
    PGconn *connection = must_acquire(pool);
    g_autofree char *rows =
        value_on(connection, "SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM t");
    assert_string_equal(rows, expected);
    pgs_pool_release(pool, connection);
}

static void
test_words(G_GNUC_UNUSED void **state)
{
    static const char *const ends[] = {
        "COMMIT",
        " commit;",
        "END",
        "-- COMMIT not\n\tAbort",
        "/* a /* b */ */rollback",
        "ROLLBACK WORK",
        "rollback transaction and chain",
        ";; COMMIT AND CHAIN",
        "prepare/**/transaction 'x'",
    };
    static const char *const stays[] = {
        "ROLLBACK TO SAVEPOINT a",
        "rollback work to a",
        "ROLLBACK /* to */ TRANSACTION TO a",
        "SAVEPOINT a",
        "RELEASE a",
        "PREPARE p AS SELECT 1",
        "committed",
        "SELECT 'COMMIT'",
        "/* COMMIT */ SELECT 1",
        "-- COMMIT",
        "/* COMMIT",
        "",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
        assert_true(pgs_session_ends_transaction(ends[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(stays); i++)
        assert_false(pgs_session_ends_transaction(stays[i]));
}

/* Neither is it sent, nor what comes behind it. */
static void
test_no_end_by_statement(void **state)
{
    static const char *const ends[] = {"COMMIT", "COMMIT AND CHAIN", "ROLLBACK", "END", "SELEC"};
    PgsPool *pool = make_pool(state, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        PgsProblem *problem = NULL;
        PgsSession *session = pgs_session_begin(pool, NULL);
        assert_int_equal(pgs_session_change(session, "INSERT INTO t VALUES (1)", 0, NULL, NULL), 1);
        assert_int_equal(pgs_session_change(session, ends[i], 0, NULL, NULL), -1);
        assert_int_equal(pgs_session_change(session, "INSERT INTO t VALUES (2)", 0, NULL, NULL),
                         -1);
        assert_false(pgs_session_commit(session, &problem));
        assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    }
    assert_rows(pool, "");
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_int_equal(pgs_session_change(session, "SAVEPOINT a", 0, NULL, NULL), 0);
    assert_int_equal(pgs_session_change(session, "INSERT INTO t VALUES (1)", 0, NULL, NULL), 1);
    assert_int_equal(pgs_session_change(session, "ROLLBACK TO a", 0, NULL, NULL), 0);
    assert_true(pgs_session_commit(session, NULL));
    assert_rows(pool, "");
    pgs_pool_free(pool);
}

/* On the connection itself anything can be said. */
static void
test_ended_on_the_connection(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state, 0);
    PgsSession *session = pgs_session_begin(pool, NULL);
    PQclear(PQexec(pgs_session_connection(session), "COMMIT"));
    assert_int_equal(pgs_session_change(session, "INSERT INTO t VALUES (1)", 0, NULL, &problem),
                     -1);
    assert_string_equal(pgs_problem_sqlstate(problem), "25P01");
    /* A place that has a problem already keeps it. */
    PgsProblem *first = problem;
    assert_false(pgs_session_commit(session, &problem));
    assert_ptr_equal(first, problem);
    assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    session = pgs_session_begin(pool, NULL);
    PQclear(PQexec(pgs_session_connection(session), "COMMIT"));
    assert_false(pgs_session_commit(session, NULL));
    assert_rows(pool, "");
    pgs_pool_free(pool);
}

#define FAIL_40001 "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"

/* Tells nobody why, and goes on though the first failed. */
static int
work_carelessly(PgsSession *session, void *data, PgsProblem **problem)
{
    int *rounds = data;
    gboolean fails = ++*rounds < 3;
    long first = pgs_session_change(session, fails ? FAIL_40001 : "SELECT 1", 0, NULL,
                                    *rounds == 1 ? NULL : problem);
    long second = pgs_session_change(session, "INSERT INTO t VALUES (1)", 0, NULL, problem);
    return first >= 0 && second >= 0;
}

static void
test_cause(void **state)
{
    int rounds = 0;
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state, 0);
    assert_true(pgs_session_run(pool, work_carelessly, &rounds, 5, &problem));
    assert_null(problem);
    assert_int_equal(rounds, 3);
    assert_rows(pool, "1");
    rounds = 0;
    assert_false(pgs_session_run(pool, work_carelessly, &rounds, 2, &problem));
    assert_string_equal(pgs_problem_sqlstate(problem), "40001");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_RETRY);
    pgs_pool_free(pool);
}

/* Whether the table's lock is to be had soon. */
static void
assert_no_lock(PgsPool *pool)
{
    PGconn *connection = must_acquire(pool);
    PGresult *result = PQexec(connection, "SET lock_timeout = '10s'; SELECT count(*) FROM t");
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQresultErrorMessage(result));
    PQclear(result);
    pgs_pool_release(pool, connection);
}

/* The server's own limit is off: the client's holds, and leaves nothing on the server. */
static void
test_cancelled(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state, 50);
    PgsSession *session = pgs_session_begin(pool, NULL);
    pgs_session_change(session, "SET LOCAL statement_timeout = 0", 0, NULL, NULL);
    pgs_session_change(session, "LOCK t", 0, NULL, NULL);
    assert_null(pgs_session_query(session, "SELECT pg_sleep(60)", 0, NULL, &problem));
    assert_string_equal(pgs_problem_sqlstate(problem), "57014");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_TIMEOUT);
    assert_int_equal(PQstatus(pgs_session_connection(session)), CONNECTION_OK);
    pgs_session_rollback(session);
    assert_int_equal(state_of(pool).connects, 1);
    assert_no_lock(pool);
    pgs_pool_free(pool);
}

/* The statement ends by itself while its cancel is under way, which must not hit the next one: the
 * postmaster, who takes cancels, is stopped until the statement is done. */
static void
test_late_cancel(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state, -1);
    PGconn *connection = must_acquire(pool);
    own_server_signal(*state, SIGSTOP);
    PGresult *result = pgs_answer_or_cancel(connection, "SELECT pg_sleep(0.4)", 0, NULL,
                                            pgs_clock_after(pgs_clock(), 200), &problem);
    assert_non_null(result);
    PQclear(result);
    own_server_signal(*state, SIGCONT);
    /* Nobody gets it any more. */
    assert_int_equal(PQstatus(connection), CONNECTION_BAD);
    pgs_pool_release(pool, connection);
    assert_int_equal(state_of(pool).idle, 0);
    connection = must_acquire(pool);
    result = pgs_answer_or_cancel(connection, "SELECT pg_sleep(60)", 0, NULL,
                                  pgs_clock_after(pgs_clock(), 100), &problem);
    assert_null(result);
    assert_int_equal(take_class(&problem), PGS_PROBLEM_TIMEOUT);
    /* The cancel has come to its end: it is as good as before. */
    g_autofree char *next = value_on(connection, "SELECT 'next' FROM pg_sleep(0.1)");
    assert_string_equal(next, "next");
    pgs_pool_release(pool, connection);
    assert_int_equal(state_of(pool).idle, 1);
    pgs_pool_free(pool);
}

/* Given back in the middle of a statement. */
static void
test_released_while_it_runs(void **state)
{
    PgsPool *pool = make_pool(state, -1);
    PGconn *connection = must_acquire(pool);
    PQclear(PQexec(connection, "BEGIN; LOCK t"));
    assert_true(PQsendQuery(connection, "SELECT pg_sleep(60)"));
    pgs_pool_release(pool, connection);
    assert_no_lock(pool);
    pgs_pool_free(pool);
}

/* Whether SIGINT, a cancel, waits for a process that is stopped. */
static gboolean
has_cancel(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid);
    g_autofree char *status = NULL;
    g_file_get_contents(path, &status, NULL, NULL);
    const char *pending = status != NULL ? strstr(status, "ShdPnd:") : NULL;
    return pending != NULL &&
           (g_ascii_strtoull(pending + strlen("ShdPnd:"), NULL, 16) & (1u << (SIGINT - 1))) != 0;
}

/* Given back before the server has begun with the statement: a cancel then finds it idle, and is
 * lost, which must not be the last. */
static void
test_released_before_it_runs(void **state)
{
    PgsPool *pool = make_pool(state, -1);
    PGconn *connection = must_acquire(pool);
    pid_t backend = PQbackendPID(connection);
    PQclear(PQexec(connection, "BEGIN; LOCK t"));
    kill(backend, SIGSTOP);
    assert_true(PQsendQuery(connection, "SELECT pg_sleep(60)"));
    pgs_pool_release(pool, connection);
    for (long end = milliseconds() + 10000; !has_cancel(backend) && milliseconds() < end;)
        g_thread_yield();
    kill(backend, SIGCONT);
    assert_no_lock(pool);
    pgs_pool_free(pool);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_no_end_by_statement),
        cmocka_unit_test(test_ended_on_the_connection),
        cmocka_unit_test(test_cause),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_late_cancel),
        cmocka_unit_test(test_released_while_it_runs),
        cmocka_unit_test(test_released_before_it_runs),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
