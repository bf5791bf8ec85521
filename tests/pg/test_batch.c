/* Covers harness/pg/batch.c. */
#include "cmocka_all.h"

#include "pg/batch.h"
#include "pg_fixture.h"

#define MANY 5000

static void
run_ok(PgsBatch *batch, PgsConnection *connection)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_batch_run(batch, connection, &error))
        fail_msg("%s", error->message);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(connection)), PQTRANS_INTRANS);
}

static void
add_one(PgsBatch *batch, const char *sql)
{
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql);
}

static void
assert_accepted(const PgsBatch *batch, guint attempt, guint n_statements)
{
    const PgsBatchResult *result = pgs_batch_result(batch, attempt);
    assert_null(result->failure);
    assert_int_equal(result->refused_at, n_statements);
    assert_int_equal(result->results->len, n_statements);
}

static void
assert_refused(const PgsBatch *batch, guint attempt, guint at, const char *sqlstate)
{
    const PgsBatchResult *result = pgs_batch_result(batch, attempt);
    assert_non_null(result->failure);
    assert_string_equal(result->failure->sqlstate, sqlstate);
    assert_int_equal(result->refused_at, at);
    assert_int_equal(result->results->len, at);
}

static void
assert_answer(const PgsBatch *batch, guint attempt, guint statement, const char *value)
{
    const PgsBatchResult *result = pgs_batch_result(batch, attempt);
    assert_true(statement < result->results->len);
    assert_string_equal(PQgetvalue(g_ptr_array_index(result->results, statement), 0, 0), value);
}

/* Each finds what the transaction has, and nothing that another has done. */
static void
test_attempts(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(connection, "BEGIN; INSERT INTO t VALUES (1, 'x')");
    run_ok(batch, connection);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pgs_batch_begin(batch), (guint)i);
        pgs_batch_add(batch, "INSERT INTO t VALUES (2, 'y') RETURNING b");
        pgs_batch_add_printf(batch, "SELECT count(*) FROM %s", "t");
        pgs_batch_add(batch, "");
    }
    add_one(batch, "INSERT INTO t VALUES (1)");
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "ALTER TABLE t DROP CONSTRAINT t_pkey");
    pgs_batch_add(batch, "INSERT INTO t VALUES (1)");
    pgs_batch_add(batch, "SELECT nope FROM t");
    pgs_batch_add(batch, "SELECT 1");
    add_one(batch, "INSERT INTO t VALUES (1) RETURNING a");
    pgs_batch_begin(batch);
    add_one(batch, "SELECT count(*) FROM t; SELECT 2");
    run_ok(batch, connection);
    assert_int_equal(pgs_batch_length(batch), 7);
    for (guint i = 0; i < 2; i++) {
        assert_accepted(batch, i, 3);
        assert_answer(batch, i, 0, "y");
        assert_answer(batch, i, 1, "2");
    }
    assert_refused(batch, 2, 0, "23505");
    assert_string_equal(pgs_batch_result(batch, 2)->failure->constraint, "t_pkey");
    assert_refused(batch, 3, 2, "42703");
    assert_refused(batch, 4, 0, "23505");
    assert_accepted(batch, 5, 0);
    assert_refused(batch, 6, 0, "42601");
    assert_value(connection, "SELECT count(*) || max(b) FROM t", "1x");
    /* A second time, the same comes out. */
    run_ok(batch, connection);
    assert_accepted(batch, 0, 3);
    assert_refused(batch, 3, 2, "42703");
    run_sql(connection, "ROLLBACK");
}

/* Constraints that wait, and settings, are undone as well. */
static void
test_state_is_undone(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(connection, "BEGIN; ALTER TABLE t ADD u int REFERENCES t DEFERRABLE;"
                        "SET CONSTRAINTS ALL DEFERRED");
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "INSERT INTO t VALUES (1, 'x', 2)");
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    add_one(batch, "INSERT INTO t VALUES (1, 'x', 2)");
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    pgs_batch_add(batch, "SET LOCAL work_mem = '7MB'");
    add_one(batch, "INSERT INTO t VALUES (1, 'x', 2)");
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SELECT count(*) FROM t");
    pgs_batch_add(batch, "SELECT current_setting('work_mem') = '7MB'");
    run_ok(batch, connection);
    assert_refused(batch, 0, 1, "23503");
    assert_accepted(batch, 1, 1);
    assert_accepted(batch, 2, 2);
    assert_accepted(batch, 3, 1);
    assert_answer(batch, 4, 0, "0");
    assert_answer(batch, 4, 1, "f");
    run_sql(connection, "ROLLBACK");
}

/* An attempt that ends the transaction is told; nothing behind it is run. */
static void
test_transaction_is_ended(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    static const char *const ends[] = {"COMMIT",
                                       "ROLLBACK",
                                       "COMMIT AND CHAIN",
                                       "RELEASE SAVEPOINT mine",
                                       "ROLLBACK TO SAVEPOINT mine",
                                       "RELEASE SAVEPOINT pgs_attempt",
                                       "PREPARE TRANSACTION 'x'"};
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autoptr(PgsBatch) batch = pgs_batch_new();
        run_sql(connection, "BEGIN; SAVEPOINT mine");
        add_one(batch, "SELECT 1");
        add_one(batch, ends[i]);
        for (guint k = 0; k < 100; k++)
            add_one(batch, "INSERT INTO t VALUES (1)");
        g_autoptr(GError) error = NULL;
        assert_false(pgs_batch_run(batch, connection, &error));
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
        assert_non_null(strstr(error->message, "ended the transaction"));
        assert_non_null(strstr(error->message, ends[i]));
        assert_true(pgs_connection_is_alive(connection));
        run_sql(connection, "ROLLBACK");
        assert_value(connection, "SELECT count(*) FROM t", "0");
    }
}

/* The caller has to have begun one that has not failed. */
static void
test_no_transaction(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_one(batch, "INSERT INTO t VALUES (1)");
    add_one(batch, "INSERT INTO t VALUES (1)");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_batch_run(batch, connection, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
    assert_non_null(strstr(error->message, "25P01"));
    assert_value(connection, "SELECT count(*) FROM t", "0");
    g_clear_error(&error);
    run_sql(connection, "BEGIN");
    assert_false(pgs_connection_run(connection, "SELECT nope", NULL));
    assert_false(pgs_batch_run(batch, connection, &error));
    assert_non_null(strstr(error->message, "25P02"));
    run_sql(connection, "ROLLBACK");
}

static void
test_copy(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    static const char *const copies[] = {"COPY t FROM STDIN", " -- x\n\tcopy t TO STDOUT",
                                         "/* a /* b */ c */;Copy(SELECT 1) TO STDOUT"};
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(connection, "BEGIN");
    for (gsize i = 0; i < G_N_ELEMENTS(copies); i++) {
        pgs_batch_begin(batch);
        pgs_batch_add(batch, "SELECT 1");
        pgs_batch_add(batch, copies[i]);
        add_one(batch, "SELECT 2 AS copy");
    }
    add_one(batch, "/* COPY */ -- COPY\nSELECT 3");
    run_ok(batch, connection);
    for (guint i = 0; i < G_N_ELEMENTS(copies); i++) {
        const PgsBatchResult *result = pgs_batch_result(batch, 2 * i);
        assert_non_null(result->failure);
        assert_string_equal(result->failure->sqlstate, "0A000");
        assert_int_equal(result->refused_at, 1);
        assert_answer(batch, 2 * i + 1, 0, "2");
    }
    assert_answer(batch, 2 * G_N_ELEMENTS(copies), 0, "3");
    run_sql(connection, "ROLLBACK");
}

/* More than sockets hold, in both directions. */
static void
test_large(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    g_autofree char *text = g_strnfill(300 * 1000, 'x');
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(connection, "BEGIN");
    for (guint i = 0; i < 50; i++) {
        pgs_batch_begin(batch);
        pgs_batch_add_printf(batch, "SELECT repeat('%s', 3)", text);
        pgs_batch_add_printf(batch, "SELECT '%s'::int", text);
    }
    run_ok(batch, connection);
    for (guint i = 0; i < 50; i++) {
        const PgsBatchResult *result = pgs_batch_result(batch, i);
        assert_string_equal(result->failure->sqlstate, "22P02");
        assert_int_equal(PQgetlength(g_ptr_array_index(result->results, 0), 0, 0), 900 * 1000);
    }
    run_sql(connection, "ROLLBACK");
}

/* Each statement has the server's limit to itself; one that passes it is refused. */
static void
test_limit(void **state)
{
    Fixture *fixture = *state;
    pgs_connection_close(fixture->connection);
    fixture->connection = open_connection(fixture, 300, NULL);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(fixture->connection, "BEGIN");
    for (guint i = 0; i < 3; i++)
        add_one(batch, "SELECT pg_sleep(0.15)");
    add_one(batch, "INSERT INTO blocked VALUES (1)");
    add_one(batch, "SELECT 1");
    run_ok(batch, fixture->connection);
    for (guint i = 0; i < 3; i++)
        assert_accepted(batch, i, 1);
    assert_refused(batch, 3, 0, "57014");
    assert_answer(batch, 4, 0, "1");
    run_sql(fixture->connection, "ROLLBACK");
}

/* The server waits for a lock and takes no more of them. */
static void
test_cancelled(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *text = g_strnfill(100 * 1000, 'x');
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(fixture->connection, "BEGIN");
    for (guint i = 0; i < 100; i++) {
        pgs_batch_begin(batch);
        pgs_batch_add_printf(batch, "INSERT INTO blocked VALUES (1, '%s')", text);
    }
    g_cancellable_cancel(fixture->cancellable);
    g_autoptr(GError) error = NULL;
    assert_false(pgs_batch_run(batch, fixture->connection, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    assert_false(pgs_connection_is_alive(fixture->connection));
}

/* An error that ends the session. */
static void
test_lost(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(connection, "BEGIN");
    add_one(batch, "SELECT 1");
    add_one(batch, "SELECT pg_terminate_backend(pg_backend_pid())");
    add_one(batch, "SELECT 1");
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        assert_false(pgs_batch_run(batch, connection, &error));
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
        if (i == 0)
            assert_non_null(strstr(error->message, "terminating connection"));
        assert_false(pgs_connection_is_alive(connection));
    }
}

/* The server's shortage is no answer to what was tried; the transaction is as usable. */
static void
test_shortage(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    run_sql(connection, "BEGIN; INSERT INTO t VALUES (1)");
    add_one(batch, "DO $$ BEGIN RAISE 'full' USING ERRCODE = '53100'; END $$");
    run_ok(batch, connection);
    assert_refused(batch, 0, 0, "53100");
    /* max_locks_per_transaction is used up; what RAISE says is no shortage. */
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SELECT pg_advisory_xact_lock(i) FROM generate_series(2, 1000000) i");
    add_one(batch, "SELECT 1");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_batch_run(batch, connection, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE));
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(connection)), PQTRANS_INTRANS);
    assert_value(connection, "SELECT count(*) FROM t", "1");
    run_sql(connection, "ROLLBACK");
}

static void
time_many(PgsConnection *connection, const char *what, const char *sign, const char *sqlstate)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < MANY; i++) {
        pgs_batch_begin(batch);
        pgs_batch_add_printf(batch, "INSERT INTO t VALUES ('%s%u', 'x')", sign, i + 1);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    }
    gint64 begun = g_get_monotonic_time();
    run_ok(batch, connection);
    print_message("%s: %.1f us an attempt\n", what,
                  (double)(g_get_monotonic_time() - begun) / MANY);
    for (guint i = 0; i < MANY; i++) {
        if (sqlstate != NULL)
            assert_refused(batch, i, 0, sqlstate);
        else
            assert_accepted(batch, i, 2);
    }
}

static void
test_many(void **state)
{
    PgsConnection *connection = ((Fixture *)*state)->connection;
    run_sql(connection, "BEGIN; ALTER TABLE t ADD CHECK (a > 0)");
    time_many(connection, "accepted", "", NULL);
    time_many(connection, "refused", "-", "23514");
    assert_value(connection, "SELECT count(*) FROM t", "0");
    run_sql(connection, "ROLLBACK");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_attempts),
        TEST(test_state_is_undone),
        TEST(test_transaction_is_ended),
        TEST(test_no_transaction),
        TEST(test_copy),
        TEST(test_large),
        TEST(test_limit),
        TEST(test_cancelled),
        TEST(test_lost),
        TEST(test_shortage),
        TEST(test_many),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
