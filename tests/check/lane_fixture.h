#ifndef PGS_TESTS_CHECK_LANE_FIXTURE_H
#define PGS_TESTS_CHECK_LANE_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "check/system_words.h"
#include "cycle/lane.h"
#include "server_fixture.h"

/* A server, and a lane on it at the head of one migration: for what works on copies of a lane. */
typedef struct {
    char *folder;
    PgsServer *server;
    PgsSystem *system;
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane;
} LaneFixture;

/* up: the migration. */
static inline int
lane_fixture_set_up(void **state, const char *up)
{
    void *server = NULL;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    LaneFixture *fixture = g_new0(LaneFixture, 1);
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-lane-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(fixture->folder, "001_all.up.sql", NULL);
    assert_true(g_file_set_contents(path, up, -1, NULL));
    *state = fixture;
    return 0;
}

static inline int
lane_fixture_tear_down(void **state)
{
    LaneFixture *fixture = *state;
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

static inline void
lane_fixture_climb(LaneFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsOutcome) failure = NULL;
    fixture->system = pgs_system_new(fixture->folder);
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_null(error);
    PgsStageOptions options = pgs_system_stage_options(fixture->system);
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, FALSE, NULL);
    fixture->lane = pgs_lane_new(fixture->stage, "lane", &error);
    assert_non_null(fixture->lane);
    if (!pgs_lane_climb(fixture->lane, 0, &failure, &error))
        fail_msg("%s", failure != NULL ? failure->failure->message : error->message);
}

/* A query's one value, in the lane itself; g_free(). */
static inline char *
lane_fixture_ask(const LaneFixture *fixture, const char *query)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(fixture->lane), pgs_lane_database(fixture->lane),
                            60 * 1000, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, query, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

#endif
