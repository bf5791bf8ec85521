/*
 * Covers harness/check/expect*.c by changes that were made for another test: each statement of
 * tests/snapshot/sensitivity.cases on everything.sql's database, where the expectations are those
 * that "pgstair init" proposes for it, with "exact: true".  Each has to make one fail, or all that
 * it changes is explained below.
 */
#undef PGS_TEST_DIR
#define PGS_TEST_DIR PGS_SOURCE_DIR "/tests/snapshot"
#include "snapshot/everything.h"

#include "base/fs.h"
#include "check/expect.h"
#include "check/propose.h"
#include "project/project.h"

#include <stdlib.h>

/* What no expectation sees, as sensitivity.cases has it: patterns.  The first that fits explains; a
 * row that explains nothing is a fault of its own. */
static const struct {
    const char *change, *reason;
} explanations[] = {
    /* Kinds that pgstair.yaml does not cover: the server's, or those who run it. */
    {"* role *", "a role is the server's"},
    {"role *", "a role is the server's"},
    {"*default privileges *", "privileges are a role's"},
    {"*system privileges *", "privileges are a role's"},
    {"database database: *", "a database's own settings are set where it runs"},
    {"*parameter *", "a privilege on a setting is a role's"},
    {"tablespace *", "a tablespace is the server's"},
    {"subscription *", "a subscription belongs to where it runs"},
    {"*user mapping *", "a user mapping belongs to where it runs"},
    {"*large objects all*", "large objects are data"},
    {"*security label *", "labels are for those who run the server"},
    /* Attributes that are asked only when they are said; init does not say them. */
    {"*: owner", "whose it is"},
    {"*: privileges", "who may do what"},
    {"*: comment", "what is said of it"},
    {"*: index-comment", "what is said of it"},
    {"*: tablespace", "how it is kept"},
    {"*: storage", "how it is kept"},
    {"*: compression", "how it is kept"},
    {"*: clustered", "how it is kept"},
    {"*: cache", "how it is kept"},
    {"*: replica-identity", "what replication sends"},
    {"*: statistics-target", "the planner's"},
    {"function *: cost", "the planner's"},
    {"function *: rows", "the planner's"},
    {"function *: support", "the planner's"},
    {"function *: transform", "how a language is given its arguments"},
    {"function *: arguments", "names and defaults: a function is known by their types"},
    {"*: foreign-options", "where the foreign table is"},
    {"*: extension-needed", "an extension's own dependencies"},
    {"*: multirange-type", "it goes with its range type"},
    /* Of what follows from something else, or goes by less. */
    {"extension *: version", "init names an extension, in any version"},
    {"extension *: schema", "init names an extension, wherever it is"},
    {"? primary key app.users.*", "a table has one primary key: init leaves out its name"},
    {"sequence app.users_id_seq: increment", "a serial column's sequence goes with its default"},
    {"column app.named.name: default", "a view's columns go with its query"},
    {"+ index app.events_2025_at", "it is attached to an index that is listed"},
    {"- trigger app.events_2025.events_touch", "a partition's copy of a trigger"},
};

typedef struct {
    Everything *everything;
    char *folder; /* of the pgstair.yaml that was proposed */
    PgsProject *project;
    guint n_run, n_caught, n_unexplained;
    guint counts[G_N_ELEMENTS(explanations)];
} World;

static void
read_proposal(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) found = pgs_system_new(".");
    g_autoptr(PgsSnapshot) head = everything_read(world->everything);
    g_autofree char *text = pgs_propose_project(found, head, NULL);
    world->folder = g_dir_make_tmp("pgstair-sensitivity-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(world->folder, PGS_PROJECT_FILE, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    world->project = pgs_project_read(path, &error);
    if (world->project == NULL)
        g_error("%s", error->message);
    const PgsSystem *system = g_ptr_array_index(world->project->systems, 0);
    ((PgsExpectations *)g_ptr_array_index(system->expectations, 0))->exact = TRUE;
}

static int
group_setup(void **state)
{
    World *world = g_new0(World, 1);
    world->everything = everything_new();
    everything_fill(world->everything);
    read_proposal(world);
    *state = world;
    return 0;
}

static int
group_teardown(void **state)
{
    World *world = *state;
    everything_free(world->everything);
    pgs_project_free(world->project);
    pgs_fs_remove_tree(world->folder, NULL);
    g_free(world->folder);
    g_free(world);
    return 0;
}

/* The first expectation that does not hold of the database as it is now; NULL: all do. */
static char *
first_wrong(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSnapshot) now = everything_read(world->everything);
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    const PgsSystem *system = g_ptr_array_index(world->project->systems, 0);
    PgsExpectContext context = {"everything", NULL, now, world->everything->connection};
    if (!pgs_expect_judge(g_ptr_array_index(system->expectations, 0), &context, findings, &error))
        return g_strdup_printf("not judged: %s", error->message);
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        if (finding->status != PGS_STATUS_PASSED)
            return g_strdup_printf("%s: %s", finding->title, finding->message);
    }
    return NULL;
}

static gboolean
is_explained(World *world, const char *change)
{
    for (gsize i = 0; i < G_N_ELEMENTS(explanations); i++) {
        if (!g_pattern_match_simple(explanations[i].change, change))
            continue;
        world->counts[i]++;
        return TRUE;
    }
    return FALSE;
}

/* changes: what the statement makes of the snapshot, a line each. */
static void
try_case(World *world, const char *statement, const GPtrArray *changes)
{
    g_autoptr(GError) error = NULL;
    everything_run(world->everything, "BEGIN");
    if (!pgs_connection_run(world->everything->connection, statement, &error))
        fail_msg("%s: %s", statement, error->message);
    g_autofree char *wrong = first_wrong(world);
    everything_run(world->everything, "ROLLBACK");
    world->n_run++;
    world->n_caught += wrong != NULL;
    for (guint i = 0; wrong == NULL && i < changes->len; i++) {
        const char *change = g_ptr_array_index(changes, i);
        if (is_explained(world, change))
            continue;
        print_message("NOT EXPLAINED: %s\n  %s\n", statement, change);
        world->n_unexplained++;
    }
}

/* Without the major version that it needs; NULL: this server is older. */
static const char *
statement_of(const World *world, const char *line)
{
    if (*line != '[')
        return line;
    gboolean is_older =
        pgs_connection_version(world->everything->connection) < atoi(line + 1) * 10000;
    return is_older ? NULL : strchr(line, ']') + 2;
}

static void
test_everything_holds(void **state)
{
    g_autofree char *wrong = first_wrong(*state);
    if (wrong != NULL)
        fail_msg("%s", wrong);
}

static void
test_every_change(void **state)
{
    World *world = *state;
    if (!everything_is_15(world->everything))
        skip();
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(PGS_TEST_DIR "/sensitivity.cases", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL && *lines[i] != '\0';) {
        const char *statement = statement_of(world, lines[i++]);
        g_autoptr(GPtrArray) changes = g_ptr_array_new();
        for (; lines[i] != NULL && *lines[i] == ' '; i++)
            g_ptr_array_add(changes, lines[i] + 2);
        if (statement != NULL)
            try_case(world, statement, changes);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(explanations); i++)
        print_message("%4u not seen: %-40s %s\n", world->counts[i], explanations[i].change,
                      explanations[i].reason);
    print_message("%u changes, %u make an expectation fail\n", world->n_run, world->n_caught);
    assert_true(world->n_run > 300);
    assert_int_equal(world->n_unexplained, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(explanations); i++)
        assert_true(world->counts[i] > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_holds),
        cmocka_unit_test(test_every_change),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
