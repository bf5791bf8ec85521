#include "server/lifeline.h"

#include "base/error.h"
#include "server/conninfo.h"
#include "server/run_databases.h"
#include "server/server.h"

#include <poll.h>
#include <string.h>

enum {
    STATEMENT_MS = 30 * 1000,
    RETRY_MS = 500, /* between two attempts to take it up again */
};

struct _PgsLifeline {
    char *conninfo;
    char *database;
    char *token;
    GCancellable *ending;
    GThread *watcher, *sweeper;
    PgsConnection *connection; /* the watcher's, once that runs */
    GMutex mutex;              /* guards the following */
    gboolean is_given_up;
    char *complaint;
};

/*
 * Nothing is to end it but the run's end.  A machine that is switched off says nothing: the server
 * then notices after about a minute.
 */
#define SETTINGS                                                                                   \
    "SELECT pg_catalog.set_config('tcp_keepalives_idle', '30', false), "                           \
    "pg_catalog.set_config('tcp_keepalives_interval', '10', false), "                              \
    "pg_catalog.set_config('tcp_keepalives_count', '3', false)"
#define SETTINGS_14 "SET idle_session_timeout = 0"

static PgsConnection *
open_session(PgsLifeline *lifeline, GError **error)
{
    g_autofree char *name = pgs_run_databases_lifeline_name(lifeline->token);
    g_autofree char *conninfo = pgs_conninfo_with(lifeline->conninfo, "application_name", name);
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(conninfo, lifeline->database, STATEMENT_MS, lifeline->ending, error);
    if (connection == NULL || !pgs_connection_run(connection, SETTINGS, error) ||
        (pgs_connection_version(connection) >= 140000 &&
         !pgs_connection_run(connection, SETTINGS_14, error)) ||
        !pgs_run_databases_lock(connection, lifeline->token, error))
        return NULL;
    return g_steal_pointer(&connection);
}

static void
complain(PgsLifeline *lifeline, gboolean give_up, char *text)
{
    g_mutex_lock(&lifeline->mutex);
    g_free(lifeline->complaint);
    lifeline->complaint = text;
    lifeline->is_given_up = lifeline->is_given_up || give_up;
    g_mutex_unlock(&lifeline->mutex);
}

/* Sleeps until fd (or -1) is readable, the time (or -1) is over, or it is to end; FALSE: to end. */
static gboolean
doze(PgsLifeline *lifeline, int fd, int milliseconds)
{
    GPollFD end = {.fd = -1};
    g_cancellable_make_pollfd(lifeline->ending, &end);
    struct pollfd fds[] = {{.fd = end.fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    poll(fds, G_N_ELEMENTS(fds), milliseconds);
    g_cancellable_release_fd(lifeline->ending);
    return !g_cancellable_is_cancelled(lifeline->ending);
}

/* Until the session has ended; FALSE: it is to end. */
static gboolean
watch(PgsLifeline *lifeline)
{
    PGconn *raw = pgs_connection_raw(lifeline->connection);
    while (PQstatus(raw) == CONNECTION_OK) {
        if (!doze(lifeline, PQsocket(raw), -1))
            return FALSE;
        if (PQconsumeInput(raw) == 0)
            break;
    }
    return TRUE;
}

/* FALSE: it is to end, or another has the lock. */
static gboolean
take_up(PgsLifeline *lifeline, const char *reason)
{
    complain(
        lifeline, FALSE,
        g_strdup_printf("the session that shows others that this run lives was ended: %s", reason));
    do {
        g_autoptr(GError) error = NULL;
        lifeline->connection = open_session(lifeline, &error);
        if (lifeline->connection != NULL) {
            g_warning("the session that shows others that this run lives was ended, and is there "
                      "again: %s",
                      reason);
            complain(lifeline, FALSE, NULL);
            return TRUE;
        }
        if (error->domain == PGS_SERVER_ERROR) {
            complain(lifeline, TRUE,
                     g_strdup("another pgstair has taken this run for dead, since the session that "
                              "showed the contrary was ended, and drops its databases"));
            return FALSE;
        }
    } while (doze(lifeline, -1, RETRY_MS));
    return FALSE;
}

static gpointer
run_watcher(gpointer data)
{
    PgsLifeline *lifeline = data;
    while (watch(lifeline)) {
        g_autofree char *reason =
            g_strstrip(g_strdup(PQerrorMessage(pgs_connection_raw(lifeline->connection))));
        reason[strcspn(reason, "\n")] = '\0'; /* behind it, what libpq guesses */
        g_clear_pointer(&lifeline->connection, pgs_connection_close);
        if (!take_up(lifeline, reason))
            break;
    }
    return NULL;
}

/* ------------------------------------------------------------------- what others have left -- */

static gpointer
run_sweeper(gpointer data)
{
    PgsLifeline *lifeline = data;
    g_autoptr(PgsConnection) connection = pgs_connection_open(
        lifeline->conninfo, lifeline->database, STATEMENT_MS, lifeline->ending, NULL);
    g_autoptr(GPtrArray) databases =
        connection != NULL ? pgs_run_databases_list(connection, NULL) : NULL;
    for (guint i = 0; databases != NULL && i < databases->len; i++) {
        const PgsRunDatabase *database = g_ptr_array_index(databases, i);
        if (!database->may_drop || !pgs_run_database_is_abandoned(database))
            continue;
        g_autoptr(GError) error = NULL;
        /* What cannot be dropped now is there for the next start. */
        if (!pgs_run_databases_sweep(connection, database, &error))
            g_debug("%s", error->message);
    }
    return NULL;
}

/* --------------------------------------------------------------------------- from outside -- */

PgsLifeline *
pgs_lifeline_new(const char *conninfo, const char *database, const char *token, GError **error)
{
    PgsLifeline *lifeline = g_new0(PgsLifeline, 1);
    lifeline->conninfo = g_strdup(conninfo);
    lifeline->database = g_strdup(database);
    lifeline->token = g_strdup(token);
    lifeline->ending = g_cancellable_new();
    g_mutex_init(&lifeline->mutex);
    lifeline->connection = open_session(lifeline, error);
    if (lifeline->connection == NULL) {
        pgs_lifeline_free(lifeline);
        return NULL;
    }
    lifeline->watcher = g_thread_new("pgstair-life", run_watcher, lifeline);
    lifeline->sweeper = g_thread_new("pgstair-sweep", run_sweeper, lifeline);
    return lifeline;
}

void
pgs_lifeline_free(PgsLifeline *lifeline)
{
    if (lifeline == NULL)
        return;
    g_cancellable_cancel(lifeline->ending);
    if (lifeline->sweeper != NULL)
        g_thread_join(lifeline->sweeper);
    if (lifeline->watcher != NULL)
        g_thread_join(lifeline->watcher);
    pgs_connection_close(lifeline->connection);
    g_object_unref(lifeline->ending);
    g_mutex_clear(&lifeline->mutex);
    g_free(lifeline->complaint);
    g_free(lifeline->conninfo);
    g_free(lifeline->database);
    g_free(lifeline->token);
    g_free(lifeline);
}

gboolean
pgs_lifeline_check(PgsLifeline *lifeline, GError **error)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lifeline->mutex);
    if (!lifeline->is_given_up)
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_GONE, "start it again", "%s",
                  lifeline->complaint);
    return FALSE;
}

char *
pgs_lifeline_complain(PgsLifeline *lifeline)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lifeline->mutex);
    return g_strdup(lifeline->complaint);
}
