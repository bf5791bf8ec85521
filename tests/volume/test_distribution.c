/* Covers harness/volume/distribution.c. */
#include "cmocka_all.h"

#include "bench_fixture.h"
#include "volume/column_fill.h"
#include "volume/distribution.h"

/* SQL over u, a unit, k, a choice, and s, a skewed number, of 20,000 rows. */
static void
assert_over(const Fixture *fixture, const char *sql, const char *expected)
{
    g_autofree double *weights = pgs_distribution_weights(5);
    g_autofree char *unit = pgs_fill_unit(7, "stream", "i");
    g_autofree char *choice = pgs_distribution_choice(unit, weights, 5);
    g_autofree char *skewed = pgs_distribution_skewed(unit, 1000);
    g_autofree char *nulls = pgs_distribution_nulls(unit, 0.05, "1");
    g_autofree char *query =
        g_strdup_printf("SELECT (%s)::text FROM (SELECT i, %s AS u, %s AS k, %s AS s, %s AS z FROM"
                        " generate_series(1::bigint, 20000) AS n (i)) AS made",
                        sql, unit, choice, skewed, nulls);
    assert_value(fixture, query, expected);
}

static void
test_units(void **state)
{
    Fixture *fixture = *state;
    assert_over(fixture, "min(u) >= 0 AND max(u) < 1 AND count(DISTINCT u) = 20000", "true");
    assert_over(fixture, "avg(u) BETWEEN 0.49 AND 0.51 AND stddev(u) BETWEEN 0.28 AND 0.30",
                "true");
    assert_over(fixture, "abs(corr(i, u)) < 0.03", "true");
    /* The same on every server, for ever. */
    assert_over(fixture, "sum(s)", "6651438");
    g_autofree char *one = pgs_fill_unit(7, "stream", "i");
    g_autofree char *other = pgs_fill_unit(8, "stream", "i");
    g_autofree char *stream = pgs_fill_unit(7, "stream 2", "i");
    g_autofree char *corr =
        g_strdup_printf("SELECT abs(corr(%s, %s)) < 0.03 AND abs(corr(%s, %s)) < 0.03 FROM"
                        " generate_series(1::bigint, 20000) AS n (i)",
                        one, other, one, stream);
    assert_value(fixture, corr, "t");
}

static void
test_choices(void **state)
{
    Fixture *fixture = *state;
    assert_over(fixture, "min(k) = 0 AND max(k) = 4 AND count(DISTINCT k) = 5", "true");
    assert_over(fixture, "count(*) FILTER (WHERE k = 0) BETWEEN 11000 AND 13000", "true");
    assert_over(fixture, "count(*) FILTER (WHERE k = 4) BETWEEN 100 AND 600", "true");
    assert_over(fixture, "count(*) FILTER (WHERE z IS NULL) BETWEEN 900 AND 1100", "true");
    assert_over(fixture, "min(s) = 1 AND max(s) = 1000 AND count(DISTINCT s) > 990", "true");
    assert_over(fixture, "count(*) FILTER (WHERE s = 1) BETWEEN 400 AND 900", "true");
}

static void
test_weights(void **state)
{
    (void)state;
    for (guint n = 1; n <= 60; n++) {
        g_autofree double *weights = pgs_distribution_weights(n);
        double sum = 0;
        for (guint i = 0; i < n; i++) {
            assert_true(weights[i] >= 0.005);
            assert_true(i == 0 || weights[i] <= weights[i - 1]);
            sum += weights[i];
        }
        assert_true(sum > 0.999999 && sum < 1.000001);
        assert_true(n == 1 || weights[n - 1] < 0.05);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_choices, set_up, tear_down),
        cmocka_unit_test(test_weights),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
