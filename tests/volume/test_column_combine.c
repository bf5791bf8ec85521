/* Covers harness/volume/column_combine.c, column_group.c, column_classes.c and column_order.c. */
#include "cmocka_all.h"

#include "column_fixture.h"
#include "synthesis/synthesis_recipe.h"

/* A table's columns that CHECKs bind together, and what has to be true of them over all rows. */
typedef struct {
    const char *table;   /* its definition: columns and rules; those named r… refer to another */
    const char *columns; /* that are filled */
    const char *expected;
} Case;

static PgsColumnFill *
combine(Fixture *fixture, const PgsDraft *draft, const char *names)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GHashTable) references = g_hash_table_new(NULL, NULL);
    g_auto(GStrv) parts = g_strsplit(names, " ", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        const PgsColumn *column = pgs_relation_column(draft->relation, parts[i]);
        assert_non_null(column);
        g_ptr_array_add(columns, (gpointer)column);
        if (*parts[i] == 'r')
            g_hash_table_add(references, (gpointer)column);
    }
    PgsColumnFill *fill =
        pgs_column_fill_combine(fixture->bench, draft, columns, references, ROWS, &error);
    if (error != NULL)
        fail_msg("%s: %s", names, error->message);
    return fill;
}

/* A reference's expression says whether it has a value: 1 stands for it. */
static void
give_references(PgsColumnFill *fill)
{
    for (guint i = 0; i < fill->columns->len; i++) {
        const PgsColumn *column = fill->columns->pdata[i];
        char *truth = fill->expressions->pdata[i];
        if (*column->name != 'r')
            continue;
        fill->expressions->pdata[i] = g_strdup_printf("CASE WHEN %s THEN 1 END", truth);
        g_free(truth);
    }
}

static void
check_case(Fixture *fixture, const Case *asked, guint at)
{
    g_autofree char *name = g_strdup_printf("c%u", at);
    const PgsRelation *relation = relation_of(fixture, name);
    g_autoptr(PgsDraft) draft = accepted_row(fixture, relation);
    g_autoptr(PgsColumnFill) fill = combine(fixture, draft, asked->columns);
    if (fill == NULL)
        fail_msg("%s: nothing", asked->table);
    give_references(fill);
    ASSERT_OVER(fill, asked->expected, "true");
    for (guint i = 0; i < relation->checks->len; i++) {
        const PgsRule *rule = relation->checks->pdata[i];
        g_autofree char *sql = g_strdup_printf("bool_and((%s) IS NOT FALSE)", rule->expression);
        if (strstr(rule->expression, "made") == NULL)
            ASSERT_OVER(fill, sql, "true");
    }
}

#define COUNT(CONDITION) "count(*) FILTER (WHERE " CONDITION ")"

static void
test_groups(void **state)
{
    static const Case cases[] = {
        {"a timestamptz NOT NULL, b timestamptz, CHECK (b IS NULL OR b > a)", "a b",
         "count(DISTINCT a) > 9000 AND " COUNT("b IS NULL") " BETWEEN 200 AND 400"},
        {"a timestamptz NOT NULL, deleted_at timestamptz, CHECK (deleted_at >= a)", "a deleted_at",
         COUNT("deleted_at IS NULL") " BETWEEN 9500 AND 9900"},
        {"a date, b date, CHECK (a IS NULL OR b IS NULL OR b >= a)", "a b",
         COUNT("a IS NULL") " > 200 AND " COUNT("b IS NULL") " > 200 AND count(DISTINCT b) > 300"},
        {"a integer, b integer, CHECK (a <= b), CHECK ((a IS NULL) = (b IS NULL))", "a b",
         COUNT("a IS NULL") " BETWEEN 200 AND 400 AND count(DISTINCT a) > 300"},
        {"a integer, b integer, c integer, CHECK (a < b AND b < c)", "c a b",
         "count(DISTINCT a) > 300 AND count(DISTINCT c) > 300"},
        {"x integer, y text, z date, CHECK (num_nonnulls(x, y, z) = 1)", "x y z",
         COUNT("x > 0") " > 2000 AND " COUNT("y > ''") " > 2000 AND " COUNT(
             "z IS NOT NULL") " > 2000 AND count(DISTINCT x) > 300"},
        {"r1 integer REFERENCES parent, r2 integer REFERENCES parent,"
         " CHECK ((r1 IS NOT NULL AND r2 IS NULL) OR (r1 IS NULL AND r2 IS NOT NULL))",
         "r1 r2", COUNT("r1 IS NULL") " > 2000 AND " COUNT("r2 IS NULL") " > 2000"},
        {"kind text, r1 integer REFERENCES parent, CHECK ((kind IS NULL AND r1 IS NULL) OR"
         " (kind IN ('a', 'b') AND r1 IS NOT NULL))",
         "kind r1",
         COUNT("kind = 'a'") " > 100 AND " COUNT("kind = 'b'") " > 100 AND " COUNT(
             "r1 IS NULL") " > 50"},
        {"kind text NOT NULL CHECK (kind IN ('card', 'cash', 'wire')), no text, iban text,"
         " CHECK (CASE kind WHEN 'card' THEN no IS NOT NULL AND iban IS NULL WHEN 'wire' THEN iban"
         " IS NOT NULL ELSE no IS NULL END), CHECK (no ~ '^\\d{16}$')",
         "kind no iban",
         COUNT("kind = 'card'") " > 5000 AND " COUNT("kind = 'wire'") " > 100 AND " COUNT(
             "kind = 'cash'") " > 100 AND count(DISTINCT no) > 300"},
        {"state text NOT NULL CHECK (state IN ('draft', 'sent', 'paid')), sent date, paid date,"
         " CHECK (state = 'draft' OR sent IS NOT NULL), CHECK (state <> 'paid' OR paid >= sent)",
         "state sent paid",
         COUNT("state = 'paid'") " > 100 AND " COUNT("state = 'sent'") " > 100 AND " COUNT(
             "sent IS NULL") " > 100"},
        {"net numeric(12, 2) NOT NULL CHECK (net >= 0), vat numeric(12, 2) NOT NULL, gross"
         " numeric(12, 2) NOT NULL, CHECK (gross = net + vat)",
         "net vat gross", "count(DISTINCT gross) > 300"},
        {"a integer NOT NULL, b integer NOT NULL, CHECK (a + b = 100)", "a b",
         "count(DISTINCT a) > 1"},
        {"w integer NOT NULL, h integer NOT NULL, made integer GENERATED ALWAYS AS (w * h) STORED"
         " CHECK (made BETWEEN 10 AND 1000)",
         "w h", "bool_and(w * h BETWEEN 10 AND 1000) AND count(DISTINCT w) > 3"},
        {"a boolean NOT NULL, b boolean NOT NULL, c boolean NOT NULL,"
         " CHECK (a::integer + b::integer + c::integer = 1)",
         "a b c", COUNT("a") " > 500 AND " COUNT("b") " > 500 AND " COUNT("c") " > 500"},
        {"a integer, b integer, c integer, d integer, CHECK (a < b), CHECK (c < d)", "a b c d",
         "count(DISTINCT a) > 300 AND count(DISTINCT d) > 300"},
    };
    Fixture *fixture = *state;
    g_autoptr(GString) sql = g_string_new("CREATE TABLE parent (id integer PRIMARY KEY);");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_string_append_printf(sql, "CREATE TABLE c%u (%s);", i, cases[i].table);
    make_bench(fixture, sql->str);
    begin(fixture);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(fixture, &cases[i], i);
    pgs_bench_rollback(fixture->bench);
}

/* What nothing but the accepted row is known of. */
static void
test_none(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL,"
                        " CHECK (a = 7 AND b = 9), CHECK (a <> b))");
    begin(fixture);
    g_autoptr(PgsDraft) draft = accepted_row(fixture, relation_of(fixture, "t"));
    g_autoptr(PgsColumnFill) fill = combine(fixture, draft, "a b");
    if (fill != NULL)
        ASSERT_OVER(fill, "bool_and(a = 7 AND b = 9)", "true");
    pgs_bench_rollback(fixture->bench);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
