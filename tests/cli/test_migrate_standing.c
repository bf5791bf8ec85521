/* Covers harness/operate/standing.c and harness/cli/{migrate_show,migrate_json}.c: books that do
 * not fit the folder any more, and another run that is at work. */
#include "migrate_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a plan that was edited ---- */

#define PLAN "%syntax-version=1.0.0\n%project=p\n\n"
#define CHANGE(name) name " 2026-01-01T00:00:00Z A <a@b.c> # " name "\n"

static void
write_change(const Field *field, const char *name, const char *sql)
{
    g_autofree char *deploy = g_strdup_printf("deploy/%s.sql", name);
    g_autofree char *revert = g_strdup_printf("revert/%s.sql", name);
    field_write(field, deploy, sql);
    field_write(field, revert, "SELECT 1;\n");
}

static void
make_sqitch(Field *field)
{
    field->format = "--format=sqitch";
    const char *const folders[] = {"deploy", "revert"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(field->folder, folders[i], NULL);
        assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
    }
    field_write(field, "sqitch.conf", "[core]\n\tengine = pg\n");
    write_change(field, "x", "CREATE TABLE x (n int);\n");
    write_change(field, "y", "CREATE TABLE IF NOT EXISTS y (n int);\nINSERT INTO y VALUES (1);\n");
    write_change(field, "w", "CREATE TABLE w (n int);\n");
}

/* What is deployed would be deployed again under its new id. */
static void
test_edited_plan(void **state)
{
    Field *field = *state;
    make_sqitch(field);
    field_write(field, "sqitch.plan", PLAN CHANGE("x") CHANGE("y"));
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_write(field, "sqitch.plan", PLAN CHANGE("x") CHANGE("w") CHANGE("y"));
    assert_migrate(field, 0, "y (", "status");
    assert_migrate(field, 0, "runs nothing before", "status");
    assert_migrate(field, 2, "the plan has no change with this id", "upgrade", "--no-backup",
                   "--yes");
    assert_migrate(field, 2, "runs nothing before", "downgrade", "base", "--no-backup", "--yes");
    assert_migrate(field, 2, "runs nothing before", "stamp", "head", "--yes");
    assert_value(field, "SELECT count(*) FROM y", "1");
    assert_value(field, "SELECT string_agg(change, ' ' ORDER BY committed_at) FROM sqitch.changes",
                 "x y");
}

#define TAG(name) "@" name " 2026-01-02T00:00:00Z T <t@example.org> # ready\n"
#define TAGS "SELECT string_agg(tag, ' ' ORDER BY tag) FROM sqitch.tags"

/* "sqitch deploy" notes it, with nothing to deploy. */
static void
test_late_tag(void **state)
{
    Field *field = *state;
    make_sqitch(field);
    field_write(field, "sqitch.plan", PLAN CHANGE("x") CHANGE("y"));
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_write(field, "sqitch.plan",
                PLAN CHANGE("x") TAG("not_last") CHANGE("y") TAG("a'b") TAG("c"));
    assert_migrate(field, 0, "Nothing to do.\nTo note    @a'b, @c\n", "upgrade", "--dry-run");
    assert_value(field, TAGS, "");
    assert_migrate(field, 0, "Nothing to do.\nNoted      @a'b, @c\n", "upgrade");
    assert_value(field, TAGS, "@a'b @c");
    assert_migrate(field, 0, "Nothing to do.\n", "upgrade");
    assert_value(field, "SELECT count(*) FROM sqitch.tags", "2");
}

/* ---- another run is at work ---- */

static pid_t
start_upgrade(const Field *field)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (freopen("/dev/null", "w", stdout) == NULL || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        _exit(99);
    execl(PGS_PROGRAM, "pgstair", "migrate", "upgrade", "--no-backup", "--format=golang-migrate",
          "--url", field->url, "--folder", field->folder, NULL);
    _exit(99);
}

/* Until its CREATE INDEX CONCURRENTLY waits for the transaction of another. */
static void
wait_until_it_waits(const Field *field)
{
    for (guint i = 0; i < 1000; i++) {
        g_autofree char *n =
            field_ask(field, field->database,
                      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND "
                      "wait_event_type = 'Lock' AND pid <> pg_backend_pid()");
        if (strcmp(n, "0") != 0)
            return;
        g_usleep(10 * 1000);
    }
    fail_msg("it never came to wait");
}

static void
assert_silent(const Field *field, const char *word, const char *command, const char *option)
{
    g_autofree char *output = NULL;
    field_migrate(field, &output, (const char *const[]){command, ON_URL(field), option, NULL});
    if (strstr(output, word) != NULL)
        fail_msg("%s", output);
}

/* Whoever dropped "what is left" would drop what is being built. */
static void
test_running(void **state)
{
    Field *field = *state;
    g_autoptr(GError) error = NULL;
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    field_write(field, "000003_index.up.sql",
                "CREATE INDEX CONCURRENTLY users_mail ON users (mail);");
    g_autoptr(PgsConnection) other = pgs_connection_open(pgs_server_conninfo(field->server),
                                                         field->database, 60000, NULL, &error);
    assert_non_null(other);
    assert_true(pgs_connection_run(other, "BEGIN; INSERT INTO users VALUES (1)", &error));
    pid_t pid = start_upgrade(field);
    wait_until_it_waits(field);
    assert_migrate(field, 0, "the upgrade of 000003_index is being run now (pid ", "status");
    assert_silent(field, "DROP INDEX", "status", NULL);
    assert_silent(field, "resolve", "status", NULL);
    assert_silent(field, "\"unfinished\"", "status", "--json");
    assert_migrate(field, 0, "\"dirty\" : false", "status", "--json");
    assert_migrate(field, 3, "is being run now", "upgrade", "--dry-run");
    assert_true(pgs_connection_run(other, "COMMIT", &error));
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_migrate(field, 0, "(head)", "status");
}

/* ---- books and folder that do not fit ---- */

static void
make_files(Field *field, const char *format, const char *const *names, const char *text)
{
    pgs_fs_remove_tree(field->folder, NULL);
    assert_int_equal(g_mkdir_with_parents(field->folder, 0700), 0);
    field->format = format;
    for (; *names != NULL; names++)
        field_write(field, *names, text);
}

/* goose goes by the highest version of its books, whether there is a file of it or not. */
static void
test_below_unknown(void **state)
{
    Field *field = *state;
    make_files(field, "--format=goose", WORDS("00001_a.sql"), "-- +goose Up\nSELECT 1;\n");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (5, true)");
    field_write(field, "00003_c.sql", "-- +goose Up\nSELECT 3;\n");
    assert_migrate(field, 0, "though 5 above is", "status");
    assert_migrate(field, 1, "though 5 above it is: goose runs nothing", "upgrade", "--no-backup",
                   "--yes");
    field_write(field, "00006_f.sql", "-- +goose Up\nSELECT 6;\n");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup", "--yes", "--out-of-order");
}

/* Old files that were taken away, and one that it passes over: Postgrator looks at neither. */
static void
test_squashed(void **state)
{
    Field *field = *state;
    make_files(field, "--format=postgrator", WORDS("1.do.a.sql", "2.do.b.sql"), "SELECT 1;");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    make_files(field, "--format=postgrator", WORDS("2.do.b.sql", "3.do.c.sql"), "SELECT 1;");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup", "--yes");
    assert_value(field, "SELECT string_agg(version::text, ' ' ORDER BY 1) FROM schemaversion",
                 "0 1 2 3");
}

/* Flyway with baselineOnMigrate runs only what is above the baseline; nobody's yes changes that. */
static void
test_baseline_on_migrate(void **state)
{
    Field *field = *state;
    make_files(field, "--format=flyway", WORDS("V1__a.sql", "V2__b.sql", "V3__c.sql"),
               "CREATE TABLE IF NOT EXISTS t ();");
    field_write(field, "flyway.conf",
                "flyway.baselineOnMigrate=true\nflyway.baselineVersion=2.0\n");
    field_do(field, "CREATE TABLE t ()");
    assert_migrate(field, 0, "at 2.0 then, and runs only what", "status");
    assert_migrate(field, 0, "\"clear\" : false", "status", "--json");
    assert_migrate(field, 2, "take it for one at 2.0", "upgrade", "--no-backup", "--yes");
    assert_value(field, "SELECT to_regclass('flyway_schema_history') IS NULL", "t");
    assert_migrate(field, 0, "V2__b", "stamp", "2", "--yes");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_value(field, "SELECT count(*) FROM flyway_schema_history", "3");
}

/* What was run late node-pg-migrate itself refuses from then on, and nothing else says so. */
static void
test_out_of_order(void **state)
{
    Field *field = *state;
    make_files(field, "--format=node-pg-migrate", WORDS("1_a.sql", "3_c.sql"),
               "-- Up Migration\nSELECT 1;\n");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_write(field, "2_b.sql", "-- Up Migration\nSELECT 1;\n");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup", "--out-of-order");
    assert_migrate(field, 0, "2_b: it was run behind 3_c", "status");
}

/* refinery lets a U file be late, and no V file. */
static void
test_unversioned(void **state)
{
    Field *field = *state;
    make_files(field, "--format=refinery", WORDS("V1__a.sql", "V4__d.sql"), "SELECT 1;");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_write(field, "U2__b.sql", "SELECT 1;");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_write(field, "V3__c.sql", "SELECT 1;");
    assert_migrate(field, 1, "refinery runs nothing", "upgrade", "--no-backup");
}

/* ---- which books ---- */

/* With another search_path all would be run again. */
static void
test_other_books(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "CREATE SCHEMA app");
    field_do(field, "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', "
                    "current_database()); END$$");
    assert_migrate(field, 0, "some in \"public\".\"schema_migrations\"", "status");
    assert_migrate(field, 2, "\"public\".\"schema_migrations\"", "upgrade", "--no-backup", "--yes");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users'", "1");
}

/* As dbmate does it. */
static void
test_new_schema(void **state)
{
    Field *field = *state;
    make_files(field, NULL, WORDS("1_a.sql"), "-- migrate:up\nSELECT 1;\n-- migrate:down\n");
    field_write(field, "pgstair.yaml",
                "systems: {app: {migrations: ., format: dbmate, ledger: [\"my \\\"books.m\"]}}\n");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_value(field, "SELECT version FROM \"my \"\"books\".m", "1");
    assert_migrate(field, 0, "none: the schema is that of its revision", "check");
    assert_said(field, 0, "are the same schema",
                WORDS("new", "x", "--dry-run", "--from-diff", field->url));
    field_do(field, "CREATE TABLE \"my \"\"books\".by_hand ()");
    assert_migrate(field, 1, "by_hand", "check");
}

/* Books without a line say no more of the tables than none do. */
static void
test_empty_books(void **state)
{
    Field *field = *state;
    field_do(field, "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT "
                    "NULL)");
    assert_migrate(field, 0, "base", "status");
    assert_silent(field, "Attention", "status", NULL);
    field_do(field, "CREATE TABLE legacy (n int)");
    assert_migrate(field, 0, "no line in the books of golang-migrate", "status");
    assert_migrate(field, 2, "its books name no revision", "upgrade", "--no-backup");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup", "--yes");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(edited_plan),         TEST(late_tag),     TEST(running),
        TEST(below_unknown),       TEST(squashed),     TEST(unversioned),
        TEST(other_books),         TEST(empty_books),  TEST(new_schema),
        TEST(baseline_on_migrate), TEST(out_of_order),
    };
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
