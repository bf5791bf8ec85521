/* Covers harness/pg/connection.c and harness/pg/failure.c. */
#include "cmocka_all.h"

#include "pg/connection.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    PgsConnection *connection;
    GCancellable *cancellable;
} Fixture;

static int
connect_anew(Fixture *fixture, guint statement_timeout)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    g_clear_object(&fixture->cancellable);
    fixture->cancellable = g_cancellable_new();
    fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres",
                                              statement_timeout, fixture->cancellable, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return fixture->connection != NULL ? 0 : -1;
}

static int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    *state = fixture;
    return 0;
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_connection_close(fixture->connection);
    g_clear_object(&fixture->cancellable);
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static int
set_up(void **state)
{
    return connect_anew(*state, 0);
}

static void
test_shapes(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *sql;
        PgsShape shape;
        gboolean fits;
    } cases[] = {
        {"SELECT 1", PGS_SHAPE_VALUE, TRUE},
        {"SELECT 1, 2", PGS_SHAPE_VALUE, FALSE},
        {"SELECT 1, 2", PGS_SHAPE_ROW, TRUE},
        {"SELECT generate_series(1, 2)", PGS_SHAPE_ROW, FALSE},
        {"SELECT generate_series(1, 2)", PGS_SHAPE_ANY, TRUE},
        {"SELECT 1", PGS_SHAPE_NONE, FALSE},
        {"SET work_mem = '4MB'", PGS_SHAPE_NONE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        PGresult *result = pgs_connection_query(fixture->connection, cases[i].shape, cases[i].sql,
                                                0, NULL, NULL, &error);
        assert_int_equal(result != NULL, cases[i].fits);
        assert_int_equal(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_SHAPE), !cases[i].fits);
        PQclear(result);
    }
}

static void
test_parameters_are_values(void **state)
{
    Fixture *fixture = *state;
    const char *params[] = {"'; DROP TABLE x; --", NULL};
    PGresult *result = pgs_connection_query(fixture->connection, PGS_SHAPE_ROW,
                                            "SELECT $1::text, $2::text", 2, params, NULL, NULL);
    assert_non_null(result);
    assert_string_equal(PQgetvalue(result, 0, 0), params[0]);
    assert_true(PQgetisnull(result, 0, 1));
    PQclear(result);
}

static void
test_refusal_tells_all_that_the_server_said(void **state)
{
    Fixture *fixture = *state;
    PgsFailure *failure = NULL;
    g_autoptr(GError) error = NULL;
    assert_true(pgs_connection_run(fixture->connection,
                                   "CREATE TEMP TABLE t (a int CONSTRAINT positive CHECK (a > 0))",
                                   NULL));
    assert_null(pgs_connection_query(fixture->connection, PGS_SHAPE_NONE,
                                     "INSERT INTO t VALUES (0)", 0, NULL, &failure, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
    assert_string_equal(failure->sqlstate, "23514");
    assert_string_equal(failure->constraint, "positive");
    assert_non_null(strstr(failure->detail, "Failing row"));
    g_autofree char *text = pgs_failure_to_string(failure);
    assert_non_null(strstr(text, "ERROR:  new row"));
    assert_non_null(strstr(text, "\nDETAIL:  "));
    pgs_failure_free(failure);
}

static void
test_several_statements_stop_at_the_first_error(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_false(
        pgs_connection_run(fixture->connection, "SELECT 1; SELECT nothing; SELECT 2", &error));
    assert_non_null(strstr(error->message, "nothing"));
    assert_true(pgs_connection_is_alive(fixture->connection));
    assert_true(pgs_connection_run(fixture->connection, "SELECT 1", NULL));
}

static void
test_copy_from_stdin_does_not_hang(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_false(pgs_connection_run(fixture->connection,
                                    "CREATE TEMP TABLE c (a int); COPY c FROM STDIN", &error));
    assert_non_null(error);
    assert_true(pgs_connection_run(fixture->connection, "SELECT 1", NULL));
}

/* More than what goes into the socket at once; what follows it, and an error in its midst, count.
 */
static void
test_copy_to_stdout_does_not_hang(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_int_equal(connect_anew(fixture, 20 * 1000), 0);
    assert_true(pgs_connection_run(
        fixture->connection,
        "COPY (SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) AS i) TO STDOUT", &error));
    assert_true(pgs_connection_run(
        fixture->connection,
        "COPY (SELECT 1) TO STDOUT; CREATE TEMP TABLE after_copy (); COPY after_copy TO STDOUT",
        &error));
    assert_true(pgs_connection_run(fixture->connection, "SELECT FROM after_copy", &error));
    assert_false(pgs_connection_run(
        fixture->connection,
        "COPY (SELECT 1 / (3000 - i) FROM generate_series(1, 5000) AS i) TO STDOUT", &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
    assert_non_null(strstr(error->message, "division by zero"));
    assert_true(pgs_connection_is_alive(fixture->connection));
}

static void
test_the_server_ends_a_long_statement(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_int_equal(connect_anew(fixture, 50), 0);
    assert_false(pgs_connection_run(fixture->connection, "SELECT pg_sleep(60)", &error));
    assert_non_null(strstr(error->message, "57014"));
    assert_true(pgs_connection_is_alive(fixture->connection));
    /* RESET ALL comes back to the limit, not to none. */
    assert_true(pgs_connection_run(fixture->connection, "DISCARD ALL", NULL));
    char *value = NULL;
    assert_true(pgs_connection_value(fixture->connection, "SHOW statement_timeout", &value, NULL));
    assert_string_equal(value, "50ms");
    g_free(value);
}

static gpointer
cancel_it(gpointer data)
{
    Fixture *fixture = data;
    g_cancellable_cancel(fixture->cancellable);
    return NULL;
}

static void
test_cancelling(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_new("cancel", cancel_it, fixture);
    gboolean ran = pgs_connection_run(fixture->connection, "SELECT pg_sleep(60)", &error);
    g_thread_join(thread);
    assert_false(ran);
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    assert_false(pgs_connection_is_alive(fixture->connection));
}

static void
test_a_lost_connection_is_told(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    pgs_connection_run(fixture->connection, "SELECT pg_terminate_backend(pg_backend_pid())",
                       &error);
    assert_non_null(error);
    assert_false(pgs_connection_is_alive(fixture->connection));
    g_clear_error(&error);
    assert_false(pgs_connection_run(fixture->connection, "SELECT 1", &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
}

static void
test_no_server(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_null(pgs_connection_open("host=/nonexistent", "postgres", 0, NULL, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_AWAY));
}

static void
count_notice(const char *severity, const char *message, gpointer data)
{
    if (strcmp(severity, "WARNING") == 0 && strstr(message, "careful") != NULL)
        ++*(int *)data;
}

static void
test_notices(void **state)
{
    Fixture *fixture = *state;
    int n = 0;
    pgs_connection_set_notice(fixture->connection, count_notice, &n);
    assert_true(
        pgs_connection_run(fixture->connection, "DO $$BEGIN RAISE WARNING 'careful'; END$$", NULL));
    assert_int_equal(n, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_shapes, set_up),
        cmocka_unit_test_setup(test_parameters_are_values, set_up),
        cmocka_unit_test_setup(test_refusal_tells_all_that_the_server_said, set_up),
        cmocka_unit_test_setup(test_several_statements_stop_at_the_first_error, set_up),
        cmocka_unit_test_setup(test_copy_from_stdin_does_not_hang, set_up),
        cmocka_unit_test_setup(test_copy_to_stdout_does_not_hang, set_up),
        cmocka_unit_test_setup(test_the_server_ends_a_long_statement, set_up),
        cmocka_unit_test_setup(test_cancelling, set_up),
        cmocka_unit_test_setup(test_a_lost_connection_is_told, set_up),
        cmocka_unit_test(test_no_server),
        cmocka_unit_test_setup(test_notices, set_up),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
