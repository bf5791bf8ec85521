#ifndef PGS_TESTS_SERVER_FOREIGN_H
#define PGS_TESTS_SERVER_FOREIGN_H

#include "cmocka_all.h"

#include "pg/connection.h"
#include "server/server.h"

#include <stdio.h>
#include <string.h>

/*
 * A server that plays somebody's: a throwaway one, whose roles log in over its socket.  "boss" is
 * its superuser "postgres"; "maker" has CREATEDB and nothing more; "plain" has not even that;
 * "reader" may only read.
 */
typedef struct {
    PgsServer *server;
    PgsConnection *boss; /* in "postgres" */
} Foreign;

static inline PgsConnection *
foreign_connect(const Foreign *foreign, const char *role, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *conninfo =
        g_strdup_printf("%s user=%s", pgs_server_conninfo(foreign->server), role);
    PgsConnection *connection = pgs_connection_open(conninfo, database, 30 * 1000, NULL, &error);
    if (connection == NULL)
        fprintf(stderr, "%s\n", error->message);
    return connection;
}

static inline gboolean
foreign_run(PgsConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = pgs_connection_run(connection, sql, &error);
    if (!ok)
        fprintf(stderr, "%s\n", error->message);
    return ok;
}

/* before NAME after, the name quoted. */
static inline gboolean
foreign_run_on(PgsConnection *connection, const char *before, const char *name, const char *after)
{
    char *quoted = PQescapeIdentifier(pgs_connection_raw(connection), name, strlen(name));
    g_autofree char *sql = g_strdup_printf("%s %s %s", before, quoted, after);
    PQfreemem(quoted);
    return foreign_run(connection, sql);
}

/* One value of the boss's, "(null)" for NULL; g_free(). */
static inline char *
foreign_value(const Foreign *foreign, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    if (!pgs_connection_value(foreign->boss, sql, &value, &error))
        return g_strdup(error->message);
    return value != NULL ? value : g_strdup("(null)");
}

static inline gboolean
foreign_has_database(const Foreign *foreign, const char *name)
{
    g_autoptr(PGresult) result = pgs_connection_query(
        foreign->boss, PGS_SHAPE_ANY, "SELECT FROM pg_catalog.pg_database WHERE datname = $1", 1,
        &name, NULL, NULL);
    return result != NULL && PQntuples(result) == 1;
}

static inline int
foreign_set_up(void **state)
{
    static const char *const roles[] = {"maker", "plain", "reader", "other"};
    g_autoptr(GError) error = NULL;
    Foreign *foreign = g_new0(Foreign, 1);
    *state = foreign;
    /* What the developer's environment says is about other servers. */
    g_unsetenv("PGDATABASE");
    g_unsetenv("PGSERVICE");
    g_unsetenv("PGOPTIONS");
    foreign->server = pgs_server_start(NULL, NULL, &error);
    if (foreign->server == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return -1;
    }
    foreign->boss = foreign_connect(foreign, "postgres", "postgres");
    if (foreign->boss == NULL ||
        !foreign_run(foreign->boss, "CREATE ROLE maker LOGIN CREATEDB; CREATE ROLE plain LOGIN;"
                                    "CREATE ROLE other LOGIN CREATEDB;"
                                    "CREATE ROLE reader LOGIN CREATEDB;"
                                    "ALTER ROLE reader SET default_transaction_read_only = on"))
        return -1;
    for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
        if (!pgs_server_admit(foreign->server, roles[i], NULL, &error)) {
            fprintf(stderr, "%s\n", error->message);
            return -1;
        }
    }
    /* It reads its configuration again a moment later. */
    gint64 until = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
    g_autofree char *conninfo =
        g_strdup_printf("%s user=other", pgs_server_conninfo(foreign->server));
    PgsConnection *probe = NULL;
    while ((probe = pgs_connection_open(conninfo, "postgres", 0, NULL, NULL)) == NULL &&
           g_get_monotonic_time() < until)
        g_usleep(2000);
    pgs_connection_close(probe);
    return probe != NULL ? 0 : -1;
}

static inline int
foreign_tear_down(void **state)
{
    Foreign *foreign = *state;
    pgs_connection_close(foreign->boss);
    pgs_server_stop(foreign->server);
    g_free(foreign);
    return 0;
}

#endif
