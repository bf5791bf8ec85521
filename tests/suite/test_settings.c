/* suite_template.c, subject.c: a suite's databases have the system's settings and locale. */
#include "fixture.h"

#include "base/process.h"

static Place place;

static int
open_place(void **state)
{
    (void)state;
    place_open(&place);
    place_write(&place, "pgstair.yaml",
                "systems:\n"
                "  small:\n"
                "    migrations: migrations\n"
                "    settings:\n"
                "      timezone: Asia/Tokyo\n"
                "      max_locks_per_transaction: 77\n"
                "    locale: C\n");
    return 0;
}

static int
close_place(void **state)
{
    (void)state;
    g_unsetenv("PGSTAIR_SHARED_SERVER");
    place_close(&place);
    return 0;
}

static void
assert_value(PGconn *connection, const char *sql, const char *expected)
{
    PGresult *result = PQexec(connection, sql);
    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    assert_string_equal(PQgetvalue(result, 0, 0), expected);
    PQclear(result);
}

static void
assert_settings(PGconn *connection)
{
    assert_non_null(connection);
    assert_value(connection, "SHOW timezone", "Asia/Tokyo");
    assert_value(connection, "SHOW max_locks_per_transaction", "77");
    assert_value(connection,
                 "SELECT datcollate FROM pg_catalog.pg_database WHERE datname = "
                 "pg_catalog.current_database()",
                 "C");
}

static void
databases_have_them(void **state)
{
    (void)state;
    PgsSuite *suite = place_suite(&place);
    assert_settings(pgs_suite_connection(suite));
    PGconn *empty = pgs_suite_empty_database(suite);
    assert_settings(empty);
    PQfinish(empty);
    assert_int_equal(pgs_suite_reset(suite), 1);
    assert_settings(pgs_suite_connection(suite));
    pgs_suite_close(suite);
}

static int
run_server(const char *action, const char *option, const char *file)
{
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    g_auto(PgsProcessResult) result = {0};
    g_autofree char *watched = g_strdup_printf("%d", (int)getpid());
    pgs_process_add_many(process, "server", action, NULL);
    if (option != NULL)
        pgs_process_add_many(process, "--watch", watched, option, NULL);
    pgs_process_add(process, file);
    assert_true(pgs_process_run(process, &result, NULL));
    return result.exit_status;
}

/* The shared server is as it comes. */
static void
no_shared_server_without_them(void **state)
{
    g_autofree char *file = g_build_filename(place.folder, "server", NULL);
    assert_int_equal(run_server("start", "--shared", file), 0);
    g_setenv("PGSTAIR_SHARED_SERVER", file, TRUE);
    databases_have_them(state);
    assert_int_equal(run_server("stop", NULL, file), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(databases_have_them, open_place, close_place),
        cmocka_unit_test_setup_teardown(no_shared_server_without_them, open_place, close_place),
    };
    return cmocka_run_group_tests_name("suite.settings", tests, NULL, NULL);
}
