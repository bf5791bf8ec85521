/* Covers harness/report/layout.c. */
#include "cmocka_all.h"

#include "report/layout.h"

#include <string.h>

static PgsLayout
new_layout(guint width)
{
    return (PgsLayout){.text = g_string_new(NULL), .width = width};
}

/* What was laid out, and how many lines. */
static void
assert_laid_out(PgsLayout *layout, const char *text)
{
    guint lines = 0;
    for (const char *at = layout->text->str; *at != '\0'; at++)
        lines += *at == '\n';
    assert_string_equal(layout->text->str, text);
    assert_int_equal(layout->lines, lines);
    g_string_free(layout->text, TRUE);
}

static void
test_columns(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *text;
        guint columns;
    } rows[] = {
        {"", 0},          {"abc", 3},
        {"größe", 5},     {"移行", 4},
        {"e\xcc\x81", 1}, {"\xe2\x80\x8b", 6},
        {"\x1b[0m", 9},   {"\xff", 4},
        {"\xe2\x82", 8},  {"a\xf0\x9f\x98", 13},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(pgs_layout_columns(rows[i].text), rows[i].columns);
}

static void
test_a_line_is_cut_at_the_width(G_GNUC_UNUSED void **state)
{
    PgsLayout layout = new_layout(20);
    pgs_layout_line(&layout, 2, PGS_STYLE_PLAIN, "eighteen columns..");
    pgs_layout_line(&layout, 2, PGS_STYLE_PLAIN, "nineteen columns...");
    pgs_layout_line(&layout, 2, PGS_STYLE_PLAIN, "一二三四五六七八九十");
    pgs_layout_line(&layout, 0, PGS_STYLE_PLAIN, "one\ntwo\tthree");
    assert_laid_out(&layout, "  eighteen columns..\n"
                             "  nineteen columns.…\n"
                             "  一二三四五六七八…\n"
                             "one two three\n");
}

static void
test_a_text_is_cut(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *text;
        guint columns;
        const char *cut;
    } rows[] = {
        {"abc", 3, "abc"},         {"abcd", 3, "ab…"},     {"a\nb\tc", 9, "a b c"},
        {"abc", 1, "…"},           {"abc", 0, ""},         {"", 0, ""},
        {"一二三", 6, "一二三"},   {"一二三", 5, "一二…"}, {"\x1b[m", 20, "\\u001B[m"},
        {"\u202e", 20, "\\u202E"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *cut = pgs_layout_cut(rows[i].text, rows[i].columns);
        assert_string_equal(cut, rows[i].cut);
    }
}

static void
test_a_name_is_cut_in_the_middle(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *text;
        guint columns;
        const char *cut;
    } rows[] = {
        {"public.users.name", 17, "public.users.name"},
        {"public.users.name", 16, "public.u…rs.name"},
        {"public.users.name", 5, "pu…me"},
        {"public.users.name", 2, "p…"},
        {"public.users.name", 0, ""},
        {"データベース", 9, "デー…ース"},
        {"データベース", 8, "デー…ス"},
        {"a\nb", 3, "a b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *cut = pgs_layout_cut_middle(rows[i].text, rows[i].columns);
        assert_string_equal(cut, rows[i].cut);
    }
}

static void
test_a_paragraph_is_wrapped(G_GNUC_UNUSED void **state)
{
    PgsLayout layout = new_layout(20);
    pgs_layout_paragraph(&layout, 2, 2, PGS_STYLE_PLAIN,
                         "a paragraph that takes lines, and\nanother one");
    pgs_layout_paragraph(&layout, 0, 2, PGS_STYLE_PLAIN,
                         "a/path/that/is/longer/than/the/line.sql is kept");
    pgs_layout_paragraph(&layout, 0, 0, PGS_STYLE_PLAIN, "");
    assert_laid_out(&layout, "  a paragraph that\n"
                             "    takes lines, and\n"
                             "    another one\n"
                             "a/path/that/is/longer/than/the/line.sql\n"
                             "  is kept\n");
}

static void
test_a_block_shows_so_many_lines(G_GNUC_UNUSED void **state)
{
    PgsLayout layout = new_layout(20);
    pgs_layout_block(&layout, 2, 3, "one\ntwo\nthree\n\n");
    pgs_layout_block(&layout, 2, 2, "one\ntwo\nthree\n");
    pgs_layout_block(&layout, 2, 0, "a line that is not cut\n\ttab");
    assert_laid_out(&layout, "  one\n  two\n  three\n"
                             "  one\n  … 2 more lines\n"
                             "  a line that is not cut\n   tab\n");
}

static void
test_color(G_GNUC_UNUSED void **state)
{
    PgsLayout layout = new_layout(20);
    layout.color = TRUE;
    pgs_layout_block(&layout, 0, 0, "+ new\n  - old\nplain");
    pgs_layout_line(&layout, 0, PGS_STYLE_STRONG, "");
    pgs_layout_append(&layout, PGS_STYLE_GOOD, "good");
    pgs_layout_append(&layout, PGS_STYLE_PLAIN, " plain");
    pgs_layout_end_line(&layout);
    assert_laid_out(&layout, "\033[32m+ new\033[0m\n\033[31m  - old\033[0m\nplain\n\n"
                             "\033[32mgood\033[0m plain\n");
}

static void
test_a_terminal_of_no_width_ends_too(G_GNUC_UNUSED void **state)
{
    PgsLayout layout = new_layout(1);
    pgs_layout_paragraph(&layout, 4, 2, PGS_STYLE_PLAIN, "some words to wrap 一二三四五六七八九十");
    pgs_layout_line(&layout, 4, PGS_STYLE_PLAIN, "some words to cut");
    assert_true(layout.lines > 3);
    g_string_free(layout.text, TRUE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_a_line_is_cut_at_the_width),
        cmocka_unit_test(test_a_text_is_cut),
        cmocka_unit_test(test_a_name_is_cut_in_the_middle),
        cmocka_unit_test(test_a_paragraph_is_wrapped),
        cmocka_unit_test(test_a_block_shows_so_many_lines),
        cmocka_unit_test(test_color),
        cmocka_unit_test(test_a_terminal_of_no_width_ends_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
