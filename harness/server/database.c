#include "server/kind.h"

#include "base/error.h"
#include "pg/connection.h"
#include "server/locale.h"
#include "server/run_databases.h"
#include "server/subscription.h"

#include <stdlib.h>
#include <string.h>

/*
 * Databases on a server of any kind.
 */

enum {
    NAME_MAX_BYTES = 63, /* PostgreSQL's NAMEDATALEN - 1 */
    LEAVE_TIMEOUT_MS = 5 * 1000,
    LEAVE_PAUSE_US = 1000,
};

static PgsConnection *
open_admin(PgsServer *server, const char *database, GError **error)
{
    return pgs_connection_open(server->conninfo, database, server->request.statement_timeout,
                               server->cancellable, error);
}

/* An error of the connection becomes one of this module. */
static void
wrap_error(PgsServer *server, GError *cause, GError **error, const char *what, const char *database)
{
    gboolean cancelled = g_cancellable_is_cancelled(server->cancellable);
    if (cause != NULL && cause->domain == PGS_SERVER_ERROR) {
        g_propagate_error(error, cause);
        return;
    }
    gboolean is_short = g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE);
    g_set_error(error, PGS_SERVER_ERROR,
                cancelled  ? PGS_SERVER_ERROR_CANCELLED
                : is_short ? PGS_SERVER_ERROR_SHORTAGE
                           : PGS_SERVER_ERROR_DATABASE,
                "could not %s database \"%s\": %s", what, database,
                cause != NULL ? cause->message : "unknown reason");
    g_clear_error(&cause);
}

/* On a server that is somebody's, nothing is touched but what this run has made and marked. */
static gboolean
check_ours(PgsServer *server, PgsConnection *connection, const char *database, GError **error)
{
    guint oid;
    return !server->kind->is_foreign ||
           pgs_run_databases_find(connection, server->mark, database, &oid, error);
}

/* "pgstair_<hint>_<n>" or "pgstair_<hint>_<mark>_<n>", of letters, digits and underscores only. */
static char *
make_name(PgsServer *server, const char *hint)
{
    int n = g_atomic_int_add(&server->next_database, 1) + 1;
    g_autofree char *tail = server->mark != NULL ? g_strdup_printf("_%s_%d", server->mark, n)
                                                 : g_strdup_printf("_%d", n);
    g_autofree char *clean = g_ascii_strdown(hint != NULL ? hint : "", -1);
    g_strcanon(clean, "abcdefghijklmnopqrstuvwxyz0123456789", '_');
    gsize room = NAME_MAX_BYTES - strlen("pgstair_") - strlen(tail);
    if (strlen(clean) > room)
        clean[room] = '\0';
    return g_strconcat("pgstair", *clean != '\0' ? "_" : "", clean, tail, NULL);
}

/*
 * Waits until nobody is connected to the database.  CREATE and DROP DATABASE look for others every
 * 100 ms only, and a backend whose client has just left takes about one to go.
 */
static gboolean
wait_until_left(PgsServer *server, PgsConnection *connection, const char *database, GError **error)
{
    /* Who is no superuser cannot end a background process, nor need it be waited for. */
    const char *sql = server->kind->is_foreign
                          ? "SELECT pg_catalog.count(usesysid) FROM pg_catalog.pg_stat_activity "
                            "WHERE datname OPERATOR(pg_catalog.=) $1"
                          : "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity "
                            "WHERE datname OPERATOR(pg_catalog.=) $1";
    gint64 deadline = g_get_monotonic_time() + (gint64)LEAVE_TIMEOUT_MS * 1000;
    for (;;) {
        g_autoptr(PGresult) result =
            pgs_connection_query(connection, PGS_SHAPE_VALUE, sql, 1, &database, NULL, error);
        if (result == NULL)
            return FALSE;
        /* Should somebody stay, the server's own error tells more than one of ours. */
        if (strcmp(PQgetvalue(result, 0, 0), "0") == 0 || g_get_monotonic_time() >= deadline)
            return TRUE;
        g_usleep(LEAVE_PAUSE_US);
    }
}

/*
 * FILE_COPY, from 15 on, takes two thirds of WAL_LOG's time where the data lies in memory (a
 * template of 300 tables: 44 against 70 ms); on a disk it is many times slower.
 */
static const char *
strategy(const PgsServer *server)
{
    if (server->version_number < 150000)
        return "";
    return server->is_memory ? " STRATEGY FILE_COPY" : " STRATEGY WAL_LOG";
}

/* A copy has its template's encoding and locale. */
static gboolean
run_create(const PgsServer *server, PgsConnection *connection, const char *name,
           const char *template_name, GError **error)
{
    g_autofree char *locale =
        template_name == NULL ? pgs_server_locale_clause(server, connection, error) : g_strdup("");
    if (locale == NULL)
        return FALSE;
    g_autofree char *quoted = pgs_connection_quote(connection, name);
    g_autofree char *source =
        pgs_connection_quote(connection, template_name != NULL ? template_name : "template0");
    /* From its first moment on it can be told from others: run_databases.h. */
    g_autofree char *seal =
        server->mark != NULL
            ? g_strdup_printf(" CONNECTION LIMIT %d", pgs_run_databases_seal(server->mark))
            : g_strdup("");
    g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s TEMPLATE %s%s%s%s%s", quoted, source,
                                           template_name == NULL ? " ENCODING 'UTF8'" : "", locale,
                                           strategy(server), seal);
    if (pgs_connection_run(connection, sql, error))
        return TRUE;
    if (template_name == NULL)
        pgs_server_locale_explain(server, connection, error);
    return FALSE;
}

char *
pgs_server_create_database(PgsServer *server, const char *hint, const char *template_name,
                           GError **error)
{
    g_autofree char *name = make_name(server, hint);
    GError *cause = NULL;
    g_autoptr(PgsConnection) connection =
        open_admin(server, pgs_server_maintenance_database(server), &cause);
    if (connection != NULL &&
        (template_name == NULL || (check_ours(server, connection, template_name, &cause) &&
                                   wait_until_left(server, connection, template_name, &cause)))) {
        if (run_create(server, connection, name, template_name, &cause) &&
            (server->kind->mark_database == NULL ||
             server->kind->mark_database(server, connection, name, &cause)))
            return g_steal_pointer(&name);
    }
    wrap_error(server, cause, error, "make", name);
    return NULL;
}

static gboolean
try_drop(PgsServer *server, const char *database, GError **error)
{
    g_autoptr(PgsConnection) connection =
        open_admin(server, pgs_server_maintenance_database(server), error);
    if (connection == NULL)
        return FALSE;
    if (server->kind->is_foreign)
        return pgs_run_databases_drop(connection, server->mark, database, error);
    g_autoptr(PGresult) ended = pgs_connection_query(
        connection, PGS_SHAPE_ANY,
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
        "WHERE datname OPERATOR(pg_catalog.=) $1",
        1, &database, NULL, error);
    if (ended == NULL || !wait_until_left(server, connection, database, error))
        return FALSE;
    g_autofree char *quoted = pgs_connection_quote(connection, database);
    g_autofree char *sql = g_strdup_printf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);
    return pgs_connection_run(connection, sql, error);
}

gboolean
pgs_server_drop_database(PgsServer *server, const char *database, GError **error)
{
    GError *cause = NULL;
    if (try_drop(server, database, &cause))
        return TRUE;
    if (!server->kind->is_foreign && g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT)) {
        g_clear_error(&cause);
        pgs_subscription_drop_all(server->conninfo, database, server->request.statement_timeout,
                                  server->cancellable);
        if (try_drop(server, database, &cause))
            return TRUE;
    }
    wrap_error(server, cause, error, "drop", database);
    return FALSE;
}

/* Under a name without the run's token it would be nobody's. */
static gboolean
check_new_name(PgsServer *server, const char *name, GError **error)
{
    if (!server->kind->is_foreign || pgs_run_databases_is_name(server->mark, name))
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE, NULL,
                  "a database on a server that is not pgstair's own has to bear its run's token; "
                  "\"%s\" does not",
                  name);
    return FALSE;
}

gboolean
pgs_server_rename_database(PgsServer *server, const char *database, const char *name,
                           GError **error)
{
    GError *cause = NULL;
    g_autoptr(PgsConnection) connection =
        open_admin(server, pgs_server_maintenance_database(server), &cause);
    if (connection != NULL && check_ours(server, connection, database, &cause) &&
        check_new_name(server, name, &cause) &&
        wait_until_left(server, connection, database, &cause)) {
        g_autofree char *from = pgs_connection_quote(connection, database);
        g_autofree char *to = pgs_connection_quote(connection, name);
        g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s RENAME TO %s", from, to);
        if (pgs_connection_run(connection, sql, &cause))
            return TRUE;
    }
    wrap_error(server, cause, error, "rename", database);
    return FALSE;
}
