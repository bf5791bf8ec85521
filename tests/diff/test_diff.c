/* Covers harness/diff/diff.c, nature.c, rename.c and tolerance.c. */
#include "cmocka_all.h"

#include "diff/build.h"
#include "diff/nature.h"

#include <string.h>

static void
assert_counts(const PgsDiff *diff, guint real, guint cosmetic, guint tolerated)
{
    PgsDiffCounts counts = pgs_diff_counts(diff);
    assert_int_equal(counts.real, real);
    assert_int_equal(counts.cosmetic, cosmetic);
    assert_int_equal(counts.tolerated, tolerated);
}

/* The difference of that object (and attribute), or NULL. */
static const PgsDifference *
find(const PgsDiff *diff, const char *identity, const char *attribute)
{
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        const PgsObject *about =
            difference->before != NULL ? difference->before : difference->after;
        if (strcmp(about->identity, identity) == 0 &&
            g_strcmp0(difference->attribute, attribute) == 0)
            return difference;
    }
    return NULL;
}

/* ---- merging ---- */

static void
test_added_removed_and_changed(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsDiff) diff = diff_of(
        snapshot(
            object("table", "public.a", NULL, "owner", "alice", NULL),
            object("table", "public.b", NULL, "owner", "alice", "persistence", "unlogged", NULL),
            object("view", "public.v", NULL, "definition", "SELECT 1", NULL), NULL),
        snapshot(object("table", "public.b", NULL, "owner", "bob", "row-security", "true", NULL),
                 object("table", "public.c", NULL, "owner", "carol", NULL),
                 object("view", "public.v", NULL, "definition", "SELECT 1", NULL), NULL),
        NULL);
    static const struct {
        PgsChange change;
        const char *identity, *attribute, *before, *after;
    } expected[] = {
        {PGS_CHANGE_REMOVED, "public.a", NULL, NULL, NULL},
        {PGS_CHANGE_ATTRIBUTE, "public.b", "owner", "alice", "bob"},
        {PGS_CHANGE_ATTRIBUTE, "public.b", "persistence", "unlogged", NULL},
        {PGS_CHANGE_ATTRIBUTE, "public.b", "row-security", NULL, "true"},
        {PGS_CHANGE_ADDED, "public.c", NULL, NULL, NULL},
    };
    assert_int_equal(pgs_diff_n_differences(diff), G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        const PgsObject *about =
            difference->before != NULL ? difference->before : difference->after;
        assert_int_equal(difference->change, expected[i].change);
        assert_int_equal(difference->nature, PGS_NATURE_REAL);
        assert_string_equal(about->identity, expected[i].identity);
        assert_int_equal(g_strcmp0(difference->attribute, expected[i].attribute), 0);
        assert_int_equal(g_strcmp0(difference->before_value, expected[i].before), 0);
        assert_int_equal(g_strcmp0(difference->after_value, expected[i].after), 0);
        assert_int_equal(difference->before == NULL, expected[i].change == PGS_CHANGE_ADDED);
        assert_int_equal(difference->after == NULL, expected[i].change == PGS_CHANGE_REMOVED);
    }
    assert_counts(diff, 5, 0, 0);
}

static void
test_nothing_differs(G_GNUC_UNUSED void **state)
{
    PgsObject *shared = object("table", "public.a", NULL, "owner", "alice", NULL);
    g_autoptr(PgsDiff) diff =
        diff_of(snapshot(shared, object("table", "public.b", NULL, "owner", "x", NULL), NULL),
                snapshot(pgs_object_ref(shared),
                         object("table", "public.b", NULL, "owner", "x", NULL), NULL),
                NULL);
    assert_int_equal(pgs_diff_n_differences(diff), 0);
    assert_counts(diff, 0, 0, 0);
    g_autofree char *text = pgs_diff_to_text(diff, TRUE);
    assert_string_equal(text, "");
}

static void
test_a_missing_side_is_empty(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsDiff) added =
        diff_of(NULL, snapshot(object("schema", "a", NULL, NULL), NULL), NULL);
    g_autoptr(PgsDiff) removed =
        diff_of(snapshot(object("schema", "a", NULL, NULL), NULL), NULL, NULL);
    g_autoptr(PgsDiff) neither = diff_of(NULL, NULL, NULL);
    assert_int_equal(pgs_diff_difference(added, 0)->change, PGS_CHANGE_ADDED);
    assert_int_equal(pgs_diff_difference(removed, 0)->change, PGS_CHANGE_REMOVED);
    assert_int_equal(pgs_diff_n_differences(neither), 0);
    assert_counts(added, 1, 0, 0);
}

/* ---- folding ---- */

static void
test_children_go_with_their_parent(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsDiff) diff = diff_of(
        snapshot(object("table", "public.kept", NULL, NULL), NULL),
        snapshot(object("table", "public.kept", NULL, NULL),
                 object("column", "public.kept.a", "public.kept", "type", "text", NULL),
                 object("table", "public.new", NULL, NULL),
                 object("column", "public.new.a", "public.new", "type", "text", NULL),
                 object("index", "public.new_idx", "public.new", "columns", "a", NULL),
                 object("sequence", "public.new_a_seq", NULL, "owned-by", "public.new.a", NULL),
                 object("sequence", "public.own_seq", NULL, "owned-by", "public.kept.a", NULL),
                 NULL),
        NULL);
    assert_int_equal(pgs_diff_n_differences(diff), 3);
    assert_non_null(find(diff, "public.kept.a", NULL));
    assert_non_null(find(diff, "public.own_seq", NULL));
    assert_non_null(find(diff, "public.new", NULL));
    assert_counts(diff, 3, 0, 0);
}

static void
test_a_table_that_became_a_view(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsDiff) diff =
        diff_of(snapshot(object("table", "public.x", NULL, NULL),
                         object("column", "public.x.a", "public.x", "type", "text", NULL),
                         object("column", "public.x.b", "public.x", "type", "text", NULL), NULL),
                snapshot(object("view", "public.x", NULL, NULL),
                         object("column", "public.x.a", "public.x", "type", "integer", NULL), NULL),
                NULL);
    /* b went with the table; a is there before and after, and of another type. */
    assert_int_equal(pgs_diff_n_differences(diff), 3);
    assert_non_null(find(diff, "public.x.a", "type"));
    assert_null(find(diff, "public.x.b", NULL));
}

/* ---- natures ---- */

static void
test_lists_are_cut_at_their_commas(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *list;
        const char *parts;
    } rows[] = {
        {"", ""},
        {"a", "a|"},
        {"a, b,c", "a|b|c|"},
        {"\"a, b\", c", "\"a, b\"|c|"},
        {"\"a\"\", b\", c", "\"a\"\", b\"|c|"},
        {"'it''s, one', 'say \"x', 'y'", "'it''s, one'|'say \"x'|'y'|"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) parts = pgs_nature_split_list(rows[i].list);
        g_autoptr(GString) joined = g_string_new(NULL);
        for (guint p = 0; p < parts->len; p++)
            g_string_append_printf(joined, "%s|", (char *)parts->pdata[p]);
        assert_string_equal(joined->str, rows[i].parts);
    }
}

#define NONE ((PgsNature)-1)

static PgsNature
judge(const char *language, const char *attribute, const char *before, const char *after)
{
    g_autoptr(PgsObject) about = object("function", "public.f()", NULL, "language", language, NULL);
    PgsNature nature = PGS_NATURE_REAL;
    return pgs_nature_judge(about, attribute, before, after, &nature) ? nature : NONE;
}

static void
test_natures(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *language, *attribute, *before, *after;
        PgsNature nature;
    } rows[] = {
        {NULL, "column-order", "a, b, c", "a, c, b", PGS_NATURE_ORDER},
        {NULL, "column-order", "a, \"b, x\", c", "c, \"b, x\", a", PGS_NATURE_ORDER},
        {NULL, "column-order", "a, b, c, d", "x, b, a", PGS_NATURE_ORDER},
        {NULL, "column-order", "a, b", "a, new, b", NONE},
        {NULL, "column-order", "a, old, b", "a, b", NONE},
        {NULL, "column-order", "old", "new", NONE},
        {NULL, "column-order", NULL, "a", NONE},
        {NULL, "attribute-order", "a, b", "b, a", PGS_NATURE_REAL},
        {NULL, "attribute-order", "a, b", "a, b, c", NONE},
        {NULL, "default", "'a  b'::text", "'a b'::text", PGS_NATURE_REAL},
        {NULL, "default", "(a +\n  b)", "(a + b)", PGS_NATURE_WHITE_SPACE},
        {NULL, "default", NULL, "''::text", PGS_NATURE_REAL},
        {NULL, "expression", "(a\t> 0)", "(a > 0)", PGS_NATURE_WHITE_SPACE},
        {NULL, "comment", "two  blanks", "two blanks", PGS_NATURE_REAL},
        {NULL, "labels", "'a  b'", "'a b'", PGS_NATURE_REAL},
        {NULL, "options", "a=1,  b=2", "a=1, b=2", PGS_NATURE_REAL},
        {"plpgsql", "body", "BEGIN\r\n  RETURN 1;\r\nEND ", "\nBEGIN\n\tRETURN 1;\nEND",
         PGS_NATURE_WHITE_SPACE},
        {"plpgsql", "body", "RAISE 'a  b';", "RAISE 'a b';", PGS_NATURE_REAL},
        {"plpgsql", "body", "EXECUTE $q$ a  b $q$;", "EXECUTE $q$ a b $q$;", PGS_NATURE_REAL},
        {"sql", "body", "SELECT  1", "SELECT 1", PGS_NATURE_WHITE_SPACE},
        {"plpython3u", "body", "if x:\n  y()\nz()", "if x:\n  y()\n  z()", PGS_NATURE_REAL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PgsNature nature =
            judge(rows[i].language, rows[i].attribute, rows[i].before, rows[i].after);
        if (nature != rows[i].nature)
            fail_msg("row %zu: %s is judged %d", i, rows[i].attribute, (int)nature);
    }
}

static void
test_real_ones_come_first(G_GNUC_UNUSED void **state)
{
    static const char *const tolerances[] = {"owners", NULL};
    g_autoptr(PgsDiff) diff = diff_of(
        snapshot(object("table", "public.a", NULL, "owner", "x", "column-order", "b, c", NULL),
                 object("table", "public.d", NULL, "persistence", "unlogged", NULL), NULL),
        snapshot(object("table", "public.a", NULL, "owner", "y", "column-order", "c, b", NULL),
                 object("table", "public.d", NULL, NULL), NULL),
        tolerances);
    assert_int_equal(pgs_diff_n_differences(diff), 3);
    assert_string_equal(pgs_diff_difference(diff, 0)->attribute, "persistence");
    assert_string_equal(pgs_diff_difference(diff, 1)->attribute, "column-order");
    assert_string_equal(pgs_diff_difference(diff, 2)->attribute, "owner");
    assert_string_equal(pgs_diff_difference(diff, 2)->tolerated, "owners");
    assert_counts(diff, 1, 1, 1);
}

/* ---- renames ---- */

static void
assert_renamed(PgsSnapshot *before, PgsSnapshot *after, gboolean renamed)
{
    g_autoptr(PgsDiff) diff = diff_of(before, after, NULL);
    assert_int_equal(pgs_diff_n_differences(diff), 2);
    const PgsDifference *a = pgs_diff_difference(diff, 0);
    const PgsDifference *b = pgs_diff_difference(diff, 1);
    const PgsDifference *removed = a->change == PGS_CHANGE_REMOVED ? a : b;
    const PgsDifference *added = removed == a ? b : a;
    assert_ptr_equal(removed->renamed, renamed ? added->after : NULL);
    assert_ptr_equal(added->renamed, renamed ? removed->before : NULL);
    assert_counts(diff, renamed ? 1 : 2, 0, 0);
}

#define TABLE(columns) object("table", "public.t", NULL, "column-order", columns, NULL)

static void
test_what_is_renamed(G_GNUC_UNUSED void **state)
{
    assert_renamed(
        snapshot(object("index", "public.a_idx", "public.t", "columns", "a", NULL), NULL),
        snapshot(object("index", "public.b_idx", "public.t", "columns", "a", NULL), NULL), TRUE);
    assert_renamed(snapshot(object("index", "public.a", "public.t", "columns", "a", NULL), NULL),
                   snapshot(object("index", "public.b", "public.t", "columns", "a", NULL), NULL),
                   TRUE);
    /* Its own name in an attribute, qualified, quoted or bare. */
    assert_renamed(snapshot(object("trigger", "public.t.\"a b\"", "public.t", "definition",
                                   "CREATE TRIGGER \"a b\" ON public.t", NULL),
                            NULL),
                   snapshot(object("trigger", "public.t.c", "public.t", "definition",
                                   "CREATE TRIGGER c ON public.t", NULL),
                            NULL),
                   TRUE);
    assert_renamed(snapshot(object("function", "public.f(integer, text)", NULL, "body",
                                   "SELECT public.f(1, 'f') + f2(f)", NULL),
                            NULL),
                   snapshot(object("function", "public.g(integer, text)", NULL, "body",
                                   "SELECT public.g(1, 'f') + f2(g)", NULL),
                            NULL),
                   TRUE);
    /* A table with its columns and what hangs on it. */
    assert_renamed(
        snapshot(object("table", "public.old", NULL, "column-order", "id", NULL),
                 object("column", "public.old.id", "public.old", "type", "uuid", NULL),
                 object("primary key", "public.old.pk", "public.old", "columns", "id", NULL), NULL),
        snapshot(object("table", "public.new", NULL, "column-order", "id", NULL),
                 object("column", "public.new.id", "public.new", "type", "uuid", NULL),
                 object("primary key", "public.new.pk", "public.new", "columns", "id", NULL), NULL),
        TRUE);
}

/* NOT NULL's, whose names are the server's choice unless a person says otherwise. */
static void
test_generated_names_are_cosmetic(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *before, *after;
        gboolean cosmetic;
    } rows[] = {
        {"public.t.t_old_not_null", "public.t.t_a_not_null", TRUE},
        {"public.t.t_a_not_null", "public.t.t_a_not_null12", TRUE},
        {"public.t.\"t_A b_not_null1\"", "public.t.\"t_A b_not_null\"", TRUE},
        {"app.d.d_not_null", "app.d.e_not_null", TRUE},
        {"public.t.t_a_not_null", "public.t.a_is_there", FALSE},
        {"public.t.a_is_there", "public.t.t_a_not_null", FALSE},
        {"public.t.not_null", "public.t.t_a_not_null", FALSE},
        {"public.t.t_a_not_nullable", "public.t.t_a_not_null", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (guint is_check = 0; is_check < 2; is_check++) {
            const char *kind = is_check ? "check constraint" : "not-null constraint";
            g_autoptr(PgsDiff) diff = diff_of(
                snapshot(object(kind, rows[i].before, "t", "columns", "a", NULL), NULL),
                snapshot(object(kind, rows[i].after, "t", "columns", "a", NULL), NULL), NULL);
            gboolean cosmetic = rows[i].cosmetic && !is_check;
            assert_counts(diff, !cosmetic, cosmetic, 0);
            for (guint half = 0; half < 2; half++)
                assert_int_equal(pgs_diff_difference(diff, half)->nature,
                                 cosmetic ? PGS_NATURE_NAME : PGS_NATURE_REAL);
        }
    }
    /* Of another column it is another one, whatever it is called. */
    g_autoptr(PgsDiff) other = diff_of(
        snapshot(object("not-null constraint", "public.t.t_a_not_null", "t", "columns", "a", NULL),
                 NULL),
        snapshot(object("not-null constraint", "public.t.t_b_not_null", "t", "columns", "b", NULL),
                 NULL),
        NULL);
    assert_counts(other, 2, 0, 0);
}

static void
test_what_is_not_renamed(G_GNUC_UNUSED void **state)
{
    /* Another attribute, parent, argument list, literal, column. */
    assert_renamed(
        snapshot(object("index", "public.a_idx", "public.t", "columns", "a", NULL), NULL),
        snapshot(object("index", "public.b_idx", "public.t", "columns", "b", NULL), NULL), FALSE);
    assert_renamed(
        snapshot(object("index", "public.a_idx", "public.t", "columns", "a", NULL), NULL),
        snapshot(object("index", "public.b_idx", "public.u", "columns", "a", NULL), NULL), FALSE);
    assert_renamed(snapshot(object("function", "public.f(integer)", NULL, "body", "x", NULL), NULL),
                   snapshot(object("function", "public.g(text)", NULL, "body", "x", NULL), NULL),
                   FALSE);
    assert_renamed(snapshot(object("check constraint", "public.t.a", "public.t", "expression",
                                   "x = 'a'", NULL),
                            NULL),
                   snapshot(object("check constraint", "public.t.b", "public.t", "expression",
                                   "x = 'b'", NULL),
                            NULL),
                   FALSE);
    assert_renamed(
        snapshot(object("table", "public.old", NULL, NULL),
                 object("column", "public.old.id", "public.old", "type", "uuid", NULL), NULL),
        snapshot(object("table", "public.new", NULL, NULL),
                 object("column", "public.new.id", "public.new", "type", "text", NULL), NULL),
        FALSE);
    /* What has a name of its own is another thing by another name. */
    assert_renamed(snapshot(object("extension", "hstore", NULL, "version", "1.8", NULL), NULL),
                   snapshot(object("extension", "ltree", NULL, "version", "1.8", NULL), NULL),
                   FALSE);
}

static void
test_a_renamed_column_keeps_its_place(G_GNUC_UNUSED void **state)
{
    assert_renamed(snapshot(TABLE("id, a"),
                            object("column", "public.t.a", "public.t", "type", "text", NULL), NULL),
                   snapshot(TABLE("id, b"),
                            object("column", "public.t.b", "public.t", "type", "text", NULL), NULL),
                   TRUE);
    assert_renamed(snapshot(TABLE("a, id"),
                            object("column", "public.t.a", "public.t", "type", "text", NULL), NULL),
                   snapshot(TABLE("id, b"),
                            object("column", "public.t.b", "public.t", "type", "text", NULL), NULL),
                   FALSE);
}

static void
test_two_of_a_kind_are_not_guessed_at(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsDiff) diff = diff_of(
        snapshot(object("index", "public.a", "public.t", "columns", "x", NULL),
                 object("index", "public.b", "public.t", "columns", "x", NULL), NULL),
        snapshot(object("index", "public.c", "public.t", "columns", "x", NULL), NULL), NULL);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++)
        assert_null(pgs_diff_difference(diff, i)->renamed);
    assert_counts(diff, 3, 0, 0);
}

/* ---- tolerances ---- */

/* One difference, with the tolerance switched on, off, and with all the others on. */
static void
assert_tolerance(const char *name, PgsObject *before, PgsObject *after, gboolean covered)
{
    g_autoptr(PgsSnapshot) first = before != NULL ? snapshot(before, NULL) : NULL;
    g_autoptr(PgsSnapshot) second = after != NULL ? snapshot(after, NULL) : NULL;
    PgsTolerances one = 0, others = 0;
    assert_true(pgs_tolerances_add(&one, name));
    for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++) {
        if (strcmp(info->name, name) != 0)
            pgs_tolerances_add(&others, info->name);
    }
    g_autoptr(PgsDiff) on = pgs_diff_new(first, second, one);
    g_autoptr(PgsDiff) off = pgs_diff_new(first, second, 0);
    g_autoptr(PgsDiff) with_others = pgs_diff_new(first, second, others);
    assert_true(pgs_diff_n_differences(on) > 0);
    for (guint i = 0; i < pgs_diff_n_differences(on); i++) {
        const char *tolerated = pgs_diff_difference(on, i)->tolerated;
        if (g_strcmp0(tolerated, covered ? name : NULL) != 0)
            fail_msg("%s: tolerated by %s", name, tolerated != NULL ? tolerated : "nothing");
        assert_null(pgs_diff_difference(off, i)->tolerated);
        if (covered)
            assert_null(pgs_diff_difference(with_others, i)->tolerated);
    }
    assert_int_equal(pgs_diff_counts(on).tolerated, covered ? 1 : 0);
}

/* An object, before and after, of which one attribute differs. */
static void
assert_attribute_tolerance(const char *name, const char *kind, const char *attribute,
                           const char *before, const char *after, gboolean covered)
{
    assert_tolerance(name, object(kind, "public.x", NULL, attribute, before, NULL),
                     object(kind, "public.x", NULL, attribute, after, NULL), covered);
}

static void
test_tolerances_of_attributes(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name, *kind, *attribute, *before, *after;
        gboolean covered;
    } rows[] = {
        {"column-order", "table", "column-order", "a, b", "b, a", TRUE},
        {"column-order", "composite type", "attribute-order", "a, b", "b, a", FALSE},
        {"white-space", "view", "definition", "SELECT  1", "SELECT 1", TRUE},
        {"white-space", "view", "definition", "SELECT 1", "SELECT 2", FALSE},
        {"comments", "table", "comment", "x", NULL, TRUE},
        {"comments", "primary key", "index-comment", NULL, "x", TRUE},
        {"owners", "table", "owner", "x", "y", TRUE},
        {"privileges", "table", "privileges", "SELECT to x", NULL, TRUE},
        {"privileges", "table", "owner", "x", "y", FALSE},
        {"storage-parameters", "table", "options", "fillfactor=70", NULL, TRUE},
        {"storage-parameters", "index", "options", "fillfactor=70", "fillfactor=80", TRUE},
        {"storage-parameters", "column", "compression", "lz4", NULL, TRUE},
        {"storage-parameters", "view", "options", "security_barrier=true", NULL, FALSE},
        {"storage-parameters", "table", "persistence", "unlogged", NULL, FALSE},
        {"statistics", "column", "statistics-target", "100", NULL, TRUE},
        {"enum-labels", "enum type", "labels", "'a', 'b'", "'a', 'new', 'b'", TRUE},
        {"enum-labels", "enum type", "labels", "'a, b'", "'a, b', 'c'", TRUE},
        {"enum-labels", "enum type", "labels", "'a', 'b'", "'b', 'a'", FALSE},
        {"enum-labels", "enum type", "labels", "'a', 'b'", "'a'", FALSE},
        {"constraint-names", "primary key", "columns", "a", "b", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_attribute_tolerance(rows[i].name, rows[i].kind, rows[i].attribute, rows[i].before,
                                   rows[i].after, rows[i].covered);
}

static void
test_tolerances_of_objects(G_GNUC_UNUSED void **state)
{
    assert_tolerance("statistics", NULL, object("statistics", "public.s", "public.t", NULL), TRUE);
    assert_tolerance("privileges", object("default privileges", "x", NULL, NULL), NULL, TRUE);
    assert_tolerance("extensions", NULL, object("extension", "hstore", NULL, NULL), TRUE);
    assert_tolerance("extensions", object("extension", "hstore", NULL, NULL), NULL, FALSE);
    assert_tolerance("index-names", object("index", "public.a", "public.t", "columns", "a", NULL),
                     object("index", "public.b", "public.t", "columns", "a", NULL), TRUE);
    assert_tolerance("constraint-names",
                     object("foreign key", "public.t.a", "public.t", "columns", "a", NULL),
                     object("foreign key", "public.t.b", "public.t", "columns", "a", NULL), TRUE);
    assert_tolerance("index-names", object("index", "public.a", "public.t", "columns", "a", NULL),
                     NULL, FALSE);
}

static void
test_the_table_of_tolerances(G_GNUC_UNUSED void **state)
{
    PgsTolerances all = 0;
    guint n = 0;
    for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++, n++) {
        PgsTolerances before = all;
        assert_true(pgs_tolerances_add(&all, info->name));
        assert_true(all != before);
        assert_true(strlen(info->summary) > 0 && strlen(info->summary) < 75);
    }
    assert_int_equal(n, 11);
    PgsTolerances untouched = all;
    assert_false(pgs_tolerances_add(&untouched, "column"));
    assert_true(untouched == all);
}

/* ---- speed ---- */

static PgsObject *
numbered_column(guint i, const char *type)
{
    g_autofree char *identity = g_strdup_printf("public.table_%05u.column_%u", i / 10, i % 10);
    g_autofree char *parent = g_strdup_printf("public.table_%05u", i / 10);
    return object("column", identity, parent, "type", type, NULL);
}

static void
test_thirty_thousand_shared_objects(G_GNUC_UNUSED void **state)
{
    enum { N = 30000 };
    GPtrArray *before = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    GPtrArray *after = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < N; i++) {
        PgsObject *column = numbered_column(i, "text");
        g_ptr_array_add(before, column);
        g_ptr_array_add(after,
                        i % (N / 5) == 7 ? numbered_column(i, "integer") : pgs_object_ref(column));
    }
    g_autoptr(PgsSnapshot) first = pgs_snapshot_new(before, "15.18");
    g_autoptr(PgsSnapshot) second = pgs_snapshot_new(after, "15.18");
    gint64 best = G_MAXINT64;
    for (guint i = 0; i < 10; i++) {
        gint64 start = g_get_monotonic_time();
        g_autoptr(PgsDiff) diff = pgs_diff_new(first, second, 0);
        best = MIN(best, g_get_monotonic_time() - start);
        assert_counts(diff, 5, 0, 0);
    }
    gint64 start = g_get_monotonic_time();
    g_autoptr(PgsDiff) whole = pgs_diff_new(NULL, second, 0);
    gint64 end = g_get_monotonic_time();
    assert_int_equal(pgs_diff_n_differences(whole), N);
    print_message("30,000 objects: 5 changes in %.3f ms; all added in %.1f ms\n",
                  (double)best / 1e3, (double)(end - start) / 1e3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_added_removed_and_changed),
        cmocka_unit_test(test_nothing_differs),
        cmocka_unit_test(test_a_missing_side_is_empty),
        cmocka_unit_test(test_children_go_with_their_parent),
        cmocka_unit_test(test_a_table_that_became_a_view),
        cmocka_unit_test(test_lists_are_cut_at_their_commas),
        cmocka_unit_test(test_natures),
        cmocka_unit_test(test_real_ones_come_first),
        cmocka_unit_test(test_what_is_renamed),
        cmocka_unit_test(test_generated_names_are_cosmetic),
        cmocka_unit_test(test_what_is_not_renamed),
        cmocka_unit_test(test_a_renamed_column_keeps_its_place),
        cmocka_unit_test(test_two_of_a_kind_are_not_guessed_at),
        cmocka_unit_test(test_tolerances_of_attributes),
        cmocka_unit_test(test_tolerances_of_objects),
        cmocka_unit_test(test_the_table_of_tolerances),
        cmocka_unit_test(test_thirty_thousand_shared_objects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
