/* Covers harness/migration/diesel.c and manifest.c (metadata.toml). */
#include "migration/read.h"

#include "migration/manifest.h"

#include <glib/gstdio.h>
#include <unistd.h>

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("diesel/good", NULL);
    /* Versions are texts: 10 comes before 2024…, and 9 behind it. */
    assert_history(history, "diesel", "there is 2024-01-02-000000_second/metadata.toml",
                   "10||10 up tx\n"
                   "20240101000000|first|2024-01-01-000000_first up tx down tx\n"
                   "20240102000000|second|2024-01-02-000000_second up down\n"
                   "20240103000000|third|2024-01-03-000000_third up\n"
                   "20240104000000|fourth|2024-01-04-000000_fourth up tx\n"
                   "20240105000000|fifth|2024-01-05-000000_fifth up tx\n"
                   "9|last|9_last up tx\n",
                   "W folder.metadata 2024-01-05-000000_fifth/metadata.toml\n"
                   "W folder.unmatched loose.sql\n");
    const PgsRevision *second = g_ptr_array_index(history->revisions, 2);
    assert_string_equal(second->up->transaction_why, "metadata.toml: run_in_transaction = false");
    const PgsRevision *first = g_ptr_array_index(history->revisions, 1);
    assert_null(first->up->transaction_why);
    assert_true(g_str_has_suffix(first->up->path, "/2024-01-01-000000_first/up.sql"));
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("diesel/no-up", NULL, PGS_MIGRATION_ERROR_FORMAT, "/2_b: there is no up.sql",
                      NULL);
    assert_unreadable("diesel/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE,
                      "/2024-01-01_a/up.sql", "/20240101_b/up.sql", "are both the up of 20240101",
                      NULL);
}

static void
test_toml(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        PgsTomlAnswer answer;
        const char *value;
    } cases[] = {
        {"", PGS_TOML_ABSENT, NULL},
        {"# key = 1\n\n", PGS_TOML_ABSENT, NULL},
        {"other = 1\r\nkey = true\r\n", PGS_TOML_FOUND, "true"},
        {"'key'=false#comment", PGS_TOML_FOUND, "false"},
        {"key = \"true\"", PGS_TOML_FOUND, "\"true\""},
        {"[section]\nkey = true", PGS_TOML_ABSENT, NULL},
        {"key = true\n[section]\nkey = false", PGS_TOML_FOUND, "true"},
        {"key", PGS_TOML_BROKEN, NULL},
        {"key =", PGS_TOML_BROKEN, NULL},
        {"= 1", PGS_TOML_BROKEN, NULL},
        {"key = true\nkey = true", PGS_TOML_BROKEN, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = NULL;
        PgsTomlAnswer answer = pgs_toml_value(cases[i].text, "key", &value);
        if (answer != cases[i].answer || g_strcmp0(value, cases[i].value) != 0)
            fail_msg("\"%s\": %d, %s", cases[i].text, (int)answer, value);
    }
}

/* Links: to a migration elsewhere they are followed, to a folder that holds this one they are not.
 */
static void
test_links(void **state)
{
    (void)state;
    g_autofree char *root = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *folder = g_build_filename(root, "migrations", NULL);
    g_autofree char *away = g_build_filename(root, "away", NULL);
    g_autofree char *sql = g_build_filename(away, "up.sql", NULL);
    g_autofree char *link = g_build_filename(folder, "1_linked", NULL);
    g_autofree char *loop = g_build_filename(folder, "2_loop", NULL);
    g_autofree char *nowhere = g_build_filename(folder, "3_nowhere", NULL);
    assert_int_equal(g_mkdir(folder, 0700), 0);
    assert_int_equal(g_mkdir(away, 0700), 0);
    assert_true(g_file_set_contents(sql, "SELECT 1;\n", -1, NULL));
    assert_int_equal(symlink(away, link), 0);
    assert_int_equal(symlink(root, loop), 0);
    assert_int_equal(symlink("gone", nowhere), 0);
    g_autoptr(PgsHistory) history = pgs_history_read(folder, NULL, NULL);
    const char *const files[] = {nowhere, loop, link, sql, away, folder, root};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        assert_int_equal(g_remove(files[i]), 0);
    assert_non_null(history);
    g_autofree char *found = describe_revisions(history);
    assert_string_equal(found, "1|linked|1_linked up tx\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_toml),
        cmocka_unit_test(test_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
