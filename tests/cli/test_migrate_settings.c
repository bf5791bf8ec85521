/* Covers harness/cli/{migrate,migrate_environment,migrate_new,migrate_history,migrate_commands,
 * migrate_ask,options}.c and harness/operate/{standing,migration_plan}.c: which database and which
 * rules, what needs no database, and what is refused before anything is done. */
#include "migrate_fixture.h"

#include "driver/login.h"

/* ---- Without a database ---- */

static void
name_two(const Field *field)
{
    g_autofree char *yaml = g_strdup_printf("environments:\n"
                                            "  test: \"%s\"\n"
                                            "  production: {url: $NOWHERE, protected: yes}\n"
                                            "systems: {app: {migrations: .}}\n",
                                            field->url);
    field_write(field, "pgstair.yaml", yaml);
}

static gboolean
is_there(const Field *field, const char *name)
{
    g_autofree char *path = g_build_filename(field->folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
test_no_database_is_asked_for(void **state)
{
    Field *field = *state;
    assert_said(field, 0, "CREATE TABLE users", WORDS("sql", "base:1"));
    assert_said(field, 0, "000002_mail\n", WORDS("history"));
    assert_said(field, 0, "\"label\" : \"000003_index\"", WORDS("history", "--json"));
    name_two(field);
    assert_said(field, 0, "CREATE TABLE users", WORDS("sql", "base:1"));
    assert_said(field, 0, "000004_more.up.sql", WORDS("new", "more", "--dry-run"));
    assert_false(is_there(field, "000004_more.up.sql"));
    assert_said(field, 0, "000004_more.up.sql", WORDS("new", "more"));
    assert_true(is_there(field, "000004_more.down.sql"));
    assert_usage(field, "which database is meant?", WORDS("history"));
    assert_usage(field, "knows no --url", WORDS("new", "more", "--url", field->url));
}

/* ---- Which one ---- */

/* A protected database is protected by whatever name it is called. */
static void
test_protected_by_its_url(void **state)
{
    Field *field = *state;
    g_autofree char *yaml =
        g_strdup_printf("environments: {production: {url: \"%s\", protected: yes}, other: x}\n"
                        "systems: {app: {migrations: .}}\n",
                        field->url);
    field_write(field, "pgstair.yaml", yaml);
    g_autofree char *spelled = g_strconcat("application_name=me ", field->url, NULL);
    assert_usage(field, "production is protected", WORDS("upgrade", "--url", spelled));
    g_setenv("DATABASE_URL", spelled, TRUE);
    assert_usage(field, "production is protected", WORDS("upgrade"));
    g_unsetenv("DATABASE_URL");
    g_autofree char *other = pgs_conninfo_with(field->url, "dbname", "nothing_there");
    assert_said(field, 3, "nothing_there", WORDS("status", "--url", other));
}

/* An environment without a URL is told by its place in the file. */
static void
test_no_url(void **state)
{
    Field *field = *state;
    field_write(field, "pgstair.yaml",
                "environments:\n  bare: {protected: yes}\nsystems: {app: {migrations: .}}\n");
    assert_usage(field, "pgstair.yaml:2:3: the environment \"bare\" has no url",
                 WORDS("status", "-e", "bare"));
    assert_said(field, 0, "000003_index", WORDS("status", "-e", "bare", "--url", field->url));
}

static void
test_folder_comes_first(G_GNUC_UNUSED void **state)
{
    g_autofree char *output = NULL;
    assert_int_equal(
        RUN_PROGRAM(&output, "migrate", "status", "-e", "test", "--folder", "/nowhere/at/all"), 2);
    assert_non_null(strstr(output, "/nowhere/at/all"));
    assert_null(strstr(output, "environment"));
}

/* ---- Words ---- */

static void
test_words(void **state)
{
    Field *field = *state;
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "migrate"), 2);
    assert_non_null(strstr(output, "there are: status, check"));
    assert_migrate(field, 2, "downgrade -1", "upgrade", "-1");
    assert_migrate(field, 2, "upgrade +1", "downgrade", "+1");
    assert_migrate(field, 2, "one from 000001_users", "upgrade", "7");
    assert_usage(field, "names no environment variable", WORDS("status", "--url", "$"));
}

static void
test_limits(void **state)
{
    Field *field = *state;
    field_write(field, "000001_users.up.sql",
                "CREATE TABLE users AS SELECT current_setting('lock_timeout') AS l,"
                " current_setting('statement_timeout') AS s;");
    assert_migrate(field, 0, "none is made (--no-backup)", "upgrade", "1", "--no-backup",
                   "--lock-timeout", "none", "--statement-timeout=none", "--retries", "0");
    /* 24 days: the longest that there is. */
    assert_value(field, "SELECT l FROM users", "2147483647ms");
    assert_value(field, "SELECT s FROM users", "2147483647ms");
    assert_migrate(field, 2, "or none", "upgrade", "--lock-timeout", "0");
}

/* ---- What the server refuses ---- */

static void
test_without_rights(void **state)
{
    Field *field = *state;
    field_do(field, "DROP ROLE IF EXISTS powerless");
    field_do(field, "CREATE ROLE powerless LOGIN");
    field_do(field, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    g_autoptr(PgsConnection) admitted =
        pgs_login(field->server, "powerless", field->database, 20000, NULL, NULL);
    assert_non_null(admitted);
    g_autofree char *conninfo = pgs_login_conninfo(field->server, "powerless");
    g_autofree char *url = pgs_conninfo_with(conninfo, "dbname", field->database);
    g_autofree char *output = NULL;
    int status = field_migrate(field, &output, WORDS("upgrade", "--no-backup", "--url", url));
    if (status != 1 || strstr(output, "permission denied for schema public") == NULL ||
        strstr(output, "\n0 of 3 revisions were run; ") == NULL)
        fail_msg("exit code %d, and said:\n%s", status, output);
}

/* ---- Files that were edited ---- */

/* sqlx itself runs nothing then; golang-migrate knows nothing of it. */
static void
test_edited(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000001_users", "upgrade", "1", "--no-backup");
    field_write(field, "000001_users.up.sql", "CREATE TABLE users (id int);");
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    field_do(field, "DROP TABLE users, schema_migrations");
    field->format = "--format=sqlx";
    assert_migrate(field, 0, "is at", "upgrade", "1", "--no-backup", "--yes");
    field_write(field, "000001_users.up.sql", "CREATE TABLE users (id int, name text);");
    assert_migrate(field, 0, "sqlx refuses", "status");
    assert_migrate(field, 0, "\"obstacle\" : \"the file of 000001_users", "status", "--json");
    assert_migrate(field, 1, "the file of 000001_users", "upgrade", "--no-backup", "--yes");
    assert_value(field, "SELECT count(*) FROM _sqlx_migrations", "1");
    /* The way that the hint names. */
    assert_migrate(field, 0, "Unnoted", "stamp", "base");
    assert_migrate(field, 0, "Noted", "stamp", "1");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
}

/* ---- Down over a hole ---- */

static void
test_down_over_a_hole(void **state)
{
    Field *field = *state;
    field->format = "--format=sqlx";
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    /* As if the second had come from a branch that was merged late. */
    field_do(field, "DELETE FROM _sqlx_migrations WHERE version = 2");
    assert_migrate(field, 1, "is not applied", "downgrade", "2", "--yes", "--no-backup");
    assert_migrate(field, 0, "is at", "downgrade", "1", "--yes", "--no-backup");
    assert_value(field, "SELECT string_agg(version::text, ' ') FROM _sqlx_migrations", "1");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users_mail'", "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_database_is_asked_for),
        TEST(protected_by_its_url),
        TEST(no_url),
        TEST(folder_comes_first),
        TEST(words),
        TEST(limits),
        TEST(without_rights),
        TEST(edited),
        TEST(down_over_a_hole),
    };
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
