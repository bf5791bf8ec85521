#include "cycle/stage.h"

struct _PgsStage {
    PgsStageOptions options;
    const PgsHistory *history;
    PgsServer *server;
    gboolean isolated;
    GCancellable *cancellable;
    GMutex mutex; /* a server makes and drops one database at a time */
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

char *
pgs_stage_create_database(PgsStage *stage, PgsServer *server, const char *hint,
                          const char *template_name, GError **error)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    return pgs_server_create_database(server, hint, template_name, error);
}

void
pgs_stage_drop_database(PgsStage *stage, PgsServer *server, const char *database)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    /* What cannot be dropped goes with the server. */
    pgs_server_drop_database(server, database, NULL);
}
