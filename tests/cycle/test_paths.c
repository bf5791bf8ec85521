/* Covers harness/cycle/: paths.c and graph.c. */
#include "climb_fixture.h"

#include "cycle/graph.h"
#include "cycle/paths.h"

/* The parents of each revision, "1 2": numbers of files. */
static void
set_parents(ClimbFixture *fixture, const char *const *parents)
{
    for (guint i = 0; i < fixture->history->revisions->len; i++) {
        PgsRevision *revision = climb_revision(fixture, i);
        g_auto(GStrv) words = g_strsplit(parents[i], " ", -1);
        g_autoptr(GStrvBuilder) ids = g_strv_builder_new();
        for (char **word = words; *word != NULL; word++) {
            if (**word != '\0')
                g_strv_builder_add(
                    ids, climb_revision(fixture, (guint)g_ascii_strtoull(*word, NULL, 10) - 1)->id);
        }
        revision->parents = g_strv_builder_end(ids);
    }
}

static void
free_paths(gpointer paths)
{
    pgs_paths_free(paths);
}

static PgsPaths *
run_paths(ClimbFixture *fixture, guint n_given, gint floor)
{
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = floor, .max_paths = fixture->max_paths};
    climb_open_stage(fixture, n_given, FALSE);
    PgsPaths *paths = pgs_paths_run(fixture->stage, &options, &error);
    if (paths == NULL)
        fail_msg("%s", error->message);
    fixture->result = paths;
    fixture->free_result = free_paths;
    return paths;
}

static const PgsPath *
path_at(const PgsPaths *paths, guint index, gint merge, gint parent)
{
    assert_true(index < paths->paths->len);
    const PgsPath *path = &g_array_index(paths->paths, PgsPath, index);
    assert_int_equal(path->merge, merge);
    assert_int_equal(path->parent, parent);
    return path;
}

static guint
n_real(const PgsPart *part)
{
    assert_int_equal(part->state, PGS_PART_DONE);
    return part->diff != NULL ? pgs_diff_counts(part->diff).real : 0;
}

static void
assert_sound(const PgsPath *path)
{
    assert_int_equal(n_real(&path->up), 0);
    assert_int_equal(n_real(&path->down), 0);
    assert_int_equal(n_real(&path->again), 0);
}

#define TABLE(name)                                                                                \
    {                                                                                              \
        "CREATE TABLE " name " (id int);", "DROP TABLE " name ";"                                  \
    }

/* 1 ─ 2 ─ 3 ─┐
 *  └─ 4 ─────┴ 5 */
static const char *const diamond[] = {"", "1", "2", "1", "3 4"};

/* ---- orders ---- */

static void
assert_order(const PgsGraph *graph, gint revision, gint by, const char *wanted)
{
    g_autoptr(GArray) order = pgs_graph_order(graph, revision, by);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < order->len; i++)
        g_string_append_printf(text, "%s%d", i > 0 ? " " : "", g_array_index(order, gint, i) + 1);
    assert_string_equal(text->str, wanted);
}

static void
test_orders(void **state)
{
    static const Pair pairs[] = {TABLE("a"), TABLE("b"), TABLE("c"), TABLE("d"), TABLE("e")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    assert_false(pgs_paths_are_there(fixture->history, 0));
    set_parents(fixture, diamond);
    assert_true(pgs_paths_are_there(fixture->history, 0));
    assert_true(pgs_paths_are_there(fixture->history, 4));
    assert_false(pgs_paths_are_there(fixture->history, 5));
    g_autoptr(PgsGraph) graph = pgs_graph_new(fixture->history);
    assert_order(graph, 4, -1, "1 2 3 4 5");
    assert_order(graph, 4, 2, "1 2 3 4 5");
    assert_order(graph, 4, 3, "1 4 2 3 5");
    assert_order(graph, 3, -1, "1 4");
}

/* What another of those below needs anyway is no way of its own; what is depended on is one. */
static void
test_edges(void **state)
{
    static const Pair pairs[] = {TABLE("a"), TABLE("b"), TABLE("c"), TABLE("d")};
    static const char *const parents[] = {"", "1", "", "1 2"};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, parents);
    const char *depends[] = {climb_revision(fixture, 2)->id, climb_revision(fixture, 2)->id, NULL};
    climb_revision(fixture, 3)->depends = g_strdupv((char **)depends);
    g_autoptr(PgsGraph) graph = pgs_graph_new(fixture->history);
    const GArray *below = pgs_graph_below(graph, 3);
    assert_int_equal(below->len, 2);
    assert_int_equal(g_array_index(below, gint, 0), 1);
    assert_int_equal(g_array_index(below, gint, 1), 2);
    assert_order(graph, 3, 2, "3 1 2 4");
}

/* ---- walks ---- */

static void
test_independent_branches(void **state)
{
    static const Pair pairs[] = {TABLE("a"), TABLE("b"), TABLE("c"), TABLE("d"), TABLE("e")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, diamond);
    PgsPaths *paths = run_paths(fixture, 0, -1);
    assert_int_equal(paths->paths->len, 1);
    assert_sound(path_at(paths, 0, 4, 3));
    assert_int_equal(paths->n_left_out, 0);
}

/* Both branches change one thing: who comes last wins. */
static void
test_branches_that_change_the_same_thing(void **state)
{
    static const Pair pairs[] = {
        {"CREATE TABLE a (id int DEFAULT 1);", "DROP TABLE a;"},
        TABLE("b"),
        {"ALTER TABLE a ALTER id SET DEFAULT 3;", "ALTER TABLE a ALTER id SET DEFAULT 1;"},
        {"ALTER TABLE a ALTER id SET DEFAULT 4;", "ALTER TABLE a ALTER id SET DEFAULT 3;"},
        TABLE("e"),
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, diamond);
    const PgsPath *path = path_at(run_paths(fixture, 0, -1), 0, 4, 3);
    assert_int_equal(n_real(&path->up), 1);
    /* Below 3 there is 4's default; its downgrade believes in 1. */
    assert_int_equal(n_real(&path->down), 1);
}

/* A branch that needs the other one, and does not say so: only the list's order hides it. */
static void
test_a_hidden_dependency(void **state)
{
    static const Pair pairs[] = {
        TABLE("a"), TABLE("b"),
        TABLE("c"), {"SELECT 1;\nALTER TABLE c ADD COLUMN n int;", "ALTER TABLE c DROP COLUMN n;"},
        TABLE("e"),
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, diamond);
    const PgsPath *path = path_at(run_paths(fixture, 0, -1), 0, 4, 3);
    assert_int_equal(path->up.state, PGS_PART_FAILED);
    assert_int_equal(path->up.revision, 3);
    assert_int_equal(path->up.outcome->line, 2);
    assert_int_equal(path->down.state, PGS_PART_SKIPPED);
}

/* 1 ─┬ 3, and 2 beside them: the list has it between. */
static void
test_a_merge_with_just_what_it_needs(void **state)
{
    static const Pair pairs[] = {
        TABLE("a"),
        TABLE("b"),
        TABLE("c"),
        {"ALTER TABLE b ADD COLUMN n int;", "ALTER TABLE b DROP COLUMN n;"},
    };
    static const char *const parents[] = {"", "", "", "1 3"};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, parents);
    PgsPaths *paths = run_paths(fixture, 0, -1);
    assert_int_equal(paths->paths->len, 2);
    assert_int_equal(path_at(paths, 0, 3, -1)->up.state, PGS_PART_FAILED);
    assert_int_equal(path_at(paths, 1, 3, 2)->up.state, PGS_PART_SKIPPED);
}

static void
test_no_way_below_the_floor(void **state)
{
    static const Pair pairs[] = {TABLE("a"), TABLE("b"), TABLE("c"), TABLE("d"), TABLE("e")};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, diamond);
    const PgsPath *path = path_at(run_paths(fixture, 4, 3), 0, 4, 3);
    assert_int_equal(n_real(&path->up), 0);
    assert_int_equal(path->down.state, PGS_PART_SKIPPED);
    assert_non_null(strstr(path->down.reason, "the floor is 004"));
}

/* Where the list itself cannot be climbed the cycle says why. */
static void
test_an_upgrade_below_the_merge_fails(void **state)
{
    static const Pair pairs[] = {
        TABLE("a"), TABLE("b"), TABLE("c"), {"SELECT 1/0;", "SELECT 1;"}, TABLE("e"),
    };
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, diamond);
    PgsPaths *paths = run_paths(fixture, 0, -1);
    assert_int_equal(paths->paths->len, 1);
    assert_int_equal(path_at(paths, 0, 4, 3)->up.state, PGS_PART_SKIPPED);
}

/* Roots beside each other, merged: each but the last has a way of its own. */
static void
test_many_ways(void **state)
{
    static const Pair pairs[] = {TABLE("a"), TABLE("b"), TABLE("c"), TABLE("d"), TABLE("e")};
    static const char *const parents[] = {"", "", "", "", "1 2 3 4"};
    ClimbFixture *fixture = *state;
    climb_read(fixture, pairs, G_N_ELEMENTS(pairs));
    set_parents(fixture, parents);
    PgsPaths *paths = run_paths(fixture, 0, -1);
    assert_int_equal(paths->paths->len, 3);
    for (guint i = 0; i < 3; i++)
        assert_sound(path_at(paths, i, 4, (gint)i + 1));
    free_paths(g_steal_pointer(&fixture->result));
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    fixture->max_paths = 1;
    paths = run_paths(fixture, 0, -1);
    fixture->max_paths = 0;
    assert_int_equal(paths->paths->len, 1);
    assert_int_equal(paths->n_left_out, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLIMB_TEST(test_orders),
        CLIMB_TEST(test_edges),
        CLIMB_TEST(test_independent_branches),
        CLIMB_TEST(test_branches_that_change_the_same_thing),
        CLIMB_TEST(test_a_hidden_dependency),
        CLIMB_TEST(test_a_merge_with_just_what_it_needs),
        CLIMB_TEST(test_no_way_below_the_floor),
        CLIMB_TEST(test_an_upgrade_below_the_merge_fails),
        CLIMB_TEST(test_many_ways),
    };
    return cmocka_run_group_tests(tests, climb_set_up_group, climb_tear_down_group);
}
