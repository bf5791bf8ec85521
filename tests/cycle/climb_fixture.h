#ifndef PGS_TESTS_CYCLE_CLIMB_FIXTURE_H
#define PGS_TESTS_CYCLE_CLIMB_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/lane.h"
#include "driver/login.h"
#include "migration/step.h"
#include "server_fixture.h"

#include <string.h>

/*
 * A folder of plain pairs, read, and then given what other tools' readers make of theirs: steps of
 * several texts, repeatable revisions, verify scripts, parents.
 */
typedef struct {
    PgsServer *server;
    char *folder;
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane;
    guint max_paths;
    gpointer result; /* the test's own, and how it is freed */
    GDestroyNotify free_result;
} ClimbFixture;

/* One revision: down NULL: no file. */
typedef struct {
    const char *up, *down;
} Pair;

static inline int
climb_set_up_group(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    ClimbFixture *fixture = g_new0(ClimbFixture, 1);
    fixture->server = server;
    *state = fixture;
    return 0;
}

static inline int
climb_tear_down_group(void **state)
{
    ClimbFixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline int
climb_set_up(void **state)
{
    ClimbFixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-climb-XXXXXX", NULL);
    return fixture->folder != NULL ? 0 : -1;
}

static inline int
climb_tear_down(void **state)
{
    ClimbFixture *fixture = *state;
    if (fixture->result != NULL)
        fixture->free_result(g_steal_pointer(&fixture->result));
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    return 0;
}

static inline void
climb_read(ClimbFixture *fixture, const Pair *pairs, guint n)
{
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < n; i++) {
        g_autofree char *up = g_strdup_printf("%s/%03u_r.up.sql", fixture->folder, i + 1);
        g_autofree char *down = g_strdup_printf("%s/%03u_r.down.sql", fixture->folder, i + 1);
        assert_true(g_file_set_contents(up, pairs[i].up, -1, NULL));
        if (pairs[i].down != NULL)
            assert_true(g_file_set_contents(down, pairs[i].down, -1, NULL));
    }
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    if (fixture->history == NULL)
        fail_msg("%s", error->message);
}

static inline void
climb_open_stage(ClimbFixture *fixture, guint n_given, gboolean isolated)
{
    PgsStageOptions options = {.name = "climb", .statement_timeout = 60000, .n_given = n_given};
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, isolated, NULL);
}

static inline void
climb_open_lane(ClimbFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    climb_open_stage(fixture, 0, FALSE);
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    if (fixture->lane == NULL)
        fail_msg("%s", error->message);
}

static inline PgsRevision *
climb_revision(const ClimbFixture *fixture, guint index)
{
    return g_ptr_array_index(fixture->history->revisions, index);
}

/* A text as one of several of a direction: in the file of the step that it follows, at a line. */
static inline PgsStep *
climb_text(const PgsStep *like, const char *text, guint line, gboolean transaction)
{
    return pgs_step_new_text(like->path, text, strlen(text), line, NULL, PGS_SEND_STATEMENTS,
                             transaction, NULL, like->tool);
}

static inline PgsOutcome *
climb_run(ClimbFixture *fixture, gint revision)
{
    g_autoptr(GError) error = NULL;
    PgsOutcome *outcome = pgs_lane_run(fixture->lane, revision, NULL, NULL, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    return outcome;
}

/* One value, asked by the superuser of the lane's database. */
static inline void
climb_assert_answer(PgsLane *lane, const char *sql, const char *wanted)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login(pgs_lane_server(lane), NULL, pgs_lane_database(lane), 60000, NULL, &error);
    g_autofree char *value = NULL;
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    assert_string_equal(value, wanted);
}

#define CLIMB_TEST(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, climb_set_up, climb_tear_down)

#endif
