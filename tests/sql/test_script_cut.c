/* Covers harness/sql/script.c: texts that a tool has split by rules of its own. */
#include "cmocka_all.h"

#include "sql/script.h"

#include <string.h>

/* The script of a text whose pieces stand between a [ and a ], which are blanks in the text itself.
 */
static PgsScript *
cut(const char *marked)
{
    g_autofree char *text = g_strdup(marked);
    g_autoptr(GArray) cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    PgsCut piece = {0};
    for (char *at = text; *at != '\0'; at++) {
        if (*at == '[')
            piece.start = (gsize)(at - text) + 1;
        if (*at == ']') {
            piece.end = (gsize)(at - text);
            g_array_append_val(cuts, piece);
        }
        if (*at == '[' || *at == ']')
            *at = ' ';
    }
    g_autoptr(GError) error = NULL;
    PgsScript *script = pgs_script_new_cut(text, strlen(text), cuts, NULL, &error);
    if (script == NULL)
        fail_msg("%s", error->message);
    return script;
}

/* "line:column tag flags: text" of each piece, and of the statements in it. */
static char *
describe(const PgsScript *script)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *piece = pgs_script_statement(script, i);
        g_autofree char *sql = pgs_script_statement_text(script, piece);
        g_string_append_printf(text, "%u:%u %s %x {%s}", piece->line, piece->column, piece->tag,
                               piece->flags, sql);
        for (guint n = 0; pgs_script_part(script, piece, n) != piece; n++) {
            const PgsStatement *part = pgs_script_part(script, piece, n);
            g_string_append_printf(text, " %u:%u %s", part->line, part->column, part->tag);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static void
assert_cut(const char *marked, const char *expected)
{
    g_autoptr(PgsScript) script = cut(marked);
    g_autofree char *found = describe(script);
    assert_string_equal(found, expected);
}

static void
test_pieces(void **state)
{
    (void)state;
    assert_cut("", "");
    assert_cut("nothing", "");
    assert_cut("[SELECT 1;]\n [SELECT 2; SELECT 3]",
               "1:2 SELECT 0 {SELECT 1;}\n2:3 SELECT 0 {SELECT 2; SELECT 3} 2:3 SELECT "
               "2:13 SELECT\n");
    /* Comments in front are left out, so that the place is the statement's. */
    assert_cut("[-- a\n\n /* b */ SELECT 1 -- c\n]", "3:10 SELECT 0 {SELECT 1 -- c\n}\n");
    /* Nothing but comments is sent all the same. */
    assert_cut("[-- a\n][]", "1:2  0 {-- a\n}\n2:3  0 {}\n");
    assert_cut("[\xc3\xa4]\r\n\xc3\xa4[SELECT 1;\r\nSELECT 2;\r\n]",
               "1:2 \xc3\xa4 0 {\xc3\xa4}\n"
               "2:3 SELECT 0 {SELECT 1;\r\nSELECT 2;\r\n} 2:3 SELECT 3:1 SELECT\n");
}

/* All that a piece does counts. */
static void
test_flags(void **state)
{
    (void)state;
    g_autoptr(PgsScript) script =
        cut("[SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a); CREATE ROLE r;][BEGIN;][COMMIT]");
    assert_int_equal(pgs_script_statement(script, 0)->flags,
                     PGS_STATEMENT_NO_TRANSACTION | PGS_STATEMENT_CLUSTER);
    assert_int_equal(pgs_script_statement(script, 1)->flags, PGS_STATEMENT_BEGIN);
    assert_int_equal(pgs_script_flags(script), PGS_STATEMENT_NO_TRANSACTION |
                                                   PGS_STATEMENT_CLUSTER | PGS_STATEMENT_BEGIN |
                                                   PGS_STATEMENT_COMMIT);
}

/* What the scanner cannot read is the server's to judge. */
static void
test_unreadable_pieces(void **state)
{
    (void)state;
    assert_cut("[SELECT $$;]\n[x $$;][\\d]", "1:2  0 {SELECT $$;}\n2:2  0 {x $$;}\n2:9  0 {\\d}\n");
    assert_cut("[SELECT 'a;][SELECT 2;]", "1:2  0 {SELECT 'a;}\n1:14 SELECT 0 {SELECT 2;}\n");
}

/* A byte order mark is sent where the tool sends it. */
static void
test_byte_order_mark(void **state)
{
    (void)state;
    g_autoptr(PgsScript) script = cut("[\xef\xbb\xbfSELECT 1;]");
    g_autofree char *sql = pgs_script_statement_text(script, pgs_script_statement(script, 0));
    assert_string_equal(sql, "\xef\xbb\xbfSELECT 1;");
}

/* Only a COPY whose data was found is fed. */
static void
test_copy(void **state)
{
    (void)state;
    static const char text[] = "COPY t FROM stdin;\n1\n\\.\nCOPY t FROM stdin;\n";
    g_autoptr(GArray) cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    PgsCut fed = {.start = 0, .end = 17, .data_start = 19, .data_end = 21};
    PgsCut unfed = {.start = 24, .end = 42};
    g_array_append_val(cuts, fed);
    g_array_append_val(cuts, unfed);
    g_autoptr(PgsScript) script = pgs_script_new_cut(text, strlen(text), cuts, NULL, NULL);
    const PgsStatement *first = pgs_script_statement(script, 0);
    assert_int_equal(first->flags, PGS_STATEMENT_COPY_IN);
    assert_int_equal(first->data_start, 19);
    assert_int_equal(first->data_end, 21);
    assert_int_equal(pgs_script_statement(script, 1)->flags, 0);
}

static void
test_encoding(void **state)
{
    (void)state;
    g_autoptr(GArray) cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    PgsPosition position = {0};
    g_autoptr(GError) error = NULL;
    assert_null(pgs_script_new_cut("SELECT\n \xff;", 10, cuts, &position, &error));
    assert_true(g_error_matches(error, PGS_SQL_ERROR, PGS_SQL_ERROR_ENCODING));
    assert_int_equal(position.line, 2);
    assert_int_equal(position.column, 2);
}

/* The parts of a script that psql splits are its statements. */
static void
test_part_of_others(void **state)
{
    (void)state;
    g_autoptr(PgsScript) script = pgs_script_new("SELECT 1; SELECT 2;", 19, FALSE, NULL, NULL);
    const PgsStatement *first = pgs_script_statement(script, 0);
    assert_ptr_equal(pgs_script_part(script, first, 0), first);
    assert_ptr_equal(pgs_script_part(script, first, 1), first);
}

static gint64
time_cut(guint n)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        g_string_append(text, "[INSERT INTO t VALUES (1);\nSELECT 2;]\n");
    gint64 best = G_MAXINT64;
    for (guint i = 0; i < 3; i++) {
        gint64 start = g_get_monotonic_time();
        g_autoptr(PgsScript) script = cut(text->str);
        best = MIN(best, g_get_monotonic_time() - start);
        const PgsStatement *last = pgs_script_statement(script, n - 1);
        assert_int_equal(last->line, 2 * n - 1);
        assert_int_equal(pgs_script_part(script, last, 1)->line, 2 * n);
    }
    g_string_free(text, TRUE);
    return best;
}

static void
test_linear(void **state)
{
    (void)state;
    if (g_getenv("PGSTAIR_TEST_SMALL") != NULL)
        skip();
    gint64 small = time_cut(3000);
    gint64 large = time_cut(24000);
    if (large > 24 * small + 20000)
        fail_msg("%d µs, eight times as much: %d µs", (int)small, (int)large);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_unreadable_pieces),
        cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_part_of_others),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
