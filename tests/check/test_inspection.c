/* Covers harness/check/inspection.c and attempt.c: what is judged on the way up, and what is said
 * when the way ends early. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "check/verify.h"
#include "project/project.h"

#include <string.h>

/* A project of two revisions, in a temporary folder. */
static const struct {
    const char *name, *text;
} files[] = {
    {"001_users.up.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);\n"},
    {"001_users.down.sql", "DROP TABLE users;\n"},
    {"002_keys.up.sql", "CREATE TABLE keys (id integer PRIMARY KEY);\n"},
    {"002_keys.down.sql", "DROP TABLE keys;\n"},
    {"users.sql", "INSERT INTO users VALUES (1, 'a') ON CONFLICT DO NOTHING;\n"},
    {"model.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);\n"
                  "CREATE TABLE keys (id integer PRIMARY KEY);\n"},
    {"pgstair.yaml", "systems:\n"
                     "  shop:\n"
                     "    model: {sql: model.sql, requirements: [R-3]}\n"
                     "    seed: [{sql: users.sql, at: head}]\n"
                     "    skip: [redundancy.duplicate-index]\n"
                     "    expect:\n"
                     "      - {at: head, requirements: [R-2], exact: true, tables: {users: \n"
                     "          {columns: {id: integer not null, name: text},\n"
                     "           primary-key: [id]}, keys: {columns: {id: integer not null},\n"
                     "           primary-key: [id]}}}\n"
                     "      - {at: 001, requirements: [R-1],\n"
                     "         tables: {users: {columns: {name: text}}},\n"
                     "         absent: {tables: [keys]}}\n"},
};

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
make_project(void **state)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(folder);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        write_file(folder, files[i].name, files[i].text);
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
break_second(const char *folder)
{
    write_file(folder, "002_keys.up.sql", "CREATE TABLE keys (id no_such_type);\n");
}

/* Verifies the project; only and skip: words with commas, or NULL. */
static PgsRecord *
verify(const char *folder, const char *only, const char *skip)
{
    g_autofree char *path = g_build_filename(folder, "pgstair.yaml", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(path, &error);
    assert_null(error);
    g_auto(GStrv) chosen = only != NULL ? g_strsplit(only, ",", -1) : NULL;
    g_auto(GStrv) left_out = skip != NULL ? g_strsplit(skip, ",", -1) : NULL;
    PgsVerifyOptions options = {.checks = {chosen, left_out}};
    PgsRecord *record = pgs_record_new("test");
    g_autofree char *kept = NULL;
    pgs_verify_system(g_ptr_array_index(project->systems, 0), &options, record, &kept, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    return record;
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

/* Whether a finding of that status serves the requirement. */
static gboolean
serves(const PgsRecord *record, PgsStatus status, const char *id)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (finding->status == status && finding->requirements != NULL &&
            g_ptr_array_find_with_equal_func(finding->requirements, id, g_str_equal, NULL))
            return TRUE;
    }
    return FALSE;
}

static void
assert_none_but(const PgsRecord *record, PgsStatus status)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (finding->status != status && finding->status != PGS_STATUS_INFO)
            fail_msg("%s is %s: %s", finding->check, pgs_status_name(finding->status),
                     finding->message != NULL ? finding->message : finding->title);
    }
}

static void
test_each_part_alone_gives_its_verdict(void **state)
{
    static const struct {
        const char *only, *check;
        guint passed;
    } rows[] = {
        {"expect", "expect.column", 4},
        {"expect.absent", "expect.absent", 1},
        {"data", "data.load", 1},
        {"drift", "drift.model", 1},
        {"redundancy", "redundancy.foreign-key-index", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = verify(*state, rows[i].only, NULL);
        assert_int_equal(count(record, rows[i].check, PGS_STATUS_PASSED), rows[i].passed);
        assert_none_but(record, PGS_STATUS_PASSED);
    }
}

static void
test_what_lies_below_a_failing_upgrade_is_judged(void **state)
{
    break_second(*state);
    g_autoptr(PgsRecord) record = verify(*state, NULL, NULL);
    assert_int_equal(count(record, "cycle.up", PGS_STATUS_FAILED), 1);
    assert_true(serves(record, PGS_STATUS_PASSED, "R-1"));
    /* What lies above is skipped, and says whose it is: cycle.up has the reason. */
    assert_false(serves(record, PGS_STATUS_PASSED, "R-2"));
    assert_true(serves(record, PGS_STATUS_SKIPPED, "R-2"));
    assert_true(serves(record, PGS_STATUS_SKIPPED, "R-3"));
    assert_int_equal(count(record, "expect.column", PGS_STATUS_SKIPPED), 1);
    assert_int_equal(count(record, "expect.unlisted", PGS_STATUS_SKIPPED), 1);
    assert_int_equal(count(record, "drift.model", PGS_STATUS_SKIPPED), 1);
}

/* Whatever check is chosen: none hides that head was not reached. */
static void
test_no_choice_of_checks_hides_a_failing_upgrade(void **state)
{
    static const char *const choices[] = {
        "expect",
        "expect.column",
        "expect.primary-key",
        "expect.unlisted",
        "data",
        "data.load",
        "drift",
        "drift.model",
        "redundancy",
        "redundancy.covered-index",
        "redundancy.not-validated",
        "cycle.down",
    };
    break_second(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
        g_autoptr(PgsRecord) record = verify(*state, choices[i], NULL);
        if (!pgs_record_has_failed(record, FALSE))
            fail_msg("--only %s does not fail", choices[i]);
    }
    g_autoptr(PgsRecord) record = verify(*state, NULL, "cycle,stairway");
    assert_true(serves(record, PGS_STATUS_ERROR, "R-2"));
    assert_true(serves(record, PGS_STATUS_ERROR, "R-3"));
}

static void
test_the_command_line_wins_over_the_file(void **state)
{
    g_autoptr(PgsRecord) all = verify(*state, NULL, "data");
    assert_int_equal(count(all, "redundancy.duplicate-index", PGS_STATUS_PASSED), 0);
    assert_int_equal(count(all, "redundancy.covered-index", PGS_STATUS_PASSED), 1);
    assert_int_equal(count(all, "data.load", PGS_STATUS_PASSED), 0);
    g_autoptr(PgsRecord) group = verify(*state, "redundancy", NULL);
    assert_int_equal(count(group, "redundancy.duplicate-index", PGS_STATUS_PASSED), 0);
    g_autoptr(PgsRecord) named = verify(*state, "redundancy.duplicate-index", NULL);
    assert_int_equal(count(named, "redundancy.duplicate-index", PGS_STATUS_PASSED), 1);
}

/* Roles that only show while migrations run: the attempt is made again, and each finding is told
 * once. */
static void
test_a_second_attempt_tells_nothing_twice(void **state)
{
    write_file(*state, "002_keys.up.sql",
               "DO $$ BEGIN EXECUTE 'CREATE ROLE test_hidden'; END $$;\n"
               "CREATE TABLE keys (id integer PRIMARY KEY);\n");
    write_file(*state, "002_keys.down.sql", "DROP TABLE keys; DROP ROLE test_hidden;\n");
    g_autoptr(PgsRecord) record = verify(*state, NULL, NULL);
    assert_none_but(record, PGS_STATUS_PASSED);
    static const struct {
        const char *check;
        guint passed;
    } rows[] = {
        {"cycle.up", 1},      {"cycle.again", 1}, {"stairway.up", 2}, {"stairway.down", 2},
        {"expect.column", 4}, {"data.load", 1},   {"drift.model", 1}, {"expect.unlisted", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(count(record, rows[i].check, PGS_STATUS_PASSED), rows[i].passed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_project, remove_project)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_part_alone_gives_its_verdict),
        TEST(test_what_lies_below_a_failing_upgrade_is_judged),
        TEST(test_no_choice_of_checks_hides_a_failing_upgrade),
        TEST(test_the_command_line_wins_over_the_file),
        TEST(test_a_second_attempt_tells_nothing_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
