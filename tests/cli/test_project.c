/* The program with a pgstair.yaml: what a project's file asks for reaches the verdict. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"

#include <glib/gstdio.h>

/* A project of two revisions in a temporary folder. */
static const struct {
    const char *name, *text;
} files[] = {
    {"001_users.up.sql",
     "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE);\n"},
    {"001_users.down.sql", "DROP TABLE users;\n"},
    {"002_keys.up.sql", "CREATE TABLE keys (id integer PRIMARY KEY,\n"
                        "    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE);\n"},
    {"002_keys.down.sql", "DROP TABLE keys;\n"},
    {"users.sql", "INSERT INTO users VALUES (1, 'a@example.org') ON CONFLICT DO NOTHING;\n"},
    {"requirements.yaml", "requirements:\n"
                          "  - {id: R-1, text: keys go with their user, needs: [expect]}\n"
                          "  - {id: R-2, text: it can be undone, checks: [stairway.down@002]}\n"
                          "  - {id: R-3, text: nobody looks at this}\n"},
};

static int
make_project(void **state)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(folder);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i].name, NULL);
        assert_true(g_file_set_contents(path, files[i].text, -1, NULL));
    }
    *state = folder;
    return 0;
}

static int
remove_project(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Verifies the folder; its exit code, and what it wrote. */
static int
verify(const char *folder, char **output, PgsRecord **record)
{
    g_autofree char *path = g_build_filename(folder, "record.xml", NULL);
    int status = RUN_PROGRAM(output, "verify", folder, "--record", path);
    if (record != NULL) {
        g_autoptr(GError) error = NULL;
        *record = pgs_record_read(path, &error);
        assert_null(error);
    }
    return status;
}

static guint
count(const PgsRecord *record, const char *check, PgsStatus status)
{
    guint n = 0;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        n += strcmp(finding->check, check) == 0 && finding->status == status;
    }
    return n;
}

static void
assert_contains(const char *output, const char *words)
{
    if (strstr(output, words) == NULL)
        fail_msg("\"%s\" is not in:\n%s", words, output);
}

#define KEYS_EXPECTED(action)                                                                      \
    "systems:\n"                                                                                   \
    "  shop:\n"                                                                                    \
    "    requirements: requirements.yaml\n"                                                        \
    "    seed: [{sql: users.sql, at: 001}]\n"                                                      \
    "    expect:\n"                                                                                \
    "      tables:\n"                                                                              \
    "        keys:\n"                                                                              \
    "          foreign-keys:\n"                                                                    \
    "            - {column: user_id, references: users (id), on-delete: " action ", "              \
    "requirements: [R-1]}\n"

static void
test_what_is_expected_is_verified(void **state)
{
    write_file(*state, "pgstair.yaml", KEYS_EXPECTED("c"));
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    int status = verify(*state, &output, &record);
    if (status != 0)
        fail_msg("%s", output);
    assert_int_equal(count(record, "expect.foreign-key", PGS_STATUS_PASSED), 1);
    assert_int_equal(count(record, "data.load", PGS_STATUS_PASSED), 1);
    assert_int_equal(count(record, "data.idempotent", PGS_STATUS_PASSED), 1);
    assert_int_equal(count(record, "data.upgrade", PGS_STATUS_PASSED), 1);
    /* keys.user_id has no index. */
    assert_int_equal(count(record, "redundancy.foreign-key-index", PGS_STATUS_WARNING), 1);
    assert_int_equal(((PgsRecordSystem *)g_ptr_array_index(record->systems, 0))->requirements->len,
                     3);
}

static void
test_what_is_expected_and_not_there_fails(void **state)
{
    write_file(*state, "pgstair.yaml", KEYS_EXPECTED("RESTRICT"));
    g_autofree char *output = NULL;
    assert_int_equal(verify(*state, &output, NULL), 1);
    assert_contains(output, "expect.foreign-key");
    assert_contains(output, "pgstair.yaml:9:");
    assert_contains(output, "R-1");
    g_autofree char *ignored = NULL;
    assert_int_equal(RUN_PROGRAM(&ignored, "verify", *state, "--no-config"), 0);
}

/* What one side of a diff prepares is not there for the other. */
static void
test_the_sides_of_a_diff_do_not_see_each_other(void **state)
{
    write_file(*state, "pgstair.yaml", "systems: {shop: {prepare: [CREATE ROLE keeper]}}\n");
    g_autofree char *other = g_build_filename(*state, "other", NULL);
    assert_int_equal(g_mkdir(other, 0700), 0);
    write_file(other, "001_users.up.sql",
               "CREATE TABLE users (id int); GRANT SELECT ON users TO keeper;\n");
    write_file(other, "001_users.down.sql", "DROP TABLE users;\n");
    write_file(other, "pgstair.yaml", "systems: {other: {prepare: [SELECT 1]}}\n");
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "diff", *state, other), 2);
    assert_contains(output, "role \"keeper\" does not exist");
}

/* A record, which holds the command line, is passed around. */
static void
test_the_command_keeps_no_password(void **state)
{
    static const char *const urls[] = {
        "postgresql://u:12:secret@127.0.0.1:1/d",
        "postgresql:///d?host=/nowhere&password=secret",
        "host=/nowhere password = 'my secret'",
        "host=/nowhere password=secret password=",
        "postgresql://u:secret@[",
    };
    g_autofree char *path = g_build_filename(*state, "record.xml", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        assert_int_equal(RUN_PROGRAM(NULL, "verify", *state, "--no-config", "--only", "drift",
                                     "--live", urls[i], "--record", path),
                         1);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsRecord) record = pgs_record_read(path, &error);
        assert_null(error);
        assert_contains(record->command, "--live");
        if (strstr(record->command, "secret") != NULL)
            fail_msg("%s", record->command);
    }
}

static void
test_require_all_asks_for_every_requirement(void **state)
{
    write_file(*state, "pgstair.yaml", KEYS_EXPECTED("c"));
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", *state, "--require-all"), 1);
    assert_contains(output, "R-3");
}

static void
test_what_is_accepted_does_not_fail(void **state)
{
    g_autofree char *text = g_strconcat(KEYS_EXPECTED("RESTRICT"),
                                        "    accept:\n"
                                        "      - {check: expect.foreign-key, reason: agreed, "
                                        "until: 2999-12-31}\n",
                                        NULL);
    write_file(*state, "pgstair.yaml", text);
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    assert_int_equal(verify(*state, &output, &record), 0);
    assert_int_equal(count(record, "expect.foreign-key", PGS_STATUS_ACCEPTED), 1);
}

static void
test_models_must_be_the_same_as_head(void **state)
{
    write_file(*state, "pgstair.yaml", "systems: {shop: {model: [{sql: model.sql}]}}\n");
    write_file(*state, "model.sql",
               "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE);\n"
               "CREATE TABLE keys (id integer PRIMARY KEY,\n"
               "    user_id integer NOT NULL REFERENCES users (id));\n");
    g_autofree char *output = NULL;
    assert_int_equal(verify(*state, &output, NULL), 1);
    assert_contains(output, "drift.model");
    assert_contains(output, "CASCADE");
}

static void
test_mistakes_in_the_file_are_told_where_they_stand(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"systems:\n  shop:\n    tolerat: [owners]\n", "pgstair.yaml:3:5: "},
        {"systems:\n  shop:\n    tolerat: [owners]\n", "tolerate"},
        {"systems:\n  shop:\n    tolerate: [ownerz]\n", "ownerz"},
        {"systems:\n  shop:\n    accept:\n      - {check: cycle.dwon, reason: x}\n",
         "pgstair.yaml:4:"},
        {"systems:\n  shop:\n    expect: {at: 0815}\n", "pgstair.yaml:3:"},
        {"systems:\n  shop:\n    seed: [{sql: users.sql, requirements: [R-9]}]\n"
         "    requirements: requirements.yaml\n",
         "R-9"},
        {"systems: [\n", "pgstair.yaml:"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_file(*state, "pgstair.yaml", cases[i].text);
        g_autofree char *output = NULL;
        assert_int_equal(RUN_PROGRAM(&output, "verify", *state), 2);
        assert_contains(output, cases[i].words);
    }
}

/* Data from a misspelt member is NULL everywhere: it loads, and must not prove anything. */
static void
test_a_misspelt_member_proves_nothing(void **state)
{
    write_file(*state, "pgstair.yaml",
               "systems:\n"
               "  shop:\n"
               "    requirements: {requirements: [{id: R-1, text: it loads}]}\n"
               "    seed:\n"
               "      - {json: user.json, table: users, key: [id], at: 002, requirements: [R-1],\n"
               "         columns: {id: id, email: {constant: a@b}, note: nott}}\n");
    write_file(*state, "user.json", "{\"id\": 1, \"note\": \"x\"}\n");
    write_file(*state, "002_keys.up.sql", "ALTER TABLE users ADD COLUMN note text;\n");
    write_file(*state, "002_keys.down.sql", "ALTER TABLE users DROP COLUMN note;\n");
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    assert_int_equal(verify(*state, &output, &record), 0);
    assert_int_equal(count(record, "data.load", PGS_STATUS_WARNING), 1);
    assert_contains(output, "no document has a member nott");
    assert_contains(output, "requirements: 1 not covered");
}

static void
test_one_broken_system_does_not_keep_the_others_from_a_report(void **state)
{
    g_autofree char *empty = g_build_filename(*state, "empty", NULL);
    assert_int_equal(g_mkdir(empty, 0700), 0);
    write_file(*state, "pgstair.yaml",
               "systems:\n  gone: {migrations: empty}\n  shop: {migrations: .}\n");
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    assert_int_equal(verify(*state, &output, &record), 2);
    assert_int_equal(count(record, "run.completed", PGS_STATUS_ERROR), 1);
    assert_int_equal(count(record, "cycle.up", PGS_STATUS_PASSED), 1);
}

static void
test_systems_are_chosen_by_name(void **state)
{
    write_file(*state, "pgstair.yaml", "systems:\n  one: {}\n  two: {}\n");
    g_autofree char *path = g_build_filename(*state, "pgstair.yaml", NULL);
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", "--config", path, "two"), 0);
    assert_true(g_str_has_prefix(output, "two "));
    g_autofree char *again = NULL;
    assert_int_equal(RUN_PROGRAM(&again, "verify", *state, "--system", "one"), 0);
    assert_true(g_str_has_prefix(again, "one "));
    g_autofree char *unknown = NULL;
    assert_int_equal(RUN_PROGRAM(&unknown, "verify", "--config", path, "three"), 2);
    assert_contains(unknown, "three");
    g_autofree char *several = NULL;
    assert_int_equal(RUN_PROGRAM(&several, "snapshot", *state), 2);
    assert_contains(several, "--system");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_project, remove_project)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_expected_is_verified),
        TEST(test_what_is_expected_and_not_there_fails),
        TEST(test_the_sides_of_a_diff_do_not_see_each_other),
        TEST(test_the_command_keeps_no_password),
        TEST(test_require_all_asks_for_every_requirement),
        TEST(test_what_is_accepted_does_not_fail),
        TEST(test_models_must_be_the_same_as_head),
        TEST(test_mistakes_in_the_file_are_told_where_they_stand),
        TEST(test_a_misspelt_member_proves_nothing),
        TEST(test_one_broken_system_does_not_keep_the_others_from_a_report),
        TEST(test_systems_are_chosen_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
