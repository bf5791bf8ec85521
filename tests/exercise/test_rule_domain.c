/* Covers harness/exercise/rule_domain.c and rule_domain_cast.c. */
#include "cmocka_all.h"

#include "rule_fixture.h"

static const PgsRule *
domain_rule(const Fixture *fixture, PgsRuleKind kind, const char *domain, const char *name)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (rule->kind == kind && strcmp(rule->type->name, domain) == 0 &&
            (name == NULL || strcmp(rule->name, name) == 0))
            return rule;
    }
    fail_msg("no such rule: %s %s", domain, name != NULL ? name : "");
    return NULL;
}

static void
try_domain(Fixture *fixture, PgsRuleKind kind, const char *domain, const char *name)
{
    exercise(fixture, pgs_rule_domain_exercise, domain_rule(fixture, kind, domain, name));
}

static void
test_checks(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN percent AS numeric(5, 2) CONSTRAINT range "
                        "CHECK (VALUE BETWEEN 0 AND 100);"
                        "CREATE DOMAIN code AS text COLLATE \"C\" NOT NULL CONSTRAINT shape "
                        "CHECK (VALUE ~ '^[A-Z]{3}$') CONSTRAINT not_aaa CHECK (VALUE <> 'AAA');"
                        "CREATE DOMAIN narrow AS code CONSTRAINT low CHECK (VALUE < 'MMM')");
    try_domain(fixture, PGS_RULE_DOMAIN_CHECK, "percent", "range");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture);
    static const struct {
        const char *what, *outcome;
    } tried[] = {
        {"value = 0", "accepted"},
        {"value = 100", "accepted"},
        {"value = NULL", "accepted"},
        {"value = -0.01", "refused: 23514 by range"},
        {"value = 100.01", "refused: 23514 by range"},
        {"value = 100.01", "; accepted without it"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tried); i++)
        assert_evidence(fixture, tried[i].what, tried[i].outcome);
    assert_non_null(fixture->result->sql);
    static const struct {
        const char *domain, *name;
    } rules[] = {{"code", "shape"}, {"code", "not_aaa"}, {"narrow", "low"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        try_domain(fixture, PGS_RULE_DOMAIN_CHECK, rules[i].domain, rules[i].name);
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        g_autofree char *by = g_strdup_printf("by %s", rules[i].name);
        assert_evidence(fixture, "value", by);
        assert_evidence(fixture, "value", "accepted without it");
    }
}

/* Where another refuses first, that one is dropped too; of a domain that it is made of as well. */
static void
test_others(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN d AS int CONSTRAINT a_narrow CHECK (VALUE > 10)"
                        " CONSTRAINT wide CHECK (VALUE > 0)");
    try_domain(fixture, PGS_RULE_DOMAIN_CHECK, "d", "wide");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "value = 0", "refused: 23514 by wide");
    assert_note(fixture, "a_narrow");
}

/* At a column as well, whatever else the column has to be. */
static void
test_columns(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE DOMAIN positive AS int CONSTRAINT positive CHECK (VALUE > 0);"
               "CREATE DOMAIN label AS text NOT NULL;"
               "CREATE TABLE p (id int PRIMARY KEY);"
               "CREATE TABLE t (g positive GENERATED ALWAYS AS (1) STORED, n positive NOT NULL,"
               " p int NOT NULL REFERENCES p, l label UNIQUE)");
    try_domain(fixture, PGS_RULE_DOMAIN_CHECK, "positive", NULL);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "value = 0", "refused: 23514 by positive");
    assert_evidence(fixture, "n = ", "refused: 23514 by positive");
    assert_evidence(fixture, "n = ", "accepted");
    assert_non_null(strstr(fixture->result->sql, "INSERT INTO public.t"));
    try_domain(fixture, PGS_RULE_DOMAIN_NOT_NULL, "label", NULL);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "value = NULL", "refused: 23502");
    assert_evidence(fixture, "value = NULL", "accepted without it");
    assert_evidence(fixture, "l = NULL", "refused: 23502");
    assert_evidence(fixture, "l = '", "accepted");
}

static void
test_not_null(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN base AS int NOT NULL CHECK (VALUE > 7);"
                        "CREATE DOMAIN upper AS base NOT NULL;"
                        "CREATE DOMAIN list AS text[] NOT NULL");
    static const char *const domains[] = {"base", "upper", "list"};
    for (gsize i = 0; i < G_N_ELEMENTS(domains); i++) {
        try_domain(fixture, PGS_RULE_DOMAIN_NOT_NULL, domains[i], NULL);
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_evidence(fixture, "value = NULL", "refused: 23502");
        assert_evidence(fixture, "value = ", "accepted");
    }
}

static void
test_never(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE DOMAIN a AS int CONSTRAINT all_values CHECK (VALUE > 5 OR VALUE <= 5);"
               "CREATE DOMAIN n AS int CONSTRAINT only_null CHECK (VALUE > 5 AND VALUE < 3);"
               "CREATE DOMAIN z AS int NOT NULL CONSTRAINT nothing CHECK (VALUE > 5 AND VALUE < 3);"
               "CREATE FUNCTION yes(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';"
               "CREATE DOMAIN u AS int CONSTRAINT own CHECK (yes(VALUE));"
               "CREATE DOMAIN v AS varchar(5) CONSTRAINT limited CHECK (length(VALUE) <= 10)");
    static const struct {
        const char *domain;
        PgsVerdict verdict;
        const char *message;
    } rules[] = {
        {"a", PGS_VERDICT_NEVER_REFUSES, "all_values can never refuse a value"},
        {"n", PGS_VERDICT_NEVER_ACCEPTS, "only_null accepts only NULL"},
        {"z", PGS_VERDICT_NEVER_ACCEPTS, "nothing can never accept a value"},
        {"u", PGS_VERDICT_NOT_EXERCISED, "no refusing value found in"},
        {"v", PGS_VERDICT_NOT_EXERCISED, "no refusing value found in"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        try_domain(fixture, PGS_RULE_DOMAIN_CHECK, rules[i].domain, NULL);
        assert_verdict(fixture, rules[i].verdict);
        assert_message(fixture, rules[i].message);
    }
}

/* The catalog's rule is made to say something else than what the server keeps. */
static void
test_lie(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN d AS int CONSTRAINT lie CHECK (VALUE > 0)");
    PgsRule *rule = (PgsRule *)domain_rule(fixture, PGS_RULE_DOMAIN_CHECK, "d", "lie");
    g_autofree char *kept = rule->expression;
    rule->expression = g_strdup("(VALUE > 3)");
    exercise(fixture, pgs_rule_domain_exercise, rule);
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "lie lets a value in that it has to refuse: value = ");
    assert_non_null(strstr(fixture->result->sql, "CAST("));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_checks),   TEST(test_others), TEST(test_columns),
                                       TEST(test_not_null), TEST(test_never),  TEST(test_lie)};
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
