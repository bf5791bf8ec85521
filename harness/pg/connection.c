#include "pg/connection.h"

#include "base/error.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

G_DEFINE_QUARK(pgs_pg_error, pgs_pg_error)

/* A server on this machine answers in milliseconds; one far away may need a while. */
#define CONNECT_TIMEOUT_MS (30 * 1000)
/* The client waits this much longer than the server's own statement_timeout before it gives up. */
#define GRACE_MS (5 * 1000)

struct _PgsConnection {
    PGconn *raw;
    guint statement_timeout; /* milliseconds, 0: none */
    gint64 deadline;         /* monotonic microseconds, of the statement that runs; 0: none */
    GCancellable *cancellable;
    PgsNoticeFunc notice;
    gpointer notice_data;
    gboolean lost;
};

/* "PGOPTIONS" and friends of the user must not change what is verified: all is said here. */
static const struct {
    const char *name, *value;
} session_settings[] = {
    {"client_encoding", "UTF8"},
    {"fallback_application_name", "pgstair"},
    {"connect_timeout", "30"},
};
/* As defaults of the session, so that DISCARD ALL and RESET ALL come back to them. */
#define SESSION_OPTIONS "-c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1"

static void
receive_notice(void *data, const PGresult *result)
{
    PgsConnection *connection = data;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (connection->notice != NULL && severity != NULL && message != NULL)
        connection->notice(severity, message, connection->notice_data);
}

typedef enum {
    WAIT_READY,
    WAIT_TIMEOUT,
    WAIT_CANCELLED,
} Wait;

/* Waits until the socket is ready for events, the deadline (0: none) has passed, or it is
 * cancelled. */
static Wait
wait_socket(PgsConnection *connection, short events, gint64 deadline)
{
    GPollFD cancel = {.fd = -1};
    if (connection->cancellable != NULL)
        g_cancellable_make_pollfd(connection->cancellable, &cancel);
    Wait outcome = WAIT_READY;
    for (;;) {
        struct pollfd fds[2] = {
            {.fd = PQsocket(connection->raw), .events = events},
            {.fd = cancel.fd, .events = POLLIN},
        };
        int timeout = -1;
        if (deadline != 0)
            timeout = (int)MAX((deadline - g_get_monotonic_time() + 999) / 1000, 0);
        int ready = poll(fds, 2, timeout);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            outcome = WAIT_TIMEOUT;
        else if (fds[1].revents != 0)
            outcome = WAIT_CANCELLED;
        break;
    }
    if (cancel.fd >= 0)
        g_cancellable_release_fd(connection->cancellable);
    return outcome;
}

/* The user's own PGSERVICE, PGSSLMODE … reach libpq for a server that the user names; that is
 * wanted. */
static PGconn *
start_connection(const char *conninfo, const char *database, guint statement_timeout)
{
    const char *names[G_N_ELEMENTS(session_settings) + 4] = {NULL};
    const char *values[G_N_ELEMENTS(session_settings) + 4] = {NULL};
    g_autofree char *options =
        g_strdup_printf(SESSION_OPTIONS " -c statement_timeout=%u", statement_timeout);
    guint n = 0;
    names[n] = "dbname";
    values[n++] = conninfo; /* expanded, since expand_dbname is on */
    for (guint i = 0; i < G_N_ELEMENTS(session_settings); i++) {
        names[n] = session_settings[i].name;
        values[n++] = session_settings[i].value;
    }
    names[n] = "options";
    values[n++] = options;
    /* Only the first dbname is expanded; a later plain one overrides the database's name. */
    if (database != NULL) {
        names[n] = "dbname";
        values[n++] = database;
    }
    return PQconnectStartParams(names, values, 1);
}

static gboolean
finish_connect(PgsConnection *connection, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)CONNECT_TIMEOUT_MS * 1000;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (PQstatus(connection->raw) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED) {
        Wait wait =
            wait_socket(connection, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
        if (wait == WAIT_TIMEOUT) {
            pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT, NULL,
                          "no answer from the server within %d seconds", CONNECT_TIMEOUT_MS / 1000);
            return FALSE;
        }
        if (wait == WAIT_CANCELLED) {
            pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED, NULL, "cancelled");
            return FALSE;
        }
        status = PQconnectPoll(connection->raw);
    }
    if (PQstatus(connection->raw) == CONNECTION_OK)
        return TRUE;
    g_autofree char *message = g_strstrip(g_strdup(PQerrorMessage(connection->raw)));
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT, NULL, "%s", message);
    return FALSE;
}

PgsConnection *
pgs_connection_open(const char *conninfo, const char *database, guint statement_timeout,
                    GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection = g_new0(PgsConnection, 1);
    connection->statement_timeout = statement_timeout;
    if (cancellable != NULL)
        connection->cancellable = g_object_ref(cancellable);
    connection->raw = start_connection(conninfo, database, statement_timeout);
    if (connection->raw == NULL)
        g_error("out of memory");
    if (!finish_connect(connection, error))
        return NULL;
    PQsetNoticeReceiver(connection->raw, receive_notice, connection);
    if (PQserverVersion(connection->raw) < 130000) {
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT,
                      "pgstair serves PostgreSQL 13 and later", "the server is PostgreSQL %s",
                      PQparameterStatus(connection->raw, "server_version"));
        return NULL;
    }
    if (PQsetnonblocking(connection->raw, 1) != 0)
        g_error("cannot make a libpq connection non-blocking");
    return g_steal_pointer(&connection);
}

void
pgs_connection_close(PgsConnection *connection)
{
    if (connection == NULL)
        return;
    PQfinish(connection->raw);
    g_clear_object(&connection->cancellable);
    g_free(connection);
}

int
pgs_connection_version(const PgsConnection *connection)
{
    return PQserverVersion(connection->raw);
}

PGconn *
pgs_connection_raw(PgsConnection *connection)
{
    return connection->raw;
}

gboolean
pgs_connection_is_alive(const PgsConnection *connection)
{
    return !connection->lost && PQstatus(connection->raw) == CONNECTION_OK;
}

void
pgs_connection_set_notice(PgsConnection *connection, PgsNoticeFunc func, gpointer data)
{
    connection->notice = func;
    connection->notice_data = data;
}

static void
set_lost(PgsConnection *connection, GError **error)
{
    connection->lost = TRUE;
    g_autofree char *message = g_strstrip(g_strdup(PQerrorMessage(connection->raw)));
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST, NULL, "the connection was lost: %s",
                  *message != '\0' ? message : "no reason is known");
}

/*
 * Ends the statement that runs: asks the server to cancel it, and gives the connection up, since
 * its state is not known any more.
 */
static void
give_up(PgsConnection *connection)
{
    PGcancel *cancel = PQgetCancel(connection->raw);
    if (cancel != NULL) {
        char message[256];
        PQcancel(cancel, message, sizeof message);
        PQfreeCancel(cancel);
    }
    connection->lost = TRUE;
}

/* One wait within a statement; FALSE with error set when it must end. */
static gboolean
wait_statement(PgsConnection *connection, short events, GError **error)
{
    switch (wait_socket(connection, events, connection->deadline)) {
    case WAIT_TIMEOUT:
        give_up(connection);
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT,
                      "raise the limit with --statement-timeout",
                      "the statement did not end within %u ms", connection->statement_timeout);
        return FALSE;
    case WAIT_CANCELLED:
        give_up(connection);
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED, NULL, "cancelled");
        return FALSE;
    case WAIT_READY:
        break;
    }
    return TRUE;
}

static gboolean
flush(PgsConnection *connection, GError **error)
{
    for (;;) {
        int left = PQflush(connection->raw);
        if (left == 0)
            return TRUE;
        if (left < 0) {
            set_lost(connection, error);
            return FALSE;
        }
        if (!wait_statement(connection, POLLIN | POLLOUT, error))
            return FALSE;
        if (PQconsumeInput(connection->raw) == 0) {
            set_lost(connection, error);
            return FALSE;
        }
    }
}

static void
start_clock(PgsConnection *connection)
{
    connection->deadline = 0;
    if (connection->statement_timeout > 0)
        connection->deadline =
            g_get_monotonic_time() + ((gint64)connection->statement_timeout + GRACE_MS) * 1000;
}

gboolean
pgs_connection_send(PgsConnection *connection, const char *text, GError **error)
{
    start_clock(connection);
    if (connection->lost || PQsendQuery(connection->raw, text) == 0) {
        set_lost(connection, error);
        return FALSE;
    }
    return flush(connection, error);
}

PGresult *
pgs_connection_next(PgsConnection *connection, GError **error)
{
    while (PQisBusy(connection->raw)) {
        if (!wait_statement(connection, POLLIN, error))
            return NULL;
        if (PQconsumeInput(connection->raw) == 0) {
            set_lost(connection, error);
            return NULL;
        }
    }
    PGresult *result = PQgetResult(connection->raw);
    if (PQstatus(connection->raw) == CONNECTION_BAD)
        connection->lost = TRUE;
    /* Each statement of a message has the whole limit to itself, as the server counts it. */
    start_clock(connection);
    return result;
}

static gboolean
is_refused(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY;
}

static gboolean
has_shape(const PGresult *result, PgsShape shape)
{
    int rows = PQntuples(result);
    switch (shape) {
    case PGS_SHAPE_NONE:
        return rows == 0;
    case PGS_SHAPE_VALUE:
        return rows == 1 && PQnfields(result) == 1;
    case PGS_SHAPE_ROW:
        return rows == 1;
    case PGS_SHAPE_ANY:
        return TRUE;
    }
    return FALSE;
}

/* The last result of what was sent; the others are thrown away.  NULL with error set. */
static PGresult *
last_result(PgsConnection *connection, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) last = NULL;
    PGresult *next;
    while ((next = pgs_connection_next(connection, &local)) != NULL) {
        gboolean refused = last != NULL && is_refused(last);
        if (refused) {
            PQclear(next);
            continue;
        }
        PQclear(last);
        last = next;
        if (PQresultStatus(last) == PGRES_COPY_IN)
            PQputCopyEnd(connection->raw, "no data for COPY here");
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    if (last == NULL)
        set_lost(connection, error);
    return g_steal_pointer(&last);
}

static PGresult *
checked_result(PgsConnection *connection, PgsShape shape, const char *sql, PgsFailure **failure,
               GError **error)
{
    g_autoptr(PGresult) result = last_result(connection, error);
    if (result == NULL)
        return NULL;
    if (is_refused(result)) {
        g_autoptr(PgsFailure) refusal = pgs_failure_new(result, connection->raw);
        g_autofree char *text = pgs_failure_to_string(refusal);
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT, NULL, "%s\nSTATEMENT:  %.500s",
                      text, sql);
        if (failure != NULL)
            *failure = g_steal_pointer(&refusal);
        return NULL;
    }
    if (!has_shape(result, shape)) {
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_SHAPE, NULL,
                      "the answer has %d rows of %d columns, which is not what was asked for\n"
                      "STATEMENT:  %.500s",
                      PQntuples(result), PQnfields(result), sql);
        return NULL;
    }
    return g_steal_pointer(&result);
}

PGresult *
pgs_connection_query(PgsConnection *connection, PgsShape shape, const char *sql, int n_params,
                     const char *const *params, PgsFailure **failure, GError **error)
{
    start_clock(connection);
    if (connection->lost ||
        PQsendQueryParams(connection->raw, sql, n_params, NULL, params, NULL, NULL, 0) == 0) {
        set_lost(connection, error);
        return NULL;
    }
    if (!flush(connection, error))
        return NULL;
    return checked_result(connection, shape, sql, failure, error);
}

gboolean
pgs_connection_value(PgsConnection *connection, const char *sql, char **value, GError **error)
{
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_VALUE, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    *value = PQgetisnull(result, 0, 0) ? NULL : g_strdup(PQgetvalue(result, 0, 0));
    return TRUE;
}

gboolean
pgs_connection_run(PgsConnection *connection, const char *sql, GError **error)
{
    if (!pgs_connection_send(connection, sql, error))
        return FALSE;
    g_autoptr(PGresult) result = checked_result(connection, PGS_SHAPE_ANY, sql, NULL, error);
    return result != NULL;
}
