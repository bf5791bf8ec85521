/* Covers harness/cycle/login.c, and harness/server/admission.c with a server that wants passwords.
 */
#include "cmocka_all.h"

#include "base/process.h"
#include "driver/login.h"
#include "server/admission.h"
#include "server/kind.h"
#include "server_fixture.h"
#include "snapshot/catalog.h"

#include <string.h>

#define PASSWORD "s3c'r\\et/@:"

/* ---- child processes ---- */

/* What a child sees of a server with that conninfo, a line a variable; g_free(). */
static char *
look_at_environment(const char *conninfo, const char *role, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = pgs_server_new_attached(&pgs_server_kind_local);
    server->conninfo = g_strdup(conninfo);
    g_autoptr(PgsProcess) process = pgs_process_new("env");
    pgs_process_set_env(process, "PGSERVICE", "mine");
    pgs_process_set_env(process, "ASYNC_URL", "postgresql+asyncpg://app:real@db.example/app");
    pgs_process_set_env(process, "WORDS", "host=db.example dbname=app password=real");
    pgs_process_set_env(process, "CACHE_URL", "redis://cache.example");
    pgs_login_set_environment(process, server, role, database);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run_checked(process, &result, &error))
        fail_msg("%s", error->message);
    g_autofree char *line = pgs_process_to_string(process);
    assert_null(strstr(line, "s3c"));
    return g_strconcat("\n", result.output, NULL);
}

static void
assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in\n%s", part, text);
}

static void
test_tcp_environment(void **state)
{
    (void)state;
    g_autofree char *text = look_at_environment(
        "host=127.0.0.1 port=5433 user=postgres password='s3c\\'r\\\\et/@:' sslmode=disable", NULL,
        "pgstair_a_1");
    assert_has(text, "\nPGHOST=127.0.0.1\n");
    assert_has(text, "\nPGPORT=5433\n");
    assert_has(text, "\nPGUSER=postgres\n");
    assert_has(text, "\nPGPASSWORD=" PASSWORD "\n");
    assert_has(text, "\nPGDATABASE=pgstair_a_1\n");
    assert_has(text, "\nPGSSLMODE=disable\n");
    assert_has(text, "\nDATABASE_URL=postgresql://postgres:s3c%27r%5Cet%2F%40%3A@127.0.0.1:5433/"
                     "pgstair_a_1\n");
    assert_has(text, "\nJDBC_DATABASE_URL=jdbc:postgresql://127.0.0.1:5433/pgstair_a_1?"
                     "user=postgres&password=s3c%27r%5Cet%2F%40%3A\n");
    assert_null(strstr(text, "PGSERVICE"));
    /* No variable leads a rehearsal to a real database; others stay. */
    assert_has(text,
               "\nASYNC_URL=postgresql+asyncpg://postgres:s3c%27r%5Cet%2F%40%3A@127.0.0.1:5433/"
               "pgstair_a_1");
    assert_has(text, "\nWORDS=postgresql://postgres:s3c%27r%5Cet%2F%40%3A@127.0.0.1:5433/");
    assert_has(text, "\nCACHE_URL=redis://cache.example\n");
    assert_null(strstr(text, "db.example"));
}

static void
test_tcp_with_tls(void **state)
{
    (void)state;
    g_autofree char *text =
        look_at_environment("host=::1 user=a password=b sslmode=require", "an owner", "d");
    assert_has(text, "\nDATABASE_URL=postgresql://an%20owner:b@[::1]:5432/d?sslmode=require\n");
}

static void
test_socket_environment(void **state)
{
    (void)state;
    g_autofree char *text =
        look_at_environment("host='/run/a folder' port=5432 user=postgres", "app", "d");
    assert_has(text, "\nDATABASE_URL=postgresql://app@/d?host=%2Frun%2Fa%20folder&port=5432\n");
    assert_null(strstr(text, "PGPASSWORD"));
    assert_null(strstr(text, "JDBC_DATABASE_URL"));
}

static void
test_password_is_hidden(void **state)
{
    (void)state;
    g_autoptr(PgsServer) server = pgs_server_new_attached(&pgs_server_kind_local);
    server->conninfo = g_strdup("host=127.0.0.1 password='s3c\\'r\\\\et/@:'");
    g_autofree char *text = pgs_login_hide_password(
        server, "cannot reach postgresql://a:s3c%27r%5Cet%2F%40%3A@h/d, " PASSWORD "!");
    assert_string_equal(text, "cannot reach postgresql://a:***@h/d, ***!");
}

/* ---- passwords ---- */

typedef struct {
    PgsServer *server; /* lets in the superuser, and others by a password */
    PgsConnection *admin;
} Fixture;

static void
run(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(fixture->admin, sql, &error))
        fail_msg("%s", error->message);
}

/* As a container's server does it. */
static int
set_up(void **state)
{
    void *server;
    g_autoptr(GError) error = NULL;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    *state = fixture;
    fixture->admin =
        pgs_connection_open(pgs_server_conninfo(server), "postgres", 60 * 1000, NULL, &error);
    g_autofree char *conninfo = fixture->server->conninfo;
    fixture->server->conninfo = g_strconcat(conninfo, " password='0123456789abcdef'", NULL);
    return fixture->admin != NULL &&
                   pgs_connection_run(fixture->admin,
                                      "SELECT pg_catalog.set_config('x.hba', "
                                      "pg_catalog.current_setting('hba_file'), false);"
                                      "DO $$ BEGIN EXECUTE pg_catalog.format("
                                      "'COPY (VALUES (''local all postgres peer map=pgstair''), "
                                      "(''local all all scram-sha-256'')) TO %L', "
                                      "pg_catalog.current_setting('x.hba')); END $$;"
                                      "SELECT pg_catalog.pg_reload_conf();"
                                      "CREATE ROLE app LOGIN",
                                      &error)
               ? 0
               : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    pgs_connection_close(fixture->admin);
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

/* As pgs_login() has it, but by a password whatever the server's kind. */
static void
admit(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_admission_by_password(fixture->server, "app", NULL, &error))
        fail_msg("%s", error->message);
    g_autofree char *conninfo = pgs_login_conninfo(fixture->server, "app");
    /* The server reads its pg_hba.conf again a moment after it was told to. */
    gint64 until = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
    g_autoptr(PgsConnection) connection = NULL;
    while (connection == NULL && g_get_monotonic_time() < until) {
        g_clear_error(&error);
        connection = pgs_connection_open(conninfo, "postgres", 60 * 1000, NULL, &error);
    }
    if (connection == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(PQconnectionUsedPassword(pgs_connection_raw(connection)), 1);
}

/* The role's password as a snapshot has it: "true" or "". */
static char *
look_at_password(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) reader = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                          "postgres", 60 * 1000, NULL, &error);
    assert_non_null(reader);
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(reader, PGS_CATALOG_CLUSTER, NULL, &error);
    assert_non_null(catalog);
    g_autoptr(PgsSnapshot) snapshot = pgs_catalog_read(catalog, &error);
    assert_non_null(snapshot);
    const PgsObject *role = pgs_snapshot_find(snapshot, "role", "app");
    assert_non_null(role);
    const char *value = pgs_object_get(role, "password");
    return g_strdup(value != NULL ? value : "");
}

static void
assert_password(Fixture *fixture, const char *expected)
{
    g_autofree char *value = look_at_password(fixture);
    assert_string_equal(value, expected);
}

/* The password that lets the role in neither shows in a snapshot nor hides what migrations do. */
static void
test_admission_leaves_no_trace(void **state)
{
    Fixture *fixture = *state;
    assert_password(fixture, "");
    admit(fixture);
    assert_password(fixture, "");
    run(fixture, "ALTER ROLE app PASSWORD 'of a migration'");
    assert_password(fixture, "true");
    admit(fixture);
    assert_password(fixture, "true");
    run(fixture, "ALTER ROLE app PASSWORD NULL");
    assert_password(fixture, "");
    admit(fixture);
    admit(fixture);
    assert_password(fixture, "");
}

/* One that cannot be let in is not waited for. */
static void
test_refusal_is_told(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    gint64 begin = g_get_monotonic_time();
    g_autoptr(PgsConnection) connection =
        pgs_login(fixture->server, "app", "no_such_database", 60 * 1000, NULL, &error);
    assert_null(connection);
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT));
    assert_true(g_get_monotonic_time() - begin < 20 * G_USEC_PER_SEC);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp_environment),
        cmocka_unit_test(test_tcp_with_tls),
        cmocka_unit_test(test_socket_environment),
        cmocka_unit_test(test_password_is_hidden),
        cmocka_unit_test_setup_teardown(test_admission_leaves_no_trace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusal_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
