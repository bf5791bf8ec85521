/* Covers harness/pg/copy.c. */
#include "cmocka_all.h"

#include "pg/copy.h"
#include "pg_fixture.h"

/* More than sockets and libpq hold: what feeds it has to wait for the server. */
static char *
make_rows(void)
{
    GString *text = g_string_new(NULL);
    for (guint i = 1; i <= 300000; i++)
        g_string_append_printf(text, "%u\tthe row with the number %u\n", i, i);
    return g_string_free(text, FALSE);
}

static void
begin_copy(PgsConnection *connection, const char *sql, ExecStatusType expected)
{
    g_autoptr(GError) error = NULL;
    assert_true(pgs_connection_send(connection, sql, &error));
    PGresult *result = pgs_connection_next(connection, &error);
    assert_int_equal(PQresultStatus(result), expected);
    PQclear(result);
}

/* What the server says of the command; NULL: it was carried out.  The session can be used. */
static PgsFailure *
end_command(PgsConnection *connection)
{
    g_autoptr(GError) error = NULL;
    PgsFailure *failure = NULL;
    PGresult *result;
    while ((result = pgs_connection_next(connection, &error)) != NULL) {
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && failure == NULL)
            failure = pgs_failure_new(result, pgs_connection_raw(connection));
        PQclear(result);
    }
    assert_null(error);
    assert_value(connection, "SELECT 1", "1");
    return failure;
}

static void
test_there_and_back(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *rows = make_rows();
    begin_copy(fixture->connection, "COPY t FROM STDIN", PGRES_COPY_IN);
    assert_true(pgs_copy_feed(fixture->connection, rows, strlen(rows), NULL));
    assert_null(end_command(fixture->connection));
    assert_value(fixture->connection, "SELECT count(*) FROM t", "300000");
    begin_copy(fixture->connection, "COPY t TO STDOUT", PGRES_COPY_OUT);
    assert_true(pgs_copy_drain(fixture->connection, NULL));
    assert_null(end_command(fixture->connection));
    begin_copy(fixture->connection, "COPY t FROM STDIN", PGRES_COPY_IN);
    assert_true(pgs_copy_feed(fixture->connection, "", 0, NULL));
    assert_null(end_command(fixture->connection));
}

static void
test_refused_in_the_midst(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *rows = make_rows();
    strstr(rows, "\n1000\t")[1] = 'x';
    begin_copy(fixture->connection, "COPY t FROM STDIN", PGRES_COPY_IN);
    assert_true(pgs_copy_feed(fixture->connection, rows, strlen(rows), NULL));
    g_autoptr(PgsFailure) failure = end_command(fixture->connection);
    assert_non_null(failure);
    assert_string_equal(failure->sqlstate, "22P02");
    assert_true(g_str_has_prefix(failure->context, "COPY t, line 1000,"));
    assert_value(fixture->connection, "SELECT count(*) FROM t", "0");
}

static void
test_refused_by_the_client(void **state)
{
    Fixture *fixture = *state;
    begin_copy(fixture->connection, "COPY t FROM STDIN", PGRES_COPY_IN);
    assert_true(pgs_copy_refuse(fixture->connection, "there is none", NULL));
    g_autoptr(PgsFailure) failure = end_command(fixture->connection);
    assert_non_null(failure);
    assert_non_null(strstr(failure->message, "there is none"));
}

/* The server waits for a lock and takes no more data: a feed that cannot be ended would hang. */
static void
test_cancelled(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *rows = make_rows();
    begin_copy(fixture->connection, "COPY blocked FROM STDIN", PGRES_COPY_IN);
    g_cancellable_cancel(fixture->cancellable);
    assert_false(pgs_copy_feed(fixture->connection, rows, strlen(rows), &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    assert_false(pgs_connection_is_alive(fixture->connection));
}

/* The server keeps no limit here: the client's own ends it. */
static void
test_limit(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *rows = make_rows();
    pgs_connection_close(fixture->connection);
    fixture->connection = open_connection(fixture, 100, NULL);
    run_sql(fixture->connection, "SET statement_timeout = 0");
    begin_copy(fixture->connection, "COPY blocked FROM STDIN", PGRES_COPY_IN);
    assert_false(pgs_copy_feed(fixture->connection, rows, strlen(rows), &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT));
    assert_non_null(strstr(error->message, "--statement-timeout"));
}

static void
test_lost(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *rows = make_rows();
    g_autofree char *kill = g_strdup_printf("SELECT pg_terminate_backend(%d)",
                                            PQbackendPID(pgs_connection_raw(fixture->connection)));
    begin_copy(fixture->connection, "COPY blocked FROM STDIN", PGRES_COPY_IN);
    run_sql(fixture->other, kill);
    assert_false(pgs_copy_feed(fixture->connection, rows, strlen(rows), &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
    assert_false(pgs_connection_is_alive(fixture->connection));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_there_and_back),
        TEST(test_refused_in_the_midst),
        TEST(test_refused_by_the_client),
        TEST(test_cancelled),
        TEST(test_limit),
        TEST(test_lost),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
