#include "check/drift.h"

#include "base/error.h"
#include "base/text.h"
#include "check/drift_model.h"
#include "check/drift_scope.h"
#include "cycle/psql.h"
#include "driver/login.h"
#include "snapshot/catalog.h"

#include <string.h>

/* ---- models ---- */

static void
add_requirements(PgsFinding *finding, char **ids)
{
    finding->requirements = g_ptr_array_new_with_free_func(g_free);
    for (char **id = ids; id != NULL && *id != NULL; id++)
        g_ptr_array_add(finding->requirements, g_strdup(*id));
}

/* A database of the stage in which a model is made. */
typedef struct {
    PgsStage *stage;
    PgsServer *server;
    gboolean owns_server;
    char *database;
} Room;

static void
room_clear(Room *room)
{
    if (room->database != NULL && !room->owns_server)
        pgs_stage_drop_database(room->stage, room->server, room->database);
    if (room->owns_server)
        pgs_server_stop(room->server);
    g_free(room->database);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Room, room_clear)

static gboolean
room_open(Room *room, PgsStage *stage, GError **error)
{
    room->stage = stage;
    room->server = pgs_stage_lend_server(stage, &room->owns_server, error);
    if (room->server == NULL) {
        room->owns_server = FALSE;
        return FALSE;
    }
    room->database = pgs_stage_create_empty_database(stage, room->server, "model", error);
    return room->database != NULL;
}

static PgsSnapshot *
room_read(const Room *room, GError **error)
{
    guint timeout = pgs_stage_options(room->stage)->statement_timeout;
    g_autoptr(PgsConnection) connection = pgs_login(room->server, NULL, room->database, timeout,
                                                    pgs_stage_cancellable(room->stage), error);
    if (connection == NULL)
        return NULL;
    g_autoptr(PgsCatalog) catalog =
        pgs_catalog_new(connection, 0, pgs_stage_history(room->stage)->ledger, error);
    return catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
}

/* One model; a model that cannot be made is a finding. */
static gboolean
judge_model(PgsStage *stage, const PgsSystem *system, const PgsModel *model, PgsSnapshot *head,
            GPtrArray *findings, GError **error)
{
    g_auto(Room) room = {0};
    if (!room_open(&room, stage, error))
        return FALSE;
    PgsModelRoom where = {stage, room.server, room.database};
    PgsFinding *failure = NULL;
    if (!pgs_drift_make_model(&where, system, model, &failure, error))
        return FALSE;
    if (failure != NULL) {
        add_requirements(failure, model->requirements);
        g_ptr_array_add(findings, failure);
        return TRUE;
    }
    g_autoptr(PgsSnapshot) made = room_read(&room, error);
    if (made == NULL)
        return FALSE;
    guint before = findings->len;
    pgs_drift_compare("drift.model", system, model->name, model->requirements, model->ignore, head,
                      made, findings);
    for (guint i = before; i < findings->len; i++) {
        PgsFinding *finding = findings->pdata[i];
        if (finding->status == PGS_STATUS_FAILED)
            finding->file = g_strdup(model->sql != NULL ? model->sql : model->place.file);
    }
    return TRUE;
}

gboolean
pgs_drift_judge_models(PgsStage *stage, const PgsSystem *system, PgsSnapshot *head,
                       GPtrArray *findings, GError **error)
{
    for (guint i = 0; i < system->models->len; i++) {
        if (!judge_model(stage, system, system->models->pdata[i], head, findings, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- a live database ---- */

/* A large catalog over a slow line. */
#define LIVE_TIMEOUT_MS (60 * 1000)

/* Takes message over. */
static void
add_live_error(const PgsSystem *system, const char *other, char *message, const char *hint,
               GPtrArray *findings)
{
    g_autofree char *title = g_strdup_printf("head and %s are the same schema", other);
    PgsFinding *finding =
        pgs_finding_new("drift.live", PGS_STATUS_ERROR, system->name, NULL, title);
    finding->message = message;
    finding->hint = g_strdup(hint);
    finding->file = g_strdup(system->place.file);
    g_ptr_array_add(findings, finding);
}

/* The variable that "$NAME" or "${NAME}" names, or NULL.  Free with g_free(). */
static char *
variable_name(const char *url)
{
    gsize length = strlen(url);
    if (length > 3 && g_str_has_prefix(url, "${") && url[length - 1] == '}')
        return g_strndup(url + 2, length - 3);
    return length > 1 && url[0] == '$' ? g_strdup(url + 1) : NULL;
}

/* What the database is called in findings: never its password. */
static char *
name_database(const char *url, const char *variable)
{
    if (variable != NULL)
        return g_strdup_printf("the database of $%s", variable);
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    const char *host = NULL, *database = NULL;
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, "host") == 0)
            host = option->val;
        else if (strcmp(option->keyword, "dbname") == 0)
            database = option->val;
    }
    char *name = g_strdup_printf("the live database%s%s%s%s", database != NULL ? " " : "",
                                 database != NULL ? database : "", host != NULL ? " on " : "",
                                 host != NULL ? host : "");
    PQconninfoFree(options);
    PQfreemem(message);
    return name;
}

/* Nothing in the session can write from here on; a pooler that drops the setting is noticed. */
static gboolean
make_read_only(PgsConnection *connection, GError **error)
{
    g_autofree char *state = NULL;
    if (!pgs_connection_run(connection, "SET default_transaction_read_only = on", error) ||
        !pgs_connection_value(connection,
                              "SELECT pg_catalog.current_setting('transaction_read_only')", &state,
                              error))
        return FALSE;
    if (strcmp(state, "on") == 0)
        return TRUE;
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_SHAPE,
                  "give the URL of the server itself, not of a pooler in transaction mode",
                  "the session does not stay read only");
    return FALSE;
}

PgsConnection *
pgs_drift_open_live(const char *url, GCancellable *cancellable, GError **error)
{
    /* libpq's own words would quote the URL, password and all. */
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    if (parsed == NULL) {
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT, NULL,
                      "the URL cannot be read as libpq reads one");
        return NULL;
    }
    PQconninfoFree(parsed);
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(url, NULL, LIVE_TIMEOUT_MS, cancellable, error);
    return connection != NULL && make_read_only(connection, error) ? g_steal_pointer(&connection)
                                                                   : NULL;
}

static PgsSnapshot *
read_live(const char *url, const PgsHistory *history, const PgsSnapshot *head,
          GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection = pgs_drift_open_live(url, cancellable, error);
    if (connection == NULL)
        return NULL;
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, 0, history->ledger, error);
    g_autoptr(PgsSnapshot) all = catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
    return all != NULL ? pgs_drift_without_books(all, head, history->books_schemas) : NULL;
}

gboolean
pgs_drift_judge_live(const char *url, const PgsSystem *system, const PgsHistory *history,
                     PgsSnapshot *head, GCancellable *cancellable, GPtrArray *findings,
                     GError **error)
{
    g_autofree char *variable = variable_name(url);
    const char *target = variable != NULL ? g_getenv(variable) : url;
    g_autofree char *other = name_database(url, variable);
    if (target == NULL || *target == '\0') {
        const char *hint = "set it to a URL (postgresql://user@host/database), or leave the check "
                           "out with --skip drift.live";
        add_live_error(system, other,
                       variable != NULL
                           ? g_strdup_printf("the environment variable %s is not set", variable)
                           : g_strdup("the URL is empty"),
                       hint, findings);
        return TRUE;
    }
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsSnapshot) live = read_live(target, history, head, cancellable, &cause);
    if (live == NULL && g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (live == NULL)
        add_live_error(system, other, pgs_text_visible(cause->message, -1),
                       "see that the URL is right and that its role may connect; it needs no "
                       "other privilege",
                       findings);
    else
        pgs_drift_compare("drift.live", system, other, NULL, NULL, head, live, findings);
    return TRUE;
}
