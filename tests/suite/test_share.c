/* harness/server/share.c, suite_template.c, cli/cmd_server.c: suites that share a server. */
#include "fixture.h"

#include "base/process.h"
#include "server/share.h"

#include <signal.h>
#include <sys/wait.h>

enum {
    WAIT_MS = 10 * 1000,
    GONE_MS = 2 * 1000, /* design.md: nothing outlives a run by more */
    PAUSE_US = 2000,
};

static Place place;
static char *file;

static int
open_place(void **state)
{
    (void)state;
    place_open(&place);
    file = g_build_filename(place.folder, "server", NULL);
    return 0;
}

/* pgstair with these arguments: its exit status; *output (or NULL) what it wrote. */
static int
pgstair(char **output, ...)
{
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    va_list words;
    va_start(words, output);
    for (const char *word; (word = va_arg(words, const char *)) != NULL;)
        pgs_process_add(process, word);
    va_end(words);
    assert_true(pgs_process_run(process, &result, &error));
    if (output != NULL)
        *output = g_strconcat(result.output, result.errors, NULL);
    return result.exit_status;
}

static int
close_place(void **state)
{
    (void)state;
    if (g_file_test(file, G_FILE_TEST_EXISTS))
        pgstair(NULL, "server", "stop", file, NULL);
    g_free(file);
    place_close(&place);
    return 0;
}

static void
start_server(void)
{
    g_autofree char *watched = g_strdup_printf("%d", (int)getpid());
    g_autofree char *output = NULL;
    int status = pgstair(&output, "server", "start", "--shared", file, "--watch", watched, NULL);
    if (status != 0)
        fprintf(stderr, "%s\n", output);
    assert_int_equal(status, 0);
    g_setenv("PGSTAIR_SHARED_SERVER", file, TRUE);
}

/* The folder of the server's socket: the run folder, which holds everything. */
static char *
run_folder(const PgsShare *share)
{
    return g_path_get_dirname(share->log);
}

static void
assert_all_gone(const PgsShare *share)
{
    g_autofree char *folder = run_folder(share);
    gint64 deadline = g_get_monotonic_time() + (gint64)WAIT_MS * 1000;
    while ((g_file_test(folder, G_FILE_TEST_EXISTS) || pgs_share_is_alive(share)) &&
           g_get_monotonic_time() < deadline)
        g_usleep(PAUSE_US);
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    assert_false(pgs_share_is_alive(share));
}

static char *
ask(const char *conninfo, const char *sql)
{
    g_autofree char *whole = g_strdup_printf("%s dbname=postgres", conninfo);
    PGconn *connection = PQconnectdb(whole);
    PGresult *result = PQexec(connection, sql);
    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    char *value = g_strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(connection);
    return value;
}

#define COUNT_TEMPLATES                                                                            \
    "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgstair\\_template\\_%'"
#define COUNT_OTHERS                                                                               \
    "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgstair\\_%'"                            \
    " AND datname NOT LIKE 'pgstair\\_template\\_%'"

static void
started_and_stopped(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *status = NULL, *again = NULL;
    struct stat st;
    start_server();
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    g_autoptr(PgsShare) share = pgs_share_read(file, &error);
    assert_non_null(share);
    assert_true(pgs_share_is_alive(share));
    assert_int_equal(pgstair(&status, "server", "status", file, NULL), 0);
    assert_text(status, "PostgreSQL ");
    assert_int_equal(pgstair(&again, "server", "start", "--shared", file, NULL), 3);
    assert_text(again, "runs already");
    assert_int_equal(pgstair(NULL, "server", "stop", file, NULL), 0);
    g_autofree char *folder = run_folder(share);
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    assert_int_equal(pgstair(NULL, "server", "status", file, NULL), 3);
    assert_int_equal(pgstair(NULL, "server", "stop", file, NULL), 3);
}

static void
usage_errors(void **state)
{
    (void)state;
    g_autofree char *word = NULL, *missing = NULL, *watch = NULL;
    assert_int_equal(pgstair(&word, "server", "strat", file, NULL), 2);
    assert_text(word, "did you mean \"start\"?");
    assert_int_equal(pgstair(&missing, "server", "start", NULL), 2);
    assert_text(missing, "is not given");
    assert_int_equal(pgstair(&watch, "server", "start", "--shared", file, "--watch", "me", NULL),
                     2);
    assert_text(watch, "names no process");
}

/* A process that does nothing until it is killed. */
static pid_t
start_idle_process(void)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        for (;;)
            pause();
    }
    return pid;
}

static void
ends_with_the_watched_process(void **state)
{
    (void)state;
    pid_t idle = start_idle_process();
    g_autofree char *watched = g_strdup_printf("%d", (int)idle);
    assert_int_equal(pgstair(NULL, "server", "start", "--shared", file, "--watch", watched, NULL),
                     0);
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    assert_non_null(share);
    assert_true(pgs_share_is_alive(share));
    assert_int_equal(kill(idle, SIGKILL), 0);
    assert_int_equal(waitpid(idle, NULL, 0), idle);
    assert_all_gone(share);
    g_autofree char *output = NULL;
    assert_int_equal(pgstair(&output, "server", "status", file, NULL), 3);
    assert_text(output, "is gone");
    /* A file of a dead server is in nobody's way. */
    start_server();
}

static void
one_template_for_two_suites(void **state)
{
    (void)state;
    start_server();
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    PgsSuite *a = place_suite(&place), *b = place_suite(&place);
    assert_non_null(pgs_suite_connection(a));
    assert_non_null(pgs_suite_connection(b));
    assert_string_not_equal(PQdb(pgs_suite_connection(a)), PQdb(pgs_suite_connection(b)));
    assert_int_equal(pgs_expect_affected(a, PGS_HERE, 1, "DELETE FROM users"), 1);
    assert_int_equal(pgs_expect_result(b, PGS_HERE, "1", "SELECT count(*) FROM users"), 1);
    g_autofree char *templates = ask(share->conninfo, COUNT_TEMPLATES);
    assert_string_equal(templates, "1");
    assert_int_equal(pgs_suite_close(a), 1);
    assert_int_equal(pgs_suite_close(b), 1);
    g_autofree char *left = ask(share->conninfo, COUNT_OTHERS);
    assert_string_equal(left, "0");
    /* Other content, another template. */
    place_write(&place, "sample.sql", "INSERT INTO users (id, email) VALUES (5, 'e@f');\n");
    PgsSuite *c = place_suite(&place);
    assert_int_equal(pgs_expect_result(c, PGS_HERE, "5", "SELECT id FROM users"), 1);
    assert_int_equal(pgs_suite_close(c), 1);
    g_autofree char *two = ask(share->conninfo, COUNT_TEMPLATES);
    assert_string_equal(two, "2");
}

/* Opens a suite in a child: exit status 0 when its data is what it should be. */
static pid_t
start_suite_process(void)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        PgsSuite *suite = place_suite(&place);
        int ok = pgs_suite_reset(suite) &&
                 pgs_expect_result(suite, PGS_HERE, "1|0",
                                   "SELECT (SELECT count(*) FROM users), count(*) FROM keys") &&
                 pgs_suite_close(suite);
        _exit(ok ? 0 : 1);
    }
    return pid;
}

static void
many_suites_at_once(void **state)
{
    (void)state;
    pid_t children[6];
    start_server();
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++)
        children[i] = start_suite_process();
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    g_autofree char *templates = ask(share->conninfo, COUNT_TEMPLATES);
    g_autofree char *left = ask(share->conninfo, COUNT_OTHERS);
    assert_string_equal(templates, "1");
    assert_string_equal(left, "0");
}

/* One that dies while it makes the template, and one that dies with its database. */
static void
killed_suites(void **state)
{
    (void)state;
    start_server();
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    place_write(&place, "sample.sql",
                "INSERT INTO users (id, email) VALUES (1, 'a@b');\nSELECT pg_sleep(30);\n");
    pid_t maker = start_suite_process();
    g_autofree char *busy = NULL;
    gint64 deadline = g_get_monotonic_time() + (gint64)WAIT_MS * 1000;
    do {
        g_free(busy);
        busy = ask(share->conninfo, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE "
                                    "'%pg_sleep(30)%' AND query NOT LIKE '%pg_stat_activity%'");
    } while (strcmp(busy, "0") == 0 && g_get_monotonic_time() < deadline);
    assert_string_equal(busy, "1");
    assert_int_equal(kill(maker, SIGKILL), 0);
    assert_int_equal(waitpid(maker, NULL, 0), maker);
    g_autofree char *none = ask(share->conninfo, COUNT_TEMPLATES);
    assert_string_equal(none, "0");
    /* The next makes it anew, at once: the dead one's lock is gone. */
    place_write(&place, "sample.sql", "INSERT INTO users (id, email) VALUES (1, 'a@b');\n");
    gint64 gone_by = g_get_monotonic_time() + (gint64)GONE_MS * 1000;
    g_autofree char *left = NULL;
    do {
        g_free(left);
        left = ask(share->conninfo, COUNT_OTHERS);
    } while (strcmp(left, "0") != 0 && g_get_monotonic_time() < gone_by);
    assert_string_equal(left, "0");
    pid_t next = start_suite_process();
    int status;
    assert_int_equal(waitpid(next, &status, 0), next);
    assert_int_equal(status, 0);
    g_autofree char *swept = ask(share->conninfo, COUNT_OTHERS);
    assert_string_equal(swept, "0");
    assert_int_equal(pgstair(NULL, "server", "stop", file, NULL), 0);
    assert_all_gone(share);
}

/* What belongs to the whole cluster is not made where others would see it. */
static void
roles_are_kept_apart(void **state)
{
    (void)state;
    start_server();
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    place_write(&place, "migrations/003_role.up.sql",
                "CREATE ROLE clerk;\nGRANT SELECT ON users TO clerk;\n");
    place_write(&place, "migrations/003_role.down.sql",
                "REVOKE ALL ON users FROM clerk;\nDROP ROLE clerk;\n");
    PgsSuite *suite = place_suite(&place);
    assert_non_null(pgs_suite_connection(suite));
    assert_int_equal(pgs_expect_migrated(suite, PGS_HERE, "002"), 1);
    assert_int_equal(pgs_expect_migrated(suite, PGS_HERE, "head"), 1);
    assert_int_equal(pgs_expect_drift(suite, PGS_HERE, 0, NULL), 1);
    assert_int_equal(pgs_suite_reset(suite), 1);
    assert_int_equal(pgs_expect_result(suite, PGS_HERE, "1",
                                       "SELECT count(*) FROM pg_roles WHERE rolname = 'clerk'"),
                     1);
    g_autofree char *roles =
        ask(share->conninfo, "SELECT count(*) FROM pg_roles WHERE rolname = 'clerk'");
    assert_string_equal(roles, "0");
    assert_int_equal(pgs_suite_close(suite), 1);
}

/* The owner role is the cluster's too; the migrations are run as it. */
static void
owners_are_kept_apart(void **state)
{
    (void)state;
    start_server();
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    place_write(&place, "pgstair.yaml",
                "systems:\n  small:\n    migrations: migrations\n    owner: clerk\n");
    PgsSuite *suite = place_suite(&place);
    assert_non_null(pgs_suite_connection(suite));
    assert_int_equal(pgs_suite_reset(suite), 1);
    assert_int_equal(pgs_expect_migrated(suite, PGS_HERE, "001"), 1);
    assert_int_equal(pgs_expect_migrated(suite, PGS_HERE, "head"), 1);
    assert_int_equal(pgs_expect_result(suite, PGS_HERE, "clerk",
                                       "SELECT tableowner FROM pg_tables "
                                       "WHERE tablename = 'users'"),
                     1);
    g_autofree char *roles =
        ask(share->conninfo, "SELECT count(*) FROM pg_roles WHERE rolname = 'clerk'");
    assert_string_equal(roles, "0");
    assert_int_equal(pgs_suite_close(suite), 1);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_place, close_place)
    const struct CMUnitTest tests[] = {
        TEST(started_and_stopped),           TEST(usage_errors),
        TEST(ends_with_the_watched_process), TEST(one_template_for_two_suites),
        TEST(many_suites_at_once),           TEST(killed_suites),
        TEST(roles_are_kept_apart),          TEST(owners_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
