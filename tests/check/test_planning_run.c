/* Covers harness/check/planning_run.c: when plans are made, and that all of it is on a copy. */
#include "cmocka_all.h"

#include "check/planning_run.h"
#include "lane_fixture.h"

#include <string.h>

static const char up[] = "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                         "    email text NOT NULL);\n"
                         "INSERT INTO users (email) VALUES ('a'), ('b');\n";

static const char state_query[] = "SELECT (SELECT count(*) || ':' || max(id) FROM users) || ' ' ||"
                                  " (SELECT last_value FROM users_id_seq) || ' ' ||"
                                  " (SELECT count(*) FROM pg_catalog.pg_statistic s"
                                  "  WHERE s.starelid = 'users'::pg_catalog.regclass)";

static int
set_up(void **state)
{
    return lane_fixture_set_up(state, up);
}

static PgsPlanningRun *
begin(LaneFixture *fixture, const PgsCheckSelection *checks, const PgsClimbOptions *options)
{
    g_autoptr(GError) error = NULL;
    PgsPlanningRun *run = pgs_planning_run_begin(fixture->stage, fixture->lane, fixture->system,
                                                 checks, options, &error);
    if (run == NULL)
        fail_msg("%s", error->message);
    return run;
}

static void
test_on_a_copy(void **state)
{
    LaneFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    const PgsCheckSelection checks = {.only = (char *[]){(char *)"plan", NULL}};
    const PgsClimbOptions options = {.floor = -1};
    lane_fixture_climb(fixture);
    g_autofree char *before = lane_fixture_ask(fixture, state_query);
    assert_string_equal(before, "2:2 2 0");
    if (!pgs_planning_run_end(begin(fixture, &checks, &options), NULL, findings, &error))
        fail_msg("%s", error->message);
    assert_int_equal(findings->len, 2);
    const PgsFinding *index = g_ptr_array_index(findings, 0);
    assert_string_equal(index->check, "plan.index");
    assert_int_equal(index->status, PGS_STATUS_PASSED);
    assert_string_equal(index->revision, "001_all");
    const PgsFinding *volume = g_ptr_array_index(findings, 1);
    assert_string_equal(volume->message, "10000 rows in 1 table, seed 20");
    g_autofree char *after = lane_fixture_ask(fixture, state_query);
    assert_string_equal(after, before);
    /* What is begun can be left. */
    pgs_planning_run_abandon(begin(fixture, &checks, &options));
    pgs_planning_run_abandon(NULL);
}

/* With "plans:", or by name; each index's own queries where somebody asks for them. */
static void
test_wanted(void **state)
{
    (void)state;
    static const struct {
        const char *only;
        gboolean has_query, derive, derive_is_said, is_wanted;
        guint skipped;
    } rows[] = {
        {NULL, FALSE, FALSE, FALSE, FALSE, 0},       {NULL, TRUE, FALSE, FALSE, TRUE, 1},
        {NULL, TRUE, TRUE, TRUE, TRUE, 2},           {NULL, FALSE, TRUE, FALSE, TRUE, 1},
        {"plan", FALSE, FALSE, FALSE, TRUE, 1},      {"plan", TRUE, FALSE, FALSE, TRUE, 2},
        {"plan", TRUE, FALSE, TRUE, TRUE, 1},        {"plan.index", FALSE, FALSE, FALSE, TRUE, 1},
        {"plan.index", TRUE, FALSE, FALSE, TRUE, 1}, {"plan.query", TRUE, TRUE, TRUE, TRUE, 1},
        {"plan.query", FALSE, TRUE, TRUE, FALSE, 0}, {"cycle", TRUE, TRUE, TRUE, FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsSystem) system = pgs_system_new("a");
        g_autoptr(GPtrArray) findings =
            g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
        char *only[] = {(char *)rows[i].only, NULL};
        const PgsCheckSelection checks = {.only = rows[i].only != NULL ? only : NULL};
        if (rows[i].has_query)
            g_ptr_array_add(system->plans->queries, pgs_plan_query_of("SELECT 1"));
        system->plans->derive = rows[i].derive;
        system->plans->derive_is_said = rows[i].derive_is_said;
        assert_int_equal(pgs_planning_run_is_wanted(system, &checks), rows[i].is_wanted);
        pgs_planning_run_skip(system, &checks, "002", NULL, findings);
        assert_int_equal(findings->len, rows[i].skipped);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_on_a_copy, set_up, lane_fixture_tear_down),
        cmocka_unit_test(test_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
