#include "ledger/database.h"

#include "base/error.h"
#include "driver/database_url.h"
#include "ledger/ledger.h"
#include "ledger/lock.h"
#include "server/conninfo.h"
#include "server/target.h"

#include <stdarg.h>
#include <string.h>

enum {
    READ_TIMEOUT_MS = 60 * 1000, /* for pgstair's own statements */
    FIRST_WAIT_MS = 200,
    LONGEST_WAIT_MS = 10 * 1000,
    FIRST_WITH_PRIMARY = 140000, /* libpq's version that knows this target_session_attrs */
};

#define READ_ONLY "-c default_transaction_read_only=on"

void
pgs_database_tell(const PgsDatabase *target, const char *format, ...)
{
    if (target->told == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    target->told(text, target->told_data);
}

/* ---- connecting, again where it may help ---- */

/* Whether it was waited, and is to be tried again; else error is set.  Nothing that somebody has to
 * put right first (a password, a name) is tried twice.  Takes cause over. */
static gboolean
waits(const PgsDatabase *target, PgsRetry *retry, GError *cause, GError **error)
{
    guint wait;
    if (!g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_AWAY) || !pgs_retry_next(retry, &wait)) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    pgs_database_tell(target, "cannot connect, and tries again in %.1f s: %s", wait / 1000.0,
                      cause->message);
    g_error_free(cause);
    return pgs_retry_wait(wait, target->cancellable, error);
}

/* A server that goes up and down while migrations run is waited for. */
static PgsConnection *
login_by(const PgsDatabase *target, const char *conninfo, guint timeout, GError **error)
{
    PgsRetry retry;
    GError *cause = NULL;
    PgsConnection *connection;
    pgs_retry_start(&retry, &target->retry, 0);
    do {
        connection =
            pgs_connection_open(conninfo, target->database, timeout, target->cancellable, &cause);
    } while (connection == NULL && waits(target, &retry, g_steal_pointer(&cause), error));
    return connection;
}

static PgsConnection *
login(const PgsDatabase *target, guint timeout, GError **error)
{
    return login_by(target, pgs_server_conninfo(target->server), timeout, error);
}

/* The way for sessions that cannot write: by options, not by SET, which a pooler would pass on to
 * the next one.  libpq takes such a session for one on a server that cannot be written to;
 * "primary" means the same server, and says it of the server alone.  g_free(). */
static char *
reader_conninfo(const PgsDatabase *target)
{
    g_autofree char *wanted =
        pgs_conninfo_value(pgs_server_conninfo(target->server), "target_session_attrs");
    if (strcmp(wanted, "read-write") != 0)
        return pgs_target_conninfo(target->server, READ_ONLY);
    if (PQlibVersion() < FIRST_WITH_PRIMARY)
        return g_strdup(pgs_server_conninfo(target->server));
    g_autofree char *all = pgs_target_conninfo(target->server, READ_ONLY);
    return pgs_conninfo_with(all, "target_session_attrs", "primary");
}

/* The first of all, which finds out where the server is. */
static gboolean
attach(PgsDatabase *target, GError **error)
{
    PgsRetry retry;
    GError *cause = NULL;
    pgs_retry_start(&retry, &target->retry, 0);
    do {
        target->server = pgs_server_attach(target->environment->url, READ_TIMEOUT_MS,
                                           target->cancellable, &target->database, &cause);
    } while (target->server == NULL && waits(target, &retry, g_steal_pointer(&cause), error));
    return target->server != NULL;
}

PgsConnection *
pgs_database_reader(const PgsDatabase *target, GError **error)
{
    g_autofree char *conninfo = reader_conninfo(target);
    return login_by(target, conninfo, READ_TIMEOUT_MS, error);
}

PgsConnection *
pgs_database_row_reader(const PgsDatabase *target, GError **error)
{
    g_autofree char *conninfo = reader_conninfo(target);
    return login_by(target, conninfo, target->environment->statement_timeout, error);
}

PgsConnection *
pgs_database_session(const PgsDatabase *target, GError **error)
{
    g_autoptr(PgsConnection) connection =
        login(target, target->environment->statement_timeout, error);
    return connection != NULL && pgs_connection_run(connection, pgs_migration_lock_join(), error)
               ? g_steal_pointer(&connection)
               : NULL;
}

PgsConnection *
pgs_database_books(const PgsDatabase *target, GError **error)
{
    return login(target, READ_TIMEOUT_MS, error);
}

/* ---- the database ---- */

/* Who it is, and whether it is one of pgstair's own. */
static gboolean
look(PgsDatabase *target, GError **error)
{
    g_autoptr(PgsConnection) connection = login(target, READ_TIMEOUT_MS, error);
    if (connection == NULL || !pgs_target_is_own(connection, &target->is_own, error))
        return FALSE;
    g_autofree char *where = pgs_conninfo_describe(pgs_connection_raw(connection));
    target->place = g_strdup_printf("%s on %s", target->database, where);
    return TRUE;
}

PgsDatabase *
pgs_database_open(const PgsEnvironment *environment, PgsDatabaseTold told, gpointer told_data,
                  GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsDatabase) target = g_new0(PgsDatabase, 1);
    target->environment = environment;
    target->told = told;
    target->told_data = told_data;
    target->retry = (PgsRetryPolicy){
        .attempts = environment->retries + 1,
        .first = FIRST_WAIT_MS,
        .most = LONGEST_WAIT_MS,
    };
    g_set_object(&target->cancellable, cancellable);
    if (!attach(target, error))
        return NULL;
    /* In the way to the server, so that psql and the project's own tools have it too. */
    g_autofree char *limit = g_strdup_printf("-c lock_timeout=%u", environment->lock_timeout);
    pgs_target_set_options(target->server, limit);
    return look(target, error) ? g_steal_pointer(&target) : NULL;
}

void
pgs_database_free(PgsDatabase *target)
{
    if (target == NULL)
        return;
    g_clear_object(&target->cancellable);
    pgs_server_stop(target->server);
    g_free(target->database);
    g_free(target->place);
    g_free(target);
}
