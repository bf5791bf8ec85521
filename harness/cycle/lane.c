#include "cycle/lane_state.h"

#include "base/error.h"
#include "cycle/foundation.h"
#include "cycle/ground.h"
#include "cycle/territory.h"
#include "cycle/trouble.h"
#include "driver/login.h"
#include "snapshot/contents.h"

static void
disconnect(PgsLane *lane)
{
    if (lane->driver != NULL)
        pgs_driver_release(lane->driver);
    g_clear_pointer(&lane->catalog, pgs_catalog_free);
    g_clear_pointer(&lane->reader, pgs_connection_close);
    g_clear_pointer(&lane->session, pgs_connection_close);
}

/* A server that a migration has brought down starts again by itself, a moment later. */
#define RECOVERY_US (10 * G_USEC_PER_SEC)
#define RECOVERY_PAUSE_US (20 * 1000)
/* Until it has noticed that one of its processes is gone and has ended the others. */
#define NOTICE_US (200 * 1000)
/* To ask whether it is there at all takes longer than to try. */
#define DIAGNOSE_PAUSE_US (500 * 1000)

/* FALSE with PGS_PG_ERROR_CANCELLED when another part of the run has ended it. */
static gboolean
check_going_on(const PgsLane *lane, GError **error)
{
    if (!g_cancellable_is_cancelled(pgs_stage_cancellable(lane->stage)))
        return TRUE;
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED, NULL, "cancelled");
    return FALSE;
}

static gboolean
is_gone(const PgsLane *lane, GError **error)
{
    g_autofree char *during = pgs_stage_describe_steps(lane->stage);
    return pgs_trouble_is_gone(lane->server, during, error);
}

/* role NULL: the superuser. */
static PgsConnection *
connect_as(const PgsLane *lane, const char *role, guint statement_timeout, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + RECOVERY_US;
    gint64 next_diagnosis = 0;
    for (;;) {
        g_autoptr(GError) local = NULL;
        PgsConnection *connection = pgs_login(lane->server, role, lane->database, statement_timeout,
                                              pgs_stage_cancellable(lane->stage), &local);
        if (connection != NULL)
            return connection;
        gboolean is_refused = g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT) ||
                              g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_AWAY);
        if (is_refused && !check_going_on(lane, error))
            return NULL;
        if (is_refused && g_get_monotonic_time() >= next_diagnosis) {
            if (is_gone(lane, error))
                return NULL;
            next_diagnosis = g_get_monotonic_time() + DIAGNOSE_PAUSE_US;
        }
        if (!is_refused || !lane->was_used || g_get_monotonic_time() > deadline) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        g_usleep(RECOVERY_PAUSE_US);
    }
}

gboolean
pgs_lane_ensure_session(PgsLane *lane, GError **error)
{
    if (lane->session != NULL && pgs_connection_is_alive(lane->session))
        return TRUE;
    g_clear_pointer(&lane->session, pgs_connection_close);
    const PgsStageOptions *options = pgs_stage_options(lane->stage);
    const char *first = pgs_stage_history(lane->stage)->session;
    lane->session = connect_as(lane, options->owner, options->statement_timeout, error);
    return lane->session != NULL &&
           (first == NULL || pgs_connection_run(lane->session, first, error));
}

gboolean
pgs_lane_ensure_reader(PgsLane *lane, GError **error)
{
    if (lane->reader != NULL && pgs_connection_is_alive(lane->reader))
        return TRUE;
    g_clear_pointer(&lane->catalog, pgs_catalog_free);
    g_clear_pointer(&lane->reader, pgs_connection_close);
    lane->reader =
        connect_as(lane, NULL, pgs_stage_options(lane->stage)->server.statement_timeout, error);
    if (lane->reader == NULL || (!pgs_connection_is_superuser(lane->reader) &&
                                 !pgs_connection_run(lane->reader, PGS_LOGIN_SEE_ALL, error)))
        return FALSE;
    gboolean is_foreign = pgs_stage_is_foreign(lane->stage);
    if (is_foreign && !pgs_territory_prepare(lane->reader, error))
        return FALSE;
    /* Where the server is pgstair's own all its roles are the migrations'. */
    PgsCatalogFlags flags = is_foreign ? 0 : PGS_CATALOG_CLUSTER;
    lane->catalog =
        pgs_catalog_new(lane->reader, flags, pgs_stage_history(lane->stage)->ledger, error);
    return lane->catalog != NULL;
}

static PgsLane *
lane_alloc(PgsStage *stage, const char *name)
{
    PgsLane *lane = g_new0(PgsLane, 1);
    lane->stage = stage;
    lane->name = g_strdup(name);
    lane->repeated = g_hash_table_new(NULL, NULL);
    lane->revision = -1;
    return lane;
}

/* A copy of its database stands where it does. */
static PgsLane *
lane_alloc_like(const PgsLane *lane, const char *name)
{
    PgsLane *copy = lane_alloc(lane->stage, name);
    copy->revision = lane->revision;
    GHashTableIter iter;
    gpointer index;
    g_hash_table_iter_init(&iter, lane->repeated);
    while (g_hash_table_iter_next(&iter, &index, NULL))
        g_hash_table_add(copy->repeated, index);
    return copy;
}

/* All repeatable revisions that a climb to where it stands has run. */
static void
assume_repeated(PgsLane *lane)
{
    const PgsHistory *history = pgs_stage_history(lane->stage);
    for (gint i = 0; i <= lane->revision; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)i);
        if (revision->repeatable)
            g_hash_table_add(lane->repeated, GINT_TO_POINTER(i));
    }
}

/* "shop_stairway": what a person sees in pg_stat_activity. */
static char *
database_hint(const PgsLane *lane)
{
    return g_strdup_printf("%s_%s", pgs_stage_options(lane->stage)->name, lane->name);
}

/* The tool's bookkeeping tables, as it makes them before its first migration: some migrations use
 * them. */
static gboolean
prepare(PgsLane *lane, GError **error)
{
    const char *sql = pgs_stage_history(lane->stage)->prepare;
    return sql == NULL || pgs_stage_options(lane->stage)->start_has_books ||
           (pgs_lane_ensure_session(lane, error) && pgs_connection_run(lane->session, sql, error));
}

PgsLane *
pgs_lane_new_at_base(PgsStage *stage, const char *name, GError **error)
{
    g_autoptr(PgsLane) lane = lane_alloc(stage, name);
    lane->server = pgs_stage_lend_server(stage, &lane->owns_server, error);
    if (lane->server == NULL)
        return NULL;
    g_autofree char *hint = database_hint(lane);
    lane->database = pgs_stage_create_database(stage, lane->server, hint, NULL, error);
    if (lane->database == NULL || !prepare(lane, error))
        return NULL;
    return g_steal_pointer(&lane);
}

PgsLane *
pgs_lane_new(PgsStage *stage, const char *name, GError **error)
{
    return pgs_stage_options(stage)->n_given > 0 ? pgs_foundation_copy(stage, name, error)
                                                 : pgs_lane_new_at_base(stage, name, error);
}

PgsLane *
pgs_lane_adopt(PgsStage *stage, const char *database, gint revision)
{
    gboolean owned;
    PgsLane *lane = lane_alloc(stage, database);
    g_return_val_if_fail(!pgs_stage_is_isolated(stage), lane);
    lane->server = pgs_stage_lend_server(stage, &owned, NULL);
    lane->database = g_strdup(database);
    lane->revision = revision;
    assume_repeated(lane);
    return lane;
}

void
pgs_lane_place(PgsLane *lane, gint revision)
{
    lane->revision = revision;
    assume_repeated(lane);
}

PgsLane *
pgs_lane_clone(PgsLane *lane, const char *name, GError **error)
{
    g_autoptr(PgsLane) clone = lane_alloc_like(lane, name);
    disconnect(lane);
    if (lane->owns_server) {
        clone->server = pgs_server_clone(lane->server, error);
        clone->owns_server = TRUE;
        clone->database = g_strdup(lane->database);
        return clone->server != NULL ? g_steal_pointer(&clone) : NULL;
    }
    clone->server = lane->server;
    g_autofree char *hint = database_hint(clone);
    clone->database =
        pgs_stage_create_database(lane->stage, clone->server, hint, lane->database, error);
    return clone->database != NULL ? g_steal_pointer(&clone) : NULL;
}

PgsLane *
pgs_lane_copy(PgsLane *lane, const char *name, GError **error)
{
    g_autoptr(PgsLane) copy = lane_alloc_like(lane, name);
    copy->server = lane->server;
    disconnect(lane);
    g_autofree char *hint = database_hint(copy);
    copy->database =
        pgs_stage_create_database(lane->stage, copy->server, hint, lane->database, error);
    if (copy->database == NULL ||
        !pgs_ground_complete_copy(pgs_stage_options(lane->stage), copy->server, lane->database,
                                  copy->database, pgs_stage_cancellable(lane->stage), error))
        return NULL;
    return g_steal_pointer(&copy);
}

void
pgs_lane_leave(PgsLane *lane)
{
    if (lane == NULL)
        return;
    disconnect(lane);
    g_clear_pointer(&lane->driver, pgs_driver_free);
    g_hash_table_unref(lane->repeated);
    if (lane->owns_server)
        pgs_server_stop(lane->server);
    g_free(lane->database);
    g_free(lane->name);
    g_free(lane);
}

void
pgs_lane_free(PgsLane *lane)
{
    if (lane == NULL)
        return;
    disconnect(lane);
    g_clear_pointer(&lane->driver, pgs_driver_free);
    if (!lane->owns_server && lane->database != NULL)
        pgs_stage_drop_database(lane->stage, lane->server, lane->database);
    pgs_lane_leave(lane);
}

gint
pgs_lane_revision(const PgsLane *lane)
{
    return lane->revision;
}

const char *
pgs_lane_conninfo(const PgsLane *lane)
{
    return pgs_server_conninfo(lane->server);
}

const char *
pgs_lane_database(const PgsLane *lane)
{
    return lane->database;
}

PgsServer *
pgs_lane_server(PgsLane *lane)
{
    return lane->server;
}

gboolean
pgs_lane_recover(PgsLane *lane, const PgsOutcome *outcome, GError **error)
{
    disconnect(lane);
    g_autofree char *step = pgs_trouble_describe_step(outcome);
    pgs_stage_note_step(lane->stage, lane, step);
    if (is_gone(lane, error))
        return FALSE;
    g_usleep(NOTICE_US);
    return pgs_lane_ensure_session(lane, error);
}

gboolean
pgs_lane_renew_session(PgsLane *lane, GError **error)
{
    if (lane->session == NULL)
        return TRUE;
    if (pgs_connection_is_alive(lane->session) &&
        pgs_connection_run(lane->session, "DISCARD ALL", NULL))
        return TRUE;
    g_clear_pointer(&lane->session, pgs_connection_close);
    return pgs_lane_ensure_session(lane, error);
}

PgsSnapshot *
pgs_lane_snapshot(PgsLane *lane, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (!pgs_lane_ensure_reader(lane, error))
        return NULL;
    PgsSnapshot *snapshot = pgs_catalog_read(lane->catalog, &local);
    if (local != NULL && !pgs_connection_is_alive(lane->reader) &&
        !g_cancellable_is_cancelled(pgs_stage_cancellable(lane->stage))) {
        /* A migration may have ended every other session. */
        g_clear_error(&local);
        if (pgs_lane_ensure_reader(lane, &local))
            snapshot = pgs_catalog_read(lane->catalog, &local);
    }
    if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    return snapshot;
}

PgsSnapshot *
pgs_lane_snapshot_whole(PgsLane *lane, GError **error)
{
    return pgs_lane_ensure_reader(lane, error) ? pgs_catalog_read_whole(lane->catalog, error)
                                               : NULL;
}

gboolean
pgs_lane_contents(PgsLane *lane, char **fingerprint, GError **error)
{
    if (!pgs_lane_ensure_reader(lane, error))
        return FALSE;
    g_autoptr(GError) local = NULL;
    if (pgs_contents_fingerprint(lane->reader, fingerprint, &local))
        return TRUE;
    *fingerprint = NULL;
    /* Who is no superuser may not see every row. */
    if (pgs_stage_is_foreign(lane->stage) &&
        g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}
