/* Covers harness/check/check.c. */
#include "cmocka_all.h"

#include "check/check.h"

#include <string.h>

static void
test_every_check_explains_itself(void **state)
{
    (void)state;
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        assert_non_null(strchr(check->id, '.'));
        assert_true(strlen(check->what) > 20 && strlen(check->why) > 20);
        assert_true(strlen(check->mend) > 10 && strlen(check->needs) > 5);
        /* Some lines, each ended, narrow enough for a page. */
        if (check->example == NULL || !g_str_has_suffix(check->example, "\n"))
            fail_msg("%s has no example of what it catches", check->id);
        g_auto(GStrv) lines = g_strsplit(check->example, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            if (g_utf8_strlen(*line, -1) > 110)
                fail_msg("%s: a line of its example is too long: %s", check->id, *line);
        }
        assert_ptr_equal(pgs_check_find(check->id), check);
    }
}

static void
test_selection(void **state)
{
    (void)state;
    PgsCheckSelection all = {0};
    assert_true(pgs_check_selection_has(&all, "cycle.up"));
    PgsCheckSelection group = {.only = (char *[]){(char *)"cycle", NULL}};
    assert_true(pgs_check_selection_has(&group, "cycle.down"));
    assert_false(pgs_check_selection_has(&group, "stairway.down"));
    assert_false(pgs_check_selection_has_group(&group, "stairway"));
    PgsCheckSelection one = {.only = (char *[]){(char *)"stairway.down", NULL}};
    assert_true(pgs_check_selection_has_group(&one, "stairway"));
    assert_false(pgs_check_selection_has(&one, "stairway.up"));
    PgsCheckSelection skip = {.skip = (char *[]){(char *)"cycle.down", (char *)"folder", NULL}};
    assert_false(pgs_check_selection_has(&skip, "cycle.down"));
    assert_false(pgs_check_selection_has(&skip, "folder.format"));
    assert_true(pgs_check_selection_has(&skip, "cycle.up"));
}

static void
test_unknown_words_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *word, *hint;
    } cases[] = {{"stairwy", "did you mean \"stairway\"?"},
                 {"cycle.dwon", "did you mean \"cycle.down\"?"},
                 {"cycle.", "there is no check"},
                 {"cyc", "there is no check"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        PgsCheckSelection selection = {.skip = (char *[]){(char *)cases[i].word, NULL}};
        assert_false(pgs_check_selection_validate(&selection, &error));
        assert_non_null(strstr(error->message, cases[i].hint));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_check_explains_itself),
        cmocka_unit_test(test_selection),
        cmocka_unit_test(test_unknown_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
