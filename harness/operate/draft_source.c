#include "operate/draft_source.h"

#include "base/error.h"
#include "check/drift.h"
#include "check/drift_model.h"
#include "check/drift_scope.h"
#include "check/system_words.h"
#include "cycle/lane.h"
#include "cycle/psql.h"
#include "driver/login.h"
#include "operate/operate_error.h"
#include "operate/throwaway.h"
#include "snapshot/catalog.h"
#include "snapshot/text.h"

#include <string.h>

#define READ_TIMEOUT_MS (60 * 1000)

struct _PgsDraftSource {
    const PgsSystem *system;
    const PgsHistory *history;
    PgsStageOptions options;
    PgsServer *server;
    PgsStage *stage;
    PgsLane *lane; /* at head */
    char *spec;    /* of the server, where the model's database says it; or NULL */
    GCancellable *cancellable;
};

void
pgs_draft_source_free(PgsDraftSource *source)
{
    if (source == NULL)
        return;
    g_clear_pointer(&source->lane, pgs_lane_free);
    g_clear_pointer(&source->stage, pgs_stage_free);
    g_clear_pointer(&source->server, pgs_server_stop);
    g_free(source->spec);
    g_free(source);
}

/* ---- what the model is called ---- */

static gboolean
is_url(const char *model)
{
    return g_str_has_prefix(model, "postgresql://") || g_str_has_prefix(model, "postgres://") ||
           (strchr(model, '=') != NULL && !g_file_test(model, G_FILE_TEST_EXISTS));
}

/* "$NAME" or "${NAME}": what the variable holds; another text itself.  NULL with error. */
static char *
resolve(const char *model, GError **error)
{
    if (model[0] != '$')
        return g_strdup(model);
    gsize length = strlen(model);
    gboolean is_braced = model[1] == '{' && model[length - 1] == '}';
    g_autofree char *name = is_braced ? g_strndup(model + 2, length - 3) : g_strdup(model + 1);
    const char *value = g_getenv(name);
    if (value != NULL && *value != '\0')
        return g_strdup(value);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT, NULL,
                  "the environment variable %s is not set", name);
    return NULL;
}

/* ---- head ---- */

static gboolean
climb(PgsLane *lane, const PgsHistory *history, const char *folder, GError **error)
{
    PgsOutcome *failed = NULL;
    gint head = (gint)history->revisions->len - 1;
    if (head < 0 || pgs_lane_climb(lane, head, &failed, error))
        return TRUE;
    g_autoptr(PgsOutcome) failure = failed;
    if (failure == NULL)
        return FALSE;
    g_autofree char *text = pgs_psql_describe_failure(failure);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED,
                  "\"pgstair verify\" says more about it", "cannot climb %s: %s", folder, text);
    return FALSE;
}

/* An older server could not make what only the model's has. */
static gboolean
choose_server(PgsDraftSource *source, const char *model, GError **error)
{
    const PgsServerOptions *options = &source->options.server;
    g_autofree char *place = resolve(model, error);
    if (place == NULL || !is_url(place))
        return place != NULL;
    g_autoptr(PgsConnection) connection = pgs_drift_open_live(place, source->cancellable, error);
    if (connection == NULL)
        return FALSE;
    source->spec =
        pgs_throwaway_of_version(pgs_connection_version(connection) / 10000, source->system,
                                 options->progress, options->progress_data);
    if (source->spec != NULL)
        source->options.server.spec = source->spec;
    return TRUE;
}

PgsDraftSource *
pgs_draft_source_new(const PgsSystem *system, const PgsHistory *history, const char *model,
                     const PgsVerifyOptions *options, GError **error)
{
    g_autoptr(PgsDraftSource) source = g_new0(PgsDraftSource, 1);
    source->system = system;
    source->history = history;
    source->cancellable = options != NULL ? options->cancellable : NULL;
    source->options = pgs_system_stage_options(system);
    source->options.n_given = 0;
    if (options != NULL) {
        source->options.server.progress = options->note;
        source->options.server.progress_data = options->progress_data;
    }
    if (!choose_server(source, model, error))
        return NULL;
    source->server = pgs_server_start(&source->options.server, source->cancellable, error);
    if (source->server == NULL)
        return NULL;
    source->stage =
        pgs_stage_new(&source->options, history, source->server, FALSE, source->cancellable);
    source->lane = pgs_lane_new(source->stage, "head", error);
    if (source->lane == NULL || !climb(source->lane, history, system->folder, error))
        return NULL;
    return g_steal_pointer(&source);
}

char *
pgs_draft_source_copy(const PgsDraftSource *source, GError **error)
{
    g_autoptr(PgsLane) copy = pgs_lane_copy(source->lane, "draft", error);
    if (copy == NULL)
        return NULL;
    char *name = g_strdup(pgs_lane_database(copy));
    pgs_lane_leave(g_steal_pointer(&copy));
    return name;
}

const char *
pgs_draft_source_role(const PgsDraftSource *source)
{
    return source->options.owner != NULL ? source->options.owner : PGS_SERVER_SUPERUSER;
}

PgsConnection *
pgs_draft_source_login(const PgsDraftSource *source, const char *database, GError **error)
{
    return pgs_login(source->server, source->options.owner, database,
                     source->options.statement_timeout, source->cancellable, error);
}

/* ---- reading ---- */

/* head: of a database with books, what it is compared with; else NULL. */
static PgsDdlSide *
read_side(const PgsDraftSource *source, PgsConnection *connection, const PgsDraftScope *scope,
          const PgsSnapshot *head, GError **error)
{
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, 0, source->history->ledger, error);
    g_autoptr(PgsSnapshot) all = catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
    if (all == NULL)
        return NULL;
    /* A schema that the tool has made for its books is none of the migrations'. */
    g_autoptr(PgsSnapshot) told =
        head != NULL ? pgs_drift_without_books(all, head, source->history->books_schemas)
                     : pgs_snapshot_ref(all);
    g_autoptr(PgsSnapshot) snapshot = pgs_drift_narrow(told, scope->scope, scope->ignore);
    return pgs_ddl_side_new(connection, snapshot, error);
}

PgsDdlSide *
pgs_draft_source_read(const PgsDraftSource *source, const char *database,
                      const PgsDraftScope *scope, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_login_reader(source->server, database, READ_TIMEOUT_MS, source->cancellable, error);
    return connection != NULL ? read_side(source, connection, scope, NULL, error) : NULL;
}

/* ---- the model ---- */

static PgsDdlSide *
model_of_url(const PgsDraftSource *source, const char *url, PgsDraftScope *scope, GError **error)
{
    scope->scope |= PGS_DRIFT_LIVE;
    g_autoptr(PgsConnection) connection = pgs_drift_open_live(url, source->cancellable, error);
    if (connection == NULL)
        return NULL;
    if (pgs_connection_version(connection) / 10000 !=
        pgs_server_version_number(source->server) / 10000)
        scope->scope |= PGS_DRIFT_NOT_NULL_DIFFERS;
    g_autoptr(PgsSnapshot) head = pgs_lane_snapshot_whole(source->lane, error);
    return head != NULL ? read_side(source, connection, scope, head, error) : NULL;
}

static PgsDdlSide *
model_of_folder(PgsDraftSource *source, const char *folder, const PgsDraftScope *scope,
                GError **error)
{
    g_autoptr(PgsSystem) system = pgs_system_new(folder);
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, source->cancellable, error);
    if (history == NULL)
        return NULL;
    PgsStageOptions options = source->options;
    options.name = "model";
    g_autoptr(PgsStage) stage =
        pgs_stage_new(&options, history, source->server, FALSE, source->cancellable);
    g_autoptr(PgsLane) lane = pgs_lane_new(stage, "model", error);
    if (lane == NULL || !climb(lane, history, folder, error))
        return NULL;
    return pgs_draft_source_read(source, pgs_lane_database(lane), scope, error);
}

static void
refuse_model(const PgsFinding *failed, GError **error)
{
    g_autoptr(GString) place = g_string_new(failed->file);
    if (failed->line > 0)
        g_string_append_printf(place, ":%u", failed->line);
    if (failed->line > 0 && failed->column > 0)
        g_string_append_printf(place, ":%u", failed->column);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED, failed->hint, "%s%s%s",
                  place->str, place->len > 0 ? ": " : "", failed->message);
}

static PgsDdlSide *
model_of_system(PgsDraftSource *source, const PgsModel *model, PgsDraftScope *scope, GError **error)
{
    g_autofree char *database =
        pgs_stage_create_empty_database(source->stage, source->server, "model", error);
    if (database == NULL)
        return NULL;
    const PgsModelRoom room = {source->stage, source->server, database};
    PgsFinding *failed = NULL;
    if (!pgs_drift_make_model(&room, source->system, model, &failed, error))
        return NULL;
    if (failed != NULL) {
        refuse_model(failed, error);
        pgs_finding_free(failed);
        return NULL;
    }
    scope->ignore = model->ignore;
    return pgs_draft_source_read(source, database, scope, error);
}

static PgsDdlSide *
model_of_file(PgsDraftSource *source, const char *path, PgsDraftScope *scope, GError **error)
{
    PgsModel *model = pgs_model_new();
    model->name = g_path_get_basename(path);
    model->sql = g_strdup(path);
    PgsDdlSide *side = model_of_system(source, model, scope, error);
    scope->ignore = NULL; /* the model's own */
    pgs_model_free(model);
    return side;
}

static gboolean
looks_like_snapshot(const char *path)
{
    g_autofree char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) &&
           g_str_has_prefix(text, PGS_SNAPSHOT_TEXT_MAGIC);
}

PgsDdlSide *
pgs_draft_source_model(PgsDraftSource *source, const char *model, PgsDraftScope *scope,
                       GError **error)
{
    g_autofree char *place = resolve(model, error);
    if (place == NULL)
        return NULL;
    const char *hint = "give an SQL file, a folder of migrations, a URL (postgresql://…), or "
                       "\"model\" for that of pgstair.yaml";
    if (is_url(place))
        return model_of_url(source, place, scope, error);
    if (g_file_test(place, G_FILE_TEST_IS_DIR))
        return model_of_folder(source, place, scope, error);
    if (g_file_test(place, G_FILE_TEST_EXISTS)) {
        if (!looks_like_snapshot(place))
            return model_of_file(source, place, scope, error);
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT, hint,
                      "%s: a snapshot has not all that statements are made of", place);
        return NULL;
    }
    if (strcmp(place, "model") == 0 && source->system->models->len > 0)
        return model_of_system(source, source->system->models->pdata[0], scope, error);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT, hint,
                  strcmp(place, "model") == 0 ? "%s: pgstair.yaml names no model"
                                              : "there is no file or folder %s",
                  place);
    return NULL;
}
