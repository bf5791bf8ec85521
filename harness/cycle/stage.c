#include "cycle/stage.h"

#include "cycle/foundation.h"
#include "cycle/ground.h"
#include "cycle/territory.h"
#include "driver/login.h"

#include <string.h>

G_DEFINE_QUARK(pgs_stage_error, pgs_stage_error)

struct _PgsStage {
    PgsStageOptions options;
    GMutex steps_mutex; /* guards steps: lane → what it runs */
    GHashTable *steps;
    const PgsHistory *history;
    PgsServer *server;
    gboolean isolated;
    GCancellable *cancellable;
    PgsFoundation *foundation;
    GMutex mutex; /* a server makes and drops one database at a time; guards what follows */
    /* Of a shared stage, made when they are first needed: databases that others are copies of. */
    char *prepared;
    char *ground; /* with what is loaded at the start, too */
    PgsSnapshot *baseline;
    gboolean is_known;     /* whether there has to be a baseline was looked at */
    gboolean is_territory; /* the texts were found to be for this server (territory.h) */
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
    stage->foundation = pgs_foundation_new();
    g_mutex_init(&stage->mutex);
    g_mutex_init(&stage->steps_mutex);
    stage->steps = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (cancellable != NULL)
        stage->cancellable = g_object_ref(cancellable);
    return stage;
}

void
pgs_stage_free(PgsStage *stage)
{
    if (stage == NULL)
        return;
    pgs_foundation_free(stage->foundation);
    /* Roles that prepare has made stay with the server. */
    if (stage->ground != NULL)
        pgs_server_drop_database(stage->server, stage->ground, NULL);
    if (stage->prepared != NULL && stage->prepared != stage->ground)
        pgs_server_drop_database(stage->server, stage->prepared, NULL);
    if (stage->prepared != stage->ground)
        g_free(stage->prepared);
    g_free(stage->ground);
    g_clear_pointer(&stage->baseline, pgs_snapshot_unref);
    g_hash_table_unref(stage->steps);
    g_clear_object(&stage->cancellable);
    g_mutex_clear(&stage->steps_mutex);
    g_mutex_clear(&stage->mutex);
    g_free(stage);
}

gboolean
pgs_stage_is_isolated(const PgsStage *stage)
{
    return stage->isolated;
}

gboolean
pgs_stage_is_foreign(const PgsStage *stage)
{
    return stage->server != NULL && !pgs_server_is_disposable(stage->server);
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

PgsFoundation *
pgs_stage_foundation(const PgsStage *stage)
{
    return stage->foundation;
}

void
pgs_stage_note_step(PgsStage *stage, gconstpointer lane, const char *text)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->steps_mutex);
    if (text != NULL)
        g_hash_table_insert(stage->steps, (gpointer)lane, g_strdup(text));
    else
        g_hash_table_remove(stage->steps, lane);
}

char *
pgs_stage_describe_steps(PgsStage *stage)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->steps_mutex);
    g_autoptr(GList) steps =
        g_list_sort(g_hash_table_get_values(stage->steps), (GCompareFunc)strcmp);
    if (steps == NULL)
        return NULL;
    GString *text = g_string_new("Running at that moment: ");
    for (GList *step = steps; step != NULL; step = step->next) {
        gboolean is_repeated = step->prev != NULL && strcmp(step->prev->data, step->data) == 0;
        if (!is_repeated)
            g_string_append_printf(text, "%s%s", step->prev != NULL ? "; " : "",
                                   (char *)step->data);
    }
    return g_string_free(text, FALSE);
}

/* Once a stage, before its first lane. */
static gboolean
check_territory(PgsStage *stage, GError **error)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->mutex);
    if (!stage->is_territory)
        stage->is_territory = pgs_territory_check(&stage->options, stage->history, stage->server,
                                                  stage->cancellable, error);
    return stage->is_territory;
}

PgsServer *
pgs_stage_lend_server(PgsStage *stage, gboolean *owned, GError **error)
{
    *owned = stage->isolated;
    if (!stage->isolated)
        return check_territory(stage, error) ? stage->server : NULL;
    PgsServer *server = pgs_server_start(&stage->options.server, stage->cancellable, error);
    if (server == NULL ||
        pgs_territory_check(&stage->options, stage->history, server, stage->cancellable, error))
        return server;
    pgs_server_stop(server);
    return NULL;
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
    g_autoptr(GHashTable) before = NULL;
    if (database == NULL || !pgs_territory_begin(server, &before, stage->cancellable, error) ||
        !pgs_ground_prepare(&stage->options, server, database, stage->cancellable, error) ||
        !pgs_territory_end(server, "prepare", before, stage->cancellable, error))
        return NULL;
    return g_steal_pointer(&database);
}

static gboolean
take_baseline(PgsStage *stage, const char *database, GError **error)
{
    stage->is_known = TRUE;
    if (pgs_stage_is_foreign(stage)) /* nothing there is the migrations' */
        return TRUE;
    stage->baseline =
        pgs_ground_read(&stage->options, stage->server, database, stage->cancellable, error);
    return stage->baseline != NULL;
}

/*
 * A server may have more than every fresh one has, though nothing was prepared: roles that its
 * image makes.  Before any migration runs on it.
 */
static gboolean
ensure_baseline(PgsStage *stage, const char *database, GError **error)
{
    g_autofree char *extra = NULL;
    if (stage->is_known || pgs_stage_is_foreign(stage))
        return TRUE;
    g_autoptr(PgsConnection) connection =
        pgs_login(stage->server, NULL, database, stage->options.server.statement_timeout,
                  stage->cancellable, error);
    if (connection == NULL ||
        !pgs_connection_value(connection,
                              "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE oid >= 16384) "
                              "OR EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE oid >= 16384)",
                              &extra, error))
        return FALSE;
    stage->is_known = TRUE;
    return extra[0] != 't' || take_baseline(stage, database, error);
}

static gboolean
ensure_prepared(PgsStage *stage, GError **error)
{
    if (stage->prepared != NULL)
        return TRUE;
    g_autofree char *database = make_prepared(stage, stage->server, "prepared", error);
    if (database == NULL)
        return FALSE;
    if (!take_baseline(stage, database, error))
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
    g_autoptr(GHashTable) before = NULL;
    if (database == NULL ||
        !pgs_territory_begin(stage->server, &before, stage->cancellable, error) ||
        !pgs_ground_start(&stage->options, stage->server, database, stage->cancellable, error) ||
        !pgs_territory_end(stage->server, stage->options.start, before, stage->cancellable, error))
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
    if (template_name != NULL || !pgs_ground_is_wanted(&stage->options)) {
        g_autofree char *database = copy_database(stage, server, hint, template_name, error);
        gboolean is_shared = server == stage->server && template_name == NULL;
        if (database == NULL || (is_shared && !ensure_baseline(stage, database, error)))
            return NULL;
        return g_steal_pointer(&database);
    }
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
