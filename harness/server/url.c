#include "server/kind.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/process.h"
#include "server/conninfo.h"
#include "server/custody.h"
#include "server/lifeline.h"
#include "server/liveness.h"
#include "server/run_databases.h"
#include "server/server_settings.h"
#include "server/url.h"
#include "server/url_settings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * "url", and what begins with "postgresql://": a server that is there already, and is somebody's.
 * A run makes databases on it, marks them, drops them, and touches nothing else (run_databases.h;
 * docs/decisions/0015).
 */

enum {
    NEWEST_KNOWN = 180000, /* pgstair is tried with versions up to this one */
    PING_SECONDS = 5,
};

extern const PgsEmbedded pgs_server_files[];

typedef struct {
    pid_t pid; /* a process that was forked off has no part in it */
    PgsCustody *custody;
    guint errand;
    char *owner; /* of the databases, as liveness.h describes it */
    char *role;
    char *place; /* "db.example:5432 as ci_user" */
    char *host, *port;
    char *text; /* what leads there, as pgs_conninfo_read() made it; it may need the environment */
    PgsLifeline *lifeline;
    GMutex mutex;     /* guards made */
    GHashTable *made; /* name → OID: what this process made, whatever becomes of its marks */
} PgsUrl;

static PgsUrl *
url_new(void)
{
    PgsUrl *url = g_new0(PgsUrl, 1);
    url->pid = getpid();
    g_mutex_init(&url->mutex);
    url->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return url;
}

/* ------------------------------------------------------------------- to the server, at first -- */

/* The connection string as it was given; g_free(). */
static char *
find_text(const PgsServer *server, GError **error)
{
    const char *argument = server->request.argument != NULL ? server->request.argument : "";
    if (*argument != '$')
        return g_strdup(argument);
    const char *value = g_getenv(argument + 1);
    if (value != NULL && *value != '\0')
        return g_strdup(value);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  "it is to hold a URL, postgresql://USER@HOST/DATABASE, or \"host=… user=…\"",
                  "\"url:%s\" takes the server from the environment, where there is no %s",
                  argument, argument + 1);
    return NULL;
}

static PgsConnection *
connect_to(PgsServer *server, const char *database, GError **error)
{
    const PgsUrl *url = server->data;
    return pgs_connection_open(url->text, database, server->request.statement_timeout,
                               server->cancellable, error);
}

/* Of a server without a database "postgres": one that nobody copies, if there is any. */
static PgsConnection *
leave_template(PgsServer *server, PgsConnection *in_template)
{
    const char *sql = pgs_embedded_find(pgs_server_files, "other_database.sql");
    g_autoptr(PGresult) found =
        pgs_connection_query(in_template, PGS_SHAPE_ROW, sql, 0, NULL, NULL, NULL);
    PgsConnection *other = found != NULL ? connect_to(server, PQgetvalue(found, 0, 0), NULL) : NULL;
    if (other == NULL)
        return in_template;
    pgs_connection_close(in_template);
    return other;
}

/* Whether what the server said may be about the database rather than about anything else. */
static gboolean
is_about(const GError *cause, const char *database)
{
    g_autofree char *quoted = g_strdup_printf("\"%s\"", database);
    return g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT) &&
           strstr(cause->message, quoted) != NULL;
}

/* To the database that is named, wherever that is; else to "postgres", to "template1" at last. */
static PgsConnection *
connect_anywhere(PgsServer *server, const char *named, gboolean has_service, GError **error)
{
    if (named != NULL || g_getenv("PGDATABASE") != NULL)
        return connect_to(server, NULL, error);
    PgsConnection *connection = NULL;
    if (has_service || g_getenv("PGSERVICE") != NULL)
        connection = connect_to(server, NULL, NULL);
    if (connection != NULL)
        return connection;
    g_autoptr(GError) cause = NULL;
    connection = connect_to(server, "postgres", &cause);
    if (connection == NULL && is_about(cause, "postgres")) {
        connection = connect_to(server, "template1", NULL);
        if (connection != NULL)
            connection = leave_template(server, connection);
    }
    if (connection == NULL)
        g_propagate_error(error, g_steal_pointer(&cause));
    return connection;
}

/* What libpq says of a startup packet that a pooler refuses needs another word. */
static const char *
hint_for(const char *message)
{
    if (strstr(message, "unsupported startup parameter") != NULL)
        return "a connection pooler stands between: name the server itself";
    if (strstr(message, "no password supplied") != NULL)
        return "put the password into PGPASSWORD, ~/.pgpass or a service file, or the whole URL "
               "into a variable: --server 'url:$NAME'";
    return NULL;
}

static PgsConnection *
connect_first(PgsServer *server, GError **error)
{
    PgsUrl *url = server->data;
    g_autofree char *given = find_text(server, error);
    g_autofree char *named = NULL;
    gboolean has_service = FALSE;
    if (given == NULL)
        return NULL;
    url->text = pgs_conninfo_read(given, &named, &has_service, error);
    if (url->text == NULL)
        return NULL;
    g_autoptr(GError) cause = NULL;
    PgsConnection *connection = connect_anywhere(server, named, has_service, &cause);
    if (connection != NULL)
        return connection;
    gboolean cancelled = g_cancellable_is_cancelled(server->cancellable);
    pgs_error_set(error, PGS_SERVER_ERROR,
                  cancelled ? PGS_SERVER_ERROR_CANCELLED : PGS_SERVER_ERROR_START,
                  hint_for(cause->message), "cannot connect to the server: %s", cause->message);
    return NULL;
}

PgsConnection *
pgs_url_look(const char *argument, char **place, GError **error)
{
    g_autoptr(PgsServer) server = pgs_server_new_attached(&pgs_server_kind_url);
    server->request.argument = g_strdup(argument);
    server->data = url_new();
    PgsConnection *connection = connect_first(server, error);
    *place = connection != NULL ? pgs_conninfo_describe(pgs_connection_raw(connection)) : NULL;
    return connection;
}

/* ------------------------------------------------------------------------------ what it allows --
 */

/* The columns of server_facts.sql. */
enum {
    FACT_ROLE,
    FACT_SUPERUSER,
    FACT_CREATES,
    FACT_STANDBY,
    FACT_READ_ONLY,
    FACT_PID,
    FACT_QUOTED,
    FACT_LIMIT,
};

static gboolean
is_true(const PGresult *facts, int column)
{
    return *PQgetvalue(facts, 0, column) == 't';
}

static gboolean
check_writable(const PgsUrl *url, const PGresult *facts, GError **error)
{
    if (is_true(facts, FACT_STANDBY)) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "name the primary; with several hosts in the URL, "
                      "target_session_attrs=read-write finds it",
                      "the server %s is a standby: no database can be made on it", url->place);
        return FALSE;
    }
    if (strcmp(PQgetvalue(facts, 0, FACT_READ_ONLY), "on") == 0) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "default_transaction_read_only is on: for the server, the database, or the "
                      "role (ALTER ROLE … RESET default_transaction_read_only)",
                      "the server %s only lets this role read", url->place);
        return FALSE;
    }
    return TRUE;
}

static void
tell(const PgsServer *server, const char *text)
{
    if (server->request.progress != NULL)
        server->request.progress(text, server->request.progress_data);
}

static void
note_limit(const PgsServer *server, const PGresult *facts)
{
    int limit = atoi(PQgetvalue(facts, 0, FACT_LIMIT));
    guint wanted = pgs_server_settings_connections();
    if (limit < 0 || (guint)limit >= wanted)
        return;
    g_autofree char *text = g_strdup_printf(
        "the role %s may have %d connections at once, and a run may want %u: ALTER ROLE %s "
        "CONNECTION LIMIT",
        PQgetvalue(facts, 0, FACT_QUOTED), limit, wanted, PQgetvalue(facts, 0, FACT_QUOTED));
    tell(server, text);
}

/* Whether another connection gets to the same process of the server while this one is there: a
 * pooler that lends it for a transaction only. */
static gboolean
is_lent(PgsServer *server, PgsConnection *connection)
{
    static const char sql[] = "SELECT pg_catalog.pg_backend_pid()";
    g_autoptr(PgsConnection) other = connect_to(server, PQdb(pgs_connection_raw(connection)), NULL);
    g_autofree char *mine = NULL;
    g_autofree char *theirs = NULL;
    return other != NULL && pgs_connection_value(connection, sql, &mine, NULL) &&
           pgs_connection_value(other, sql, &theirs, NULL) && g_strcmp0(mine, theirs) == 0;
}

/* A pooler answers for the server when the connection is made, and gives another process's number.
 * What a session sets, and the lock that it holds, have to stay its own. */
static gboolean
check_pooler(PgsServer *server, PgsConnection *connection, const PGresult *facts, GError **error)
{
    const PgsUrl *url = server->data;
    if (atoi(PQgetvalue(facts, 0, FACT_PID)) == PQbackendPID(pgs_connection_raw(connection)))
        return TRUE;
    if (is_lent(server, connection)) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "name the server itself, or a pool in session mode",
                      "a connection pooler in transaction mode stands before the server %s: "
                      "migrations and pgstair need sessions of their own",
                      url->place);
        return FALSE;
    }
    g_autofree char *text = g_strdup_printf(
        "a connection pooler stands before the server %s: what a killed run leaves there may look "
        "alive for as long as the pooler keeps its session; name the server itself if you can",
        url->place);
    tell(server, text);
    return TRUE;
}

static gboolean
examine(PgsServer *server, PgsConnection *connection, GError **error)
{
    PgsUrl *url = server->data;
    const char *sql = pgs_embedded_find(pgs_server_files, "server_facts.sql");
    g_autoptr(PGresult) facts =
        pgs_connection_query(connection, PGS_SHAPE_ROW, sql, 0, NULL, NULL, error);
    if (facts == NULL)
        return FALSE;
    url->role = g_strdup(PQgetvalue(facts, 0, FACT_ROLE));
    if (!check_writable(url, facts, error))
        return FALSE;
    if (!is_true(facts, FACT_CREATES)) {
        g_autofree char *hint =
            g_strdup_printf("it needs this, and no more: ALTER ROLE %s CREATEDB",
                            PQgetvalue(facts, 0, FACT_QUOTED));
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, hint,
                      "the role \"%s\" may not create databases on the server %s:%s", url->role,
                      url->host, url->port);
        return FALSE;
    }
    note_limit(server, facts);
    return check_pooler(server, connection, facts, error);
}

/* ------------------------------------------------------------------------------- its beginning --
 */

static void
describe(PgsServer *server, PgsConnection *connection)
{
    PGconn *raw = pgs_connection_raw(connection);
    PgsUrl *url = server->data;
    const char *version = PQparameterStatus(raw, "server_version");
    url->place = pgs_conninfo_describe(raw);
    url->host = g_strdup(PQhost(raw));
    url->port = g_strdup(PQport(raw));
    server->mark = pgs_run_databases_new_token();
    server->maintenance = g_strdup(PQdb(raw));
    server->version = g_strndup(version, strcspn(version, " "));
    server->version_number = pgs_connection_version(connection);
    server->is_memory = FALSE;
    server->description = g_strdup_printf("PostgreSQL %s, url (%s)", server->version, url->place);
    g_autofree char *complete = pgs_conninfo_complete(raw, url->text);
    g_autofree char *session = pgs_run_databases_session_name(server->mark);
    server->conninfo = pgs_conninfo_with(complete, "application_name", session);
    if (server->version_number / 10000 > NEWEST_KNOWN / 10000) {
        g_autofree char *text =
            g_strdup_printf("PostgreSQL %s is newer than this version of pgstair, which may not "
                            "see all that it has",
                            server->version);
        tell(server, text);
    }
}

/* Told to the supervisor before anything is made. */
static gboolean
give_errand(PgsServer *server, GError **error)
{
    PgsUrl *url = server->data;
    url->custody = pgs_custody_new(error);
    g_autofree char *janitor = url->custody != NULL ? pgs_custody_find_janitor(error) : NULL;
    if (janitor == NULL)
        return FALSE;
    url->owner = pgs_liveness_describe((int)getpid());
    const char *argv[] = {janitor, "databases", NULL};
    g_autofree char *conninfo = pgs_conninfo_with(server->conninfo, "dbname", server->maintenance);
    g_autofree char *input = pgs_run_databases_errand(conninfo, server->mark);
    return pgs_custody_undo(url->custody, argv, input, &url->errand, error);
}

static gboolean
url_start(PgsServer *server, GError **error)
{
    PgsUrl *url = url_new();
    server->data = url;
    g_autoptr(PgsConnection) connection = connect_first(server, error);
    if (connection == NULL)
        return FALSE;
    describe(server, connection);
    if (!examine(server, connection, error) ||
        !pgs_settings_check_foreign(server, connection, error) || !give_errand(server, error))
        return FALSE;
    url->lifeline = pgs_lifeline_new(server->conninfo, server->maintenance, server->mark, error);
    return url->lifeline != NULL;
}

/* ------------------------------------------------------------------------------------ its end --
 */

/* A migration may have taken comment and seal away, both. */
static gboolean
renew_marks(PgsServer *server, GError **error)
{
    PgsUrl *url = server->data;
    /* Not to be cancelled: it is for the end of a run that was. */
    g_autoptr(PgsConnection) admin = pgs_connection_open(
        server->conninfo, server->maintenance, server->request.statement_timeout, NULL, error);
    if (admin == NULL)
        return FALSE;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&url->mutex);
    GHashTableIter iter;
    gpointer name, oid;
    g_hash_table_iter_init(&iter, url->made);
    while (g_hash_table_iter_next(&iter, &name, &oid))
        pgs_run_databases_renew(admin, server->mark, url->owner, name, GPOINTER_TO_UINT(oid), NULL);
    return TRUE;
}

static PGPing
ping(const PgsServer *server)
{
    g_autofree char *limit = g_strdup_printf("%d", PING_SECONDS);
    g_autofree char *text = pgs_conninfo_with(server->conninfo, "dbname", server->maintenance);
    g_autofree char *conninfo = pgs_conninfo_with(text, "connect_timeout", limit);
    return PQping(conninfo);
}

static void
drop_databases(PgsServer *server)
{
    PgsUrl *url = server->data;
    g_autoptr(GError) error = NULL;
    g_autofree char *conninfo = pgs_conninfo_with(server->conninfo, "dbname", server->maintenance);
    /* One that is gone is not waited for as long as one that may be slow. */
    if (ping(server) == PQPING_NO_RESPONSE)
        pgs_error_set(&error, PGS_PG_ERROR, PGS_PG_ERROR_AWAY, NULL, "it does not answer");
    else if (renew_marks(server, &error) && pgs_run_databases_end(conninfo, server->mark, &error)) {
        pgs_custody_forget(url->custody, url->errand, NULL);
        return;
    }
    /* Otherwise the errand tries again when custody ends. */
    if (g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT) ||
        g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_AWAY))
        pgs_custody_forget(url->custody, url->errand, NULL);
    g_warning("databases of this run may be left on the server %s (\"pgstair server sweep\" drops "
              "them): %s",
              url->place, error->message);
}

static void
url_stop(PgsServer *server)
{
    PgsUrl *url = server->data;
    if (url->pid == getpid()) {
        pgs_lifeline_free(url->lifeline);
        if (url->errand != 0)
            drop_databases(server);
        pgs_custody_end(url->custody);
    }
    g_free(url->owner);
    g_free(url->role);
    g_free(url->place);
    g_free(url->host);
    g_free(url->port);
    g_free(url->text);
    g_mutex_clear(&url->mutex);
    g_hash_table_unref(url->made);
    g_free(url);
    server->data = NULL;
}

/* ---------------------------------------------------------------------------------- meanwhile --
 */

static char *
url_log_tail(const PgsServer *server, guint lines)
{
    (void)server;
    (void)lines;
    return g_strdup(""); /* it is the server's owner's, and no file of this machine's */
}

static gboolean
note_database(PgsServer *server, PgsConnection *admin, const char *database, GError **error)
{
    PgsUrl *url = server->data;
    guint oid;
    if (!pgs_run_databases_find(admin, server->mark, database, &oid, error))
        return FALSE;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&url->mutex);
    g_hash_table_insert(url->made, g_strdup(database), GUINT_TO_POINTER(oid));
    return TRUE;
}

static gboolean
url_mark_database(PgsServer *server, PgsConnection *admin, const char *database, GError **error)
{
    const PgsUrl *url = server->data;
    return pgs_lifeline_check(url->lifeline, error) &&
           pgs_run_databases_mark(admin, server->mark, url->owner, database, error) &&
           note_database(server, admin, database, error) &&
           pgs_settings_apply_foreign(server, admin, database, error);
}

static char *
url_keep(PgsServer *server, const char *database, GError **error)
{
    const PgsUrl *url = server->data;
    if (database == NULL)
        return g_strdup_printf("the server is not pgstair's, and stays: %s\n", server->description);
    g_autoptr(PgsConnection) admin =
        pgs_connection_open(server->conninfo, server->maintenance,
                            server->request.statement_timeout, server->cancellable, error);
    if (admin == NULL || !renew_marks(server, error) ||
        !pgs_run_databases_mark_kept(admin, server->mark, database, error))
        return NULL;
    g_autoptr(PgsProcess) psql = pgs_process_new("psql");
    pgs_process_add_many(psql, "-h", url->host, "-p", url->port, "-U",
                         PQuser(pgs_connection_raw(admin)), "-d", database, NULL);
    g_autofree char *look = pgs_process_to_string(psql);
    g_autofree char *spec =
        g_strdup_printf("url:host=%s port=%s user=%s dbname=%s", url->host, url->port,
                        PQuser(pgs_connection_raw(admin)), server->maintenance);
    g_autofree char *quoted = g_shell_quote(spec);
    return g_strdup_printf("the database stays, on a server that is not pgstair's: %s\n"
                           "  to look at it:  %s\n"
                           "  to remove it:   pgstair server sweep --server %s %s\n"
                           "  (the password, if it needs one, is where it came from)\n",
                           server->description, look, quoted, database);
}

static gboolean
url_admit(PgsServer *server, const char *role, GCancellable *cancellable, GError **error)
{
    const PgsUrl *url = server->data;
    (void)cancellable;
    if (strcmp(role, url->role) == 0)
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "let owner: name the role that the URL logs in as, or leave it out; a throwaway "
                  "server (local, docker) lets in any role",
                  "the role \"%s\" cannot log in to the server %s with what the URL says, and "
                  "pgstair changes no password on a server that is not its own",
                  role, url->place);
    return FALSE;
}

static char *
url_diagnose(PgsServer *server)
{
    const PgsUrl *url = server->data;
    switch (ping(server)) {
    case PQPING_REJECT:
        return g_strdup_printf("the server %s lets nobody in: it is starting, shutting down, or "
                               "has no connections left\nHINT: its log says which",
                               url->place);
    case PQPING_NO_RESPONSE:
        return g_strdup_printf("the server %s does not answer any more\nHINT: its log says why; "
                               "\"pgstair server sweep\" drops what may be left there",
                               url->place);
    default:
        return pgs_lifeline_complain(url->lifeline);
    }
}

const PgsServerKind pgs_server_kind_url = {
    .name = "url",
    .usage = "postgresql://…, url:CONNINFO, url:$NAME, url",
    .title = "a server that is there, by its URL; only databases that pgstair made are touched",
    .is_foreign = TRUE,
    .start = url_start,
    .stop = url_stop,
    .log_tail = url_log_tail,
    .keep = url_keep,
    .admit = url_admit,
    .diagnose = url_diagnose,
    .mark_database = url_mark_database,
};
