/* Covers harness/cycle/: downs.c, what the cycle and the stairway make of repeatable revisions,
 * verify scripts and folders that only go forward, and foundation.c. */
#include "climb_fixture.h"

#include "cycle/cycle.h"
#include "cycle/downs.h"
#include "cycle/foundation.h"
#include "cycle/stairway.h"

static void
free_cycle(gpointer cycle)
{
    pgs_cycle_free(cycle);
}

static void
free_stairway(gpointer stairway)
{
    pgs_stairway_free(stairway);
}

static void
keep(ClimbFixture *fixture, gpointer result, GDestroyNotify free_result, const GError *error)
{
    if (result == NULL)
        fail_msg("%s", error->message);
    if (fixture->result != NULL)
        fixture->free_result(fixture->result);
    fixture->result = result;
    fixture->free_result = free_result;
}

static const PgsCycle *
run_cycle(ClimbFixture *fixture, gint floor)
{
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = floor};
    if (fixture->stage == NULL)
        climb_open_stage(fixture, 0, FALSE);
    PgsCycle *cycle = pgs_cycle_run(fixture->stage, &options, &error);
    keep(fixture, cycle, free_cycle, error);
    return cycle;
}

static const PgsStairway *
run_stairway(ClimbFixture *fixture, gint floor)
{
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = floor, .jobs = 2};
    if (fixture->stage == NULL)
        climb_open_stage(fixture, 0, FALSE);
    PgsStairway *stairway = pgs_stairway_run(fixture->stage, &options, &error);
    keep(fixture, stairway, free_stairway, error);
    return stairway;
}

static const PgsRung *
rung(const PgsStairway *stairway, guint index)
{
    assert_true(index < stairway->rungs->len);
    return &g_array_index(stairway->rungs, PgsRung, index);
}

static guint
n_real(const PgsPart *part)
{
    assert_int_equal(part->state, PGS_PART_DONE);
    return part->diff != NULL ? pgs_diff_counts(part->diff).real : 0;
}

static void
set_downs(ClimbFixture *fixture, PgsDownPolicy policy)
{
    fixture->history->own_settings->downs = policy;
}

#define TABLE(name)                                                                                \
    {                                                                                              \
        "CREATE TABLE " name " (id int);", "DROP TABLE " name ";"                                  \
    }
#define NO_DOWN(name)                                                                              \
    {                                                                                              \
        "CREATE TABLE " name " (id int);", NULL                                                    \
    }

/* ---- no way down ---- */

static void
test_a_folder_that_only_goes_forward(void **state)
{
    static const Pair pairs[] = {NO_DOWN("a"), NO_DOWN("b")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    assert_true(pgs_downs_is_forward_only(fixture->history));
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_int_equal(cycle->down.state, PGS_PART_SKIPPED);
    assert_true(cycle->is_second);
    assert_int_equal(n_real(&cycle->again), 0);
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_int_equal(rung(stairway, 1)->up.state, PGS_PART_DONE);
    assert_int_equal(rung(stairway, 1)->down.state, PGS_PART_SKIPPED);
}

/* What depends on the database's own name, or on chance, is another head. */
static void
test_a_head_that_depends_on_the_database(void **state)
{
    static const Pair pairs[] = {
        {"DO $$BEGIN EXECUTE format('CREATE TABLE %I ()', current_database()); END$$;", NULL},
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_true(cycle->is_second);
    assert_true(n_real(&cycle->again) > 0);
}

/* An upgrade that only succeeds once a server. */
static void
test_a_second_climb_that_fails(void **state)
{
    static const Pair pairs[] = {
        {"SELECT 1;\nDO $$BEGIN IF (SELECT count(*) FROM pg_database WHERE datname LIKE '%again%') "
         "> "
         "0 THEN RAISE EXCEPTION 'taken'; END IF; END$$;",
         NULL},
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_int_equal(cycle->again.state, PGS_PART_FAILED);
    assert_int_equal(cycle->again.revision, 0);
    assert_int_equal(cycle->again.outcome->line, 2);
}

static void
test_downs_that_are_required(void **state)
{
    static const Pair pairs[] = {NO_DOWN("a"), NO_DOWN("b")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_downs(fixture, PGS_DOWNS_REQUIRED);
    assert_false(pgs_downs_is_forward_only(fixture->history));
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_int_equal(cycle->down.state, PGS_PART_MISSING);
    assert_int_equal(cycle->down.revision, 1);
    assert_int_equal(n_real(&cycle->again), 0);
    assert_int_equal(rung(run_stairway(fixture, -1), 0)->down.state, PGS_PART_MISSING);
}

static void
test_downs_that_are_optional(void **state)
{
    static const Pair pairs[] = {TABLE("a"), NO_DOWN("b"), TABLE("c")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    assert_int_equal(run_cycle(fixture, -1)->down.state, PGS_PART_MISSING);
    set_downs(fixture, PGS_DOWNS_OPTIONAL);
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_int_equal(cycle->bottom, 1);
    assert_int_equal(n_real(&cycle->down), 0);
    assert_int_equal(n_real(&cycle->again), 0);
    assert_false(cycle->is_second);
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_int_equal(n_real(&rung(stairway, 0)->down), 0);
    assert_int_equal(rung(stairway, 1)->down.state, PGS_PART_SKIPPED);
    assert_non_null(strstr(rung(stairway, 1)->down.reason, "downs: optional"));
    assert_int_equal(n_real(&rung(stairway, 2)->down), 0);
}

/* Nothing to go down from head: it is climbed in another database, as where there are no downs. */
static void
test_an_optional_down_at_head(void **state)
{
    static const Pair pairs[] = {TABLE("a"), NO_DOWN("b")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_downs(fixture, PGS_DOWNS_OPTIONAL);
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_int_equal(cycle->down.state, PGS_PART_SKIPPED);
    assert_true(cycle->is_second);
    assert_int_equal(n_real(&cycle->again), 0);
}

/* ---- repeatable ---- */

#define FUNCTION(body)                                                                             \
    "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT " body "';"

static void
read_repeatable(ClimbFixture *fixture, const char *text)
{
    const Pair pairs[] = {TABLE("a"), TABLE("b"), {text, NULL}};
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    climb_revision(fixture, 2)->repeatable = TRUE;
}

/* What it makes has no downgrade: at the bottom it is expected. */
static void
test_a_repeatable_revision(void **state)
{
    ClimbFixture *fixture = *state;
    read_repeatable(fixture, FUNCTION("1"));
    const PgsCycle *cycle = run_cycle(fixture, -1);
    assert_int_equal(n_real(&cycle->down), 0);
    assert_int_equal(n_real(&cycle->again), 0);
    assert_non_null(pgs_snapshot_find(cycle->head, "function", "public.f()"));
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_int_equal(rung(stairway, 2)->down.state, PGS_PART_SKIPPED);
    assert_int_equal(n_real(&rung(stairway, 2)->again), 0);
}

static void
test_a_repeatable_revision_whose_second_run_fails(void **state)
{
    ClimbFixture *fixture = *state;
    read_repeatable(fixture, "SELECT 1;\nCREATE TABLE r (id int);");
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_int_equal(rung(stairway, 2)->again.state, PGS_PART_FAILED);
    assert_int_equal(rung(stairway, 2)->again.outcome->line, 2);
}

static void
test_a_repeatable_revision_that_changes_something_again(void **state)
{
    ClimbFixture *fixture = *state;
    read_repeatable(fixture, "ALTER TABLE a ADD CHECK (id > 0);");
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_true(n_real(&rung(stairway, 2)->again) > 0);
}

/* In front of other revisions a rung that it has left otherwise is restored. */
static void
test_a_repeatable_revision_in_the_middle(void **state)
{
    static const Pair pairs[] = {
        TABLE("a"),
        {"ALTER TABLE a ADD CHECK (id > 0);", NULL},
        {"DO $$BEGIN ASSERT (SELECT count(*) FROM pg_constraint WHERE conrelid = 'a'::regclass AND "
         "contype = 'c') = 1; END$$;",
         "SELECT 1;"},
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    climb_revision(fixture, 1)->repeatable = TRUE;
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_true(rung(stairway, 1)->restored);
    assert_int_equal(rung(stairway, 2)->up.state, PGS_PART_DONE);
}

/* In a folder that only goes forward all of them run once more at head. */
static void
test_repeatable_revisions_at_head(void **state)
{
    static const Pair pairs[] = {
        NO_DOWN("a"),
        {FUNCTION("1"), NULL},
        {"DROP FUNCTION IF EXISTS f(); " FUNCTION("2"), NULL},
        {"COMMENT ON FUNCTION f() IS 'last';", NULL},
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    climb_revision(fixture, 1)->repeatable = climb_revision(fixture, 2)->repeatable = TRUE;
    /* The versioned one's comment is lost when the function is made anew. */
    assert_true(n_real(&run_cycle(fixture, -1)->again) > 0);
    climb_revision(fixture, 3)->repeatable = TRUE;
    assert_int_equal(n_real(&run_cycle(fixture, -1)->again), 0);
}

/* ---- verify scripts ---- */

static void
set_verify(ClimbFixture *fixture, guint index, const char *text)
{
    PgsRevision *revision = climb_revision(fixture, index);
    revision->verify = climb_text(revision->up, text, 1, FALSE);
}

#define FAILS_WITHOUT(table) "BEGIN;\nSELECT id FROM " table " WHERE false;\nROLLBACK;"

static void
test_verify_scripts(void **state)
{
    static const Pair pairs[] = {TABLE("a"), TABLE("b"), TABLE("c"), TABLE("d")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_verify(fixture, 0, FAILS_WITHOUT("a"));
    set_verify(fixture, 1, FAILS_WITHOUT("nothing"));
    set_verify(fixture, 2, "CREATE TABLE IF NOT EXISTS left_over (id int);");
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_true(rung(stairway, 0)->has_verify);
    assert_int_equal(n_real(&rung(stairway, 0)->verify), 0);
    assert_int_equal(rung(stairway, 1)->verify.state, PGS_PART_FAILED);
    assert_int_equal(rung(stairway, 1)->verify.outcome->line, 2);
    assert_int_equal(n_real(&rung(stairway, 2)->verify), 1);
    /* What it left is no one else's fault. */
    assert_int_equal(n_real(&rung(stairway, 2)->down), 0);
    assert_int_equal(n_real(&rung(stairway, 2)->again), 0);
    assert_true(rung(stairway, 2)->restored);
    assert_int_equal(n_real(&rung(stairway, 3)->down), 0);
    assert_false(rung(stairway, 3)->has_verify);
    /* At head all are run, so that parts of a split run count alike; that one fails there too. */
    assert_int_equal(stairway->n_verified, 3);
    assert_int_equal(stairway->at_head->len, 1);
    assert_int_equal(g_array_index(stairway->at_head, PgsPart, 0).revision, 1);
}

static void
test_verify_scripts_at_head(void **state)
{
    static const Pair pairs[] = {
        TABLE("a"),
        TABLE("b"),
        {"DROP TABLE a; DROP TABLE b;", "CREATE TABLE a (id int); CREATE TABLE b (id int);"},
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_verify(fixture, 0, FAILS_WITHOUT("a"));
    set_verify(fixture, 1, FAILS_WITHOUT("b"));
    climb_revision(fixture, 1)->is_reworked = TRUE;
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_int_equal(n_real(&rung(stairway, 0)->verify), 0);
    assert_int_equal(n_real(&rung(stairway, 1)->verify), 0);
    assert_int_equal(stairway->n_verified, 1);
    assert_int_equal(stairway->at_head->len, 1);
    assert_int_equal(g_array_index(stairway->at_head, PgsPart, 0).revision, 0);
}

static void
test_a_verify_script_after_the_second_upgrade(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE IF NOT EXISTS a (id int); CREATE TABLE IF NOT EXISTS seen (id int); INSERT "
         "INTO seen VALUES (1);",
         "DROP TABLE a;"},
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_verify(fixture, 0, "SELECT 1/(2 - count(*)::int) FROM seen");
    const PgsStairway *stairway = run_stairway(fixture, -1);
    assert_int_equal(rung(stairway, 0)->verify.state, PGS_PART_FAILED);
    assert_string_equal(rung(stairway, 0)->verify.reason, "after the second upgrade");
}

/* ---- what is there already ---- */

static const Pair given[] = {
    NO_DOWN("a"),
    TABLE("b"),
    {"ALTER TABLE b ADD COLUMN n int; ALTER TABLE a ADD COLUMN n int;",
     "ALTER TABLE b DROP COLUMN n;"},
    TABLE("d"),
};

static void
check_given_cycle(ClimbFixture *fixture, gboolean isolated)
{
    climb_read(fixture, given, G_N_ELEMENTS(given));
    climb_open_stage(fixture, 2, isolated);
    const PgsCycle *cycle = run_cycle(fixture, 1);
    assert_int_equal(cycle->start, 1);
    assert_int_equal(cycle->bottom, 1);
    assert_int_equal(cycle->up.state, PGS_PART_DONE);
    assert_int_equal(n_real(&cycle->down), 1);
}

static void
test_only_what_is_new(void **state)
{
    ClimbFixture *fixture = *state;
    check_given_cycle(fixture, FALSE);
    const PgsStairway *stairway = run_stairway(fixture, 1);
    assert_int_equal(stairway->first, 2);
    assert_int_equal(stairway->n_revisions, 2);
    assert_int_equal(stairway->rungs->len, 2);
    assert_int_equal(rung(stairway, 0)->revision, 2);
    assert_int_equal(n_real(&rung(stairway, 0)->down), 1);
    assert_true(rung(stairway, 0)->restored);
    assert_int_equal(n_real(&rung(stairway, 1)->down), 0);
}

static void
test_only_what_is_new_with_a_server_a_lane(void **state)
{
    check_given_cycle(*state, TRUE);
}

static void
test_a_lane_from_base(void **state)
{
    ClimbFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    climb_read(fixture, given, G_N_ELEMENTS(given));
    climb_open_stage(fixture, 2, FALSE);
    fixture->lane = pgs_lane_new_at_base(fixture->stage, "base", &error);
    assert_non_null(fixture->lane);
    assert_int_equal(pgs_lane_revision(fixture->lane), -1);
    pgs_lane_free(fixture->lane);
    fixture->lane = pgs_lane_new(fixture->stage, "above", &error);
    assert_non_null(fixture->lane);
    assert_int_equal(pgs_lane_revision(fixture->lane), 1);
    climb_assert_answer(fixture->lane, "SELECT pg_catalog.to_regclass('b')", "b");
}

static void
test_what_is_there_already_fails(void **state)
{
    static const Pair pairs[] = {TABLE("a"), {"SELECT 1;\nSELECT 1/0;", NULL}, TABLE("c")};
    ClimbFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsOutcome) failure = NULL;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    climb_open_stage(fixture, 2, FALSE);
    assert_false(pgs_foundation_lay(fixture->stage, &failure, &error));
    assert_null(error);
    assert_int_equal(failure->revision, 1);
    assert_int_equal(failure->line, 2);
    assert_null(pgs_lane_new(fixture->stage, "above", &error));
    assert_true(g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_FOUNDATION));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLIMB_TEST(test_a_folder_that_only_goes_forward),
        CLIMB_TEST(test_a_head_that_depends_on_the_database),
        CLIMB_TEST(test_a_second_climb_that_fails),
        CLIMB_TEST(test_downs_that_are_required),
        CLIMB_TEST(test_downs_that_are_optional),
        CLIMB_TEST(test_an_optional_down_at_head),
        CLIMB_TEST(test_a_repeatable_revision),
        CLIMB_TEST(test_a_repeatable_revision_whose_second_run_fails),
        CLIMB_TEST(test_a_repeatable_revision_that_changes_something_again),
        CLIMB_TEST(test_a_repeatable_revision_in_the_middle),
        CLIMB_TEST(test_repeatable_revisions_at_head),
        CLIMB_TEST(test_verify_scripts),
        CLIMB_TEST(test_verify_scripts_at_head),
        CLIMB_TEST(test_a_verify_script_after_the_second_upgrade),
        CLIMB_TEST(test_only_what_is_new),
        CLIMB_TEST(test_only_what_is_new_with_a_server_a_lane),
        CLIMB_TEST(test_a_lane_from_base),
        CLIMB_TEST(test_what_is_there_already_fails),
    };
    return cmocka_run_group_tests(tests, climb_set_up_group, climb_tear_down_group);
}
