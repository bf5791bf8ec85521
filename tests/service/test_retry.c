/* Covers harness/service/retry.c, pool_backoff.c. */
#include "cmocka_all.h"

#include "service/retry.h"

enum {
    N = 20000,
};

/* Full jitter: each wait is anywhere from nothing to its limit, evenly. */
static void
test_distribution(G_GNUC_UNUSED void **state)
{
    static const guint limits[] = {100, 200, 400, 800, 1000, 1000};
    const PgsRetryPolicy policy = {.attempts = 7, .first = 100, .most = 1000};
    guint64 sums[6] = {0};
    guint quarters[6][4] = {{0}}, least[6], most[6] = {0};
    for (guint i = 0; i < 6; i++)
        least[i] = G_MAXUINT;
    for (guint64 seed = 1; seed <= N; seed++) {
        PgsRetry retry;
        guint wait;
        pgs_retry_start(&retry, &policy, seed);
        for (guint i = 0; i < 6; i++) {
            assert_true(pgs_retry_next(&retry, &wait));
            assert_true(wait <= limits[i]);
            sums[i] += wait;
            quarters[i][MIN(wait * 4 / limits[i], 3)]++;
            least[i] = MIN(least[i], wait);
            most[i] = MAX(most[i], wait);
        }
        assert_false(pgs_retry_next(&retry, &wait));
    }
    for (guint i = 0; i < 6; i++) {
        double mean = (double)sums[i] / N;
        assert_true(mean > limits[i] * 0.49 && mean < limits[i] * 0.51);
        for (guint q = 0; q < 4; q++)
            assert_in_range(quarters[i][q], N * 0.23, N * 0.27);
        assert_int_equal(least[i], 0);
        assert_int_equal(most[i], limits[i]);
    }
}

static void
test_same_seed_same_waits(G_GNUC_UNUSED void **state)
{
    const PgsRetryPolicy policy = {.attempts = 50};
    PgsRetry one, other, third;
    guint a, b, c, differing = 0;
    pgs_retry_start(&one, &policy, 42);
    pgs_retry_start(&other, &policy, 42);
    pgs_retry_start(&third, &policy, 0);
    while (pgs_retry_next(&one, &a)) {
        assert_true(pgs_retry_next(&other, &b));
        assert_true(pgs_retry_next(&third, &c));
        assert_int_equal(a, b);
        assert_true(a <= 10000);
        differing += a != c;
    }
    assert_true(differing > 0);
}

static void
test_defaults(G_GNUC_UNUSED void **state)
{
    PgsRetry retry;
    guint wait;
    pgs_retry_start(&retry, &(PgsRetryPolicy){0}, 1);
    assert_int_equal(retry.attempt, 1);
    assert_false(pgs_retry_next(&retry, &wait));
    pgs_retry_start(&retry, NULL, 1);
    assert_false(pgs_retry_next(&retry, &wait));
}

static gpointer
cancel(gpointer data)
{
    g_cancellable_cancel(data);
    return NULL;
}

static void
test_wait(G_GNUC_UNUSED void **state)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    assert_true(pgs_retry_wait(30, NULL, &error));
    assert_true(pgs_retry_wait(30, cancellable, &error));
    assert_true(g_get_monotonic_time() - start >= 60 * 1000);
    GThread *thread = g_thread_new("cancels", cancel, cancellable);
    start = g_get_monotonic_time();
    assert_false(pgs_retry_wait(60 * 1000, cancellable, &error));
    assert_true(g_get_monotonic_time() - start < 10 * G_USEC_PER_SEC);
    assert_true(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    g_thread_join(thread);
    assert_false(pgs_retry_wait(0, cancellable, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distribution),
        cmocka_unit_test(test_same_seed_same_waits),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
