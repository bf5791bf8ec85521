/* Covers harness/plan/: planner_settings.c, sql/planner_settings.sql. */
#include "cmocka_all.h"

#include "bench_fixture.h"
#include "plan/explain.h"

static char *
read_settings(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    char *settings = pgs_planner_settings(fixture->connection, &error);
    if (settings == NULL)
        fail_msg("%s", error->message);
    return settings;
}

/* The line of a setting; "" when it has none. */
static char *
line_of(const char *settings, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(settings, "\n", -1);
    g_autofree char *start = g_strconcat(name, " = ", NULL);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], start))
            return g_strdup(lines[i]);
    }
    return g_strdup("");
}

static void
assert_line(const Fixture *fixture, const char *name, const char *expected)
{
    g_autofree char *settings = read_settings(fixture);
    g_autofree char *line = line_of(settings, name);
    assert_string_equal(line, expected);
}

static void
test_defaults(void **state)
{
    const Fixture *fixture = *state;
    assert_line(fixture, "enable_seqscan", "enable_seqscan = on (default)");
    assert_line(fixture, "random_page_cost", "random_page_cost = 4 (default)");
    assert_line(fixture, "default_statistics_target", "default_statistics_target = 100 (default)");
    assert_line(fixture, "work_mem", "work_mem = 4MB (default)");
}

static void
test_where_it_was_set(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "BEGIN; SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '16MB';"
                     "SET LOCAL enable_seqscan = off");
    assert_line(fixture, "random_page_cost", "random_page_cost = 1.1 (session; default 4)");
    assert_line(fixture, "work_mem", "work_mem = 16MB (session; default 4096 kB)");
    assert_line(fixture, "enable_seqscan", "enable_seqscan = off (session; default on)");
    run_sql(fixture, "ROLLBACK");
    assert_line(fixture, "enable_seqscan", "enable_seqscan = on (default)");
}

/* All that EXPLAIN itself counts as such (GUC_EXPLAIN) is there, but what decides names, not plans.
 */
static void
test_complete(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *settings = read_settings(fixture);
    static const char *const names[] = {
        "server_version",
        "cpu_tuple_cost",
        "enable_indexonlyscan",
        "geqo_threshold",
        "jit",
        "jit_above_cost",
        "max_parallel_workers_per_gather",
        "min_parallel_table_scan_size",
        "from_collapse_limit",
        "join_collapse_limit",
        "effective_cache_size",
        "plan_cache_mode",
        "hash_mem_multiplier",
        "constraint_exclusion",
        "parallel_setup_cost",
    };
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *line = line_of(settings, names[i]);
        if (*line == '\0')
            fail_msg("%s is missing", names[i]);
    }
    g_autofree char *vacuum = line_of(settings, "vacuum_cost_limit");
    assert_string_equal(vacuum, "");
    if (pgs_connection_version(fixture->connection) < 160000)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) result = pgs_connection_query(
        fixture->connection, PGS_SHAPE_ANY,
        "SELECT name FROM pg_settings WHERE 'EXPLAIN' = ANY (pg_settings_get_flags(name))", 0, NULL,
        NULL, &error);
    assert_non_null(result);
    for (int i = 0; i < PQntuples(result); i++) {
        const char *name = PQgetvalue(result, i, 0);
        g_autofree char *line = line_of(settings, name);
        if (*line == '\0' && strcmp(name, "search_path") != 0)
            fail_msg("%s is missing", name);
    }
}

static void
test_ordered(void **state)
{
    g_autofree char *settings = read_settings(*state);
    g_auto(GStrv) lines = g_strsplit(settings, "\n", -1);
    assert_true(g_strv_length(lines) > 40);
    for (guint i = 0; lines[i] != NULL; i++) {
        char *end = strstr(lines[i], " = ");
        assert_non_null(end);
        *end = '\0';
        if (i > 0)
            assert_true(strcmp(lines[i - 1], lines[i]) < 0);
    }
}

static void
test_refused(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    run_sql(fixture, "BEGIN");
    assert_false(pgs_connection_run(fixture->connection, "SELECT wrong", NULL));
    assert_null(pgs_planner_settings(fixture->connection, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_defaults), TEST(test_where_it_was_set), TEST(test_complete),
        TEST(test_ordered),  TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
