/* Covers harness/record/path_pattern.c. */
#include "cmocka_all.h"

#include "record/path_pattern.h"

#include <string.h>

static void
test_patterns_match_whole_paths(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *pattern, *path;
        gboolean matches;
    } rows[] = {
        {"a.c", "a.c", TRUE},
        {"*.c", "a.c", TRUE},
        {"*.c", "a.h", FALSE},
        {"*.c", "x/a.c", FALSE},
        {"x/*.c", "x/a.c", TRUE},
        {"x/*.c", "x/y/a.c", FALSE},
        {"x/*.c", "a.c", FALSE},
        {"x/*.c", "y/x/a.c", FALSE},
        {"./x/*.c", "x/a.c", TRUE},
        {"x/?.c", "././x/a.c", TRUE},
        {"x/[ab].c", "x/b.c", TRUE},
        {"x/[ab].c", "x/c.c", FALSE},
        {"**/a.c", "a.c", TRUE},
        {"**/a.c", "x/y/a.c", TRUE},
        {"x/**/a.c", "x/a.c", TRUE},
        {"x/**/a.c", "x/y/z/a.c", TRUE},
        {"x/**/a.c", "y/x/a.c", FALSE},
        {"x/**", "x/y/a.c", TRUE},
        {"x/**", "y/a.c", FALSE},
        {"**/y/**/a.c", "x/y/y/z/a.c", TRUE},
        {"**/y/**/b.c", "x/y/y/z/a.c", FALSE},
        {"**/**/a.c", "a.c", TRUE},
        {"/x/a.c", "/x/a.c", TRUE},
        {"", "a.c", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (pgs_path_matches(rows[i].pattern, rows[i].path) != rows[i].matches)
            fail_msg("\"%s\" and \"%s\"", rows[i].pattern, rows[i].path);
    }
}

static void
test_patterns_match_ends_of_paths(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *pattern, *path, *end;
    } rows[] = {
        {"suites/*.c", "/build/1/suites/a.c", "suites/a.c"},
        {"suites/*.c", "suites/a.c", "suites/a.c"},
        {"suites/*.c", "/build/my-suites/a.c", NULL},
        {"suites/*.c", "/build/suites/x/a.c", NULL},
        {"*.c", "/build/a.c", NULL}, /* it would match the files of every folder */
        {"*.c", "a.c", "a.c"},
        {"**/a.c", "x/a.c", "x/a.c"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *end = pgs_path_match_end(rows[i].pattern, rows[i].path);
        if (g_strcmp0(end, rows[i].end) != 0)
            fail_msg("\"%s\" and \"%s\": %s", rows[i].pattern, rows[i].path,
                     end != NULL ? end : "none");
    }
}

/* Trying every place for every "**" would not end within a test's time. */
static void
test_many_folders_are_no_riddle(G_GNUC_UNUSED void **state)
{
    g_autoptr(GString) pattern = g_string_new(NULL);
    g_autoptr(GString) path = g_string_new(NULL);
    for (guint i = 0; i < 40; i++)
        g_string_append(pattern, "**/a/");
    for (guint i = 0; i < 400; i++)
        g_string_append(path, "a/");
    g_string_append(pattern, "b");
    g_string_append(path, "c");
    assert_false(pgs_path_matches(pattern->str, path->str));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns_match_whole_paths),
        cmocka_unit_test(test_patterns_match_ends_of_paths),
        cmocka_unit_test(test_many_folders_are_no_riddle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
