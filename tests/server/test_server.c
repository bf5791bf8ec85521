/* Covers harness/server/server.c, local.c, cluster.c, database.c and settings.c; test_server_end.c
 * has what is left when a server ends. */
#include "server/local_server.h"

#include "base/process.h"
#include "server/installation.h"

#include <sys/stat.h>

static void
run_sql(const PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, TIMEOUT_MS, NULL, &error);
    if (connection == NULL || !pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

static void
assert_value(const PgsServer *server, const char *database, const char *sql, const char *expected)
{
    g_autofree char *value = local_value(server, database, sql);
    assert_string_equal(value, expected);
}

static int
set_up_group(void **state)
{
    *state = local_start();
    return 0;
}

static int
tear_down_group(void **state)
{
    pgs_server_stop(*state);
    return 0;
}

static void
test_what_it_says(void **state)
{
    const PgsServer *server = *state;
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, NULL);
    assert_string_equal(pgs_server_kind(server), "local");
    assert_string_equal(pgs_server_version(server), installation->version);
    assert_int_equal(pgs_server_version_number(server), installation->version_number);
    g_autofree char *start = g_strdup_printf("PostgreSQL %s, local (%s), data ",
                                             installation->version, installation->bindir);
    assert_true(g_str_has_prefix(pgs_server_description(server), start));
    assert_true(pgs_server_start_duration(server) > 0);
    g_autofree char *number = g_strdup_printf("%d", pgs_server_version_number(server));
    assert_value(server, "postgres", "SHOW server_version_num", number);
}

static void
test_settings(void **state)
{
    static const char *const expected[][2] = {
        {"listen_addresses", ""},
        {"fsync", "off"},
        {"synchronous_commit", "off"},
        {"full_page_writes", "off"},
        {"autovacuum", "off"},
        {"jit", "off"},
        {"wal_level", "logical"},
        {"TimeZone", "UTC"},
        {"lc_messages", "C"},
        {"server_encoding", "UTF8"},
        {"dynamic_shared_memory_type", "mmap"},
        {"max_locks_per_transaction", "256"},
        {"data_directory_mode", "0700"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *sql = g_strdup_printf("SHOW %s", expected[i][0]);
        assert_value(*state, "postgres", sql, expected[i][1]);
    }
}

static void
test_only_the_superuser_of_this_user_gets_in(void **state)
{
    run_sql(*state, "postgres", "CREATE ROLE another LOGIN SUPERUSER");
    g_autofree char *conninfo = g_strdup_printf("%s user=another", pgs_server_conninfo(*state));
    g_autoptr(GError) error = NULL;
    assert_null(pgs_connection_open(conninfo, "postgres", TIMEOUT_MS, NULL, &error));
    assert_non_null(strstr(error->message, "Peer authentication failed"));
    run_sql(*state, "postgres", "DROP ROLE another");

    g_autofree char *folder = local_folder(*state);
    struct stat st;
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    if (geteuid() != 0)
        return;
    /* Even the account that the server runs as: it can reach the socket, but is not mapped. */
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, NULL);
    g_autofree char *program = pgs_installation_program(installation, "psql");
    g_autoptr(PgsProcess) psql = pgs_process_new(program);
    pgs_process_add_many(psql, "-X", "-d", pgs_server_conninfo(*state), "-c", "SELECT 1", NULL);
    pgs_process_set_account(psql, st.st_uid, st.st_gid);
    pgs_process_set_directory(psql, "/");
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(psql, &result, NULL));
    assert_int_not_equal(result.exit_status, 0);
    assert_non_null(strstr(result.errors, "Peer authentication failed"));
}

static void
test_environment_of_libpq(void **state)
{
    static const char *const variables[][2] = {
        {"PGHOST", "nowhere"},
        {"PGHOSTADDR", "127.0.0.2"},
        {"PGPORT", "1"},
        {"PGUSER", "somebody"},
        {"PGDATABASE", "nothing"},
        {"PGSSLMODE", "require"},
        {"PGREQUIREPEER", "nobody"},
        {"PGCHANNELBINDING", "require"},
        {"PGTARGETSESSIONATTRS", "standby"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_setenv(variables[i][0], variables[i][1], TRUE);
    g_autofree char *value = local_value(*state, "postgres", "SELECT current_user");
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i][0]);
    assert_string_equal(value, "postgres");
}

/* What a real database is found by, each with a word that must not get to a server. */
static const char *const ways[][2] = {
    {"PGPASSWORD", "secret"},
    {"DATABASE_URL", "postgresql://app:secret@db.example/app"},
    {"PRODUCTION", "host=db.example dbname=app password=secret"},
    {"ASYNC_URL", "postgresql+asyncpg://app:secret@db.example/app"},
    {"JDBC", "jdbc:postgresql://db.example/app?password=secret"},
    {"DJANGO", "postgis://app:secret@db.example/app"},
};

/* They stand in this process's environment from before the first server was started. */
static void
test_no_way_to_a_real_database(void **state)
{
    g_autofree char *text =
        local_value(*state, "postgres", "SELECT pg_read_file('postmaster.pid', 0, 12)");
    g_autofree char *path =
        g_strdup_printf("/proc/%d/environ", (int)g_ascii_strtoll(text, NULL, 10));
    g_autofree char *environment = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &environment, &length, NULL));
    for (gsize i = 0; i < length; i++)
        environment[i] = environment[i] == '\0' ? '\n' : environment[i];
    assert_non_null(strstr(environment, "LC_ALL=C"));
    assert_non_null(strstr(environment, "OTHER=redis://secretive"));
    if (strstr(environment, "secret@") != NULL || strstr(environment, "=secret") != NULL)
        fail_msg("%s", environment);
}

static void
test_databases(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *first = pgs_server_create_database(*state, "My \"App\"/é", NULL, &error);
    assert_non_null(first);
    assert_true(g_regex_match_simple("^pgstair_my__app_____?_[0-9]+$", first, 0, 0));
    assert_value(*state, first,
                 "SELECT pg_encoding_to_char(encoding) FROM pg_database "
                 "WHERE datname = current_database()",
                 "UTF8");
    run_sql(*state, first, "CREATE TABLE t AS SELECT 42 AS x");
    g_autofree char *copy = pgs_server_create_database(*state, NULL, first, &error);
    assert_non_null(copy);
    assert_string_not_equal(copy, first);
    assert_value(*state, copy, "SELECT x FROM t", "42");
    g_autofree char *long_hint = g_strnfill(100, 'x');
    g_autofree char *cut = pgs_server_create_database(*state, long_hint, NULL, &error);
    assert_non_null(cut);
    assert_int_equal(strlen(cut), 63);
    assert_value(*state, cut, "SELECT 1", "1");

    g_autofree char *odd = g_strdup("a \"template\"; --");
    run_sql(*state, "postgres", "CREATE DATABASE \"a \"\"template\"\"; --\" TEMPLATE template0");
    g_autofree char *of_odd = pgs_server_create_database(*state, "x", odd, &error);
    assert_non_null(of_odd);

    const char *all[] = {first, copy, cut, odd, of_odd, "never there"};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (!pgs_server_drop_database(*state, all[i], &error))
            fail_msg("%s", error->message);
    }
    assert_value(*state, "postgres",
                 "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgstair%'", "0");
    assert_null(pgs_server_create_database(*state, "x", "no such template", &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE));
    assert_non_null(strstr(error->message, "no such template"));
}

static void
test_drop_with_hindrances(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = pgs_server_create_database(*state, "held", NULL, &error);
    run_sql(*state, name,
            "CREATE SUBSCRIPTION \"a \"\"sub\" CONNECTION 'host=/nowhere' PUBLICATION p "
            "WITH (connect = false, slot_name = 'x')");
    g_autoptr(PgsConnection) connected =
        pgs_connection_open(pgs_server_conninfo(*state), name, TIMEOUT_MS, NULL, &error);
    assert_true(pgs_connection_run(connected, "BEGIN; CREATE TABLE t ()", &error));
    if (!pgs_server_drop_database(*state, name, &error))
        fail_msg("%s", error->message);
    assert_false(pgs_connection_run(connected, "SELECT 1", NULL));
}

static void
test_log_tail(void **state)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(*state), "postgres", TIMEOUT_MS, NULL, NULL);
    pgs_connection_run(connection, "SELECT 1 / 0 AS first_mistake", NULL);
    pgs_connection_run(connection, "SELECT 1 / 0 AS second_mistake", NULL);
    g_autofree char *two = pgs_server_log_tail(*state, 2);
    assert_non_null(strstr(two, "22012 ERROR:  division by zero\n"));
    assert_non_null(strstr(two, "second_mistake"));
    assert_null(strstr(two, "first_mistake"));
    g_autofree char *all = pgs_server_log_tail(*state, 1000);
    assert_non_null(strstr(all, "first_mistake"));
    assert_non_null(strstr(all, "database system is ready"));
}

static void
test_clone(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *name = pgs_server_create_database(server, "cloned", NULL, &error);
    run_sql(server, name, "CREATE TABLE t AS SELECT 1 AS x");
    run_sql(server, name, "CREATE ROLE of_the_cluster");
    g_autoptr(PgsServer) clone = pgs_server_clone(server, &error);
    if (clone == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(pgs_server_version(clone), pgs_server_version(server));
    assert_string_not_equal(pgs_server_conninfo(clone), pgs_server_conninfo(server));
    assert_value(clone, name, "SELECT x FROM t", "1");
    assert_value(clone, name, "SELECT count(*) FROM pg_roles WHERE rolname = 'of_the_cluster'",
                 "1");
    /* From now on each goes its own way. */
    run_sql(clone, name, "UPDATE t SET x = 2; DROP ROLE of_the_cluster");
    assert_value(server, name, "SELECT x FROM t", "1");
    g_autofree char *another = pgs_server_create_database(clone, "cloned", name, &error);
    assert_non_null(another);
    run_sql(server, "postgres", "DROP ROLE of_the_cluster");
    assert_true(pgs_server_drop_database(server, name, &error));
}

static void
test_specifications(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        int code;
        const char *part;
    } cases[] = {
        {"lxc:15", PGS_SERVER_ERROR_SPEC,
         "knows no server \"lxc:15\"\nHINT: it knows: auto, local"},
        {"localhost", PGS_SERVER_ERROR_SPEC, "localhost"},
        {"postgres://x:y/z", PGS_SERVER_ERROR_SPEC, "HINT: "},
        {"", PGS_SERVER_ERROR_SPEC, "HINT: "},
        {"local:", PGS_SERVER_ERROR_SPEC, "names no version"},
        {"local:12", PGS_SERVER_ERROR_SPEC, "\"local:12\""},
        {"local:fifteen", PGS_SERVER_ERROR_SPEC, "as in \"local:15\""},
        {"local:98", PGS_SERVER_ERROR_NOT_FOUND, "PostgreSQL 98"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsServerOptions options = {.spec = cases[i].spec};
        g_autoptr(GError) error = NULL;
        assert_null(pgs_server_start(&options, NULL, &error));
        if (!g_error_matches(error, PGS_SERVER_ERROR, cases[i].code) ||
            strstr(error->message, cases[i].part) == NULL)
            fail_msg("%s: %s", cases[i].spec, error->message);
    }
}

static void
test_auto(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = pgs_server_start(NULL, NULL, &error);
    assert_non_null(server);
    assert_string_equal(pgs_server_kind(server), "local");
    assert_non_null(strstr(pgs_server_description(server), "; chosen since "));

    /* What is named and of no use is not passed over for a container. */
    g_autofree char *before = g_strdup(g_getenv("PGSTAIR_PG_BINDIR"));
    g_setenv("PGSTAIR_PG_BINDIR", "/no/such/folder", TRUE);
    g_autoptr(PgsServer) other = pgs_server_start(NULL, NULL, &error);
    if (before != NULL)
        g_setenv("PGSTAIR_PG_BINDIR", before, TRUE);
    else
        g_unsetenv("PGSTAIR_PG_BINDIR");
    assert_null(other);
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
}

static void
test_cancelled(void **state)
{
    (void)state;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    g_autoptr(GError) error = NULL;
    assert_null(pgs_server_start(NULL, cancellable, &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED));
}

int
main(void)
{
    g_setenv("OTHER", "redis://secretive", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
        g_setenv(ways[i][0], ways[i][1], TRUE);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_only_the_superuser_of_this_user_gets_in),
        cmocka_unit_test(test_environment_of_libpq),
        cmocka_unit_test(test_no_way_to_a_real_database),
        cmocka_unit_test(test_databases),
        cmocka_unit_test(test_drop_with_hindrances),
        cmocka_unit_test(test_log_tail),
        cmocka_unit_test(test_clone),
        cmocka_unit_test(test_specifications),
        cmocka_unit_test(test_auto),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests_name("server.server", tests, set_up_group, tear_down_group);
}
