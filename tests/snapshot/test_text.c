/* Covers harness/snapshot/text.c. */
#include "cmocka_all.h"

#include "snapshot/text.h"

#include <string.h>

static PgsSnapshot *
make_one(const char *kind, const char *identity, const char *parent, const char *value)
{
    const char *names[] = {"definition"};
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    g_ptr_array_add(objects,
                    pgs_object_new(kind, identity, parent, names, &value, value != NULL ? 1 : 0));
    return pgs_snapshot_new(objects, "15.18");
}

static void
assert_text(const char *kind, const char *identity, const char *parent, const char *value,
            const char *expected)
{
    PgsSnapshot *snapshot = make_one(kind, identity, parent, value);
    gsize length;
    char *text = pgs_snapshot_to_text(snapshot, &length);
    assert_int_equal(length, strlen(text));
    static const char header[] = "# pgstair snapshot 1\n# server 15.18\n\n";
    assert_memory_equal(text, header, strlen(header));
    assert_string_equal(text + strlen(header), expected);
    g_free(text);
    pgs_snapshot_unref(snapshot);
}

/* Written, read and written again: the same objects and the same bytes. */
static void
assert_round_trip(PgsSnapshot *snapshot)
{
    gsize length;
    char *text = pgs_snapshot_to_text(snapshot, &length);
    GError *error = NULL;
    PgsSnapshot *again = pgs_snapshot_from_text(text, length, &error);
    if (again == NULL)
        fail_msg("%s in:\n%s", error->message, text);
    assert_true(pgs_snapshot_equal(snapshot, again));
    assert_string_equal(pgs_snapshot_server_version(snapshot), pgs_snapshot_server_version(again));
    char *text_again = pgs_snapshot_to_text(again, NULL);
    assert_string_equal(text, text_again);
    g_free(text);
    g_free(text_again);
    pgs_snapshot_unref(snapshot);
    pgs_snapshot_unref(again);
}

static void
test_form(G_GNUC_UNUSED void **state)
{
    assert_text("table", "public.users", NULL, "x", "table public.users\n  definition: x\n");
    assert_text("table", "public.users", NULL, NULL, "table public.users\n");
    assert_text("view", "v", NULL, "SELECT 1\n\n  FROM\ta \n",
                "view v\n  definition:\n    | SELECT 1\n    |\n    \\\"  FROM\\ta \"\n    |\n");
    assert_text("view", "v", NULL, "a\nb\tc", "view v\n  definition:\n    | a\n    | b\tc\n");
    assert_text("view", "v", NULL, "", "view v\n  definition: \\\"\"\n");
    assert_text("view", "v", NULL, " a", "view v\n  definition: \\\" a\"\n");
    assert_text("view", "v", NULL, "\\d \"x\"", "view v\n  definition: \\\"\\\\d \\\"x\\\"\"\n");
    assert_text("view", "v", NULL, "\"Id\", 'ä'", "view v\n  definition: \"Id\", 'ä'\n");
    assert_text("view", "v", NULL, "\x01\x7f\xff\r",
                "view v\n  definition: \\\"\\x01\\x7f\\xff\\r\"\n");
    assert_text("view", "v", NULL, "a\u202eb\u00a0",
                "view v\n  definition: \\\"a\\xe2\\x80\\xaeb\u00a0\"\n");
}

/* The parent is told only where the identity does not tell it. */
static void
test_parent(G_GNUC_UNUSED void **state)
{
    assert_text("column", "public.a.b", "public.a", NULL, "column public.a.b\n");
    assert_text("column", "public.\"a.b\".\"c.\"\".d\"", "public.\"a.b\"", NULL,
                "column public.\"a.b\".\"c.\"\".d\"\n");
    assert_text("column", "public.a.b", NULL, NULL, "column public.a.b\n  of\n");
    assert_text("column", "public.a.b", "other", NULL, "column public.a.b\n  of other\n");
    assert_text("index", "public.i", "public.a", NULL, "index public.i\n  of public.a\n");
    assert_text("index", "public.i", NULL, NULL, "index public.i\n");
    assert_text("column", "b", NULL, NULL, "column b\n");
    assert_text("gnu", "a.b", "a", NULL, "\\\"gnu\" a.b\n  of a\n");
}

static void
test_round_trip_pieces(G_GNUC_UNUSED void **state)
{
    static const char *const pieces[] = {
        "a",
        "",
        " ",
        "  ",
        "\t",
        "\n",
        "\n\n",
        "a\n",
        "\na",
        "a ",
        " a",
        "a\tb",
        "|",
        "| a",
        "\\",
        "\\\"",
        "\\\"a\"",
        "a\\",
        "\"",
        "\"a b\".\"c",
        "# pgstair snapshot 2",
        "of",
        "of x",
        "a: b",
        ":",
        "\r",
        "a\r\nb\r\n",
        "\\\"a\nb",
        "| a\n|\n| ",
        "  a\n\t b\t\nc\xff",
        "\x01\x02\x1b[31m",
        "\xc3",
        "\xff\xfe",
        "äöü – “x”",
        "\u2028\u202e\ufeff",
        "😀",
        "table x",
        "end\n",
    };
    for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
        const char *piece = pieces[i];
        assert_round_trip(make_one("table", "x", NULL, piece));
        assert_round_trip(make_one("index", "x", piece, "y"));
        assert_round_trip(make_one("column", piece, NULL, piece));
        assert_round_trip(make_one("column", piece, piece, piece));
        assert_round_trip(make_one("operator", piece, NULL, NULL));
        if (*piece != '\0')
            assert_round_trip(make_one(piece, "x", NULL, "y"));
    }
}

static void
test_long_value(G_GNUC_UNUSED void **state)
{
    char *line = g_strnfill(1024 * 1024, 'x');
    assert_round_trip(make_one("view", "v", NULL, line));
    for (gsize i = 80; i < 1024 * 1024; i += 81)
        line[i] = '\n';
    assert_round_trip(make_one("view", "v", NULL, line));
    g_free(line);
}

static void
test_empty(G_GNUC_UNUSED void **state)
{
    GPtrArray *none = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    PgsSnapshot *snapshot = pgs_snapshot_new(none, NULL);
    char *text = pgs_snapshot_to_text(snapshot, NULL);
    assert_string_equal(text, "# pgstair snapshot 1\n");
    g_free(text);
    assert_round_trip(snapshot);
}

/* As an editor or git on Windows leaves it, in another order, with blank lines. */
static void
test_lenient(G_GNUC_UNUSED void **state)
{
    static const char text[] =
        "# pgstair snapshot 1\r\n\r\nview v\r\n  definition:\r\n    | a\r\n    |\r\n"
        "table t\r\n\r\n\r\n  of x\r\n  owner: me\r\n";
    GError *error = NULL;
    PgsSnapshot *snapshot = pgs_snapshot_from_text(text, strlen(text), &error);
    assert_null(error);
    assert_int_equal(pgs_snapshot_n_objects(snapshot), 2);
    assert_string_equal(pgs_object_get(pgs_snapshot_find(snapshot, "view", "v"), "definition"),
                        "a\n");
    const PgsObject *table = pgs_snapshot_find(snapshot, "table", "t");
    assert_string_equal(pgs_object_get(table, "owner"), "me");
    assert_string_equal(table->parent, "x");
    pgs_snapshot_unref(snapshot);
}

#define MAGIC "# pgstair snapshot 1\n"

static void
test_broken(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *text;
        const char *message; /* that it begins with */
    } broken[] = {
        {"", "line 0: this is no pgstair snapshot\nHINT: "},
        {"CREATE TABLE x ();\n", "line 1: this is no pgstair snapshot\nHINT: "},
        {"# pgstair snapshot x\n", "line 1: \"x\" is no version of the format"},
        {"# pgstair snapshot 0\n", "line 1: \"0\" is no version"},
        {MAGIC "# server \\\"15\n", "line 2: the closing quote is missing"},
        {MAGIC "\n  owner: x\n", "line 3: an attribute of nothing"},
        {MAGIC "tables x\n", "line 2: no kind of object that pgstair knows\nHINT: "},
        {MAGIC "table\n", "line 2: no kind of object"},
        {MAGIC "table \n", "line 2: the object's name is missing"},
        {MAGIC "\\\"gnu\"\n", "line 2: the object's name is missing"},
        {MAGIC "\\\"gnu x\n", "line 2: the closing quote is missing"},
        {MAGIC "table \\\"x\" y\n", "line 2: text after the closing quote"},
        {MAGIC "table \\\"\\q\"\n", "line 2: an escape other than"},
        {MAGIC "table \\\"\\x0\"\n", "line 2: an escape other than"},
        {MAGIC "table \\\"\\x00\"\n", "line 2: an escape other than"},
        {MAGIC "table \\\"\\", "line 2: an escape other than"},
        {MAGIC "table x\n  owner\n", "line 3: neither an attribute nor an object\nHINT: "},
        {MAGIC "table x\n  : y\n", "line 3: neither"},
        {MAGIC "table x\n  the owner: y\n", "line 3: neither"},
        {MAGIC "table x\n   owner: y\n", "line 3: neither"},
        {MAGIC "table x\n  owner:y\n", "line 3: the value of owner is missing"},
        {MAGIC "table x\n  owner: \n", "line 3: the value of owner is missing"},
        {MAGIC "table x\n  owner:\n", "line 3: a value is missing"},
        {MAGIC "table x\n  owner:\n    a\n", "line 4: this belongs to no value\nHINT: "},
        {MAGIC "table x\n  owner: y\n    | a\n", "line 4: neither"},
        {MAGIC "table x\n  owner: y\n  owner: z\n",
         "line 4: the attribute owner is there twice\nHINT: "},
        {MAGIC "table x\n\nview y\n\ntable x\n", "line 6: table x is there twice\nHINT: "},
        {MAGIC "<<<<<<< HEAD\n", "line 2: no kind of object"},
        {MAGIC "table \xff\n", "line 2: a byte that is no UTF-8 text at column 7"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        GError *error = NULL;
        assert_null(pgs_snapshot_from_text(broken[i].text, strlen(broken[i].text), &error));
        assert_true(
            g_error_matches(error, PGS_SNAPSHOT_TEXT_ERROR, PGS_SNAPSHOT_TEXT_ERROR_SYNTAX));
        if (!g_str_has_prefix(error->message, broken[i].message))
            fail_msg("%s\nsays: %s", broken[i].text, error->message);
        g_error_free(error);
    }
}

static void
test_nul(G_GNUC_UNUSED void **state)
{
    static const char text[] = MAGIC "table a\0b\n";
    GError *error = NULL;
    assert_null(pgs_snapshot_from_text(text, sizeof text - 1, &error));
    assert_true(g_str_has_prefix(error->message, "line 2: "));
    g_error_free(error);
}

static void
test_newer(G_GNUC_UNUSED void **state)
{
    static const char text[] = "# pgstair snapshot 2\nwhatever\n";
    GError *error = NULL;
    assert_null(pgs_snapshot_from_text(text, strlen(text), &error));
    assert_true(g_error_matches(error, PGS_SNAPSHOT_TEXT_ERROR, PGS_SNAPSHOT_TEXT_ERROR_VERSION));
    assert_non_null(strstr(error->message, "HINT: "));
    g_error_free(error);
}

/* Cut anywhere and with any byte changed, a text is read or refused, and never anything else. */
static void
test_damage(G_GNUC_UNUSED void **state)
{
    char *golden;
    gsize length;
    assert_true(
        g_file_get_contents(PGS_TEST_DIR "/golden/everything.snapshot", &golden, &length, NULL));
    PgsSnapshot *whole = pgs_snapshot_from_text(golden, length, NULL);
    assert_non_null(whole);
    assert_round_trip(whole);
    static const char bytes[] = "\n :\\\"|\x01\xff";
    for (gsize i = 0; i < length; i += 53) {
        gsize cut = i;
        PgsSnapshot *part = pgs_snapshot_from_text(golden, cut, NULL);
        g_clear_pointer(&part, pgs_snapshot_unref);
        char kept = golden[i];
        golden[i] = bytes[i % (sizeof bytes - 1)];
        PgsSnapshot *changed = pgs_snapshot_from_text(golden, length, NULL);
        golden[i] = kept;
        if (changed != NULL)
            assert_round_trip(changed);
    }
    g_free(golden);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_parent),
        cmocka_unit_test(test_round_trip_pieces),
        cmocka_unit_test(test_long_value),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_lenient),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_newer),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
