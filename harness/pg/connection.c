#include "pg/connection.h"

#include "base/error.h"
#include "pg/copy.h"
#include "pg/refusal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

G_DEFINE_QUARK(pgs_pg_error, pgs_pg_error)

/* A server on this machine answers in milliseconds; one far away may need a while. */
#define CONNECT_TIMEOUT_MS (30 * 1000)
/* The client waits this much longer than the server's own statement_timeout before it gives up. */
#define GRACE_MS (5 * 1000)
/* To ask a server, which may not answer any more, for the end of a statement. */
#define CANCEL_TIMEOUT_US (2 * G_USEC_PER_SEC)

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
    /* Over TCP: a machine that is gone without a word is noticed within half a minute. */
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "4"},
    {"tcp_user_timeout", "30000"},
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

/* What conninfo itself says of "options"; g_free().  That of PGOPTIONS does not count. */
static char *
find_options(const char *conninfo)
{
    PQconninfoOption *parsed = PQconninfoParse(conninfo, NULL);
    char *options = NULL;
    for (const PQconninfoOption *option = parsed; option != NULL && option->keyword != NULL;
         option++) {
        if (strcmp(option->keyword, "options") == 0 && option->val != NULL)
            options = g_strdup(option->val);
    }
    PQconninfoFree(parsed);
    return options;
}

/* The user's own PGSERVICE, PGSSLMODE … reach libpq for a server that the user names; that is
 * wanted. */
static PGconn *
start_connection(const char *conninfo, const char *database, guint statement_timeout)
{
    const char *names[G_N_ELEMENTS(session_settings) + 4] = {NULL};
    const char *values[G_N_ELEMENTS(session_settings) + 4] = {NULL};
    g_autofree char *theirs = find_options(conninfo);
    g_autofree char *options =
        g_strdup_printf("%s%s" SESSION_OPTIONS " -c statement_timeout=%u",
                        theirs != NULL ? theirs : "", theirs != NULL ? " " : "", statement_timeout);
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
set_refused(const PGconn *raw, GError **error)
{
    char sqlstate[6];
    g_autofree char *message = g_strdup(PQerrorMessage(raw));
    pgs_refusal_to_plain(message, sqlstate);
    gboolean may_pass = pgs_refusal_may_pass(sqlstate) && !PQconnectionNeedsPassword(raw);
    pgs_error_set(error, PGS_PG_ERROR, may_pass ? PGS_PG_ERROR_AWAY : PGS_PG_ERROR_CONNECT, NULL,
                  "%s", g_strstrip(message));
    return FALSE;
}

static gboolean
finish_connect(PgsConnection *connection, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)CONNECT_TIMEOUT_MS * 1000;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    PQsetErrorVerbosity(connection->raw, PQERRORS_VERBOSE);
    while (PQstatus(connection->raw) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED) {
        Wait wait =
            wait_socket(connection, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
        if (wait == WAIT_TIMEOUT) {
            pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_AWAY, NULL,
                          "no answer from the server within %d seconds", CONNECT_TIMEOUT_MS / 1000);
            return FALSE;
        }
        if (wait == WAIT_CANCELLED) {
            pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED, NULL, "cancelled");
            return FALSE;
        }
        status = PQconnectPoll(connection->raw);
    }
    if (PQstatus(connection->raw) != CONNECTION_OK)
        return set_refused(connection->raw, error);
    PQsetErrorVerbosity(connection->raw, PQERRORS_DEFAULT);
    return TRUE;
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

gboolean
pgs_connection_is_superuser(const PgsConnection *connection)
{
    return g_strcmp0(PQparameterStatus(connection->raw, "is_superuser"), "on") == 0;
}

char *
pgs_connection_quote(PgsConnection *connection, const char *name)
{
    char *quoted = PQescapeIdentifier(connection->raw, name, strlen(name));
    char *copy = g_strdup(quoted != NULL ? quoted : ""); /* not valid UTF-8, or no memory */
    PQfreemem(quoted);
    return copy;
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

gboolean
pgs_connection_lose(PgsConnection *connection, GError **error)
{
    connection->lost = TRUE;
    g_autofree char *message = g_strstrip(g_strdup(PQerrorMessage(connection->raw)));
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST, NULL, "the connection was lost: %s",
                  *message != '\0' ? message : "no reason is known");
    return FALSE;
}

/* PQcancel() waits for the server without a limit, so that a thread has to do it.  Whoever comes
 * last frees it. */
typedef struct {
    PGcancel *cancel;
    GMutex mutex;
    GCond ended;
    gboolean has_ended;
    gboolean is_left; /* nobody waits any more */
} Cancellation;

static void
cancellation_free(Cancellation *cancellation)
{
    PQfreeCancel(cancellation->cancel);
    g_mutex_clear(&cancellation->mutex);
    g_cond_clear(&cancellation->ended);
    g_free(cancellation);
}

static gpointer
cancel_in_thread(gpointer data)
{
    Cancellation *cancellation = data;
    char message[256];
    PQcancel(cancellation->cancel, message, sizeof message);
    g_mutex_lock(&cancellation->mutex);
    cancellation->has_ended = TRUE;
    gboolean is_left = cancellation->is_left;
    g_cond_signal(&cancellation->ended);
    g_mutex_unlock(&cancellation->mutex);
    if (is_left)
        cancellation_free(cancellation);
    return NULL;
}

/* Asks the server to end the statement; a thread that it lets wait ends with the process. */
static void
cancel_statement(PGcancel *cancel)
{
    Cancellation *cancellation = g_new0(Cancellation, 1);
    gint64 deadline = g_get_monotonic_time() + CANCEL_TIMEOUT_US;
    cancellation->cancel = cancel;
    g_mutex_init(&cancellation->mutex);
    g_cond_init(&cancellation->ended);
    g_mutex_lock(&cancellation->mutex);
    GThread *thread = g_thread_new("cancel", cancel_in_thread, cancellation);
    while (!cancellation->has_ended &&
           g_cond_wait_until(&cancellation->ended, &cancellation->mutex, deadline))
        continue;
    gboolean has_ended = cancellation->has_ended;
    cancellation->is_left = !has_ended;
    g_mutex_unlock(&cancellation->mutex);
    if (has_ended) {
        g_thread_join(thread);
        cancellation_free(cancellation);
    } else {
        g_thread_unref(thread);
    }
}

/*
 * Ends the statement that runs: asks the server to cancel it, and gives the connection up, since
 * its state is not known any more.
 */
static void
give_up(PgsConnection *connection)
{
    PGcancel *cancel = PQgetCancel(connection->raw);
    if (cancel != NULL)
        cancel_statement(cancel);
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

gboolean
pgs_connection_wait(PgsConnection *connection, short events, GError **error)
{
    return wait_statement(connection, events, error) &&
           (PQconsumeInput(connection->raw) != 0 || pgs_connection_lose(connection, error));
}

gboolean
pgs_connection_flush(PgsConnection *connection, GError **error)
{
    for (;;) {
        int left = PQflush(connection->raw);
        if (left == 0)
            return TRUE;
        if (left < 0)
            return pgs_connection_lose(connection, error);
        if (!pgs_connection_wait(connection, POLLIN | POLLOUT, error))
            return FALSE;
    }
}

void
pgs_connection_start_clock(PgsConnection *connection)
{
    connection->deadline = 0;
    if (connection->statement_timeout > 0)
        connection->deadline =
            g_get_monotonic_time() + ((gint64)connection->statement_timeout + GRACE_MS) * 1000;
}

gboolean
pgs_connection_send(PgsConnection *connection, const char *text, GError **error)
{
    pgs_connection_start_clock(connection);
    if (connection->lost || PQsendQuery(connection->raw, text) == 0) {
        return pgs_connection_lose(connection, error);
    }
    return pgs_connection_flush(connection, error);
}

PGresult *
pgs_connection_next(PgsConnection *connection, GError **error)
{
    while (PQisBusy(connection->raw)) {
        if (!pgs_connection_wait(connection, POLLIN, error))
            return NULL;
    }
    PGresult *result = PQgetResult(connection->raw);
    if (PQstatus(connection->raw) == CONNECTION_BAD)
        connection->lost = TRUE;
    /* Each statement of a message has the whole limit to itself, as the server counts it. */
    pgs_connection_start_clock(connection);
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

/* Nobody wants the data of a COPY here, nor has any: its own result follows. */
static gboolean
pass_copy(PgsConnection *connection, const PGresult *result, gboolean *is_copy, GError **error)
{
    ExecStatusType status = PQresultStatus(result);
    *is_copy = status == PGRES_COPY_IN || status == PGRES_COPY_OUT;
    if (status == PGRES_COPY_IN)
        return pgs_copy_refuse(connection, "no data for COPY here", error);
    return status != PGRES_COPY_OUT || pgs_copy_drain(connection, error);
}

/* The last result of what was sent; the others are thrown away.  NULL with error set. */
static PGresult *
last_result(PgsConnection *connection, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) last = NULL;
    PGresult *next;
    while ((next = pgs_connection_next(connection, &local)) != NULL) {
        gboolean is_copy;
        gboolean ok = pass_copy(connection, next, &is_copy, &local);
        if (is_copy || (last != NULL && is_refused(last))) {
            PQclear(next);
        } else {
            PQclear(last);
            last = next;
        }
        if (!ok)
            break;
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    if (last == NULL)
        pgs_connection_lose(connection, error);
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
        pgs_error_set(error, PGS_PG_ERROR,
                      pgs_failure_is_shortage(refusal) ? PGS_PG_ERROR_SHORTAGE
                                                       : PGS_PG_ERROR_STATEMENT,
                      NULL, "%s\nSTATEMENT:  %.500s", text, sql);
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
    pgs_connection_start_clock(connection);
    if (connection->lost ||
        PQsendQueryParams(connection->raw, sql, n_params, NULL, params, NULL, NULL, 0) == 0) {
        pgs_connection_lose(connection, error);
        return NULL;
    }
    if (!pgs_connection_flush(connection, error))
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
