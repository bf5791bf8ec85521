/* Covers harness/check/planning_run.c: when plans are made, and that all of it is on a copy. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "check/planning_run.h"
#include "check/system_words.h"
#include "server_fixture.h"

#include <string.h>

static const char up[] = "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                         "    email text NOT NULL);\n"
                         "INSERT INTO users (email) VALUES ('a'), ('b');\n";

static const char state_query[] = "SELECT (SELECT count(*) || ':' || max(id) FROM users) || ' ' ||"
                                  " (SELECT last_value FROM users_id_seq) || ' ' ||"
                                  " (SELECT count(*) FROM pg_catalog.pg_statistic s"
                                  "  WHERE s.starelid = 'users'::pg_catalog.regclass)";

typedef struct {
    char *folder;
    PgsServer *server;
    PgsSystem *system;
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane;
} Fixture;

static int
set_up(void **state)
{
    void *server = NULL;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-planning-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(fixture->folder, "001_all.up.sql", NULL);
    assert_true(g_file_set_contents(path, up, -1, NULL));
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    pgs_lane_free(fixture->lane);
    pgs_stage_free(fixture->stage);
    pgs_history_free(fixture->history);
    pgs_system_free(fixture->system);
    pgs_server_stop(fixture->server);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void
climb(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsOutcome) failure = NULL;
    fixture->system = pgs_system_new(fixture->folder);
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_null(error);
    PgsStageOptions options = pgs_system_stage_options(fixture->system);
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, FALSE, NULL);
    fixture->lane = pgs_lane_new(fixture->stage, "planning", &error);
    assert_non_null(fixture->lane);
    if (!pgs_lane_climb(fixture->lane, 0, &failure, &error))
        fail_msg("%s", failure != NULL ? failure->failure->message : error->message);
}

static char *
ask(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(fixture->lane), pgs_lane_database(fixture->lane),
                            60 * 1000, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, state_query, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static PgsPlanningRun *
begin(Fixture *fixture, const PgsCheckSelection *checks, const PgsClimbOptions *options)
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
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    const PgsCheckSelection checks = {.only = (char *[]){(char *)"plan", NULL}};
    const PgsClimbOptions options = {.floor = -1};
    climb(fixture);
    g_autofree char *before = ask(fixture);
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
    g_autofree char *after = ask(fixture);
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
        cmocka_unit_test_setup_teardown(test_on_a_copy, set_up, tear_down),
        cmocka_unit_test(test_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
