/* Covers harness/base/text.c and harness/base/error.c. */
#include "cmocka_all.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

static void
test_visible_keeps_good_text(void **state)
{
    (void)state;
    g_autofree char *text = pgs_text_visible("a\tb\nç → 漢", -1);
    assert_string_equal(text, "a\tb\nç → 漢");
}

static void
test_visible_shows_what_xml_refuses(void **state)
{
    (void)state;
    g_autofree char *control = pgs_text_visible("a\x01\x1b[0m", -1);
    assert_string_equal(control, "a\\u0001\\u001B[0m");
    g_autofree char *broken = pgs_text_visible("a\xff\xc3", -1);
    assert_string_equal(broken, "a\\xFF\\xC3");
    g_autofree char *null = pgs_text_visible("a\0b", 3);
    assert_string_equal(null, "a\\x00b");
    g_autofree char *noncharacter = pgs_text_visible("\xef\xbf\xbf", -1);
    assert_string_equal(noncharacter, "\\uFFFF");
}

static void
test_plain_shows_what_hides(void **state)
{
    (void)state;
    g_autofree char *turned = pgs_text_plain("a\u202egpj.exe\u2066\u200b\u2028\u2029\x1b");
    assert_string_equal(turned, "a\\u202Egpj.exe\\u2066\\u200B\\u2028\\u2029\\u001B");
    g_autofree char *good = pgs_text_plain("a\tb\nç → 漢 é");
    assert_string_equal(good, "a\tb\nç → 漢 é");
}

static void
test_count(void **state)
{
    (void)state;
    static const struct {
        guint64 n;
        const char *singular, *plural, *text;
    } cases[] = {
        {0, "revision", NULL, "0 revisions"},
        {1, "index", "indexes", "1 index"},
        {2, "index", "indexes", "2 indexes"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = pgs_text_count(cases[i].n, cases[i].singular, cases[i].plural);
        assert_string_equal(text, cases[i].text);
    }
}

static void
test_duration(void **state)
{
    (void)state;
    static const struct {
        gint64 us;
        const char *text;
    } cases[] = {
        {400, "0.4 ms"},    {9900, "9.9 ms"},         {412345, "412 ms"},
        {3210000, "3.2 s"}, {125000000, "2 min 5 s"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = pgs_text_duration(cases[i].us);
        assert_string_equal(text, cases[i].text);
    }
}

static void
test_position_counts_characters(void **state)
{
    (void)state;
    const char *text = "one\r\nçç two\nthree";
    static const struct {
        gsize offset;
        guint line, column;
    } cases[] = {{0, 1, 1}, {3, 1, 4}, {5, 2, 1}, {10, 2, 4}, {14, 3, 1}, {999, 3, 6}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint line, column;
        pgs_text_position(text, strlen(text), cases[i].offset, &line, &column);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(column, cases[i].column);
    }
}

static void
test_char_offset(void **state)
{
    (void)state;
    assert_int_equal(pgs_text_char_offset("açb", 4, 0), 0);
    assert_int_equal(pgs_text_char_offset("açb", 4, 2), 3);
    assert_int_equal(pgs_text_char_offset("açb", 4, 9), 4);
}

static void
test_nearest(void **state)
{
    (void)state;
    static const char *const words[] = {"verify", "snapshot", "diff", NULL};
    assert_string_equal(pgs_text_nearest("verfiy", words), "verify");
    assert_string_equal(pgs_text_nearest("dif", words), "diff");
    assert_null(pgs_text_nearest("qwertyuiop", words));
}

static void
test_fold_space_and_ellipsize(void **state)
{
    (void)state;
    g_autofree char *folded = pgs_text_fold_space("  a\n\t b  ");
    assert_string_equal(folded, "a b");
    g_autofree char *cut = pgs_text_ellipsize("çççççç", 4);
    assert_string_equal(cut, "ççç…");
    g_autofree char *whole = pgs_text_ellipsize("abcd", 4);
    assert_string_equal(whole, "abcd");
}

static void
test_identifier_is_quoted(void **state)
{
    (void)state;
    g_autofree char *plain = pgs_text_identifier("users");
    assert_string_equal(plain, "\"users\"");
    g_autofree char *odd = pgs_text_identifier("a\"b'c\\");
    assert_string_equal(odd, "\"a\"\"b'c\\\"");
    g_autoptr(GString) sql = g_string_new("TABLE ");
    pgs_text_append_identifier(sql, "\"");
    assert_string_equal(sql->str, "TABLE \"\"\"\"");
}

static void
test_literal_holds_with_any_setting(void **state)
{
    (void)state;
    g_autofree char *plain = pgs_text_literal("it's \"so\"");
    assert_string_equal(plain, "'it''s \"so\"'");
    g_autofree char *escaped = pgs_text_literal("a\\b'");
    assert_string_equal(escaped, "E'a\\\\b'''");
    g_autoptr(GString) sql = g_string_new("SELECT ");
    pgs_text_append_literal(sql, "");
    assert_string_equal(sql->str, "SELECT ''");
}

static void
test_error_carries_its_hint(void **state)
{
    (void)state;
    GQuark domain = g_quark_from_static_string("test");
    g_autoptr(GError) error = NULL;
    pgs_error_set(&error, domain, 7, "do %d", "it is %s", "wrong");
    assert_string_equal(error->message, "it is wrong\nHINT: do %d");
    assert_int_equal(error->code, 7);
    pgs_error_set(NULL, domain, 7, NULL, "nobody listens");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_visible_keeps_good_text),
        cmocka_unit_test(test_visible_shows_what_xml_refuses),
        cmocka_unit_test(test_plain_shows_what_hides),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_duration),
        cmocka_unit_test(test_position_counts_characters),
        cmocka_unit_test(test_char_offset),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_fold_space_and_ellipsize),
        cmocka_unit_test(test_identifier_is_quoted),
        cmocka_unit_test(test_literal_holds_with_any_setting),
        cmocka_unit_test(test_error_carries_its_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
