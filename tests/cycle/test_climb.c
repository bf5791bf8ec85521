/* Covers harness/cycle/: lane.c, stage.c, climb.c, cycle.c and stairway.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/cycle.h"
#include "cycle/stairway.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    char *folder; /* of the test that runs */
    PgsHistory *history;
    PgsStage *stage;
    PgsCycle *cycle;
    PgsStairway *stairway;
} Fixture;

static int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    *state = fixture;
    return 0;
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static int
set_up(void **state)
{
    Fixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-climb-XXXXXX", NULL);
    return fixture->folder != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->cycle, pgs_cycle_free);
    g_clear_pointer(&fixture->stairway, pgs_stairway_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    return 0;
}

/* One revision: down NULL: no file. */
typedef struct {
    const char *up, *down;
} Pair;

static void
write_pair(const Fixture *fixture, guint number, const Pair *pair)
{
    g_autofree char *up = g_strdup_printf("%s/%03u_r.up.sql", fixture->folder, number);
    g_autofree char *down = g_strdup_printf("%s/%03u_r.down.sql", fixture->folder, number);
    assert_true(g_file_set_contents(up, pair->up, -1, NULL));
    if (pair->down != NULL)
        assert_true(g_file_set_contents(down, pair->down, -1, NULL));
}

static void
make_stage(Fixture *fixture, const Pair *pairs, guint n, gboolean isolated)
{
    for (guint i = 0; i < n; i++)
        write_pair(fixture, i + 1, &pairs[i]);
    g_autoptr(GError) error = NULL;
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_non_null(fixture->history);
    PgsStageOptions options = {.name = "climb", .statement_timeout = 60000};
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, isolated, NULL);
}

static void
run_stairway(Fixture *fixture, gint floor, guint jobs)
{
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = floor, .jobs = jobs};
    g_clear_pointer(&fixture->stairway, pgs_stairway_free);
    fixture->stairway = pgs_stairway_run(fixture->stage, &options, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_non_null(fixture->stairway);
}

static void
run_cycle(Fixture *fixture, gint floor)
{
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = floor};
    fixture->cycle = pgs_cycle_run(fixture->stage, &options, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_non_null(fixture->cycle);
}

static const PgsRung *
rung(const Fixture *fixture, guint index)
{
    assert_true(index < fixture->stairway->rungs->len);
    return &g_array_index(fixture->stairway->rungs, PgsRung, index);
}

static guint
n_real(const PgsPart *part)
{
    assert_int_equal(part->state, PGS_PART_DONE);
    return part->diff != NULL ? pgs_diff_counts(part->diff).real : 0;
}

static const Pair sound[] = {
    {"CREATE TABLE a (id int PRIMARY KEY, n int DEFAULT 1);", "DROP TABLE a;"},
    {"CREATE TYPE mood AS ENUM ('x', 'y'); ALTER TABLE a ADD COLUMN m mood;",
     "ALTER TABLE a DROP COLUMN m; DROP TYPE mood;"},
    {"ALTER TABLE a ALTER COLUMN n SET DEFAULT 2;", "ALTER TABLE a ALTER COLUMN n SET DEFAULT 1;"},
};

static void
test_a_sound_folder_has_no_differences(void **state)
{
    Fixture *fixture = *state;
    make_stage(fixture, sound, G_N_ELEMENTS(sound), FALSE);
    run_cycle(fixture, -1);
    assert_int_equal(fixture->cycle->up.state, PGS_PART_DONE);
    assert_int_equal(n_real(&fixture->cycle->down), 0);
    assert_int_equal(n_real(&fixture->cycle->again), 0);
    run_stairway(fixture, -1, 1);
    for (guint i = 0; i < G_N_ELEMENTS(sound); i++) {
        assert_int_equal(n_real(&rung(fixture, i)->down), 0);
        assert_int_equal(n_real(&rung(fixture, i)->again), 0);
    }
    assert_int_equal(fixture->stairway->n_restored, 0);
}

/* A downgrade that lies, fails or is missing: what comes above is judged from a clean database. */
static void
test_later_verdicts_stay_true(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE a (id int PRIMARY KEY, n int DEFAULT 1);", "DROP TABLE a;"},
        /* Leaves the type, so that its own second upgrade fails. */
        {"CREATE TYPE mood AS ENUM ('x');", "SELECT 1;"},
        /* Takes the default away for good. */
        {"ALTER TABLE a ADD COLUMN b int;",
         "ALTER TABLE a DROP COLUMN b; ALTER TABLE a ALTER COLUMN n DROP DEFAULT;"},
        {"ALTER TABLE a ADD COLUMN c int;", "ALTER TABLE a DROP COLUMN nothing;"},
        {"ALTER TABLE a ADD COLUMN d int;", NULL},
        /* Needs everything to be as the upgrades alone make it. */
        {"DO $$BEGIN ASSERT (SELECT column_default FROM information_schema.columns WHERE table_name"
         " = 'a' AND column_name = 'n') = '1'; END$$; ALTER TABLE a ADD COLUMN e mood;",
         "ALTER TABLE a DROP COLUMN e;"},
    };
    Fixture *fixture = *state;
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), FALSE);
    run_stairway(fixture, -1, 1);
    assert_int_equal(fixture->stairway->rungs->len, G_N_ELEMENTS(pairs));
    assert_int_equal(n_real(&rung(fixture, 1)->down), 1);
    assert_int_equal(rung(fixture, 1)->again.state, PGS_PART_FAILED);
    assert_int_equal(rung(fixture, 1)->again.outcome->line, 1);
    assert_int_equal(n_real(&rung(fixture, 2)->down), 1);
    assert_int_equal(n_real(&rung(fixture, 2)->again), 1);
    assert_int_equal(rung(fixture, 3)->down.state, PGS_PART_FAILED);
    assert_int_equal(rung(fixture, 3)->again.state, PGS_PART_SKIPPED);
    assert_int_equal(rung(fixture, 4)->down.state, PGS_PART_MISSING);
    assert_int_equal(n_real(&rung(fixture, 5)->down), 0);
    assert_int_equal(n_real(&rung(fixture, 5)->again), 0);
    assert_true(rung(fixture, 1)->restored);
    assert_true(rung(fixture, 2)->restored);
    /* A downgrade that failed in a transaction left everything as it was. */
    assert_false(rung(fixture, 3)->restored);
    run_cycle(fixture, -1);
    assert_int_equal(fixture->cycle->down.state, PGS_PART_MISSING);
    assert_int_equal(fixture->cycle->down.revision, 4);
    assert_int_equal(n_real(&fixture->cycle->again), 0);
}

/* Rows that a downgrade throws away are missed by a later upgrade, unless they are brought back. */
static void
test_rows_are_restored_too(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind VALUES (1);",
         "DROP TABLE kind;"},
        {"CREATE TABLE other (id int);", "DROP TABLE other; DELETE FROM kind;"},
        {"CREATE TABLE thing (kind int DEFAULT 1 REFERENCES kind); INSERT INTO thing DEFAULT "
         "VALUES;",
         "DROP TABLE thing;"},
    };
    Fixture *fixture = *state;
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), FALSE);
    run_stairway(fixture, -1, 1);
    assert_true(rung(fixture, 1)->restored);
    assert_int_equal(rung(fixture, 2)->up.state, PGS_PART_DONE);
    assert_int_equal(n_real(&rung(fixture, 2)->down), 0);
}

static void
test_a_failing_upgrade_ends_the_climb(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE a (id int);", "DROP TABLE a;"},
        {"CREATE TABLE b (id int);\nCREATE TABLE a (id int);", "DROP TABLE b;"},
        {"CREATE TABLE c (id int);", "DROP TABLE c;"},
    };
    Fixture *fixture = *state;
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), FALSE);
    run_stairway(fixture, -1, 1);
    assert_int_equal(fixture->stairway->rungs->len, 2);
    assert_int_equal(rung(fixture, 1)->up.state, PGS_PART_FAILED);
    assert_int_equal(rung(fixture, 1)->up.outcome->line, 2);
    run_cycle(fixture, -1);
    assert_int_equal(fixture->cycle->up.state, PGS_PART_FAILED);
    assert_int_equal(fixture->cycle->down.state, PGS_PART_SKIPPED);
}

static void
test_the_floor(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE a (id int);", NULL},
        {"CREATE TABLE b (id int);", "SELECT nothing;"},
        {"CREATE TABLE c (id int);", "DROP TABLE c;"},
    };
    Fixture *fixture = *state;
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), FALSE);
    run_cycle(fixture, 1);
    assert_int_equal(n_real(&fixture->cycle->down), 0);
    assert_int_equal(n_real(&fixture->cycle->again), 0);
    run_stairway(fixture, 1, 1);
    assert_int_equal(rung(fixture, 0)->down.state, PGS_PART_SKIPPED);
    assert_int_equal(rung(fixture, 1)->down.state, PGS_PART_SKIPPED);
    assert_int_equal(n_real(&rung(fixture, 2)->down), 0);
}

/* A session's settings reach the next migration of one run of the tool, and not the next run. */
static void
test_sessions(void **state)
{
    static const Pair pairs[] = {
        {"CREATE SCHEMA s; SET search_path = s;", "DROP SCHEMA s;"},
        {"CREATE TABLE t (id int);", "DROP TABLE t;"},
    };
    Fixture *fixture = *state;
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), FALSE);
    run_stairway(fixture, -1, 1);
    assert_int_equal(n_real(&rung(fixture, 1)->down), 0);
    run_cycle(fixture, -1);
    assert_non_null(pgs_snapshot_find(fixture->cycle->head, "table", "s.t"));
    /* The way down is another run: it looks for t in public. */
    assert_int_equal(fixture->cycle->down.state, PGS_PART_FAILED);
}

/* Flights of the stairway give what one flight gives. */
static void
test_flights(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    Pair pairs[48];
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        char *up = g_strdup_printf("CREATE TABLE t%u (id int);", i);
        char *down = i % 7 == 3 ? g_strdup("SELECT 1;") : g_strdup_printf("DROP TABLE t%u;", i);
        g_ptr_array_add(texts, up);
        g_ptr_array_add(texts, down);
        pairs[i] = (Pair){up, down};
    }
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), FALSE);
    for (guint jobs = 1; jobs <= 2; jobs++) {
        run_stairway(fixture, -1, jobs);
        assert_int_equal(fixture->stairway->rungs->len, G_N_ELEMENTS(pairs));
        for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
            assert_int_equal(rung(fixture, i)->revision, i);
            assert_int_equal(n_real(&rung(fixture, i)->down), i % 7 == 3);
            assert_int_equal(rung(fixture, i)->again.state,
                             i % 7 == 3 ? PGS_PART_FAILED : PGS_PART_DONE);
        }
    }
}

/* A role made in a way that no look at the text can see. */
static const Pair hidden_role[] = {
    {"DO $$BEGIN EXECUTE 'CREATE RO' || 'LE pgstair_hidden'; END$$;", "DROP ROLE pgstair_hidden;"},
    {"CREATE TABLE t (id int); GRANT SELECT ON t TO pgstair_hidden;", "DROP TABLE t;"},
};

static void
test_a_shared_stage_notices_roles(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    make_stage(fixture, hidden_role, G_N_ELEMENTS(hidden_role), FALSE);
    PgsClimbOptions options = {.floor = -1};
    fixture->stairway = pgs_stairway_run(fixture->stage, &options, &error);
    assert_null(fixture->stairway);
    assert_true(g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION));
}

static void
test_an_isolated_stage_keeps_roles_apart(void **state)
{
    static const Pair pairs[] = {
        {"CREATE ROLE pgstair_apart;", "SELECT 1;"},
        {"CREATE TABLE t (id int); GRANT SELECT ON t TO pgstair_apart;", "DROP TABLE t;"},
    };
    Fixture *fixture = *state;
    make_stage(fixture, pairs, G_N_ELEMENTS(pairs), TRUE);
    run_stairway(fixture, -1, 1);
    assert_int_equal(n_real(&rung(fixture, 0)->down), 1);
    assert_int_equal(rung(fixture, 0)->again.state, PGS_PART_FAILED);
    assert_true(rung(fixture, 0)->restored);
    assert_int_equal(n_real(&rung(fixture, 1)->down), 0);
    assert_int_equal(n_real(&rung(fixture, 1)->again), 0);
}

#define CLIMB_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLIMB_TEST(test_a_sound_folder_has_no_differences),
        CLIMB_TEST(test_later_verdicts_stay_true),
        CLIMB_TEST(test_rows_are_restored_too),
        CLIMB_TEST(test_a_failing_upgrade_ends_the_climb),
        CLIMB_TEST(test_the_floor),
        CLIMB_TEST(test_sessions),
        CLIMB_TEST(test_flights),
        CLIMB_TEST(test_an_isolated_stage_keeps_roles_apart),
        /* Last: it leaves its role on the shared server. */
        CLIMB_TEST(test_a_shared_stage_notices_roles),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
