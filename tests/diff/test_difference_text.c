/* Covers harness/diff/difference_text.c. */
#include "cmocka_all.h"

#include "diff/build.h"
#include "record/golden.h"

#include <string.h>

#define BODY_BEFORE                                                                                \
    "\nDECLARE\n  n integer;\nBEGIN\n  n := 1;\n  n := n + 1;\n  n := n + 2;\n  n := n + 3;\n"     \
    "  n := n + 4;\n  RETURN n;\nEND\n"
#define BODY_AFTER                                                                                 \
    "\nDECLARE\n  n integer;\nBEGIN\n  n := 2;\n  n := n + 1;\n  n := n + 2;\n  n := n + 3;\n"     \
    "  n := n + 4;\n  n := n + 5;\n  RETURN n;\nEND\n"

static PgsSnapshot *
library_before(void)
{
    return snapshot(
        object("enum type", "public.mood", NULL, "owner", "alice", "labels", "'sad', 'ok'", NULL),
        object("function", "public.total()", NULL, "language", "plpgsql", "body", BODY_BEFORE,
               NULL),
        object("table", "public.orders", NULL, "owner", "alice", "column-order", "id, at, note",
               "comment", "Orders.", NULL),
        object("column", "public.orders.at", "public.orders", "type", "timestamp with time zone",
               "not-null", "true", "default", "now()", NULL),
        object("column", "public.orders.id", "public.orders", "type", "uuid", "not-null", "true",
               NULL),
        object("column", "public.orders.note", "public.orders", "type", "text", NULL),
        object("index", "public.orders_at_idx", "public.orders", "method", "btree", "columns", "at",
               NULL),
        object("index", "public.orders_note_idx", "public.orders", "method", "btree", "columns",
               "note", "predicate", "(note IS NOT NULL)", NULL),
        object("primary key", "public.orders.orders_pkey", "public.orders", "columns", "id", NULL),
        object("table", "public.users", NULL, "owner", "alice", "column-order", "id", NULL),
        object("column", "public.users.id", "public.users", "type", "uuid", NULL),
        object("foreign key", "public.users.users_order_fkey", "public.users", "columns", "id",
               "references", "public.orders (id)", "on-delete", "CASCADE", "on-update", "NO ACTION",
               NULL),
        object("policy", "public.users.a", "public.users", "command", "ALL", NULL),
        object("policy", "public.users.b", "public.users", "command", "SELECT", NULL),
        object("view", "public.recent", NULL, "definition",
               "SELECT orders.id,\n    orders.at\n   FROM public.orders\n  WHERE (orders.at > "
               "(now() - '1 day'::interval));",
               NULL),
        NULL);
}

static PgsSnapshot *
library_after(void)
{
    return snapshot(
        object("enum type", "public.lifecycle_lane", NULL, "owner", "alice", "labels",
               "'build', 'sell', 'milk', 'reframe'", NULL),
        object("enum type", "public.mood", NULL, "owner", "bob", "labels",
               "'sad', 'ok', 'happy, really', 'overjoyed', 'beside themselves with joy and mirth'",
               NULL),
        object("function", "public.total()", NULL, "language", "plpgsql", "body", BODY_AFTER, NULL),
        object("table", "public.orders", NULL, "owner", "alice", "column-order",
               "id, note, at, \"größe\"", NULL),
        object("column", "public.orders.\"größe\"", "public.orders", "type",
               "character varying(255)", "not-null", "true", "default", "'Größe  M'::text", NULL),
        object("column", "public.orders.at", "public.orders", "type", "timestamp with time zone",
               NULL),
        object("column", "public.orders.id", "public.orders", "type", "uuid", "not-null", "true",
               NULL),
        object("column", "public.orders.note", "public.orders", "type", "text", NULL),
        object("index", "public.ix_orders_at", "public.orders", "method", "btree", "columns", "at",
               NULL),
        object("index", "public.orders_note_idx", "public.orders", "method", "btree", "columns",
               "note", NULL),
        object("primary key", "public.orders.orders_pkey", "public.orders", "columns", "id", NULL),
        object("sequence", "public.n", NULL, "owner", "alice", "type", "bigint", "start", "1",
               NULL),
        object("view", "public.recent", NULL, "definition",
               "SELECT orders.id, orders.at FROM public.orders WHERE (orders.at > (now() - '1 "
               "day'::interval));",
               NULL),
        NULL);
}

static PgsDiff *
library(void)
{
    static const char *const tolerances[] = {"comments", "owners", "index-names", NULL};
    return diff_of(library_before(), library_after(), tolerances);
}

static PgsDiff *
library_backwards(void)
{
    return diff_of(library_after(), library_before(), NULL);
}

/* Only children differ, a comment of several lines is lost, and values that are long. */
static PgsDiff *
details(void)
{
    g_autofree char *lengthy = g_strnfill(600, 'x');
    g_autofree char *before = g_strdup_printf("CHECK (a = '%s')", lengthy);
    g_autofree char *after = g_strdup_printf("CHECK (a = '%sy')", lengthy);
    return diff_of(
        snapshot(object("table", "public.t", NULL, NULL),
                 object("column", "public.t.a", "public.t", "type", "text", "comment",
                        "First line.\nSecond line.", NULL),
                 object("check constraint", "public.t.c", "public.t", "expression", before, NULL),
                 object("check constraint", "public.t.control\033[31m", "public.t", "expression",
                        "a <> '\033[31m'", NULL),
                 object("function", "public.f()", NULL, "body", "x\n", NULL),
                 object("table", "public.v", NULL, "owner", "alice", NULL),
                 object("column", "public.v.a", "public.v", "type", "text", NULL),
                 object("collation", "public.t", NULL, "provider", "icu", NULL), NULL),
        snapshot(
            object("table", "public.t", NULL, NULL),
            object("column", "public.t.a", "public.t", "type", "text", "storage", "EXTERNAL", NULL),
            object("check constraint", "public.t.c", "public.t", "expression", after, NULL),
            object("function", "public.f()", NULL, "body", "x", NULL),
            object("view", "public.v", NULL, "definition", "SELECT ''::text AS a", NULL),
            object("column", "public.v.a", "public.v", "type", "text", "comment", "", NULL),
            object("collation", "public.t", NULL, "provider", "libc", NULL), NULL),
        NULL);
}

static PgsDiff *
from_nothing(void)
{
    return diff_of(NULL, library_before(), NULL);
}

static void
test_golden_texts(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *file;
        PgsDiff *(*make)(void);
        gboolean color;
    } rows[] = {
        {"library.txt", library, FALSE},
        {"library-color.txt", library, TRUE},
        {"library-backwards.txt", library_backwards, FALSE},
        {"details.txt", details, FALSE},
        {"from-nothing.txt", from_nothing, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsDiff) diff = rows[i].make();
        g_autofree char *text = pgs_diff_to_text(diff, rows[i].color);
        g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", rows[i].file, NULL);
        assert_golden(golden, text);
        assert_true(g_utf8_validate(text, -1, NULL));
        if (!rows[i].color)
            assert_null(strchr(text, '\033'));
    }
}

static void
test_golden_lines(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsDiff) diff = library();
    g_autoptr(PgsDiff) more = details();
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        g_autofree char *line = pgs_difference_to_string(pgs_diff_difference(diff, i));
        g_string_append_printf(text, "%s\n", line);
    }
    for (guint i = 0; i < pgs_diff_n_differences(more); i++) {
        g_autofree char *line = pgs_difference_to_string(pgs_diff_difference(more, i));
        assert_null(strchr(line, '\n'));
        g_string_append_printf(text, "%s\n", line);
    }
    g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", "lines.txt", NULL);
    assert_golden(golden, text->str);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_texts),
        cmocka_unit_test(test_golden_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
