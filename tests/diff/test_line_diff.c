/* Covers harness/diff/line_diff.c. */
#include "cmocka_all.h"

#include "diff/line_diff.h"

/* As "diff -u" would write it, without its headings. */
static char *
render(const char *before, const char *after, guint context)
{
    static const char marks[] = {' ', '-', '+', '@'};
    g_autoptr(GPtrArray) lines = pgs_line_diff(before, after, context);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++) {
        const PgsLine *line = lines->pdata[i];
        g_string_append_printf(text, "%c%s\n", marks[line->kind],
                               line->text != NULL ? line->text : "");
    }
    return g_string_free(text, FALSE);
}

static void
test_differences(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *before, *after;
        guint context;
        const char *diff;
    } rows[] = {
        {"a\nb\nc\n", "a\nx\nc\n", 3, " a\n-b\n+x\n c\n"},
        {"a\nb\nc", "a\nc", 3, " a\n-b\n c\n"},
        {"a\nc", "a\nb\nc", 0, "@\n+b\n@\n"},
        {"", "a\nb", 1, "+a\n+b\n"},
        {"a\nb", "", 1, "-a\n-b\n"},
        {"", "", 1, ""},
        {"same\n", "same", 1, "@\n"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9", "1\nx\n3\n4\n5\n6\n7\n8\ny", 1,
         " 1\n-2\n+x\n 3\n@\n 8\n-9\n+y\n"},
        {"a\nb\nc\nd\ne", "b\nc\nx\nd", 9, "-a\n b\n c\n+x\n d\n-e\n"},
        {"a\n\n", "a\n", 1, " a\n-\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *diff = render(rows[i].before, rows[i].after, rows[i].context);
        assert_string_equal(diff, rows[i].diff);
    }
}

static void
test_what_is_too_large_is_replaced_as_a_whole(G_GNUC_UNUSED void **state)
{
    g_autoptr(GString) before = g_string_new("first\n");
    g_autoptr(GString) after = g_string_new("first\n");
    for (guint i = 0; i < 3000; i++) {
        g_string_append_printf(before, "line %u\n", i);
        g_string_append_printf(after, "line %u\n", 3000 - i);
    }
    g_autoptr(GPtrArray) lines = pgs_line_diff(before->str, after->str, 1);
    assert_int_equal(lines->len, 6001);
    assert_int_equal(((PgsLine *)lines->pdata[1])->kind, PGS_LINE_REMOVED);
    assert_int_equal(((PgsLine *)lines->pdata[6000])->kind, PGS_LINE_ADDED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_what_is_too_large_is_replaced_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
