#include "server/leftover.h"

#include "base/error.h"
#include "server/engine.h"
#include "server/kind.h"
#include "server/liveness.h"
#include "server/run_databases.h"
#include "server/run_folders.h"
#include "server/url.h"

#include <string.h>

/* Where things may be: how to look, and how to remove. */
typedef struct {
    gboolean (*find)(PgsLeftovers *leftovers, GError **error);
    gboolean (*remove)(PgsLeftovers *leftovers, guint i, GError **error);
} Source;

struct _PgsLeftovers {
    const Source *source;
    char *title;
    char *complaint;
    GPtrArray *items;
    GPtrArray *found; /* what stands behind each item, in the same order */
    PgsConnection *connection;
    PgsEngine *engine;
};

static const char *const engines[] = {"docker", "podman"};

static const char *const state_texts[] = {
    [PGS_LEFTOVER_LIVE] = "live",         [PGS_LEFTOVER_LEFT] = "left behind",
    [PGS_LEFTOVER_UNKNOWN] = "not known", [PGS_LEFTOVER_KEPT] = "kept",
    [PGS_LEFTOVER_THEIRS] = "not marked",
};

static void
item_free(gpointer data)
{
    PgsLeftover *item = data;
    g_free(item->name);
    g_free(item->since);
    g_free(item->by);
    g_free(item->note);
    g_free(item->run);
    g_free(item);
}

static void
leftovers_free(gpointer data)
{
    PgsLeftovers *leftovers = data;
    g_free(leftovers->title);
    g_free(leftovers->complaint);
    g_ptr_array_unref(leftovers->items);
    g_clear_pointer(&leftovers->found, g_ptr_array_unref);
    g_clear_pointer(&leftovers->connection, pgs_connection_close);
    g_clear_pointer(&leftovers->engine, pgs_engine_free);
    g_free(leftovers);
}

static PgsLeftovers *
leftovers_new(const Source *source)
{
    PgsLeftovers *leftovers = g_new0(PgsLeftovers, 1);
    leftovers->source = source;
    leftovers->items = g_ptr_array_new_with_free_func(item_free);
    return leftovers;
}

static PgsLeftover *
add_item(PgsLeftovers *leftovers, const char *name, PgsLeftoverState state)
{
    PgsLeftover *item = g_new0(PgsLeftover, 1);
    item->name = g_strdup(name);
    item->since = g_strdup("");
    item->by = g_strdup("");
    item->state = state;
    g_ptr_array_add(leftovers->items, item);
    return item;
}

static void
set_since(PgsLeftover *item, GDateTime *moment)
{
    g_autoptr(GDateTime) local = moment != NULL ? g_date_time_to_local(moment) : NULL;
    if (local == NULL)
        return;
    g_free(item->since);
    item->since = g_date_time_format(local, "%Y-%m-%d %H:%M");
}

/* owner: as liveness.h describes it; host: where that is, or NULL. */
static void
set_by(PgsLeftover *item, const char *owner, const char *host)
{
    if (owner == NULL || !g_str_has_prefix(owner, "pid="))
        return;
    g_free(item->by);
    item->by = g_strdup_printf("process %.*s%s%s", (int)strcspn(owner + 4, " "), owner + 4,
                               host != NULL ? " on " : "", host != NULL ? host : "");
}

/* ----------------------------------------------------------------------------- databases -- */

static PgsLeftoverState
database_state(const PgsRunDatabase *database)
{
    switch (database->state) {
    case PGS_RUN_DATABASE_LIVE:
        return PGS_LEFTOVER_LIVE;
    case PGS_RUN_DATABASE_KEPT:
        return PGS_LEFTOVER_KEPT;
    case PGS_RUN_DATABASE_UNMARKED:
        return PGS_LEFTOVER_THEIRS;
    case PGS_RUN_DATABASE_LEFT:
        break;
    }
    return pgs_run_database_is_abandoned(database) ? PGS_LEFTOVER_LEFT : PGS_LEFTOVER_UNKNOWN;
}

static gboolean
find_databases(PgsLeftovers *leftovers, GError **error)
{
    leftovers->found = pgs_run_databases_list(leftovers->connection, error);
    for (guint i = 0; leftovers->found != NULL && i < leftovers->found->len; i++) {
        const PgsRunDatabase *database = g_ptr_array_index(leftovers->found, i);
        PgsLeftover *item = add_item(leftovers, database->name, database_state(database));
        g_autoptr(GDateTime) started = database->started != NULL
                                           ? g_date_time_new_from_iso8601(database->started, NULL)
                                           : NULL;
        set_since(item, started);
        set_by(item, database->owner, database->host);
        item->run = g_strdup(database->token);
        item->is_barred = !database->may_drop;
        if (!database->may_drop)
            item->note = g_strdup_printf("belongs to the role %s", database->role);
        else if (database->sessions > 0 && item->state != PGS_LEFTOVER_LIVE)
            item->note = g_strdup("somebody is connected to it");
    }
    return leftovers->found != NULL;
}

static gboolean
remove_database(PgsLeftovers *leftovers, guint i, GError **error)
{
    return pgs_run_databases_sweep(leftovers->connection, g_ptr_array_index(leftovers->found, i),
                                   error);
}

/* ----------------------------------------------------------------------------- containers -- */

static PgsLeftoverState
container_state(const PgsEngineContainer *container)
{
    switch (pgs_liveness_judge(container->owner)) {
    case PGS_LIVENESS_LIVES:
        return PGS_LEFTOVER_LIVE;
    case PGS_LIVENESS_GONE:
        return PGS_LEFTOVER_LEFT;
    case PGS_LIVENESS_UNKNOWN:
        break;
    }
    return PGS_LEFTOVER_UNKNOWN;
}

static gboolean
find_containers(PgsLeftovers *leftovers, GError **error)
{
    leftovers->found = pgs_engine_list(leftovers->engine, error);
    for (guint i = 0; leftovers->found != NULL && i < leftovers->found->len; i++) {
        const PgsEngineContainer *container = g_ptr_array_index(leftovers->found, i);
        PgsLeftover *item = add_item(leftovers, container->name, container_state(container));
        /* "2026-11-21 07:43:06 +0000 UTC" */
        if (container->created != NULL) {
            g_free(item->since);
            item->since = g_strndup(container->created, strlen("2026-11-21 07:43"));
        }
        set_by(item, container->owner, NULL);
        item->note = g_strdup_printf("%s, %s", container->state, container->image);
    }
    return leftovers->found != NULL;
}

static gboolean
remove_container(PgsLeftovers *leftovers, guint i, GError **error)
{
    const PgsEngineContainer *container = g_ptr_array_index(leftovers->found, i);
    return pgs_engine_remove(leftovers->engine, container->name, FALSE, error);
}

/* -------------------------------------------------------------------------------- folders -- */

static gboolean
find_folders(PgsLeftovers *leftovers, GError **error)
{
    (void)error;
    leftovers->found = pgs_run_folders_list();
    for (guint i = 0; i < leftovers->found->len; i++) {
        const PgsRunFolder *folder = g_ptr_array_index(leftovers->found, i);
        PgsLeftover *item = add_item(leftovers, folder->path,
                                     folder->is_left ? PGS_LEFTOVER_LEFT : PGS_LEFTOVER_LIVE);
        g_autoptr(GDateTime) made = g_date_time_new_from_unix_utc(folder->made);
        g_autofree char *owner = g_strdup_printf("pid=%d", folder->pid);
        set_since(item, made);
        set_by(item, folder->pid != 0 ? owner : NULL, NULL);
    }
    return TRUE;
}

static gboolean
remove_folder(PgsLeftovers *leftovers, guint i, GError **error)
{
    return pgs_run_folders_sweep(g_ptr_array_index(leftovers->found, i), error);
}

/* ----------------------------------------------------------------------------- from outside -- */

static const Source databases = {find_databases, remove_database};
static const Source containers = {find_containers, remove_container};
static const Source folders = {find_folders, remove_folder};

static PgsLeftovers *
look_at_databases(const char *argument, GError **error)
{
    PgsLeftovers *leftovers = leftovers_new(&databases);
    g_autofree char *place = NULL;
    leftovers->connection = pgs_url_look(argument, &place, error);
    if (leftovers->connection != NULL && find_databases(leftovers, error)) {
        leftovers->title = g_strdup_printf("databases on %s", place);
        return leftovers;
    }
    leftovers_free(leftovers);
    return NULL;
}

/* NULL: it is not installed.  *cause: it does not answer. */
static PgsLeftovers *
look_at_engine(const char *name, GError **cause, GError **error)
{
    PgsEngine *engine = pgs_engine_open(name, error);
    if (engine == NULL)
        return NULL;
    PgsLeftovers *leftovers = leftovers_new(&containers);
    leftovers->title = g_strdup_printf("containers of %s", name);
    leftovers->engine = engine;
    find_containers(leftovers, cause);
    return leftovers;
}

static PgsLeftovers *
look_at_this_engine(const char *name, GError **error)
{
    g_autoptr(GError) cause = NULL;
    PgsLeftovers *leftovers = look_at_engine(name, &cause, error);
    if (cause == NULL)
        return leftovers;
    leftovers_free(leftovers);
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
}

static PgsLeftovers *
look_at_folders(void)
{
    PgsLeftovers *leftovers = leftovers_new(&folders);
    leftovers->title = g_strdup("servers of this machine, by their folders");
    find_folders(leftovers, NULL);
    return leftovers;
}

/* An engine that is installed and does not answer is told of, but keeps nobody from the rest. */
static void
look_around(GPtrArray *places)
{
    g_ptr_array_add(places, look_at_folders());
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        g_autoptr(GError) cause = NULL;
        PgsLeftovers *leftovers = look_at_engine(engines[i], &cause, NULL);
        if (leftovers == NULL)
            continue;
        if (cause != NULL)
            leftovers->complaint = g_strdup(cause->message);
        g_ptr_array_add(places, leftovers);
    }
}

static gboolean
is_engine(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        if (strcmp(engines[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
pgs_leftovers_find(const char *spec, GError **error)
{
    g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(leftovers_free);
    if (spec == NULL || strcmp(spec, "auto") == 0) {
        look_around(places);
        return g_steal_pointer(&places);
    }
    const char *argument = NULL;
    char separator;
    const PgsServerKind *kind = pgs_server_kind_find(spec, &argument, &separator, error);
    if (kind == NULL)
        return NULL;
    PgsLeftovers *leftovers;
    if (kind->is_foreign)
        leftovers = look_at_databases(argument, error);
    else if (is_engine(kind->name))
        leftovers = look_at_this_engine(kind->name, error);
    else
        leftovers = look_at_folders();
    if (leftovers == NULL)
        return NULL;
    g_ptr_array_add(places, leftovers);
    return g_steal_pointer(&places);
}

const char *
pgs_leftovers_title(const PgsLeftovers *leftovers)
{
    return leftovers->title;
}

GPtrArray *
pgs_leftovers_items(const PgsLeftovers *leftovers)
{
    return leftovers->items;
}

const char *
pgs_leftovers_complaint(const PgsLeftovers *leftovers)
{
    return leftovers->complaint;
}

const char *
pgs_leftover_state_text(PgsLeftoverState state)
{
    return state_texts[state];
}

gboolean
pgs_leftovers_remove(PgsLeftovers *leftovers, const PgsLeftover *item, GError **error)
{
    guint i = 0;
    if (item->state == PGS_LEFTOVER_LIVE || item->state == PGS_LEFTOVER_THEIRS ||
        !g_ptr_array_find(leftovers->items, item, &i)) {
        pgs_error_set(
            error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE,
            item->state == PGS_LEFTOVER_LIVE
                ? "end its run, or its shared or kept server (\"pgstair server stop\", or "
                  "as --keep has said)"
                : "whoever made it removes it by hand",
            item->state == PGS_LEFTOVER_LIVE ? "\"%s\" is in use: its run lives"
                                             : "\"%s\" has not pgstair's mark",
            item->name);
        return FALSE;
    }
    return leftovers->source->remove(leftovers, i, error);
}
