/* Covers harness/report/markdown.c, markdown_text.c, markdown_list.c and markdown_failures.c. */
#include "report/reader_fixture.h"

#include "report/markdown_text.h"
#include "report/writer.h"

static const gsize limits[] = {2000, 3000, 4500, 8000, 32768, 65536, 0};

/* ---- text from outside ---- */

static void
test_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"the second upgrade fails", "the second upgrade fails"},
        {"it ends (at last), or not: see there", "it ends (at last), or not: see there"},
        {"la clé n'existe pas", "la clé n'existe pas"},
        {"type \"a_b\" exists", "`type \"a_b\" exists`"},
        {"a <b>c</b>", "`a <b>c</b>`"},
        {"[x](javascript:y)", "`[x](javascript:y)`"},
        {"ask @everyone", "`ask @everyone`"},
        {"see #12", "`see #12`"},
        {"see !12", "`see !12`"},
        {"of deadbeef1", "`of deadbeef1`"},
        {"PROJ-12 says so", "`PROJ-12 says so`"},
        {"at https://x.y", "`at https://x.y`"},
        {"at www.x", "`at www.x`"},
        {"a :tada: b", "`a :tada: b`"},
        {"/close", "`/close`"},
        {"1. list", "`1. list`"},
        {"- list", "`- list`"},
        {"`code`", "`` `code` ``"},
        {"a `` b", "```a `` b```"},
        {"two\nlines", "two lines"},
        {"", "`  `"},
        {"right \xe2\x80\xae left", "`right \\u202E left`"},
        {"bell \x07", "`bell \\u0007`"},
        {"broken \xff", "`broken \\xFF`"},
        {"a very long text indeed", "a very long te…"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        pgs_markdown_words(out, rows[i].text, i + 1 == G_N_ELEMENTS(rows) ? 15 : 100);
        assert_string_equal(out->str, rows[i].expected);
    }
}

static void
test_cells(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a|b", "`a\\|b`"}, {"a\\|b", "`a\\¦b`"}, {"a\nb", "`a b`"}, {"|`|", "``\\|`\\|``"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        pgs_markdown_cell(out, rows[i][0], 100);
        assert_string_equal(out->str, rows[i][1]);
    }
}

static void
test_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        guint lines;
        gsize bytes;
        const char *expected;
    } rows[] = {
        {"one\ntwo\n", 9, 99, "```sql\none\ntwo\n```\n\n"},
        {"one\ntwo\nthree\n", 1, 99, "```sql\none\n… 2 more lines\n```\n\n"},
        {"one\ntwo\nthree", 9, 8, "```sql\none\ntwo\n… 1 more line\n```\n\n"},
        {"a\n```\n</details>", 9, 99, "````sql\na\n```\n</details>\n````\n\n"},
        /* Never within a character. */
        {"ééé", 9, 3, "```sql\né…\n… 1 more line\n```\n\n"},
        {"ééé", 9, 4, "```sql\néé…\n… 1 more line\n```\n\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        pgs_markdown_block(out, "sql", rows[i].text, rows[i].lines, rows[i].bytes);
        assert_string_equal(out->str, rows[i].expected);
    }
}

/* ---- the whole ---- */

static const char *
verdict_of(const PgsRecord *record)
{
    if (pgs_record_has_failed(record, FALSE))
        return "<!-- pgstair -->\n## ❌ pgstair: failed\n";
    return "<!-- pgstair -->\n## ✅ pgstair: verified\n";
}

static void
assert_only_our_elements(const char *what, const char *output)
{
    static const char *const ours[] = {"code", "details", "h2",      "h3",    "li",    "p",
                                       "pre",  "strong",  "summary", "table", "tbody", "td",
                                       "th",   "thead",   "tr",      "ul",    NULL};
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", 3);
        gboolean fine = strcmp(words[0], "element") == 0 &&
                        g_strv_contains((const char *const *)ours, words[1]);
        fine = fine || strcmp(*line, "row 10") == 0;
        if (!fine)
            fail_msg("%s: %s\n%s", what, *line, output);
    }
}

/* As marked reads it: nothing of the record has become more than text, all is closed, and every row
 * has its columns. */
static void
assert_read(const char *folder, const char *what, const char *text)
{
    int status;
    g_autofree char *modules = reader_modules("marked");
    g_autofree char *script = reader_script("markdown.mjs");
    g_autofree char *path = reader_write(folder, "x.md", text);
    g_autofree char *output = reader_run(&status, "node", script, modules, path, NULL);
    assert_int_equal(status, 0);
    assert_only_our_elements(what, output);
}

static void
test_nothing_from_outside_is_markup(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        g_autoptr(PgsRecord) record = reader_samples[i].make();
        g_autofree char *text = pgs_markdown_render(record, 0);
        assert_read(*state, reader_samples[i].name, text);
    }
}

/* Lines outside of code blocks that open or close what is folded. */
static gint
open_details(const char *text)
{
    gint open = 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        open += g_str_has_prefix(*line, "<details>");
        open -= g_str_has_prefix(*line, "</details>");
    }
    return open;
}

static void
test_limits_are_kept(void **state)
{
    PgsRecord *(*const make[])(void) = {sample_failing, sample_hostile, sample_matrix};
    for (gsize i = 0; i <= G_N_ELEMENTS(make); i++) {
        g_autoptr(PgsRecord) record = i < G_N_ELEMENTS(make) ? make[i]() : sample_large(2000);
        for (gsize l = 0; l < G_N_ELEMENTS(limits); l++) {
            gsize limit = limits[l] > 0 ? limits[l] : PGS_MARKDOWN_LIMIT;
            g_autofree char *text = pgs_markdown_render(record, limits[l]);
            if (strlen(text) > limit || !g_str_has_prefix(text, verdict_of(record)))
                fail_msg("%zu bytes of %zu: %.300s", strlen(text), limit, text);
            assert_true(g_utf8_validate(text, -1, NULL));
            if (i != 1)
                assert_int_equal(open_details(text), 0);
            if (l < 2)
                assert_read(*state, "limited", text);
        }
    }
}

/* No size of a comment may leave anything open. */
static void
test_any_limit(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    for (gsize limit = 2000; limit < 5000; limit += 7) {
        g_autofree char *text = pgs_markdown_render(record, limit);
        assert_true(strlen(text) <= limit);
        assert_int_equal(open_details(text), 0);
        assert_true(g_str_has_suffix(text, "\n\n"));
    }
}

/* Lines of what is folded under the heading; it must be there once. */
static guint
count_lines_under(const char *text, const char *heading)
{
    g_autofree char *summary = g_strdup_printf("<summary>%s</summary>\n\n", heading);
    const char *begin = strstr(text, summary);
    assert_non_null(begin);
    const char *end = strstr(begin, "\n</details>");
    assert_non_null(end);
    g_autofree char *list = g_strndup(begin, (gsize)(end + 1 - begin));
    return reader_count(list, "- `");
}

static void
test_what_is_left_out_is_counted(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_large(2000);
    g_autofree char *text = pgs_markdown_render(record, 8000);
    guint shown = reader_count(text, "**FAILED** ");
    g_autofree char *heading = g_strdup_printf("%u more that failed", 400 - shown);
    assert_in_range(shown, 4, 10);
    guint listed = count_lines_under(text, heading);
    g_autofree char *left = g_strdup_printf("- … and %u more\n", 400 - shown - listed);
    assert_true(listed > 3);
    assert_non_null(strstr(text, left));
    /* The first ones' details come before the later failures. */
    assert_true(reader_count(text, "<summary>Details</summary>") >= 3);
    /* Where not one line more has room. */
    for (gsize limit = 1000; limit < 3000; limit += 97) {
        g_autofree char *brief = pgs_markdown_render(record, limit);
        assert_non_null(strstr(brief, "more that failed"));
    }
}

/* Nobody reads a comment of forty screens. */
static void
test_many_failures_are_a_line_each(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_large(2000);
    g_autofree char *text = pgs_markdown_render(record, 1 << 20);
    assert_int_equal(reader_count(text, "**FAILED** "), 10);
    assert_int_equal(count_lines_under(text, "390 more that failed"), 200);
    assert_non_null(strstr(text, "- … and 190 more\n"));
}

static void
test_warnings_fail_when_they_shall(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    record->fail_on_warning = TRUE;
    g_autofree char *text = pgs_markdown_render(record, 0);
    assert_non_null(strstr(text, "**WARNING** `index.duplicate`"));
    assert_null(strstr(text, "<summary>1 warning</summary>"));
}

static void
test_nothing_was_verified(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    g_autofree char *text = pgs_markdown_render(record, 0);
    assert_non_null(strstr(text, "nothing was verified"));
}

static void
test_golden(void **state)
{
    (void)state;
    static const guint rows[] = {1, 2, 3};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ReaderSample *sample = &reader_samples[rows[i]];
        g_autoptr(PgsRecord) record = sample->make();
        g_autofree char *text = pgs_markdown_render(record, 0);
        g_autofree char *name = g_strconcat(sample->name, ".md", NULL);
        g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", name, NULL);
        assert_golden(golden, text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_words),
        READER_TEST(test_cells),
        READER_TEST(test_blocks),
        READER_TEST(test_nothing_from_outside_is_markup),
        READER_TEST(test_limits_are_kept),
        READER_TEST(test_any_limit),
        READER_TEST(test_what_is_left_out_is_counted),
        READER_TEST(test_many_failures_are_a_line_each),
        READER_TEST(test_warnings_fail_when_they_shall),
        READER_TEST(test_nothing_was_verified),
        READER_TEST(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
