/* Covers harness/cli/{cmd_migrate,migrate,migrate_commands,migrate_status,migrate_history,
 * migrate_upgrade,migrate_downgrade,migrate_run,migrate_show,migrate_json,migrate_stamp,
 * migrate_resolve,migrate_check}.c and harness/operate/{standing,migration_plan,audit}.c: the
 * program on a database of somebody's. */
#include "migrate_fixture.h"

#include <json-glib/json-glib.h>

#define VERSION "SELECT version || ' ' || dirty FROM schema_migrations"

/* ---- Up and down ---- */

static void
test_up_and_down(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "there are no books yet", "status");
    assert_migrate(field, 0, "000001_users", "upgrade", "--dry-run");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users'", "0");
    assert_migrate(field, 0, "2 revisions pending", "upgrade", "1", "--no-backup");
    assert_value(field, VERSION, "1 false");
    assert_migrate(field, 0, "is at 000002_mail, 1 revision pending", "upgrade", "+1",
                   "--no-backup");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 0, "Nothing to do.", "upgrade");
    assert_value(field, VERSION, "3 false");
    assert_migrate(field, 0, "is at 000002_mail", "downgrade", "-1", "--no-backup", "--yes");
    assert_migrate(field, 0, "is at base", "downgrade", "base", "--no-backup", "--yes");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users'", "0");
}

static void
test_wrong_ways(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    assert_migrate(field, 1, "lies below 000002_mail", "upgrade", "1");
    assert_migrate(field, 1, "000003_index is not applied", "downgrade", "3");
    assert_migrate(field, 1, "only 1 revision is pending", "upgrade", "+2");
    assert_migrate(field, 1, "only 2 revisions are applied", "downgrade", "-3");
    assert_migrate(field, 2, "4", "upgrade", "4");
    assert_migrate(field, 0, "Nothing to do.", "downgrade", "2");
    assert_migrate(field, 0, "Nothing to do.", "upgrade", "2");
    assert_value(field, VERSION, "2 false");
}

/* ---- What fails ---- */

static void
test_failure(void **state)
{
    Field *field = *state;
    field_write(field, "000002_mail.up.sql",
                "ALTER TABLE users ADD mail text;\nSELECT no_such();\n");
    assert_migrate(field, 1, "000002_mail.up.sql:2:", "upgrade", "--no-backup");
    assert_value(field, "SELECT count(*) FROM pg_attribute WHERE attname = 'mail'", "0");
    assert_migrate(field, 0, "000001_users", "history");
}

/* What PostgreSQL leaves of a concurrent index is told, with what takes it away. */
static void
test_invalid_index(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    field_do(field, "INSERT INTO users VALUES (1, 'a', 'x'), (2, 'b', 'x')");
    field_write(field, "000003_index.up.sql",
                "CREATE UNIQUE INDEX CONCURRENTLY \"odd name\" ON users (mail);");
    assert_migrate(field, 1, "DROP INDEX public.\"odd name\";", "upgrade", "--no-backup");
    assert_migrate(field, 1, "DROP INDEX public.\"odd name\";", "status");
    field_do(field, "DROP INDEX \"odd name\"");
    field_do(field, "DELETE FROM users WHERE id = 2");
    assert_migrate(field, 0, "noted as not applied", "resolve", "3", "pending");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_value(field, VERSION, "3 false");
}

static void
test_no_way_down(void **state)
{
    Field *field = *state;
    g_autofree char *path = g_build_filename(field->folder, "000002_mail.down.sql", NULL);
    assert_int_equal(remove(path), 0);
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 1, "000002_mail has no way down: nothing was run", "downgrade", "1",
                   "--yes", "--no-backup");
    assert_value(field, VERSION, "3 false");
}

/* ---- Losses are asked about ---- */

static void
test_loss(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "INSERT INTO users VALUES (1, 'a', 'a@example.org')");
    assert_migrate(field, 2, "--yes", "downgrade", "1", "--no-backup");
    assert_value(field, VERSION, "3 false");
    assert_migrate(field, 0, "mail", "downgrade", "1", "--dry-run");
    assert_migrate(field, 0, "is at 000001_users", "downgrade", "1", "--no-backup", "--yes");
}

/* ---- Books that a person has to look at ---- */

static void
test_dirty(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    field_do(field, "UPDATE schema_migrations SET dirty = true");
    assert_migrate(field, 1, "dirty", "status");
    assert_migrate(field, 1, "resolve", "upgrade");
    assert_migrate(field, 2, "does not say", "resolve", "2", "perhaps");
    assert_migrate(field, 0, "noted as applied", "resolve", "2", "applied");
    assert_value(field, VERSION, "2 false");
    assert_migrate(field, 1, "neither dirty nor unfinished", "resolve", "2", "applied");
}

static void
test_unknown(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "UPDATE schema_migrations SET version = 9");
    assert_migrate(field, 0, "without a file", "status");
    assert_migrate(field, 2, "has no file", "upgrade");
}

static void
test_stamp(void **state)
{
    Field *field = *state;
    field_do(field, "CREATE TABLE users (id int PRIMARY KEY, name text)");
    assert_migrate(field, 0, "the database has tables, but no books", "status");
    assert_migrate(field, 2, "--yes", "upgrade");
    assert_migrate(field, 0, "To note    1: 000001_users\nNothing was changed (--dry-run).",
                   "stamp", "1", "--dry-run");
    assert_value(field, "SELECT to_regclass('schema_migrations') IS NULL", "t");
    /* It ends as upgrade does: with where the database is now. */
    assert_migrate(field, 0, "is at 000001_users, 2 revisions pending.\n", "stamp", "1");
    assert_migrate(field, 0, "The books say so already.\n", "stamp", "1");
    assert_value(field, VERSION, "1 false");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
}

/* ---- check ---- */

static void
test_check(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    assert_migrate(field, 1, "no", "check");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 0, "Drift      none", "check");
    field_do(field, "ALTER TABLE users ADD smuggled int");
    assert_migrate(field, 1, "smuggled", "check");
    assert_migrate(field, 1, "\"at_head\" : true", "check", "--json");
}

/* What the project requires of the whole verification is not asked of a database. */
static void
test_check_requires_nothing(void **state)
{
    Field *field = *state;
    g_autofree char *output = NULL;
    field_write(field, "requirements.yaml",
                "requirements:\n  - id: R-1\n    text: a plan is good\n    needs: [expect]\n");
    field_write(field, "pgstair.yaml",
                "systems: {app: {migrations: ., format: golang-migrate, "
                "requirements: requirements.yaml}}\n");
    field->format = NULL;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "ALTER TABLE users ADD smuggled int");
    int code =
        field_migrate(field, &output, (const char *const[]){"check", "--url", field->url, NULL});
    if (code != 1 || strstr(output, "smuggled") == NULL || strstr(output, "R-1") != NULL)
        fail_msg("%d: %s", code, output);
}

/* ---- JSON ---- */

static void
test_json(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    g_autofree char *output = NULL;
    int status = field_migrate(
        field, &output, (const char *const[]){"status", "--json", "--url", field->url, NULL});
    assert_int_equal(status, 0);
    g_autoptr(JsonParser) parser = json_parser_new();
    assert_true(json_parser_load_from_data(parser, output, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    assert_string_equal(json_object_get_string_member(root, "revision"), "000002");
    assert_string_equal(json_object_get_string_member(root, "tool"), "golang-migrate");
    assert_int_equal(json_object_get_int_member(root, "applied"), 2);
    JsonArray *pending = json_object_get_array_member(root, "pending");
    assert_int_equal(json_array_get_length(pending), 1);
    assert_false(json_object_get_boolean_member(root, "dirty"));
    assert_true(json_object_get_boolean_member(root, "clear"));
}

/* ---- The command line ---- */

static void
test_usage(void **state)
{
    Field *field = *state;
    assert_usage(field, "did you mean \"upgrade\"?", WORDS("upgrad"));
    assert_usage(field, "something is missing", WORDS("downgrade"));
    assert_usage(field, "too much", WORDS("status", "x"));
    assert_usage(field, "knows no --dry-run", WORDS("status", "--dry-run"));
    assert_usage(field, "There is no URL", WORDS("status"));
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "migrate", "upgrade", "--help"), 0);
    assert_non_null(strstr(output, "Usage: pgstair migrate upgrade [REV]"));
    assert_non_null(strstr(output, "--lock-timeout"));
    assert_null(strstr(output, "--from-diff"));
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "help", "migrate", "resolve"), 0);
    assert_non_null(strstr(output, "applied|pending"));
}

/* ---- Environments ---- */

static void
test_environments(void **state)
{
    Field *field = *state;
    g_autofree char *yaml = g_strdup_printf("environments:\n"
                                            "  test: \"%s\"\n"
                                            "  production: {url: $FIELD_URL, protected: yes}\n"
                                            "systems: {app: {migrations: .}}\n",
                                            field->url);
    field_write(field, "pgstair.yaml", yaml);
    assert_usage(field, "test, production", WORDS("status"));
    assert_usage(field, "did you mean \"production\"?", WORDS("status", "-e", "prodction"));
    assert_usage(field, "both name a database", WORDS("status", "-e", "test", "--url", "x"));
    g_autofree char *output = NULL;
    assert_int_equal(field_migrate(field, &output, WORDS("status", "-e", "test")), 0);
    assert_non_null(strstr(output, "(test)"));
    g_setenv("FIELD_URL", field->url, TRUE);
    assert_usage(field, "production is protected",
                 WORDS("upgrade", "-e", "production", "--no-backup"));
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users'", "0");
    int status =
        field_migrate(field, &output, WORDS("upgrade", "-e", "production", "--no-backup", "--yes"));
    if (status != 0)
        fail_msg("%s", output);
    g_unsetenv("FIELD_URL");
    assert_value(field, VERSION, "3 false");
}

/* ---- Names that are no words of ours ---- */

static void
test_hostile_names(void **state)
{
    Field *field = *state;
    field_write(field, "000004_\033[31m'<b>.up.sql", "SELECT 1;");
    g_autofree char *output = NULL;
    int status = field_migrate(field, &output, WORDS("status", "--url", field->url));
    assert_int_equal(status, 0);
    assert_null(strchr(output, '\033'));
    assert_non_null(strstr(output, "\\u001B"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(up_and_down),   TEST(wrong_ways),    TEST(failure),
        TEST(no_way_down),   TEST(loss),          TEST(dirty),
        TEST(unknown),       TEST(stamp),         TEST(check),
        TEST(json),          TEST(usage),         TEST(environments),
        TEST(hostile_names), TEST(invalid_index), TEST(check_requires_nothing),
    };
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
