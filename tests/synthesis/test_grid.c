/* Covers harness/synthesis/grid.c, grid_query.c, grid_cell.c, grid_choice.c and grid_pieces.c. */
#include "cmocka_all.h"

#include "generator_fixture.h"
#include "synthesis/grid.h"
#include "synthesis/grid_choice.h"

/* ---- helpers ---- */

static void
begin(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_bench_begin(fixture->bench, &error))
        fail_msg("%s", error->message);
}

/* "DEFAULT", "NULL", "=expression", else a text. */
static PgsValue
value_of(const Fixture *fixture, const char *text)
{
    if (strcmp(text, "DEFAULT") == 0)
        return (PgsValue){.kind = PGS_VALUE_DEFAULT};
    if (strcmp(text, "NULL") == 0)
        return (PgsValue){.kind = PGS_VALUE_NULL};
    if (*text == '=')
        return pgs_bench_expression(fixture->bench, text + 1);
    return pgs_bench_text(fixture->bench, text);
}

typedef struct {
    PgsDraft *draft;
    GPtrArray *columns;
    GHashTable *choices;
} Given;

static Given
given_new(const Fixture *fixture, const char *table)
{
    return (Given){
        .draft = pgs_draft_new(relation_of(fixture, table)),
        .columns = g_ptr_array_new(),
        .choices = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref),
    };
}

static void
given_clear(Given *given)
{
    pgs_draft_free(given->draft);
    g_ptr_array_unref(given->columns);
    g_hash_table_unref(given->choices);
}

/* A column that varies over texts, with "|" between them; the first is the base's. */
static void
vary(const Fixture *fixture, Given *given, const char *name, const char *texts)
{
    const PgsColumn *column = pgs_relation_column(given->draft->relation, name);
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_auto(GStrv) parts = g_strsplit(texts, "|", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        PgsValue value = value_of(fixture, parts[i]);
        g_array_append_val(values, value);
    }
    g_ptr_array_add(given->columns, (gpointer)column);
    g_hash_table_insert(given->choices, (gpointer)column, values);
    pgs_draft_set(given->draft, column, g_array_index(values, PgsValue, 0));
}

static PgsGrid *
evaluate(const Fixture *fixture, const Given *given)
{
    g_autoptr(GError) error = NULL;
    PgsGrid *grid = pgs_grid_evaluate(fixture->bench, given->draft, given->columns,
                                      given->draft->relation->checks, given->choices, &error);
    if (grid == NULL)
        fail_msg("%s", error->message);
    return grid;
}

/* The answers of the row that has these values: one letter for each rule; "" when there is none. */
static char *
answers_of(const Fixture *fixture, const PgsGrid *grid, const char *texts)
{
    g_auto(GStrv) parts = g_strsplit(texts, "|", -1);
    GString *letters = g_string_new(NULL);
    for (guint i = 0; i < grid->rows->len && letters->len == 0; i++) {
        const PgsGridRow *row = grid->rows->pdata[i];
        gboolean is_it = TRUE;
        for (guint k = 0; k < grid->columns->len; k++)
            is_it = is_it && pgs_value_equal(row->values[k], value_of(fixture, parts[k]));
        for (guint k = 0; is_it && k < grid->rules->len; k++)
            g_string_append_c(letters, "TFNEI"[row->answers[k]]);
    }
    return g_string_free(letters, FALSE);
}

#define ASSERT_ANSWERS(grid, texts, expected)                                                      \
    do {                                                                                           \
        g_autofree char *answers_ = answers_of(fixture, grid, texts);                              \
        if (strcmp(answers_, expected) != 0)                                                       \
            fail_msg("%s: %s, not %s", texts, answers_, expected);                                 \
    } while (0)

/* ---- answers ---- */

/* The rules of a table are ordered by their names here: a, b, c. */
static void
test_answers(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (n int, \"Weird \"\"n\\ame\" text, other int DEFAULT 3,"
                        " CONSTRAINT a CHECK (n >= 1 AND n <= 5),"
                        " CONSTRAINT b CHECK (\"Weird \"\"n\\ame\" <> '' AND other = 3),"
                        " CONSTRAINT c CHECK (10 / n > 1))");
    begin(fixture);
    Given given = given_new(fixture, "t");
    vary(fixture, &given, "n", "1|0|5|6|NULL|x|99999999999|=2 + 2|=1 / 0|DEFAULT");
    vary(fixture, &given, "Weird \"n\\ame", "a|NULL||it's \\ \"q\"\n\t\x01{");
    g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
    assert_int_equal(grid->rules->len, 3);
    assert_true(grid->is_exhaustive);
    assert_false(grid->is_complete);
    assert_int_equal(grid->rows->len, 7 * 4 + 3);
    ASSERT_ANSWERS(grid, "1|a", "TTT");
    ASSERT_ANSWERS(grid, "0|a", "FTE");
    ASSERT_ANSWERS(grid, "5|NULL", "TNT");
    ASSERT_ANSWERS(grid, "6|", "FFF");
    ASSERT_ANSWERS(grid, "NULL|it's \\ \"q\"\n\t\x01{", "NTN");
    ASSERT_ANSWERS(grid, "DEFAULT|a", "NTN");
    ASSERT_ANSWERS(grid, "=2 + 2|a", "TTT");
    ASSERT_ANSWERS(grid, "=1 / 0|a", "III");
    ASSERT_ANSWERS(grid, "x|a", "III");
    ASSERT_ANSWERS(grid, "99999999999|a", "III");
    const PgsGridRow *first = grid->rows->pdata[0];
    assert_true(pgs_grid_row_passes(grid, first, -1));
    PgsGridRow row = {.answers = (PgsGridAnswer[]){PGS_GRID_TRUE, PGS_GRID_FALSE, PGS_GRID_NULL}};
    assert_false(pgs_grid_row_passes(grid, &row, -1));
    assert_false(pgs_grid_row_passes(grid, &row, 0));
    assert_true(pgs_grid_row_passes(grid, &row, 1));
    row.answers[2] = PGS_GRID_ERROR;
    assert_false(pgs_grid_row_passes(grid, &row, 1));
    given_clear(&given);
}

/* Types, their limits and their domains: what the column's own input function says. */
static void
test_types(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE DOMAIN positive AS int NOT NULL DEFAULT 7 CHECK (VALUE > 0);"
               "CREATE TYPE colour AS ENUM ('red', 'green'); CREATE TYPE pair AS (a int, b text);"
               "CREATE TABLE t (v varchar(3) COLLATE \"C\", i text COLLATE \"und-x-icu\", d "
               "positive, e colour, a int[], p pair,"
               " j jsonb, k json, r int4range, b bytea, c char(3),"
               " CONSTRAINT a CHECK (v < 'a'), CONSTRAINT d CHECK (d < 5),"
               " CONSTRAINT e CHECK (e > 'red'), CONSTRAINT f CHECK (a[2] = 2),"
               " CONSTRAINT g CHECK ((p).b = 'x'), CONSTRAINT h CHECK (j ? 'k'),"
               " CONSTRAINT i CHECK (k ->> 'k' = '1'), CONSTRAINT j CHECK (5 <@ r),"
               " CONSTRAINT k CHECK (length(b) = 2), CONSTRAINT l CHECK (length(c) = 1),"
               " CONSTRAINT m CHECK (i < 'a'))");
    begin(fixture);
    static const struct {
        const char *column, *values;
        guint rule;
        const char *letters;
    } cases[] = {
        {"v", "B|b|NULL|abc|abcd|=repeat('A', 3)|=repeat('A', 4)", 0, "TFNFITI"},
        {"d", "1|DEFAULT|0|NULL|5", 1, "TFIIF"},
        {"e", "green|red|blue", 2, "TFI"},
        {"a", "{1,2}|{1}|{|{{1,2}}", 3, "TNIN"},
        {"p", "(1,x)|(1,)|(x,x)", 4, "TNI"},
        {"j", "{\"k\": 1}|{}|[\"k\"]|\"k\"|k|{\"k\": 1}, {\"x\": 1}|=jsonb_build_object('k', 1)", 5,
         "TFTTIIT"},
        {"k", "{\"k\": 1}|{}|{", 6, "TNI"},
        {"r", "[1,6)|[1,5)|[5,1]", 7, "TFI"},
        {"b", "\\x0001|\\x00|\\x0", 8, "TFI"},
        {"c", "a|ab|a  |abcd", 9, "TFTI"},
        {"i", "B|A|1", 10, "FFT"}, /* in "C" letters are ordered by their codes */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Given given = given_new(fixture, "t");
        vary(fixture, &given, cases[i].column, cases[i].values);
        if (strcmp(cases[i].column, "d") != 0)
            pgs_draft_set(given.draft, pgs_relation_column(given.draft->relation, "d"),
                          value_of(fixture, "1"));
        g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
        assert_int_equal(grid->rules->len, 11);
        g_auto(GStrv) values = g_strsplit(cases[i].values, "|", -1);
        for (guint k = 0; values[k] != NULL; k++) {
            g_autofree char *letters = answers_of(fixture, grid, values[k]);
            if (letters[cases[i].rule] != cases[i].letters[k])
                fail_msg("%s %s: %s", cases[i].column, values[k], letters);
        }
        given_clear(&given);
    }
}

/* Generated columns, the row as a whole, children, partitions. */
static void
test_relations(void **state)
{
    Fixture *fixture = *state;
    make_bench(
        fixture,
        "CREATE TABLE t (pgs_x int, a int, b int, s int GENERATED ALWAYS AS (a + b) STORED,"
        " CONSTRAINT s CHECK (s > 10));"
        "ALTER TABLE t DROP COLUMN pgs_x;"
        "CREATE TABLE \"Whole\" (x int, y text DEFAULT 'y', a int DEFAULT 2, g int GENERATED "
        "ALWAYS AS "
        "(a * 2) STORED, z date);"
        "ALTER TABLE \"Whole\" DROP COLUMN x;"
        "CREATE FUNCTION f(\"Whole\") RETURNS bool LANGUAGE sql AS 'SELECT $1.g = $1.a * 2 "
        "AND $1.a > 1 AND $1.y = ''y''';"
        "ALTER TABLE \"Whole\" ADD CONSTRAINT w CHECK (f(\"Whole\".*));"
        "CREATE TABLE plain (y text DEFAULT 'y', a int);"
        "CREATE FUNCTION f(plain) RETURNS bool LANGUAGE sql AS 'SELECT $1.y = ''y'' AND $1.a > 1';"
        "ALTER TABLE plain ADD CONSTRAINT w CHECK (f(plain.*));"
        "CREATE TABLE child (z text) INHERITS (t);"
        "CREATE TABLE parts (k int, n int, CONSTRAINT n CHECK (n > k)) PARTITION BY LIST (k);"
        "CREATE TABLE part (n int, k int); ALTER TABLE part ADD CONSTRAINT n CHECK (n > k);"
        "ALTER TABLE parts ATTACH PARTITION part FOR VALUES IN (1)");
    begin(fixture);
    static const struct {
        const char *table, *a, *as, *b, *bs, *yes, *no;
    } cases[] = {
        {"t", "a", "1|9", "b", "1|2", "9|2", "9|1"},
        {"child", "a", "1|9", "b", "1|2", "9|2", "9|1"},
        {"\"Whole\"", "a", "DEFAULT|1|5", NULL, NULL, "DEFAULT", "1"},
        {"\"Whole\"", "a", "DEFAULT|1|5", NULL, NULL, "5", "1"},
        {"plain", "a", "5|1", NULL, NULL, "5", "1"},
        {"parts", "k", "1|2", "n", "1|2|3", "2|3", "2|2"},
        {"part", "k", "1|2", "n", "1|2|3", "2|3", "2|2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *table = g_strconcat("public.", cases[i].table, NULL);
        Given given = given_new(fixture, table);
        vary(fixture, &given, cases[i].a, cases[i].as);
        if (cases[i].b != NULL)
            vary(fixture, &given, cases[i].b, cases[i].bs);
        g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
        assert_int_equal(grid->rules->len, 1);
        ASSERT_ANSWERS(grid, cases[i].yes, "T");
        ASSERT_ANSWERS(grid, cases[i].no, "F");
        given_clear(&given);
    }
}

/* One row that raises an error hides no other; nor does one rule. */
static void
test_errors(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (n int, m int, CONSTRAINT a CHECK (n > 0),"
                        " CONSTRAINT b CHECK (100 / (n % 37) + 100 / m >= 0),"
                        " CONSTRAINT c CHECK (tableoid > 0))");
    begin(fixture);
    Given given = given_new(fixture, "t");
    g_autoptr(GString) numbers = g_string_new("1");
    for (guint i = 2; i <= 400; i++)
        g_string_append_printf(numbers, "|%u", i);
    vary(fixture, &given, "n", numbers->str);
    vary(fixture, &given, "m", "1|0|-1|NULL");
    g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
    assert_int_equal(grid->rows->len, 1600);
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = grid->rows->pdata[i];
        gint64 n = g_ascii_strtoll(row->values[0].text, NULL, 10);
        const char *m = row->values[1].text;
        gboolean fails = n % 37 == 0 || (m != NULL && *m == '0');
        assert_int_equal(row->answers[0], PGS_GRID_TRUE);
        assert_int_equal(row->answers[1] == PGS_GRID_ERROR, fails);
        if (!fails && m == NULL)
            assert_int_equal(row->answers[1], PGS_GRID_NULL);
        assert_int_equal(row->answers[2], PGS_GRID_ERROR);
    }
    given_clear(&given);
}

/* What takes all of the time once is not tried row by row. */
static void
test_slow(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE FUNCTION slow(int) RETURNS bool LANGUAGE plpgsql AS"
                        " $$ BEGIN PERFORM pg_sleep(0.05); RETURN true; END $$;"
                        "CREATE TABLE t (n int, CONSTRAINT a CHECK (slow(n)))");
    begin(fixture);
    run_sql(fixture, "SET LOCAL statement_timeout = '200ms'");
    Given given = given_new(fixture, "t");
    vary(fixture, &given, "n", "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20");
    gint64 begun = g_get_monotonic_time();
    g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
    assert_true(g_get_monotonic_time() - begun < 900 * 1000);
    ASSERT_ANSWERS(grid, "1", "E");
    ASSERT_ANSWERS(grid, "20", "E");
    given_clear(&given);
}

/* Whatever was asked, an expression of constants alone too. */
static void
test_no_columns(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (n int, CONSTRAINT a CHECK (1 = 0));"
                        "CREATE TABLE u (n int, CONSTRAINT a CHECK (n > 0))");
    begin(fixture);
    Given given = given_new(fixture, "t");
    g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
    assert_int_equal(grid->rows->len, 1);
    assert_int_equal(((PgsGridRow *)grid->rows->pdata[0])->answers[0], PGS_GRID_FALSE);
    assert_true(grid->is_complete);
    given_clear(&given);
    /* A base that cannot be: nothing is known. */
    given = given_new(fixture, "u");
    pgs_draft_set(given.draft, given.draft->relation->columns->pdata[0], value_of(fixture, "x"));
    g_autoptr(PgsGrid) other = evaluate(fixture, &given);
    assert_int_equal(((PgsGridRow *)other->rows->pdata[0])->answers[0], PGS_GRID_INPUT);
    assert_false(other->is_complete);
    given_clear(&given);
}

/* What a column is when it is left out. */
static void
test_defaults(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN seven AS int DEFAULT 7;"
                        "CREATE TABLE t (i int GENERATED ALWAYS AS IDENTITY, s serial, d seven,"
                        " n int, f int DEFAULT 1 / 0, x int, CONSTRAINT a CHECK (i > 0),"
                        " CONSTRAINT b CHECK (s > 0), CONSTRAINT c CHECK (d = 7),"
                        " CONSTRAINT d CHECK (n = 1))");
    begin(fixture);
    Given given = given_new(fixture, "t");
    vary(fixture, &given, "x", "1");
    g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
    ASSERT_ANSWERS(grid, "1", "TTTN");
    given_clear(&given);
    pgs_bench_rollback(fixture->bench);
    make_bench(
        fixture,
        "DROP TABLE t; CREATE TABLE t (f int DEFAULT 1 / 0, x int, CONSTRAINT a CHECK (f = x))");
    begin(fixture);
    given = given_new(fixture, "t");
    vary(fixture, &given, "x", "1");
    g_autoptr(PgsGrid) failing = evaluate(fixture, &given);
    ASSERT_ANSWERS(failing, "1", "I");
    given_clear(&given);
}

static PgsGrid *
evaluate_all(const Fixture *fixture, const char *table, const char *names)
{
    Given given = given_new(fixture, table);
    g_auto(GStrv) parts = g_strsplit(names, "|", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        g_ptr_array_add(given.columns,
                        (gpointer)pgs_relation_column(given.draft->relation, parts[i]));
    PgsGrid *grid = evaluate(fixture, &given);
    given_clear(&given);
    return grid;
}

/* Only when all that the rules read is there, and all that it could be. */
static void
test_complete(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE b (a bool, b bool, CONSTRAINT c CHECK (a OR b));"
                        "CREATE TABLE s (a text, CONSTRAINT c CHECK (a ~ '^x'));"
                        "CREATE TABLE g (a bool, b bool GENERATED ALWAYS AS (a) STORED,"
                        " CONSTRAINT c CHECK (a OR b))");
    begin(fixture);
    g_autoptr(PgsGrid) both = evaluate_all(fixture, "b", "a|b");
    assert_true(both->is_exhaustive && both->is_complete);
    assert_true(both->rows->len >= 9);
    g_autoptr(PgsGrid) one = evaluate_all(fixture, "b", "a");
    assert_true(one->is_exhaustive && !one->is_complete);
    g_autoptr(PgsGrid) pattern = evaluate_all(fixture, "s", "a");
    assert_true(pattern->is_exhaustive && !pattern->is_complete);
    g_autoptr(PgsGrid) generated = evaluate_all(fixture, "g", "a");
    assert_false(generated->is_complete);
    Given given = given_new(fixture, "b");
    vary(fixture, &given, "a", "t|f");
    vary(fixture, &given, "b", "t|f");
    g_autoptr(PgsGrid) chosen = evaluate(fixture, &given);
    assert_true(chosen->is_exhaustive && !chosen->is_complete);
    given_clear(&given);
}

/* ---- combinations ---- */

static PgsGridChoice *
choose(const Fixture *fixture, const guint *sizes, guint n)
{
    PgsGridChoice *choice = pgs_grid_choice_new(fixture->bench, "x", sizes, n, PGS_GRID_LIMIT);
    assert_int_equal(choice->rows->len, choice->n_rows * n);
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    const guint *rows = (const guint *)(gpointer)choice->rows->data;
    for (guint i = 0; i < choice->n_rows; i++) {
        assert_true(g_hash_table_add(seen, g_bytes_new(rows + (gsize)i * n, n * sizeof(guint))));
        for (guint k = 0; k < n; k++)
            assert_true(rows[i * n + k] < sizes[k]);
    }
    return choice;
}

static void
test_choice(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "SELECT 1");
    begin(fixture);
    static const guint few[] = {20, 10, 10}, many[] = {30, 1, 30, 20}, long_one[] = {5000},
                       wide[] = {60, 60, 60, 60, 60, 60, 60, 60, 60, 60}, none[] = {5, 0, 3};
    g_autoptr(PgsGridChoice) all = choose(fixture, few, 3);
    assert_true(all->is_exhaustive);
    assert_int_equal(all->n_rows, 2000);
    g_autoptr(PgsGridChoice) empty = choose(fixture, none, 3);
    assert_true(empty->is_exhaustive);
    assert_int_equal(empty->n_rows, 0);
    g_autoptr(PgsGridChoice) cut = choose(fixture, long_one, 1);
    assert_false(cut->is_exhaustive);
    assert_int_equal(cut->n_rows, 2000);
    g_autoptr(PgsGridChoice) broad = choose(fixture, wide, 10);
    assert_int_equal(broad->n_rows, 2000);
    g_autoptr(PgsGridChoice) some = choose(fixture, many, 4);
    assert_false(some->is_exhaustive);
    assert_int_equal(some->n_rows, 2000);
    /* Each pair of values of each two columns. */
    const guint *rows = (const guint *)(gpointer)some->rows->data;
    for (guint i = 0; i < 4; i++) {
        for (guint j = i + 1; j < 4; j++) {
            gboolean seen[30][30] = {{FALSE}};
            guint n = 0;
            for (guint k = 0; k < some->n_rows; k++) {
                gboolean *pair = &seen[rows[k * 4 + i]][rows[k * 4 + j]];
                n += !*pair;
                *pair = TRUE;
            }
            assert_int_equal(n, many[i] * many[j]);
        }
    }
    /* Each value of each among usual ones. */
    rows = (const guint *)(gpointer)broad->rows->data;
    guint alone = 0;
    for (guint k = 0; k < broad->n_rows; k++) {
        guint n_usual = 0;
        for (guint i = 0; i < 10; i++)
            n_usual += rows[k * 10 + i] == 0;
        alone += n_usual == 9;
    }
    assert_int_equal(alone, 590);
    /* The same for the same seed. */
    pgs_bench_rollback(fixture->bench);
    begin(fixture);
    static const guint again[] = {20, 20, 20, 20};
    g_autoptr(PgsGridChoice) one = choose(fixture, again, 4);
    pgs_bench_rollback(fixture->bench);
    begin(fixture);
    g_autoptr(PgsGridChoice) two = choose(fixture, again, 4);
    assert_memory_equal(one->rows->data, two->rows->data, one->rows->len * sizeof(guint));
}

static void
test_speed(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (n int, v varchar(20), d date, CONSTRAINT a CHECK (n > 0),"
               " CONSTRAINT b CHECK (v ~ '^[a-z]+$'), CONSTRAINT c CHECK (d > '2020-01-01'))");
    begin(fixture);
    Given given = given_new(fixture, "t");
    vary(fixture, &given, "n", "1|0|2|3|4|5|6|7|8|9|10|x");
    vary(fixture, &given, "v", "a|b|c|d|e|f|g|h|i||A|B|NULL");
    vary(fixture, &given, "d",
         "2020-01-01|2020-01-02|x|NULL|2021-01-01|2022-01-01|2023-01-01|"
         "2024-01-01|2025-01-01|2026-01-01|2027-01-01|2028-01-01");
    for (guint i = 0; i < 2; i++) {
        gint64 begun = g_get_monotonic_time();
        g_autoptr(PgsGrid) grid = evaluate(fixture, &given);
        print_message("%u rows of 3 rules: %.1f ms\n", grid->rows->len,
                      (double)(g_get_monotonic_time() - begun) / 1000);
    }
    given_clear(&given);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_answers), TEST(test_types),      TEST(test_relations), TEST(test_errors),
        TEST(test_slow),    TEST(test_no_columns), TEST(test_defaults),  TEST(test_complete),
        TEST(test_choice),  TEST(test_speed),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
