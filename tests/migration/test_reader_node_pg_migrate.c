/* Covers harness/migration/node_text.c, node_pg_migrate.c, node_pg_migrate_config.c and
 * node_pg_migrate_marks.c. */
#include "migration/node_pg_migrate_config.h"
#include "migration/steps.h"
#include "migration/tree.h"

/* "label up / down" for each revision, with the lines of their statements. */
static char *
describe_all(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_autofree char *up = describe_step(revision->up);
        g_autofree char *down = describe_step(revision->down);
        g_string_append_printf(text, "%s|%s|%s %s / %s\n", revision->id, revision->name,
                               revision->label, up, down);
    }
    return g_string_free(text, FALSE);
}

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("node-pg-migrate/good", NULL);
    g_autofree char *found = describe_all(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(history->format, "node-pg-migrate");
    assert_string_equal(history->reason, "\"-- Up Migration\" in 1700000000000_first.sql");
    /* 17 digits are a moment: 2023-11-15 comes a day behind 1700000000000 milliseconds. */
    assert_string_equal(
        found, "1700000000000|first|1700000000000_first"
               " tx [2: CREATE TABLE a (id int) | 3: CREATE TABLE b (id int)]"
               " / tx [6: DROP TABLE b | 7: DROP TABLE a]\n"
               "20231115000000000|second-one|20231115000000000_second-one tx [4: SELECT 2]"
               " / tx [2: SELECT 20]\n"
               /* Punctuation does not count: thirdb, thirdsql. */
               "1800000000000|Third-b|1800000000000_Third-b tx [1: SELECT 4 | 3: SELECT 40]"
               " / tx [3: SELECT 40]\n"
               "1800000000000|third|1800000000000_third tx [1: SELECT 3] / -\n");
    assert_string_equal(notes, "W folder.mark 1800000000000_Third-b.sql\n");
    assert_true(history->is_batch);
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    assert_non_null(strstr(first->down->after, "DELETE FROM \"public\".\"pgmigrations\""));
}

static void
test_pairs(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("node-pg-migrate/pairs", NULL);
    g_autofree char *found = describe_all(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(found, "001|a|001_a tx [1: SELECT 1] / tx [1: SELECT 10]\n"
                               "2|b|2_b tx [1: SELECT 2] / -\n"
                               "3|c|3_c tx [2: SELECT 3] / -\n");
    assert_string_equal(notes, "I folder.format -\n");
}

/* As node decodes it: U+FFFD for each beginning of a character that is none. */
static void
test_what_is_no_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *valid;
    } cases[] = {
        {"SELECT 'caf\xe9 \xe2\x82 \xf0\x9f\x98'", "SELECT 'caf\uFFFD \uFFFD \uFFFD'"},
        {"SELECT '\xed\xa0\x80\xc0\xaf\xe2\x82\xac'",
         "SELECT '\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\xe2\x82\xac'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strconcat("-- Up Migration\n", cases[i].text, "\n", NULL);
        g_autofree char *wanted = g_strdup_printf("tx [2: %s]", cases[i].valid);
        g_autoptr(PgsHistory) history = read_text("node-pg-migrate", "1_a.sql", text, -1, &error);
        assert_non_null(history);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        g_autofree char *found = describe_step(revision->up);
        g_autofree char *notes = describe_notes(history);
        assert_string_equal(found, wanted);
        assert_string_equal(notes, "W folder.encoding 1_a.sql\n");
    }
}

static void
test_marks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *up, *down;
    } cases[] = {
        {"SELECT 1;", "tx [1: SELECT 1]", "-"},
        {"", "tx []", "-"},
        {"SELECT 1; -- Down Migration\n", "tx [1: SELECT 1]", "-"}, /* not where a line begins */
        {"  --up Migration\nSELECT 1;\n\t---- DOWN\tMIGRATIONS\nSELECT 2;\n", "tx [2: SELECT 1]",
         "tx [4: SELECT 2]"},
        {"SELECT 0;\n-- Up Migration\nSELECT 1;\n", "tx [3: SELECT 1]", "-"},
        /* [\s-]* goes over line ends. */
        {"--\n\n-- - up migration\nSELECT 1;\r\n--down\nmigration\nSELECT 2;\n", "tx [4: SELECT 1]",
         "tx [6: migration\nSELECT 2]"},
        /* Where a line begins to JavaScript. */
        {"-- x \xe2\x80\xa8-- up migration\nSELECT 1;\n-- \xe2\x80\xa9--down migration\nSELECT 2;",
         "tx [2: SELECT 1]", "tx [4: SELECT 2]"},
        {"-- upmigration\nSELECT 1;\n", "tx [2: SELECT 1]", "-"},
        {"-- Down Migration\nSELECT 2;\n\n\n   -- Up Migration\nSELECT 1;\n", "tx [6: SELECT 1]",
         "tx [2: SELECT 2]"},
        {"\xef\xbb\xbf-- Up Migration\nSELECT 1;\n-- down migration", "tx [2: SELECT 1]", "tx []"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_split("node-pg-migrate", "1_a.sql", cases[i].text, cases[i].up, cases[i].down);
}

/* A part begins where JavaScript's regular expression does, white space and all. */
static void
test_lines_of_a_part(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history =
        read_text("node-pg-migrate", "1_a.sql",
                  "-- Up Migration\nSELECT 1;\n\n\n-- Down Migration\nSELECT 2;\n", -1, &error);
    assert_non_null(history);
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    gsize length;
    const char *text = g_bytes_get_data(revision->down->text, &length);
    assert_int_equal(revision->down->line, 3);
    assert_true(length > 2 && memcmp(text, "\n\n-- Down", 9) == 0);
}

static void
test_a_single_file_needs_no_number(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("node-pg-migrate/alone", "node-pg-migrate");
    g_autofree char *found = describe_all(history);
    assert_string_equal(found, "seed||seed tx [1: SELECT 1] / -\n");
}

static void
test_names_that_are_equal(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("node-pg-migrate/ties", "node-pg-migrate");
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.sort 1_a_b.sql\n");
}

static void
test_ignore_pattern(void **state)
{
    (void)state;
    PgsSystem system = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsToolSettings) settings = pgs_tool_settings_new();
    g_strfreev(settings->placeholders);
    settings->placeholders = g_strsplit("other=1 ignore-pattern=.*\\.md", " ", -1);
    system.folder = (char *)PGS_TEST_DIR "/node-pg-migrate/readme";
    system.format = (char *)"node-pg-migrate";
    system.tool = settings;
    g_autoptr(PgsHistory) history = pgs_history_read_system(&system, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(history->revisions->len, 1);
    g_free(settings->placeholders[1]);
    settings->placeholders[1] = g_strdup("ignore-pattern=(");
    assert_null(pgs_history_read_system(&system, NULL, &error));
    assert_non_null(strstr(error->message, "ignore-pattern"));
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("node-pg-migrate/readme", "node-pg-migrate", PGS_MIGRATION_ERROR_FORMAT,
                      "/README.md", "numeric prefix", "ignore-pattern", NULL);
    assert_unreadable("node-pg-migrate/script", "node-pg-migrate", PGS_MIGRATION_ERROR_FORMAT,
                      "/2_b.ts", "TypeScript", "commands:", NULL);
    assert_unreadable("node-pg-migrate/mixed", "node-pg-migrate", PGS_MIGRATION_ERROR_FORMAT,
                      "/1_a.up.sql", "cannot mix", NULL);
    assert_unreadable("node-pg-migrate/orphan", "node-pg-migrate", PGS_MIGRATION_ERROR_FORMAT,
                      "/1_a.down.sql", "without matching .up.sql", NULL);
}

/* ---- where it works, and where its table is ---- */

#define PACKAGE(script) "{\"scripts\": {\"test\": \"x\", \"up\": \"" script "\"}}"

static void
test_config(void **state)
{
    (void)state;
    static const struct {
        const char *package, *config, *placeholder; /* each or NULL */
        const char *session, *create;
    } cases[] = {
        {NULL, NULL, NULL, "SET search_path TO \"public\";\n", "\"public\".\"pgmigrations\""},
        {PACKAGE("npx node-pg-migrate -m migrations up"), NULL, NULL,
         "SET search_path TO \"public\";\n", "\"public\".\"pgmigrations\""},
        {PACKAGE("A=1 node_modules/.bin/node-pg-migrate -s app Other -t \\\"a'b\\\" up && x -t no"),
         NULL, NULL, "SET search_path TO \"app\", \"Other\";\n", "\"app\".\"a'b\""},
        {PACKAGE("node-pg-migrate --schema=app --create-schema --migrations-schema=m "
                 "--create-migrations-schema up"),
         NULL, NULL, "CREATE SCHEMA IF NOT EXISTS \"app\";\nSET search_path TO \"app\";\n",
         "CREATE SCHEMA IF NOT EXISTS \"m\";\nCREATE TABLE IF NOT EXISTS \"m\".\"pgmigrations\""},
        /* Files win over arguments (applyIf()). */
        {PACKAGE("node-pg-migrate -t one --schema=a -f config/default.json"),
         "{\"db\": {\"migrations-table\": \"two\", \"schema\": [\"x\", \"y\"], "
         "\"create-schema\": false}}",
         NULL, "SET search_path TO \"x\", \"y\";\n", "\"x\".\"two\""},
        {PACKAGE("node-pg-migrate --config-value other"), "{\"other\": {\"schema\": \"o\"}}", NULL,
         "SET search_path TO \"o\";\n", "\"o\".\"pgmigrations\""},
        {PACKAGE("node-pg-migrate --schema=a"), NULL, "schema=b, c",
         "SET search_path TO \"b\", \"c\";\n", "\"b\".\"pgmigrations\""},
        {NULL, NULL, "schema=", NULL, "\"public\".\"pgmigrations\""},
        {"{\"scripts\": [", "[", NULL, "SET search_path TO \"public\";\n",
         "\"public\".\"pgmigrations\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *root = tree_new();
        g_autofree char *folder = g_build_filename(root, "db/migrations", NULL);
        tree_write(root, "db/migrations/1_a.sql", "-- Up Migration\nSELECT 1;\n");
        if (cases[i].package != NULL)
            tree_write(root, "package.json", cases[i].package);
        if (cases[i].config != NULL)
            tree_write(root, "config/default.json", cases[i].config);
        char *words[] = {(char *)cases[i].placeholder, NULL};
        PgsToolSettings settings = {.placeholders = words};
        g_autoptr(PgsNodePgMigrateConfig) config =
            pgs_node_pg_migrate_config_new(folder, &settings);
        g_autofree char *session = pgs_node_pg_migrate_config_session(config);
        g_autofree char *create = pgs_node_pg_migrate_config_create(config);
        assert_string_equal(session != NULL ? session : "-",
                            cases[i].session != NULL ? cases[i].session : "-");
        if (strstr(create, cases[i].create) == NULL)
            fail_msg("%zu: %s", i, create);
        tree_free(root);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_what_is_no_utf8),
        cmocka_unit_test(test_lines_of_a_part),
        cmocka_unit_test(test_a_single_file_needs_no_number),
        cmocka_unit_test(test_names_that_are_equal),
        cmocka_unit_test(test_ignore_pattern),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
