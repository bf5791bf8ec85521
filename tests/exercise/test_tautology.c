/* Covers harness/exercise/tautology.c and harness/exercise/sql/check_functions.sql. */
#include "cmocka_all.h"

#include "exercise/tautology.h"
#include "rule_fixture.h"

#define SCHEMA                                                                                     \
    "CREATE TYPE colour AS ENUM ('red', 'green');"                                                 \
    "CREATE FUNCTION own(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';"

typedef struct {
    const char *name, *expression;
    PgsSteadiness steadiness;
    gboolean never_false, never_true;
} Case;

static const Case cases[] = {
    {"plain", "a > 5", PGS_STEADINESS_CERTAIN, FALSE, FALSE},
    {"both", "a > 5 OR a <= 5", PGS_STEADINESS_CERTAIN, TRUE, FALSE},
    {"near", "a > 5 OR a < 5", PGS_STEADINESS_CERTAIN, FALSE, FALSE},
    {"none", "a > 5 AND a < 3", PGS_STEADINESS_CERTAIN, FALSE, TRUE},
    {"some", "a > 3 AND a < 5", PGS_STEADINESS_CERTAIN, FALSE, FALSE},
    {"constant", "1 = 1", PGS_STEADINESS_CERTAIN, TRUE, FALSE},
    {"false", "false", PGS_STEADINESS_CERTAIN, FALSE, TRUE},
    {"unknown", "a <> NULL", PGS_STEADINESS_CERTAIN, TRUE, TRUE},
    {"or_null", "a = ANY (ARRAY[1, 2]) OR NULL", PGS_STEADINESS_CERTAIN, TRUE, FALSE},
    {"nullable", "a IS NOT NULL", PGS_STEADINESS_CERTAIN, FALSE, FALSE},
    /* of the rows that the table could hold */
    {"not_null", "n IS NOT NULL", PGS_STEADINESS_CERTAIN, TRUE, FALSE},
    {"texts", "b = 'x' AND b = 'y'", PGS_STEADINESS_CERTAIN, FALSE, TRUE},
    /* What the server's functions are is known; what others are, is said by whoever made them. */
    {"own", "own(a) OR own(1)", PGS_STEADINESS_TRUSTED, FALSE, FALSE},
    {"own_only", "own(1)", PGS_STEADINESS_TRUSTED, FALSE, FALSE},
    {"clock", "t <= clock_timestamp()", PGS_STEADINESS_NONE, FALSE, FALSE},
    {"chance", "a > random() OR 1 = 1", PGS_STEADINESS_NONE, FALSE, FALSE},
    {"now", "t <= now()", PGS_STEADINESS_TRUSTED, FALSE, FALSE},
    {"today", "t <= current_date OR 1 = 1", PGS_STEADINESS_TRUSTED, FALSE, FALSE},
    {"through_text", "t::text::date = '2020-01-01' OR true", PGS_STEADINESS_TRUSTED, FALSE, FALSE},
};

static void
begin(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_bench_begin(fixture->bench, &error))
        fail_msg("%s", error->message);
}

static void
assert_case(const Fixture *fixture, const PgsRule *rule, const Case *expected)
{
    g_autoptr(GError) error = NULL;
    PgsTautology proven;
    PgsSteadiness steadiness;
    assert_true(pgs_check_steadiness(fixture->bench, rule, &steadiness, &error));
    assert_true(pgs_tautology_prove(fixture->bench, rule, &proven, &error));
    if (steadiness != expected->steadiness || proven.never_false != expected->never_false ||
        proven.never_true != expected->never_true)
        fail_msg("%s: %d %d %d", expected->name, steadiness, proven.never_false, proven.never_true);
}

/* The rule itself is never its own proof; what is proven leaves nothing behind. */
static void
test_tables(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) sql =
        g_string_new(SCHEMA "CREATE TABLE t (a int, b text, t timestamptz, n int NOT NULL, g int "
                            "GENERATED ALWAYS AS (n) STORED");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_string_append_printf(sql, ", CONSTRAINT \"%s\" CHECK (%s)", cases[i].name,
                               cases[i].expression);
    g_string_append(sql, ")");
    make_bench(fixture, sql->str);
    begin(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_case(fixture, rule_of(fixture, PGS_RULE_CHECK, cases[i].name, NULL), &cases[i]);
    pgs_bench_rollback(fixture->bench);
    g_autoptr(GError) error = NULL;
    g_autofree char *left = NULL;
    assert_true(
        pgs_connection_value(fixture->connection,
                             "SELECT count(*) FILTER (WHERE relname = 'pgs_fold') || ' ' || "
                             "current_setting('constraint_exclusion') FROM pg_class",
                             &left, &error));
    assert_string_equal(left, "0 partition");
}

static void
test_domains(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN d AS varchar(3) CONSTRAINT lists CHECK (VALUE = 'a' OR "
                        "VALUE <> 'a') CONSTRAINT never CHECK (VALUE > 'b' AND VALUE < 'a');"
                        "CREATE DOMAIN e AS d CONSTRAINT open CHECK (VALUE <> '')");
    begin(fixture);
    static const Case expected[] = {
        {"lists", NULL, PGS_STEADINESS_CERTAIN, TRUE, FALSE},
        {"never", NULL, PGS_STEADINESS_CERTAIN, FALSE, TRUE},
        {"open", NULL, PGS_STEADINESS_CERTAIN, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_case(fixture, rule_of(fixture, PGS_RULE_DOMAIN_CHECK, expected[i].name, NULL),
                    &expected[i]);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_tables), TEST(test_domains)};
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
