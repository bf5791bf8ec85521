#include "cycle/stage.h"

#include "cycle/ground.h"

G_DEFINE_QUARK(pgs_stage_error, pgs_stage_error)

struct _PgsStage {
    PgsStageOptions options;
    const PgsHistory *history;
    PgsServer *server;
    gboolean isolated;
    GCancellable *cancellable;
    GMutex mutex; /* a server makes and drops one database at a time; guards what follows */
    /* Of a shared stage, made when they are first needed: databases that others are copies of. */
    char *prepared;
    char *ground; /* with what is loaded at the start, too */
    PgsSnapshot *baseline;
};

PgsStage *
pgs_stage_new(const PgsStageOptions *options, const PgsHistory *history, PgsServer *server,
              gboolean isolated, GCancellable *cancellable)
{
    PgsStage *stage = g_new0(PgsStage, 1);
    stage->options = *options;
    stage->history = history;
    stage->server = server;
    stage->isolated = isolated;
    g_mutex_init(&stage->mutex);
    if (cancellable != NULL)
        stage->cancellable = g_object_ref(cancellable);
    return stage;
}

void
pgs_stage_free(PgsStage *stage)
{
    if (stage == NULL)
        return;
    /* Roles that prepare has made stay with the server. */
    if (stage->ground != NULL)
        pgs_server_drop_database(stage->server, stage->ground, NULL);
    if (stage->prepared != NULL && stage->prepared != stage->ground)
        pgs_server_drop_database(stage->server, stage->prepared, NULL);
    if (stage->prepared != stage->ground)
        g_free(stage->prepared);
    g_free(stage->ground);
    g_clear_pointer(&stage->baseline, pgs_snapshot_unref);
    g_clear_object(&stage->cancellable);
    g_mutex_clear(&stage->mutex);
    g_free(stage);
}

gboolean
pgs_stage_is_isolated(const PgsStage *stage)
{
    return stage->isolated;
}

const PgsHistory *
pgs_stage_history(const PgsStage *stage)
{
    return stage->history;
}

const PgsStageOptions *
pgs_stage_options(const PgsStage *stage)
{
    return &stage->options;
}

GCancellable *
pgs_stage_cancellable(const PgsStage *stage)
{
    return stage->cancellable;
}

PgsServer *
pgs_stage_lend_server(PgsStage *stage, gboolean *owned, GError **error)
{
    *owned = stage->isolated;
    if (!stage->isolated)
        return stage->server;
    return pgs_server_start(&stage->options.server, stage->cancellable, error);
}

/* A copy of a database, with what PostgreSQL does not copy of it. */
static char *
copy_database(PgsStage *stage, PgsServer *server, const char *hint, const char *from,
              GError **error)
{
    g_autofree char *copy = pgs_server_create_database(server, hint, from, error);
    if (copy == NULL)
        return NULL;
    if (from != NULL && pgs_ground_is_wanted(&stage->options) &&
        !pgs_ground_complete_copy(&stage->options, server, from, copy, stage->cancellable, error))
        return NULL;
    return g_steal_pointer(&copy);
}

static char *
make_prepared(PgsStage *stage, PgsServer *server, const char *hint, GError **error)
{
    g_autofree char *database = pgs_server_create_database(server, hint, NULL, error);
    if (database == NULL ||
        !pgs_ground_prepare(&stage->options, server, database, stage->cancellable, error))
        return NULL;
    return g_steal_pointer(&database);
}

static gboolean
ensure_prepared(PgsStage *stage, GError **error)
{
    if (stage->prepared != NULL)
        return TRUE;
    g_autofree char *database = make_prepared(stage, stage->server, "prepared", error);
    if (database == NULL)
        return FALSE;
    stage->baseline =
        pgs_ground_read(&stage->options, stage->server, database, stage->cancellable, error);
    if (stage->baseline == NULL)
        return FALSE;
    stage->prepared = g_steal_pointer(&database);
    return TRUE;
}

static gboolean
ensure_ground(PgsStage *stage, GError **error)
{
    if (stage->ground != NULL)
        return TRUE;
    if (!ensure_prepared(stage, error))
        return FALSE;
    if (stage->options.start == NULL) {
        stage->ground = stage->prepared;
        return TRUE;
    }
    g_autofree char *database =
        copy_database(stage, stage->server, "ground", stage->prepared, error);
    if (database == NULL ||
        !pgs_ground_start(&stage->options, stage->server, database, stage->cancellable, error))
        return FALSE;
    stage->ground = g_steal_pointer(&database);
    return TRUE;
}

/* As it is before the first migration, on a server of its lane's own. */
static char *
make_ground(PgsStage *stage, PgsServer *server, const char *hint, GError **error)
{
    g_autofree char *database = make_prepared(stage, server, hint, error);
    if (database == NULL ||
        !pgs_ground_start(&stage->options, server, database, stage->cancellable, error))
        return NULL;
    return g_steal_pointer(&database);
}

char *
pgs_stage_create_database(PgsStage *stage, PgsServer *server, const char *hint,
                          const char *template_name, GError **error)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    if (template_name != NULL || !pgs_ground_is_wanted(&stage->options))
        return copy_database(stage, server, hint, template_name, error);
    if (server != stage->server)
        return make_ground(stage, server, hint, error);
    return ensure_ground(stage, error) ? copy_database(stage, server, hint, stage->ground, error)
                                       : NULL;
}

char *
pgs_stage_create_empty_database(PgsStage *stage, PgsServer *server, const char *hint,
                                GError **error)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    if (!pgs_ground_is_wanted(&stage->options))
        return pgs_server_create_database(server, hint, NULL, error);
    if (server != stage->server)
        return make_prepared(stage, server, hint, error);
    return ensure_prepared(stage, error)
               ? copy_database(stage, server, hint, stage->prepared, error)
               : NULL;
}

const PgsSnapshot *
pgs_stage_baseline(PgsStage *stage)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    return stage->baseline;
}

void
pgs_stage_drop_database(PgsStage *stage, PgsServer *server, const char *database)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    /* What cannot be dropped goes with the server. */
    pgs_server_drop_database(server, database, NULL);
}
