/* Covers harness/cli/{migrate_run,migrate_upgrade,migrate_ask,interrupt,program}.c: several runs at
 * once on one database, and a run that is interrupted. */
#include "migrate_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts "pgstair migrate upgrade"; its output goes to a file in the folder. */
static pid_t
start_upgrade(const Field *field, const char *log)
{
    g_autofree char *path = g_build_filename(field->folder, log, NULL);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (freopen(path, "w", stdout) == NULL || dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ||
        freopen("/dev/null", "r", stdin) == NULL)
        _exit(99);
    execl(PGS_PROGRAM, "pgstair", "migrate", "upgrade", "--no-backup", "--format=golang-migrate",
          "--url", field->url, "--folder", field->folder, NULL);
    _exit(99);
}

static char *
read_log(const Field *field, const char *log)
{
    g_autofree char *path = g_build_filename(field->folder, log, NULL);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static gboolean
log_has(const Field *field, const char *log, const char *words)
{
    g_autofree char *path = g_build_filename(field->folder, log, NULL);
    g_autofree char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) && strstr(text, words) != NULL;
}

static int
wait_for(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
assert_ended_well(const Field *field, pid_t pid, const char *log)
{
    int status = wait_for(pid);
    g_autofree char *text = read_log(field, log);
    if (status != 0)
        fail_msg("exit code %d, and said:\n%s", status, text);
}

#define RUNS 4

/* Each revision adds a row that another run of it would add again. */
static void
test_each_once(void **state)
{
    Field *field = *state;
    pid_t pids[RUNS];
    field_write(field, "000004_once.up.sql",
                "CREATE TABLE runs (revision int); INSERT INTO runs VALUES (4);");
    field_write(field, "000005_twice.up.sql", "INSERT INTO runs VALUES (5); SELECT pg_sleep(0.2);");
    for (guint i = 0; i < RUNS; i++) {
        g_autofree char *log = g_strdup_printf("log%u", i);
        pids[i] = start_upgrade(field, log);
    }
    for (guint i = 0; i < RUNS; i++) {
        g_autofree char *log = g_strdup_printf("log%u", i);
        assert_ended_well(field, pids[i], log);
    }
    assert_value(field, "SELECT string_agg(revision::text, ' ' ORDER BY revision) FROM runs",
                 "4 5");
    assert_value(field, "SELECT version || ' ' || dirty FROM schema_migrations", "5 false");
}

/* Until a statement of a migration is seen to run. */
static void
wait_until_it_sleeps(const Field *field)
{
    for (guint i = 0; i < 1000; i++) {
        g_autofree char *n = field_ask(field, field->database,
                                       "SELECT count(*) FROM pg_stat_activity WHERE query LIKE "
                                       "'%pg_sleep(60%' AND pid <> pg_backend_pid()");
        if (strcmp(n, "0") != 0)
            return;
        g_usleep(10 * 1000);
    }
    fail_msg("it never came to its sleep");
}

static void
test_interrupted(void **state)
{
    Field *field = *state;
    field_write(field, "000002_mail.up.sql",
                "ALTER TABLE users ADD mail text;\n"
                "SELECT pg_sleep(60);\n");
    pid_t pid = start_upgrade(field, "log");
    wait_until_it_sleeps(field);
    assert_int_equal(kill(pid, SIGINT), 0);
    assert_int_equal(wait_for(pid), 130);
    g_autofree char *text = read_log(field, "log");
    if (strstr(text, "interrupted: 1 of 3 revisions were run") == NULL ||
        strstr(text, "is at 000001_users, 2 revisions pending") == NULL)
        fail_msg("%s", text);
    assert_value(field, "SELECT count(*) FROM pg_attribute WHERE attname = 'mail'", "0");
    field_write(field, "000002_mail.up.sql", "ALTER TABLE users ADD mail text;");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
}

/* The lock is somebody's for longer than is waited. */
static void
test_locked(void **state)
{
    Field *field = *state;
    field_write(field, "000003_index.up.sql", "SELECT pg_sleep(60);\n");
    pid_t pid = start_upgrade(field, "log");
    wait_until_it_sleeps(field);
    assert_migrate(field, 3, "pid", "upgrade", "--no-backup", "--lock-wait", "200ms");
    assert_migrate(field, 0, "Locked", "status");
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(wait_for(pid), 143);
}

/* What another run has done by half is nothing to be asked about. */
static void
test_begun_by_another(void **state)
{
    Field *field = *state;
    g_autoptr(PgsConnection) other =
        pgs_connection_open(pgs_server_conninfo(field->server), field->database, 0, NULL, NULL);
    assert_non_null(other);
    field_do(field, "CREATE TABLE users (id int PRIMARY KEY, name text)");
    assert_migrate(field, 2, "no books: run the migrations", "upgrade", "--no-backup");
    assert_true(pgs_connection_run(other, "SELECT pg_advisory_lock(1885827956, 1)", NULL));
    assert_migrate(field, 3, "pid", "upgrade", "--no-backup", "--lock-wait", "200ms");
    pid_t pid = start_upgrade(field, "log");
    for (guint i = 0; i < 1000 && !log_has(field, "log", "waits for another run"); i++)
        g_usleep(10 * 1000);
    assert_true(pgs_connection_run(other,
                                   "BEGIN; CREATE TABLE schema_migrations (version bigint PRIMARY "
                                   "KEY, dirty boolean NOT NULL);"
                                   " INSERT INTO schema_migrations VALUES (3, false); COMMIT",
                                   NULL));
    g_clear_pointer(&other, pgs_connection_close);
    assert_ended_well(field, pid, "log");
    assert_true(log_has(field, "log", "Nothing to do"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(each_once), TEST(interrupted), TEST(locked),
                                       TEST(begun_by_another)};
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
