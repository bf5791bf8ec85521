/* Covers harness/exercise/rule_check.c, rule_check_rows.c, rule_check_choice.c,
 * rule_check_confirm.c, rule_check_set.c and grid_order.c. */
#include "cmocka_all.h"

#include "exercise/tautology.h"
#include "rule_fixture.h"
#include "synthesis/grid_order.h"

static void
try_check(Fixture *fixture, const char *name)
{
    exercise(fixture, pgs_rule_check_exercise, rule_of(fixture, PGS_RULE_CHECK, name, NULL));
}

/* Each of the texts, with "|" between them, was tried and came out so. */
static void
assert_all(const Fixture *fixture, const char *texts, const char *outcome)
{
    g_auto(GStrv) parts = g_strsplit(texts, "|", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        gboolean is_there = FALSE;
        for (guint k = 0; k < fixture->result->evidence->len; k++) {
            const PgsEvidence *evidence = fixture->result->evidence->pdata[k];
            is_there =
                is_there || (strcmp(evidence->what, parts[i]) == 0 &&
                             g_str_has_prefix(evidence->outcome, outcome) && evidence->as_expected);
        }
        if (!is_there)
            print_result(fixture->result);
        if (!is_there)
            fail_msg("not %s: %s", outcome, parts[i]);
    }
}

#define REFUSED "refused: 23514"

/* ---- what is tried ---- */

/* Both sides of each edge, lists, NULL, blanks. */
static void
test_edges(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (id serial PRIMARY KEY, \"order\" int NOT NULL, size bigint,"
               " state text, name text, code varchar(10), price numeric(6, 2), day date,"
               " CONSTRAINT range CHECK (\"order\" BETWEEN 1 AND 5),"
               " CONSTRAINT size CHECK (size > 0 AND size <= 10485760),"
               " CONSTRAINT state CHECK (state IN ('new', 'open', 'it''s done')),"
               " CONSTRAINT name CHECK (btrim(name) <> ''),"
               " CONSTRAINT code CHECK (length(code) >= 3),"
               " CONSTRAINT price CHECK (price >= 0),"
               " CONSTRAINT day CHECK (day >= '2020-02-29'))");
    static const struct {
        const char *name, *accepted, *refused;
    } rules[] = {
        {"range", "order = 1|order = 5", "order = 0|order = 6"},
        {"size", "size = 1|size = 10485760|size = NULL", "size = 0|size = 10485761"},
        {"state", "state = 'new'|state = 'open'|state = 'it's done'|state = NULL", "state = ''"},
        {"name", "name = NULL", "name = ''|name = ' '"},
        {"code", "code = NULL", "code = ''"},
        {"price", "price = 0|price = NULL", "price = -0.01"},
        {"day", "day = '2020-02-29'", "day = '2020-02-28'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        try_check(fixture, rules[i].name);
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_no_notes(fixture);
        assert_all(fixture, rules[i].accepted, "accepted");
        assert_all(fixture, rules[i].refused, REFUSED);
        assert_evidence(fixture, "", "accepted without it");
        assert_true(fixture->result->n_candidates >= fixture->result->evidence->len);
        assert_true(fixture->result->evidence->len <= 40);
        assert_non_null(fixture->result->sql);
    }
    /* 3 characters and 2 */
    try_check(fixture, "code");
    guint lengths[12] = {0};
    for (guint k = 0; k < fixture->result->evidence->len; k++) {
        const PgsEvidence *evidence = fixture->result->evidence->pdata[k];
        gsize length = strlen(evidence->what) - strlen("code = ''");
        if (g_str_has_prefix(evidence->what, "code = '") && length < G_N_ELEMENTS(lengths))
            lengths[length] |= g_str_has_prefix(evidence->outcome, "accepted") ? 1u : 2u;
    }
    assert_int_equal(lengths[2], 2);
    assert_int_equal(lengths[3], 1);
}

/* Texts by their length, numbers as numbers; what has no order has no places. */
static void
test_order(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a text, n int, j json)");
    g_autoptr(GError) error = NULL;
    assert_true(pgs_bench_begin(fixture->bench, &error));
    g_autoptr(PgsDraft) base = pgs_draft_new(relation_of(fixture, "t"));
    static const char *const texts[3][3] = {{"aa", "b", "ccc"}, {"10", "9", "-1"}, {"1", "2", "3"}};
    static const guint places[3][3] = {{2, 1, 3}, {3, 2, 1}, {0, 0, 0}};
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    g_autoptr(GHashTable) choices =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    for (guint i = 0; i < 3; i++) {
        GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        for (guint k = 0; k < 3; k++) {
            PgsValue value = pgs_bench_text(fixture->bench, texts[i][k]);
            g_array_append_val(values, value);
        }
        g_ptr_array_add(columns, base->relation->columns->pdata[i]);
        g_hash_table_insert(choices, base->relation->columns->pdata[i], values);
    }
    g_autoptr(PgsGrid) grid =
        pgs_grid_evaluate(fixture->bench, base, columns, rules, choices, &error);
    assert_non_null(grid);
    g_autoptr(GPtrArray) orders = pgs_grid_orders(fixture->bench, grid, &error);
    assert_non_null(orders);
    for (guint i = 0; i < 3; i++) {
        for (guint k = 0; k < 3; k++)
            assert_int_equal(
                pgs_grid_order_place(orders->pdata[i], pgs_bench_text(fixture->bench, texts[i][k])),
                places[i][k]);
    }
}

/* A long list: all of it. */
static void
test_long_list(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) sql = g_string_new("CREATE TABLE t (c text, CONSTRAINT c CHECK (c IN ('x'");
    for (guint i = 0; i < 150; i++)
        g_string_append_printf(sql, ", 'label%u'", i);
    g_string_append(sql, ")))");
    make_bench(fixture, sql->str);
    try_check(fixture, "c");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    for (guint i = 0; i < 150; i++) {
        g_autofree char *what = g_strdup_printf("c = 'label%u'", i);
        assert_all(fixture, what, "accepted");
    }
}

/* Several columns: patterns of NULLs, one column against another, each branch. */
static void
test_columns(void **state)
{
    Fixture *fixture = *state;
    make_bench(
        fixture,
        "CREATE TABLE p (id uuid PRIMARY KEY DEFAULT gen_random_uuid());"
        "CREATE TABLE q (id int PRIMARY KEY);"
        "CREATE TABLE t (p uuid REFERENCES p, q int REFERENCES q,"
        " CONSTRAINT one CHECK ((p IS NULL) <> (q IS NULL)));"
        "CREATE TABLE f (a int NOT NULL REFERENCES q, b int NOT NULL REFERENCES q,"
        " CONSTRAINT self CHECK (a <> b));"
        "CREATE TABLE s (id serial PRIMARY KEY, boss int REFERENCES s,"
        " CONSTRAINT boss CHECK (boss <> id));"
        "CREATE SEQUENCE numbers; CREATE TABLE d (n int DEFAULT nextval('numbers'), m int,"
        " CONSTRAINT later CHECK (m > n));"
        "CREATE TABLE n (a int, b int, c int, CONSTRAINT three CHECK (num_nonnulls(a, b, c) = 1));"
        "CREATE TABLE k (kind text, n int, CONSTRAINT kind CHECK (kind = 'a' AND n > 5 OR "
        "kind = 'b' AND n < 3));"
        "CREATE TABLE g (a int, b int, s int GENERATED ALWAYS AS (a + b) STORED, CONSTRAINT sum "
        "CHECK (s > 10))");
    try_check(fixture, "one");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture); /* rows to refer to are there */
    guint both = 0, none = 0;
    for (guint i = 0; i < fixture->result->evidence->len; i++) {
        const PgsEvidence *evidence = fixture->result->evidence->pdata[i];
        gboolean refused = g_str_has_prefix(evidence->outcome, REFUSED);
        none += refused && strstr(evidence->what, "NULL") != NULL;
        both += refused && strstr(evidence->what, "NULL") == NULL;
    }
    assert_true(both > 0 && none > 0);
    try_check(fixture, "self");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture);
    gboolean is_near = FALSE; /* one column alone makes it a refused row */
    for (guint i = 0; i < fixture->result->evidence->len; i++) {
        const PgsEvidence *evidence = fixture->result->evidence->pdata[i];
        is_near = is_near || (g_str_has_prefix(evidence->outcome, REFUSED) &&
                              strchr(evidence->what, ',') == NULL);
    }
    assert_true(is_near);
    try_check(fixture, "boss"); /* the serial's number is known, and rows that are there */
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture);
    try_check(fixture, "later"); /* likewise */
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture);
    try_check(fixture, "three"); /* all three, not only two of them */
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    gboolean is_full = FALSE;
    for (guint i = 0; i < fixture->result->evidence->len; i++) {
        const PgsEvidence *evidence = fixture->result->evidence->pdata[i];
        is_full = is_full ||
                  (g_str_has_prefix(evidence->outcome, REFUSED) &&
                   strchr(evidence->what, ',') != NULL && strstr(evidence->what, "NULL") == NULL);
    }
    assert_true(is_full);
    try_check(fixture, "kind");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "n = 5", REFUSED);
    assert_evidence(fixture, "n = 6", "accepted");
    assert_evidence(fixture, "n = 2", "accepted");
    assert_evidence(fixture, "n = 3", REFUSED);
    try_check(fixture, "sum");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture);
}

/* Rows that this rule alone refuses are preferred; where there are none, the others are dropped. */
static void
test_other_rules(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (n int, CONSTRAINT a_narrow CHECK (n > 10),"
               " CONSTRAINT wide CHECK (n > 0), CONSTRAINT z CHECK (n < 100));"
               "CREATE TABLE u (n int NOT NULL, m int NOT NULL, CONSTRAINT filled CHECK "
               "(num_nonnulls(n, m) = 2));"
               "CREATE TABLE v (k int, CONSTRAINT fifty CHECK (k <> 50)) PARTITION BY RANGE (k);"
               "CREATE TABLE v1 PARTITION OF v FOR VALUES FROM (0) TO (100);"
               "CREATE TABLE w (n int, CONSTRAINT mended CHECK (n > 0));"
               "CREATE FUNCTION mend() RETURNS trigger LANGUAGE plpgsql AS"
               " $$ BEGIN new.n := greatest(new.n, 1); RETURN new; END $$;"
               "CREATE TRIGGER mend BEFORE INSERT ON w FOR EACH ROW EXECUTE FUNCTION mend()");
    try_check(fixture, "a_narrow");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "n = 10", REFUSED);
    assert_evidence(fixture, "n = 11", "accepted");
    assert_no_notes(fixture); /* no row that others refuse as well */
    try_check(fixture, "wide");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "n = 0", REFUSED " by wide");
    assert_note(fixture, "a_narrow");
    try_check(fixture, "filled");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "n = NULL", REFUSED);
    assert_note(fixture, "not null");
    try_check(fixture, "fifty");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture); /* no row outside of the partition */
    try_check(fixture, "mended");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "trigger");
}

/* What stands only in the body of a function that reads the whole row; NOT VALID. */
static void
test_functions(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a text, n int);"
                        "ALTER TABLE t ADD CONSTRAINT later CHECK (n > 0) NOT VALID;"
                        "CREATE FUNCTION fine(t) RETURNS bool LANGUAGE sql IMMUTABLE AS"
                        " $$ SELECT $1.a <> 'forbidden' $$;"
                        "ALTER TABLE t ADD CONSTRAINT whole CHECK (fine(t.*))");
    try_check(fixture, "whole");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a = 'forbidden'", REFUSED);
    try_check(fixture, "later");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "NOT VALID");
}

/* ---- what cannot be shown ---- */

static void
test_never(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TYPE e AS ENUM ('a', 'b');"
               "CREATE FUNCTION yes(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';"
               "CREATE TABLE t (a int, b int NOT NULL, c text, d e, f varchar(5),"
               " CONSTRAINT all_values CHECK (a > 5 OR a <= 5),"
               " CONSTRAINT unknown CHECK (a <> NULL),"
               " CONSTRAINT labels CHECK (d IN ('a', 'b')),"
               " CONSTRAINT length CHECK (length(c) >= 0),"
               " CONSTRAINT limited CHECK (length(f) <= 10),"
               " CONSTRAINT own CHECK (yes(a)),"
               " CONSTRAINT clock CHECK (a < extract(epoch FROM clock_timestamp()) + 1e10));"
               "CREATE TABLE n (a int, CONSTRAINT only_null CHECK (a > 5 AND a < 3));"
               "CREATE TABLE z (a int NOT NULL, CONSTRAINT nothing CHECK (a > 5 AND a < 3));"
               "CREATE TABLE y (a int, CONSTRAINT no CHECK (false))");
    static const struct {
        const char *name;
        PgsVerdict verdict;
        const char *message;
    } rules[] = {
        {"all_values", PGS_VERDICT_NEVER_REFUSES, "all_values can never refuse a row: ((a > 5)"},
        {"unknown", PGS_VERDICT_NEVER_REFUSES, "never refuse"},
        {"labels", PGS_VERDICT_NEVER_REFUSES, "never refuse"},
        {"length", PGS_VERDICT_NEVER_REFUSES, "never refuse"},
        /* The type refuses before it; a function may say something else tomorrow. */
        {"limited", PGS_VERDICT_NOT_EXERCISED, "no refusing row found in "},
        {"own", PGS_VERDICT_NOT_EXERCISED, "; expression: public.yes(a)"},
        {"clock", PGS_VERDICT_NOT_EXERCISED, "no refusing row found in "},
        {"only_null", PGS_VERDICT_NEVER_ACCEPTS, "only_null accepts only NULL: ((a > 5)"},
        {"nothing", PGS_VERDICT_NEVER_ACCEPTS, "nothing can never accept a row"},
        {"no", PGS_VERDICT_NEVER_ACCEPTS, "no can never accept a row: false"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        try_check(fixture, rules[i].name);
        assert_verdict(fixture, rules[i].verdict);
        assert_message(fixture, rules[i].message);
    }
    /* Another rule's contradiction is not this one's. */
    make_bench(fixture, "CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT high CHECK (a > 5),"
                        " CONSTRAINT low CHECK (a < 3), CONSTRAINT other CHECK (b > 0))");
    static const char *const names[] = {"high", "low", "other"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gboolean is_last = strcmp(names[i], "low") == 0;
        try_check(fixture, names[i]);
        assert_verdict(fixture, is_last ? PGS_VERDICT_NEVER_ACCEPTS : PGS_VERDICT_NOT_EXERCISED);
        assert_non_null(fixture->result->message);
    }
}

/* ---- accusations ---- */

/* The catalog's rule is made to say something else than what the server keeps. */
static void
test_lie(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT lie CHECK (a > 0),"
                        " CONSTRAINT chance CHECK (a > random() - 1))");
    PgsRule *rule = (PgsRule *)rule_of(fixture, PGS_RULE_CHECK, "lie", NULL);
    g_autofree char *kept = rule->expression;
    rule->expression = g_strdup("(a > 3)");
    exercise(fixture, pgs_rule_check_exercise, rule);
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "lie lets a row in that it has to refuse: a = ");
    assert_non_null(fixture->result->sql);
    assert_string_equal(fixture->result->expected, "refused by lie");
    /* What is not the same twice accuses nobody. */
    rule = (PgsRule *)rule_of(fixture, PGS_RULE_CHECK, "chance", NULL);
    g_autofree char *other = rule->expression;
    rule->expression = g_strdup("(a > 3 + random())");
    exercise(fixture, pgs_rule_check_exercise, rule);
    assert_int_not_equal(fixture->result->verdict, PGS_VERDICT_BROKEN);
    assert_null(fixture->result->expected);
}

/* JSON's null is not NULL; what looks like a number in a text is none; no false alarm. */
static void
test_no_alarm(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, j jsonb, k json, c char(4),"
               " b boolean, at timestamptz DEFAULT now(), x xml, f float8, r int[],"
               " CONSTRAINT id CHECK (id > 0), CONSTRAINT j CHECK (jsonb_typeof(j) = 'object'),"
               " CONSTRAINT k CHECK (json_typeof(k) <> 'null'), CONSTRAINT c CHECK (c > 'b'),"
               " CONSTRAINT b CHECK (b), CONSTRAINT at CHECK (at <= clock_timestamp()),"
               " CONSTRAINT x CHECK (x IS DOCUMENT), CONSTRAINT f CHECK (f < 1e300),"
               " CONSTRAINT r CHECK (cardinality(r) BETWEEN 1 AND 2))");
    static const char *const names[] = {"id", "j", "k", "c", "b", "at", "x", "f", "r"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        try_check(fixture, names[i]);
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        if (strcmp(names[i], "at") != 0)
            assert_no_notes(fixture);
    }
}

/* Two rules that never hold together; a NULL would fulfil both. */
static void
test_contradiction_of_two(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT k1 CHECK (a > 10),"
                        " CONSTRAINT k2 CHECK (a < 5), CONSTRAINT k3 CHECK (b > a))");
    try_check(fixture, "k1");
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    try_check(fixture, "k2");
    assert_verdict(fixture, PGS_VERDICT_NEVER_ACCEPTS);
    assert_message(fixture, "k2 and k1 can never hold together: (a < 5), (a > 10)");
    try_check(fixture, "k3");
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    /* Each two of them hold together, but not all three. */
    make_bench(fixture, "CREATE TABLE t (a int NOT NULL, CONSTRAINT k1 CHECK (a > 10 OR a = 1),"
                        " CONSTRAINT k2 CHECK (a < 20 OR a = 30), CONSTRAINT k3 CHECK (a = 1 OR a"
                        " > 25), CONSTRAINT k4 CHECK (a <> 1 AND a <> 30))");
    try_check(fixture, "k3");
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    try_check(fixture, "k4");
    assert_verdict(fixture, PGS_VERDICT_NEVER_ACCEPTS);
    assert_message(fixture, "k4 leaves no row together with k1, k2, k3: ");
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT k1 CHECK (a > 10),"
                        " CONSTRAINT k2 CHECK (a < 5))");
    try_check(fixture, "k1");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
}

/* An expression that raises an error for whatever value; one that only NULL fulfils. */
static void
test_hardly_any_value(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TYPE e AS ENUM ('x', 'y'); CREATE TABLE t (v text, n e,"
                        " CONSTRAINT wrong CHECK (v ~ '^[a-.]+$'),"
                        " CONSTRAINT label CHECK (n::text = 'w'))");
    try_check(fixture, "wrong");
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    assert_message(fixture, "each value but NULL raises an error: invalid regular expression: "
                            "invalid character range (2201B); expression: ");
    try_check(fixture, "label");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_int_equal(fixture->result->notes->len, 1);
    assert_non_null(strstr(fixture->result->notes->pdata[0], "nothing but NULL was accepted in "));
}

/* The planner is asked about the server's own functions, whatever a session's path has first. */
static void
test_search_path(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT c CHECK (abs(a) > 3));"
                        "DROP SCHEMA IF EXISTS pgs_first CASCADE; CREATE SCHEMA pgs_first;"
                        "CREATE FUNCTION pgs_first.abs(int) RETURNS int IMMUTABLE LANGUAGE sql AS"
                        " 'SELECT 5'");
    run_sql(fixture, "SET search_path = pgs_first, pg_catalog, public");
    g_autoptr(GError) error = NULL;
    PgsTautology proven;
    assert_true(pgs_bench_begin(fixture->bench, &error));
    const PgsRule *rule = rule_of(fixture, PGS_RULE_CHECK, "c", NULL);
    run_sql(fixture, "SET search_path = pgs_first, pg_catalog, public");
    assert_true(pgs_tautology_prove(fixture->bench, rule, &proven, &error));
    pgs_bench_rollback(fixture->bench);
    run_sql(fixture, "RESET search_path; DROP SCHEMA pgs_first CASCADE");
    assert_false(proven.never_false);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_edges),
        TEST(test_order),
        TEST(test_long_list),
        TEST(test_columns),
        TEST(test_other_rules),
        TEST(test_functions),
        TEST(test_never),
        TEST(test_lie),
        TEST(test_no_alarm),
        TEST(test_contradiction_of_two),
        TEST(test_hardly_any_value),
        TEST(test_search_path),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
