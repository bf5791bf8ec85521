/* Covers harness/service/pool_startup.c, pool_settings.c (whose statement_timeout holds). */
#include "own_server.h"
#include "service/pool_limits.h"
#include "service/pool_startup.h"

/* options, as the server's switches, and the milliseconds; -1: it says nothing. */
static const struct {
    const char *options;
    long expected;
} rows[] = {
    {"", -1},
    {"-c work_mem=4MB", -1},
    {"-c statement_timeout=5000", 5000},
    {"-c statement_timeout=5s", 5000},
    {"-cstatement_timeout=2min", 120000},
    {"--statement_timeout=1h", 3600000},
    {"--statement-timeout=1.5s", 1500},
    {"-c STATEMENT_TIMEOUT=0", 0},
    {"  -c\tstatement_timeout=1d  ", 86400000},
    {"-c statement_timeout=1500us", 2},
    {"-c statement_timeout=2500us", 2},
    {"-c statement_timeout=500us", 0},
    {"-c statement_timeout=2501us", 3},
    {"-c statement_timeout=5\\ s", 5000},
    {"-c statement_timeout=1s -c statement_timeout=2s", 2000},
    {"-c search_path=a\\ --statement_timeout=1s", -1},
    {"-c idle_in_transaction_session_timeout=7", -1},
    {"-c app.statement_timeout=7", -1},
    {"-c statement_timeout", -1},
    {"-c", -1},
    {"statement_timeout=7", -1},
};

static void
test_switches(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        long found = pgs_pool_startup_timeout(rows[i].options);
        if (found != rows[i].expected)
            fail_msg("'%s': %ld, not %ld", rows[i].options, found, rows[i].expected);
    }
}

static void
assert_timeout(const char *url, int option, const char *expected, long limit)
{
    PgsPool *pool = pgs_pool_new(&(PgsPoolOptions){.url = url, .statement_timeout = option}, NULL);
    PGconn *connection = must_acquire(pool);
    g_autofree char *shown = value_on(connection, "SHOW statement_timeout");
    assert_string_equal(shown, expected);
    assert_int_equal(pgs_pool_statement_limit(pool), limit);
    pgs_pool_release(pool, connection);
    pgs_pool_free(pool);
}

/* What the URL says is not replaced by a default, but by what is asked for; the client's own limit,
 * for a server that falls silent, goes by it. */
static void
test_whose_limit_holds(void **state)
{
    const OwnServer *own = *state;
    g_autofree char *short_one =
        g_strconcat(own->conninfo, " options='-c statement_timeout=5s'", NULL);
    g_autofree char *none = g_strconcat(own->conninfo, " options='-c statement_timeout=0'", NULL);
    assert_timeout(own->conninfo, 0, "30s", 35000);
    assert_timeout(short_one, 0, "5s", 10000);
    assert_timeout(short_one, 7000, "7s", 12000);
    assert_timeout(short_one, -1, "5s", -1);
    assert_timeout(none, 0, "0", -1);
    assert_timeout(none, 7000, "7s", 12000);
    assert_true(g_setenv("PGOPTIONS", "-c statement_timeout=9s", TRUE));
    assert_timeout(own->conninfo, 0, "9s", 14000);
    assert_timeout(short_one, 0, "5s", 10000);
    g_unsetenv("PGOPTIONS");
}

/* The server reads each row as we do. */
static void
test_switches_as_the_server_reads_them(void **state)
{
    const OwnServer *own = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *escaped = g_strescape(rows[i].options, "\t");
        g_autofree char *url = g_strdup_printf("%s options='%s'", own->conninfo, escaped);
        PGconn *connection = PQconnectdb(url);
        if (rows[i].expected >= 0 || PQstatus(connection) == CONNECTION_OK) {
            g_autofree char *setting = value_on(
                connection, "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'");
            g_autofree char *expected = g_strdup_printf("%ld", MAX(rows[i].expected, 0));
            if (g_strcmp0(setting, expected) != 0)
                fail_msg("'%s': the server has %s", rows[i].options, setting);
        }
        PQfinish(connection);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_whose_limit_holds),
        cmocka_unit_test(test_switches_as_the_server_reads_them),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
