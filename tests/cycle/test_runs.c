/* Covers harness/cycle/lane_run.c: a step's several texts, all in one transaction, what is run
 * again and again, verify scripts. */
#include "climb_fixture.h"

static void
run_to_success(ClimbFixture *fixture, gint revision)
{
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, revision);
    if (!outcome->succeeded)
        fail_msg("%s", outcome->failure->message);
}

/* ---- several texts ---- */

static const Pair chain[] = {
    {"CREATE TABLE a (id int);", "DROP TABLE a;"},
};

static void
test_each_text_has_its_own_transaction(void **state)
{
    ClimbFixture *fixture = *state;
    climb_read(fixture, chain, G_N_ELEMENTS(chain));
    PgsStep *up = climb_revision(fixture, 0)->up;
    up->next = climb_text(up, "CREATE TABLE b (id int);\n\nCREATE TABLE b (id int);", 10, TRUE);
    up->next->next = climb_text(up, "CREATE TABLE c (id int);", 20, TRUE);
    climb_open_lane(fixture);
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, 0);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->revision, 0);
    assert_int_equal(outcome->line, 12);
    assert_non_null(strstr(outcome->path, "001_r.up.sql"));
    assert_int_equal(pgs_lane_revision(fixture->lane), -1);
    climb_assert_answer(fixture->lane,
                        "SELECT pg_catalog.concat_ws(' ', pg_catalog.to_regclass('a'), "
                        "pg_catalog.to_regclass('b'), pg_catalog.to_regclass('c'))",
                        "a");
}

static void
test_texts_that_succeed(void **state)
{
    ClimbFixture *fixture = *state;
    climb_read(fixture, chain, G_N_ELEMENTS(chain));
    PgsStep *up = climb_revision(fixture, 0)->up;
    up->next = climb_text(up, "CREATE INDEX CONCURRENTLY i ON a (id);", 3, FALSE);
    PgsStep *down = climb_revision(fixture, 0)->down;
    down->next = climb_text(down, "CREATE TABLE last (id int)", 3, TRUE);
    climb_open_lane(fixture);
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, 0);
    assert_true(outcome->succeeded);
    assert_int_equal(outcome->n_statements, 2);
    climb_assert_answer(fixture->lane, "SELECT pg_catalog.to_regclass('i')", "i");
    run_to_success(fixture, -1);
    climb_assert_answer(fixture->lane,
                        "SELECT pg_catalog.concat(pg_catalog.to_regclass('a'), "
                        "pg_catalog.to_regclass('last'))",
                        "last");
}

/* Where its tool runs each text in a session of its own, what one sets is gone for the next. */
static void
test_sessions(void **state)
{
    static const Pair pairs[] = {
        {"CREATE SCHEMA s; SET search_path = s;", "DROP SCHEMA s;"},
        {"CREATE TABLE t (id int);", "DROP TABLE t;"},
    };
    static const char where[] = "SELECT relnamespace::regnamespace FROM pg_catalog.pg_class "
                                "WHERE relname = 't'";
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    PgsTool alone = *climb_revision(fixture, 1)->up->tool;
    alone.own_session = TRUE;
    climb_open_lane(fixture);
    run_to_success(fixture, 1);
    climb_assert_answer(fixture->lane, where, "s");
    pgs_lane_free(fixture->lane);
    climb_revision(fixture, 1)->up->tool = &alone;
    g_autoptr(GError) error = NULL;
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    run_to_success(fixture, 1);
    climb_assert_answer(fixture->lane, where, "public");
}

/* ---- all in one transaction ---- */

static const Pair batch[] = {
    {"CREATE TABLE a (id int PRIMARY KEY);", "DROP TABLE a;"},
    {"CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);", "DROP TABLE b;"},
    {"CREATE TABLE c (id int);\nSELECT 1/0;", "DROP TABLE c;"},
};

static void
open_batch(ClimbFixture *fixture, const Pair *pairs, guint n)
{
    climb_read(fixture, pairs, n);
    fixture->history->is_batch = TRUE;
    climb_open_lane(fixture);
}

#define N_TABLES                                                                                   \
    "SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = 'public'::regnamespace AND "    \
    "relkind = 'r'"

static void
test_a_batch_that_fails_leaves_nothing(void **state)
{
    ClimbFixture *fixture = *state;
    open_batch(fixture, batch, G_N_ELEMENTS(batch));
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, 2);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->revision, 2);
    assert_int_equal(outcome->line, 2);
    assert_string_equal(outcome->failure->sqlstate, "22012");
    assert_non_null(strstr(outcome->failure->detail, "nothing of this run stays"));
    assert_int_equal(pgs_lane_revision(fixture->lane), -1);
    climb_assert_answer(fixture->lane, N_TABLES, "0");
    run_to_success(fixture, 1);
    climb_assert_answer(fixture->lane, N_TABLES, "2");
    run_to_success(fixture, -1);
    climb_assert_answer(fixture->lane, N_TABLES, "0");
}

/* A constraint that is checked at the very end has no place in a file. */
static void
test_a_batch_that_fails_at_its_commit(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE a (id int PRIMARY KEY);", "DROP TABLE a;"},
        {"CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
         "INSERT INTO b VALUES (1);",
         "DROP TABLE b;"},
    };
    ClimbFixture *fixture = *state;
    open_batch(fixture, pairs, G_N_ELEMENTS(pairs));
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, 1);
    assert_false(outcome->succeeded);
    assert_string_equal(outcome->failure->sqlstate, "23503");
    assert_string_equal(outcome->statement, "COMMIT");
    assert_int_equal(outcome->revision, 1);
    assert_int_equal(pgs_lane_revision(fixture->lane), -1);
    climb_assert_answer(fixture->lane, N_TABLES, "0");
}

/* A text that the tool does not wrap ends the transaction, and another one begins behind it. */
static void
test_a_batch_with_a_text_that_is_not_wrapped(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE a (id int);", "DROP TABLE a;"},
        {"CREATE INDEX CONCURRENTLY i ON a (id);", "DROP INDEX i;"},
        {"CREATE TABLE b (id int); SELECT 1/0;", "DROP TABLE b;"},
    };
    ClimbFixture *fixture = *state;
    open_batch(fixture, pairs, G_N_ELEMENTS(pairs));
    climb_revision(fixture, 1)->up->transaction = FALSE;
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, 2);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->revision, 2);
    assert_int_equal(pgs_lane_revision(fixture->lane), 1);
    climb_assert_answer(fixture->lane, "SELECT pg_catalog.to_regclass('i')", "i");
    climb_assert_answer(fixture->lane, N_TABLES, "1");
    assert_non_null(strstr(outcome->failure->detail, "but what it had committed before"));
}

static void
count_steps(G_GNUC_UNUSED gint revision, gboolean up, gpointer data)
{
    guint *counts = data;
    counts[up ? 1 : 0]++;
}

static void
test_a_run_is_told_of_each_step(void **state)
{
    ClimbFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    guint counts[2] = {0, 0};
    open_batch(fixture, batch, 2);
    for (gint to = 1; to >= -1; to -= 2) {
        g_autoptr(PgsOutcome) outcome =
            pgs_lane_run(fixture->lane, to, count_steps, counts, &error);
        assert_true(outcome->succeeded);
    }
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 2);
    g_autoptr(PgsOutcome) nothing = pgs_lane_run(fixture->lane, -1, NULL, NULL, &error);
    assert_true(nothing->succeeded);
}

/* ---- repeatable ---- */

static const Pair repeatable[] = {
    {"CREATE TABLE log (n int); ", "DROP TABLE log;"},
    {"INSERT INTO log VALUES (1);", NULL},
    {"CREATE TABLE b (id int);", "DROP TABLE b;"},
};

static void
test_a_repeatable_revision_runs_once_a_lane(void **state)
{
    ClimbFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    climb_read(fixture, repeatable, G_N_ELEMENTS(repeatable));
    climb_revision(fixture, 1)->repeatable = TRUE;
    climb_open_lane(fixture);
    run_to_success(fixture, 2);
    run_to_success(fixture, 0);
    run_to_success(fixture, 2);
    climb_assert_answer(fixture->lane, "SELECT count(*) FROM log", "1");
    PgsLane *clone = pgs_lane_clone(fixture->lane, "clone", &error);
    assert_non_null(clone);
    pgs_lane_free(fixture->lane);
    fixture->lane = clone;
    run_to_success(fixture, 0);
    run_to_success(fixture, 2);
    climb_assert_answer(fixture->lane, "SELECT count(*) FROM log", "1");
    g_autoptr(PgsOutcome) again = pgs_lane_repeat(fixture->lane, 1, &error);
    assert_true(again->succeeded);
    climb_assert_answer(fixture->lane, "SELECT count(*) FROM log", "2");
    run_to_success(fixture, 0);
    run_to_success(fixture, 1);
    climb_assert_answer(fixture->lane, "SELECT count(*) FROM log", "2");
}

/* One that failed has not run. */
static void
test_a_repeatable_revision_that_fails_is_tried_again(void **state)
{
    ClimbFixture *fixture = *state;
    climb_read(fixture, repeatable, G_N_ELEMENTS(repeatable));
    climb_revision(fixture, 1)->repeatable = TRUE;
    fixture->history->is_batch = TRUE;
    pgs_step_free(climb_revision(fixture, 2)->up);
    climb_revision(fixture, 2)->up =
        climb_text(climb_revision(fixture, 1)->up, "SELECT 1/0", 1, TRUE);
    climb_open_lane(fixture);
    g_autoptr(PgsOutcome) outcome = climb_run(fixture, 2);
    assert_false(outcome->succeeded);
    run_to_success(fixture, 1);
    climb_assert_answer(fixture->lane, "SELECT count(*) FROM log", "1");
}

/* ---- verify scripts ---- */

static PgsOutcome *
verify(ClimbFixture *fixture, const char *text)
{
    g_autoptr(GError) error = NULL;
    climb_read(fixture, chain, G_N_ELEMENTS(chain));
    PgsRevision *revision = climb_revision(fixture, 0);
    revision->verify = climb_text(revision->up, text, 1, FALSE);
    climb_open_lane(fixture);
    run_to_success(fixture, 0);
    PgsOutcome *outcome = pgs_lane_verify(fixture->lane, 0, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    return outcome;
}

/* What it leaves open is rolled back, as when its session ends. */
static void
test_a_verify_script_without_rollback(void **state)
{
    ClimbFixture *fixture = *state;
    g_autoptr(PgsOutcome) outcome = verify(
        fixture,
        "BEGIN; SELECT id FROM a WHERE false; CREATE TABLE z (id int); SET work_mem = '1MB'");
    assert_true(outcome->succeeded);
    climb_assert_answer(fixture->lane, N_TABLES, "1");
}

static void
test_a_verify_script_that_fails(void **state)
{
    ClimbFixture *fixture = *state;
    g_autoptr(PgsOutcome) outcome =
        verify(fixture, "BEGIN;\nSELECT nothing FROM a WHERE false;\nROLLBACK;");
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->line, 2);
    run_to_success(fixture, -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLIMB_TEST(test_each_text_has_its_own_transaction),
        CLIMB_TEST(test_texts_that_succeed),
        CLIMB_TEST(test_sessions),
        CLIMB_TEST(test_a_batch_that_fails_leaves_nothing),
        CLIMB_TEST(test_a_batch_that_fails_at_its_commit),
        CLIMB_TEST(test_a_batch_with_a_text_that_is_not_wrapped),
        CLIMB_TEST(test_a_run_is_told_of_each_step),
        CLIMB_TEST(test_a_repeatable_revision_runs_once_a_lane),
        CLIMB_TEST(test_a_repeatable_revision_that_fails_is_tried_again),
        CLIMB_TEST(test_a_verify_script_without_rollback),
        CLIMB_TEST(test_a_verify_script_that_fails),
    };
    return cmocka_run_group_tests(tests, climb_set_up_group, climb_tear_down_group);
}
