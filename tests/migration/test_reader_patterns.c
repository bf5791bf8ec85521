/* Covers harness/migration/patterns.c. */
#include "migration/read.h"
#include "migration/tree.h"

typedef struct {
    const char *up, *down;
    gboolean no_transaction, whole, by_name;
} Wanted;

/* NULL with error. */
static PgsHistory *
read_patterns(PgsSystem *system, const Wanted *wanted, GError **error)
{
    PgsPatternSettings *patterns = &system->tool->patterns;
    patterns->up = g_strdup(wanted->up);
    patterns->down = g_strdup(wanted->down);
    patterns->no_transaction = wanted->no_transaction;
    patterns->whole = wanted->whole;
    patterns->by_name = wanted->by_name;
    return pgs_history_read_system(system, NULL, error);
}

/* names: of files, NULL-terminated. */
static void
assert_patterns(const Wanted *wanted, const char *const *names, const char *revisions,
                const char *notes)
{
    char *root = tree_new();
    for (; *names != NULL; names++)
        tree_write(root, *names, "SELECT 1;");
    g_autoptr(PgsSystem) system = pgs_system_new(root);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = read_patterns(system, wanted, &error);
    tree_free(root);
    g_autofree char *found = history != NULL ? describe_revisions(history) : NULL;
    g_autofree char *said = history != NULL ? describe_notes(history) : g_strdup("");
    if (g_strcmp0(found, revisions) != 0 || strcmp(said, notes) != 0)
        fail_msg("%s", history != NULL ? found : error->message);
    assert_string_equal(history->format, "patterns");
    assert_int_equal(history->forward_only, wanted->down == NULL);
}

#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
test_good(void **state)
{
    (void)state;
    /* By number, whatever zeros there are. */
    const Wanted pairs = {.up = "{version}_{name}.up.sql", .down = "{version}_{name}.down.sql"};
    assert_patterns(
        &pairs,
        FILES("10_b.up.sql", "2_a.up.sql", "02_a.down.sql", "10_c.down.sql", "x.sql", "notes.txt"),
        "2|a|2_a up statements tx down statements tx\n"
        "10|b|10_b up statements tx down statements tx\n",
        "I folder.name-mismatch 02_a.down.sql\nI folder.name-mismatch 10_c.down.sql\n"
        "W folder.unmatched x.sql\n");
}

static void
test_folders(void **state)
{
    (void)state;
    const Wanted folders = {.up = "V{version}/forward.sql",
                            .down = "V{version}/back.sql",
                            .no_transaction = TRUE,
                            .whole = TRUE};
    assert_patterns(
        &folders, FILES("V1.10/forward.sql", "V1.9/forward.sql", "V1.9/back.sql", "V2/back.sql"),
        "1.9||1.9 up down\n1.10||1.10 up\n2||2 down\n", "W folder.orphan-down V2/back.sql\n");
    /* Twice the same. */
    const Wanted twice = {.up = "{version}/{version}.{name}.sql"};
    assert_patterns(&twice, FILES("1/1.a.sql", "2/1.b.sql"), "1|a|1_a up statements tx\n", "");
    const Wanted dates = {.up = "{version}_{name}.sql"};
    assert_patterns(&dates, FILES("2024_01_02_users.sql", "2024_01_10_x.sql"),
                    "2024_01_02|users|2024_01_02_users up statements tx\n"
                    "2024_01_10|x|2024_01_10_x up statements tx\n",
                    "");
}

static void
test_by_name(void **state)
{
    (void)state;
    const Wanted named = {.up = "{name}.sql", .down = "undo/{name}.sql"};
    assert_patterns(&named, FILES("b.sql", "a.sql", "undo/a.sql"),
                    "a||a up statements tx down statements tx\nb||b up statements tx\n", "");
    const Wanted paths = {.up = "{version}-{name}.sql", .by_name = TRUE};
    assert_patterns(
        &paths, FILES("10-a.sql", "9-a.sql", "9-b.sql"),
        "10|a|10_a up statements tx\n9|a|9_a up statements tx\n9|b|9_b up statements tx\n", "");
}

static void
test_refused(void **state)
{
    (void)state;
    static const struct {
        Wanted wanted;
        const char *says;
    } cases[] = {
        {{.up = "up.sql"}, "has neither {version} nor {name}"},
        {{.up = "{versoin}.sql"}, "has another { in it"},
        {{.up = "{version}.sql", .down = "{version"}, "\"{version\" has another {"},
        {{.up = "{name}.sql", .down = "{name}.down.sql"}, "/1.down.sql: fits both patterns"},
        {{.up = "{version}.ddl"}, "no file in "},
        {{.up = "{version}{name}.sql", .down = "x{version}.sql"}, "are both the up of 1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *root = tree_new();
        tree_write(root, "1.down.sql", "SELECT 1;");
        tree_write(root, "1.up.sql", "SELECT 1;");
        g_autoptr(PgsSystem) system = pgs_system_new(root);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = read_patterns(system, &cases[i].wanted, &error);
        tree_free(root);
        if (history != NULL || strstr(error->message, cases[i].says) == NULL ||
            strstr(error->message, "\nHINT: ") == NULL)
            fail_msg("%s: %s", cases[i].wanted.up, history != NULL ? "read" : error->message);
    }
    assert_unreadable("plain", "patterns", PGS_MIGRATION_ERROR_FORMAT, "needs a pgstair.yaml",
                      NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
