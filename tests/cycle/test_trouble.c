/* Covers harness/cycle/trouble.c and watch.c, and what lanes do when their server has no room, is
 * gone, or does not answer. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/lane.h"
#include "cycle/trouble.h"
#include "cycle/watch.h"
#include "server_fixture.h"

#include <signal.h>
#include <string.h>

typedef struct {
    PgsServer *server; /* of the test's own: it may be harmed */
    int postmaster;
    char *folder;
    PgsHistory *history;
    PgsStageOptions options;
    GCancellable *cancellable;
    PgsStage *stage;
    PgsLane *lane;
    PgsOutcome *outcome;
} Fixture;

static gboolean
find_postmaster(Fixture *fixture)
{
    g_autofree char *pid = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres", 60000, NULL, NULL);
    if (connection == NULL ||
        !pgs_connection_value(connection,
                              "SELECT pg_catalog.split_part(pg_catalog.pg_read_file("
                              "'postmaster.pid'), E'\\n', 1)",
                              &pid, NULL))
        return FALSE;
    fixture->postmaster = atoi(pid);
    return TRUE;
}

static int
set_up(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-trouble-XXXXXX", NULL);
    fixture->options = (PgsStageOptions){.name = "trouble", .statement_timeout = 60000};
    fixture->cancellable = g_cancellable_new();
    *state = fixture;
    return find_postmaster(fixture) ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    kill(fixture->postmaster, SIGCONT);
    g_clear_pointer(&fixture->outcome, pgs_outcome_free);
    g_clear_pointer(&fixture->lane, pgs_lane_leave);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    pgs_server_stop(fixture->server);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_object_unref(fixture->cancellable);
    g_free(fixture);
    return 0;
}

static void
open_lane(Fixture *fixture, const char *up)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "001_r.up.sql", NULL);
    assert_true(g_file_set_contents(path, up, -1, NULL));
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_non_null(fixture->history);
    fixture->stage = pgs_stage_new(&fixture->options, fixture->history, fixture->server, FALSE,
                                   fixture->cancellable);
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    if (fixture->lane == NULL)
        fail_msg("%s", error->message);
}

static void
assert_has(const GError *error, const char *part)
{
    if (strstr(error->message, part) == NULL)
        fail_msg("no \"%s\" in: %s", part, error->message);
}

/* The migration cannot go up, and the error is one of the server's. */
static GError *
fail_to_go_up(Fixture *fixture, gint code)
{
    GError *error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_null(fixture->outcome);
    if (!g_error_matches(error, PGS_SERVER_ERROR, code))
        fail_msg("%s", error->message);
    return error;
}

/* ---- no room ---- */

static void
test_shortage(void **state)
{
    Fixture *fixture = *state;
    open_lane(fixture, "CREATE TABLE t (id int);\n"
                       "SELECT pg_advisory_xact_lock(i) FROM generate_series(1, 1000000) AS i;");
    g_autoptr(GError) error = fail_to_go_up(fixture, PGS_SERVER_ERROR_SHORTAGE);
    assert_has(error, "run out of memory");
    assert_has(error, "001_r.up.sql:2");
    assert_has(error, "SQLSTATE 53200");
    assert_has(error, "max_locks_per_transaction");
    assert_has(error, "\nHINT: ");
}

/* What a migration says of itself is its own verdict. */
static void
test_own_words(void **state)
{
    Fixture *fixture = *state;
    open_lane(fixture, "DO $$ BEGIN RAISE EXCEPTION 'quota' USING ERRCODE = '53100'; END $$;");
    g_autoptr(GError) error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_null(error);
    assert_false(fixture->outcome->succeeded);
    assert_string_equal(fixture->outcome->failure->sqlstate, "53100");
}

/* ---- gone ---- */

static void
test_server_is_killed(void **state)
{
    Fixture *fixture = *state;
    open_lane(fixture, "SELECT 1;\nCOPY (SELECT 1) TO PROGRAM 'kill -KILL $(head -1 "
                       "postmaster.pid)';\nSELECT pg_sleep(30);");
    gint64 begin = g_get_monotonic_time();
    g_autoptr(GError) error = fail_to_go_up(fixture, PGS_SERVER_ERROR_GONE);
    assert_has(error, "has ended");
    assert_has(error, "001_r.up.sql:");
    assert_has(error, "ready to accept connections"); /* the log's end */
    assert_has(error, "\nHINT: ");
    assert_true(g_get_monotonic_time() - begin < 9 * G_USEC_PER_SEC);
}

/* One that starts again by itself is not gone: that is the migration's failure. */
static void
test_crash(void **state)
{
    Fixture *fixture = *state;
    open_lane(fixture, "COPY (SELECT 1) TO PROGRAM 'kill -SEGV $PPID';\nSELECT pg_sleep(30);");
    g_autoptr(GError) error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    if (fixture->outcome == NULL)
        fail_msg("%s", error->message);
    assert_true(fixture->outcome->connection_lost);
    g_autoptr(PgsSnapshot) snapshot = pgs_lane_snapshot(fixture->lane, &error);
    assert_non_null(snapshot);
}

/* Until the migration's statement runs. */
static void
wait_for_sleep(Fixture *fixture)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres", 60000, NULL, NULL);
    g_autofree char *count = NULL;
    while (connection != NULL && g_strcmp0(count, "1") != 0) {
        g_clear_pointer(&count, g_free);
        if (!pgs_connection_value(connection,
                                  "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity "
                                  "WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'",
                                  &count, NULL))
            break;
        g_usleep(2000);
    }
}

static gpointer
stop_and_cancel(gpointer data)
{
    Fixture *fixture = data;
    wait_for_sleep(fixture);
    kill(fixture->postmaster, SIGSTOP);
    g_cancellable_cancel(fixture->cancellable);
    return NULL;
}

/* A server that accepts connections and says nothing holds nobody up, not even who asks it to
 * cancel.
 */
static void
test_no_answer(void **state)
{
    Fixture *fixture = *state;
    open_lane(fixture, "SELECT pg_sleep(60)");
    g_autoptr(GError) error = NULL;
    gint64 begin = g_get_monotonic_time();
    GThread *thread = g_thread_new("stop", stop_and_cancel, fixture);
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    g_thread_join(thread);
    assert_null(fixture->outcome);
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    assert_true(g_get_monotonic_time() - begin < 15 * G_USEC_PER_SEC);
}

static void
test_explanation(void **state)
{
    Fixture *fixture = *state;
    GError *error = g_error_new_literal(PGS_PG_ERROR, PGS_PG_ERROR_LOST, "it broke");
    pgs_trouble_explain(fixture->server, "then", NULL, &error);
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST)); /* it is there */
    kill(fixture->postmaster, SIGKILL);
    pgs_trouble_explain(fixture->server, "then", NULL, &error);
    gboolean is_gone = g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_GONE);
    gboolean has_moment = strstr(error->message, "\nthen\n") != NULL;
    g_error_free(error);
    assert_true(is_gone);
    assert_true(has_moment);
}

/* Where the migration is not what was run: the remedy is for what is short. */
static void
test_explained_shortage(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *text, *what, *remedy;
    } cases[] = {
        {"s.sql:1: ERROR:  x (SQLSTATE 53200)", "out of memory: s.sql:1: ", "more memory"},
        {"ERROR:  x (SQLSTATE 53300)", "no connections left: ", "max_connections"},
        {"ERROR:  x (SQLSTATE 53100)", "out of room for its data: ", "PGSTAIR_RUNDIR"},
        {"x", "the server has no room: x", "PGSTAIR_RUNDIR"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error =
            g_error_new_literal(PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE, cases[i].text);
        pgs_trouble_explain(fixture->server, NULL, NULL, &error);
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SHORTAGE));
        assert_has(error, cases[i].what);
        assert_non_null(strstr(strstr(error->message, "\nHINT: "), cases[i].remedy));
    }
}

static void
test_watch(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autofree char *nothing = pgs_watch_end(pgs_watch_begin(fixture->server, cancellable));
    assert_null(nothing);
    PgsWatch *watch = pgs_watch_begin(fixture->server, cancellable);
    kill(fixture->postmaster, SIGKILL);
    GPollFD fd;
    g_cancellable_make_pollfd(cancellable, &fd);
    g_poll(&fd, 1, 60 * 1000);
    g_cancellable_release_fd(cancellable);
    g_autofree char *gone = pgs_watch_end(watch);
    assert_true(g_cancellable_is_cancelled(cancellable));
    assert_non_null(gone);
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_shortage),           TEST(test_own_words),
        TEST(test_server_is_killed),   TEST(test_crash),
        TEST(test_no_answer),          TEST(test_explanation),
        TEST(test_explained_shortage), TEST(test_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
