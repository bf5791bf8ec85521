#include "server/target.h"

#include "base/error.h"
#include "server/conninfo.h"
#include "server/kind.h"
#include "server/run_databases.h"

#include <string.h>

/*
 * "target": a server of somebody's on which nothing is made.  No supervisor, no lifeline, no
 * database of pgstair's own: only the way to the one database that was named.
 */

#define APPLICATION "pgstair migrate"

enum {
    LOOK_TIMEOUT_MS = 3000, /* for the second connection, which may have to wait for the first */
};

typedef struct {
    char *place; /* "db.example:5432 as ci_user" */
} PgsAttached;

/* ---- what the kind's rows do: nothing ---- */

static gboolean
refuse(const PgsServer *server, const char *what, GError **error)
{
    const PgsAttached *attached = server->data;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE,
                  "what needs a database of its own runs on a throwaway server (--server)",
                  "%s on the server %s, which is somebody's", what, attached->place);
    return FALSE;
}

static gboolean
target_start(PgsServer *server, GError **error)
{
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, NULL,
                  "the server %s is attached to, not started", server->request.argument);
    return FALSE;
}

static void
target_stop(PgsServer *server)
{
    PgsAttached *attached = server->data;
    g_free(attached->place);
    g_free(attached);
}

static char *
target_log_tail(G_GNUC_UNUSED const PgsServer *server, G_GNUC_UNUSED guint lines)
{
    return g_strdup("");
}

static char *
target_keep(G_GNUC_UNUSED PgsServer *server, G_GNUC_UNUSED const char *database,
            G_GNUC_UNUSED GError **error)
{
    return g_strdup("");
}

static gboolean
target_mark_database(PgsServer *server, G_GNUC_UNUSED PgsConnection *admin,
                     G_GNUC_UNUSED const char *database, GError **error)
{
    return refuse(server, "no database is made", error);
}

static gboolean
target_admit(PgsServer *server, G_GNUC_UNUSED const char *role,
             G_GNUC_UNUSED GCancellable *cancellable, GError **error)
{
    return refuse(server, "no other role is let in", error);
}

static char *
target_diagnose(PgsServer *server)
{
    const PgsAttached *attached = server->data;
    g_autofree char *conninfo = pgs_conninfo_with(server->conninfo, "connect_timeout", "5");
    switch (PQping(conninfo)) {
    case PQPING_REJECT:
        return g_strdup_printf("the server %s lets nobody in: it is starting, shutting down, or "
                               "has no connections left\nHINT: its log says which",
                               attached->place);
    case PQPING_NO_RESPONSE:
        return g_strdup_printf("the server %s does not answer any more\nHINT: its log says why",
                               attached->place);
    default:
        return NULL;
    }
}

static const PgsServerKind kind_target = {
    .name = "target",
    .usage = "",
    .title = "the database that migrations are run on; nothing is made on it",
    .is_foreign = TRUE,
    .start = target_start,
    .stop = target_stop,
    .log_tail = target_log_tail,
    .keep = target_keep,
    .admit = target_admit,
    .diagnose = target_diagnose,
    .mark_database = target_mark_database,
};

/* ---- to the database ---- */

static const char *
hint_for(const char *message)
{
    if (strstr(message, "unsupported startup parameter") != NULL)
        return "a connection pooler stands between: name the server itself, since migrations need "
               "a session of their own";
    if (strstr(message, "no password supplied") != NULL)
        return "put the password into PGPASSWORD, ~/.pgpass or a service file, or the whole URL "
               "into a variable: --url '$DATABASE_URL'";
    return NULL;
}

/* Whether another connection gets to the same process of the server while this one is there (of a
 * pool that gives away what was used last), or this one to two (of one that gives away what was
 * used first). */
static gboolean
is_lent(const char *text, PgsConnection *connection, guint timeout, GCancellable *cancellable)
{
    static const char sql[] = "SELECT pg_catalog.pg_backend_pid()";
    g_autoptr(PgsConnection) other =
        pgs_connection_open(text, PQdb(pgs_connection_raw(connection)),
                            MIN(timeout, LOOK_TIMEOUT_MS), cancellable, NULL);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autofree char *theirs = NULL;
    return other != NULL && pgs_connection_value(connection, sql, &first, NULL) &&
           pgs_connection_value(connection, sql, &second, NULL) &&
           pgs_connection_value(other, sql, &theirs, NULL) &&
           (g_strcmp0(first, second) != 0 || g_strcmp0(first, theirs) == 0);
}

/* Locks that a session holds have to stay its own.  Some poolers pass on the number of the server's
 * process, others have numbers of their own: only a second connection tells. */
static gboolean
check_pooler(const char *text, PgsConnection *connection, guint timeout, GCancellable *cancellable,
             GError **error)
{
    if (!is_lent(text, connection, timeout, cancellable))
        return TRUE;
    g_autofree char *place = pgs_conninfo_describe(pgs_connection_raw(connection));
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "name the server itself, or a pool in session mode",
                  "a connection pooler in transaction mode stands before the server %s: the lock "
                  "that keeps two runs apart, and what migrations set in their session, need a "
                  "session of their own",
                  place);
    return FALSE;
}

static PgsConnection *
connect_first(const char *text, const char *named, guint timeout, GCancellable *cancellable,
              GError **error)
{
    g_autoptr(GError) cause = NULL;
    PgsConnection *connection = pgs_connection_open(text, named, timeout, cancellable, &cause);
    if (connection != NULL)
        return connection;
    const char *hint = strstr(cause->message, "\nHINT: ") == NULL ? hint_for(cause->message) : NULL;
    pgs_error_set(error, cause->domain, cause->code, hint, "cannot connect to the database: %s",
                  cause->message);
    return NULL;
}

static void
describe(PgsServer *server, PgsConnection *connection, const char *text)
{
    PGconn *raw = pgs_connection_raw(connection);
    PgsAttached *attached = g_new0(PgsAttached, 1);
    const char *version = PQparameterStatus(raw, "server_version");
    attached->place = pgs_conninfo_describe(raw);
    server->data = attached;
    server->maintenance = g_strdup(PQdb(raw));
    server->version = g_strndup(version, strcspn(version, " "));
    server->version_number = pgs_connection_version(connection);
    server->description =
        g_strdup_printf("PostgreSQL %s, target (%s)", server->version, attached->place);
    g_autofree char *complete = pgs_conninfo_complete(raw, text);
    server->conninfo = pgs_conninfo_with(complete, "application_name", APPLICATION);
}

PgsServer *
pgs_server_attach(const char *text, guint timeout, GCancellable *cancellable, char **database,
                  GError **error)
{
    g_autofree char *given = pgs_conninfo_expand(text, error);
    g_autofree char *named = NULL;
    gboolean has_service = FALSE;
    *database = NULL;
    if (given == NULL)
        return NULL;
    g_autofree char *read = pgs_conninfo_read(given, &named, &has_service, error);
    if (read == NULL)
        return NULL;
    g_autoptr(PgsConnection) connection = connect_first(read, named, timeout, cancellable, error);
    if (connection == NULL || !check_pooler(read, connection, timeout, cancellable, error))
        return NULL;
    PgsServer *server = pgs_server_new_attached(&kind_target);
    g_set_object(&server->cancellable, cancellable);
    server->request.statement_timeout = timeout;
    describe(server, connection, read);
    *database = g_strdup(PQdb(pgs_connection_raw(connection)));
    return server;
}

/* What the URL itself gives to the session; g_free(). */
static char *
find_options(const char *conninfo)
{
    PQconninfoOption *all = PQconninfoParse(conninfo, NULL);
    char *found = NULL;
    for (const PQconninfoOption *option = all; option != NULL && option->keyword != NULL; option++)
        if (strcmp(option->keyword, "options") == 0 && option->val != NULL && *option->val != '\0')
            found = g_strconcat(option->val, " ", NULL);
    PQconninfoFree(all);
    return found != NULL ? found : g_strdup("");
}

char *
pgs_target_conninfo(const PgsServer *server, const char *options)
{
    g_autofree char *theirs = find_options(server->conninfo);
    g_autofree char *all = g_strconcat(theirs, options, NULL);
    return pgs_conninfo_with(server->conninfo, "options", all);
}

void
pgs_target_set_options(PgsServer *server, const char *options)
{
    char *conninfo = pgs_target_conninfo(server, options);
    g_free(server->conninfo);
    server->conninfo = conninfo;
}

gboolean
pgs_target_is_own(PgsConnection *connection, gboolean *is_own, GError **error)
{
    const char *database = PQdb(pgs_connection_raw(connection));
    *is_own = FALSE;
    g_autoptr(GPtrArray) all = pgs_run_databases_list(connection, error);
    if (all == NULL)
        return FALSE;
    for (guint i = 0; i < all->len; i++) {
        const PgsRunDatabase *one = g_ptr_array_index(all, i);
        if (strcmp(one->name, database) == 0)
            *is_own = one->state != PGS_RUN_DATABASE_UNMARKED;
    }
    return TRUE;
}
