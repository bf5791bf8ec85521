/* Covers harness/project/names.c, paths.c and pieces.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "project/names.h"
#include "project/paths.h"
#include "project/pieces.h"

#include <string.h>
#include <unistd.h>

static void
assert_text(char *text, const char *expected)
{
    g_autofree char *owned = text;
    assert_string_equal(owned, expected);
}

static void
test_names(void **state)
{
    (void)state;
    assert_text(pgs_name_qualify("public", "users"), "public.users");
    assert_text(pgs_name_qualify("public", "app.users"), "app.users");
    assert_text(pgs_name_qualify("public", "\"a.b\""), "public.\"a.b\"");
    assert_text(pgs_name_qualify("public", "f(app.t)"), "public.f(app.t)");
    assert_text(pgs_name_qualify("public", "app.f(integer)"), "app.f(integer)");

    assert_text(pgs_name_plain("order"), "order");
    assert_text(pgs_name_plain("\"Or\"\"der\""), "Or\"der");
    assert_text(pgs_name_plain("\"a\".\"b\""), "\"a\".\"b\"");
    assert_text(pgs_name_plain("\""), "\"");
    assert_text(pgs_name_plain("\"\""), "\"\"");
    assert_text(pgs_name_plain("\"\"\""), "\"\"\"");

    assert_text(pgs_name_schema("public.users"), "public");
    assert_text(pgs_name_schema("\"a.b\".users"), "\"a.b\"");
    assert_null(pgs_name_schema("users"));
    assert_text(pgs_name_last("a.b.\"C\""), "C");

    assert_text(pgs_name_listed("order"), "order");
    assert_text(pgs_name_listed("a, b"), "\"a, b\"");
    assert_text(pgs_name_listed("a\"b"), "\"a\"\"b\"");
    assert_text(pgs_name_listed("\"Order\""), "\"Order\"");
}

static void
test_split(void **state)
{
    (void)state;
    static const struct {
        const char *text, *relation, *part;
    } cases[] = {
        {"users.email", "users", "email"},
        {"app.users.email", "app.users", "email"},
        {"users.\"a.b\"", "users", "a.b"},
        {"email", NULL, NULL},
        {".email", NULL, NULL},
        {"users.", NULL, NULL},
        {"", NULL, NULL},
        {"\"a.b\"", NULL, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *relation = NULL;
        g_autofree char *part = NULL;
        assert_int_equal(pgs_name_split(cases[i].text, &relation, &part),
                         cases[i].relation != NULL);
        assert_int_equal(g_strcmp0(relation, cases[i].relation), 0);
        assert_int_equal(g_strcmp0(part, cases[i].part), 0);
    }
}

static void
test_paths(void **state)
{
    (void)state;
    assert_text(pgs_path_join(".", "."), ".");
    assert_text(pgs_path_join(".", "a"), "a");
    assert_text(pgs_path_join("m/canvas", "."), "m/canvas");
    assert_text(pgs_path_join("m/canvas/", "./../../seeds//*.sql"), "seeds/*.sql");
    assert_text(pgs_path_join("m", "../.."), "..");
    assert_text(pgs_path_join("../m", "../x/.."), "..");
    assert_text(pgs_path_join("m", "/abs/../x"), "/x");
    assert_text(pgs_path_join("/", ".."), "/");
    assert_text(pgs_path_join("/", "../../a"), "/a");
    assert_true(pgs_path_is_pattern("a/*.sql"));
    assert_false(pgs_path_is_pattern("a/b.sql"));
}

/* "link/.." is not the folder of the link. */
static void
test_path_behind_link(void **state)
{
    (void)state;
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    assert_int_equal(symlink("/usr/bin", link), 0);
    g_autofree char *joined = pgs_path_join(link, "../x");
    g_autofree char *expected = g_build_filename(link, "..", "x", NULL);
    assert_string_equal(joined, expected);
    assert_true(pgs_fs_remove_tree(folder, NULL));
}

/* Each piece as one letter for its kind, then its text. */
static char *
cut(const char *text)
{
    static const char letters[] = "wqsgo";
    const char *problem = NULL;
    g_autoptr(PgsPieces) pieces = pgs_pieces_new(text, &problem);
    if (pieces == NULL)
        return g_strdup(problem);
    GString *all = g_string_new(NULL);
    for (guint i = 0; pgs_pieces_at(pieces, i) != NULL; i++) {
        g_autofree char *piece = pgs_pieces_text(pieces, i, i + 1);
        g_string_append_printf(all, "%s%c:%s", i > 0 ? " " : "",
                               letters[pgs_pieces_at(pieces, i)->kind], piece);
    }
    return g_string_free(all, FALSE);
}

static void
test_pieces(void **state)
{
    (void)state;
    assert_text(cut(""), "");
    assert_text(cut(" a  b_1$ çé"), "w:a w:b_1$ w:çé");
    assert_text(cut("\"a\"\"b\"'c''d'"), "q:\"a\"\"b\" s:'c''d'");
    assert_text(cut("E'\\'' 'a\\'"), "s:E'\\'' s:'a\\'");
    assert_text(cut("$$a$b$$ $x$ $$ $x$ $1 $"), "s:$$a$b$$ s:$x$ $$ $x$ o:$ o:1 o:$");
    assert_text(cut("f(a, ')', \")\", [1])[2]"), "w:f g:(a, ')', \")\", [1]) g:[2]");
    assert_text(cut("1.5e10::int4"), "o:1.5e10 o:: o:: w:int4");
    assert_text(cut("(a]"), "a bracket is not closed");
    assert_text(cut("a)"), "a bracket is closed that is not open");
    assert_text(cut("('"), "a bracket is not closed");
    assert_text(cut("\"a"), "a quote is not closed");
    assert_text(cut("E'\\"), "a quote is not closed");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),  cmocka_unit_test(test_split),
        cmocka_unit_test(test_paths),  cmocka_unit_test(test_path_behind_link),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
