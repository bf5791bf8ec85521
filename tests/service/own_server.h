#ifndef PGS_TESTS_SERVICE_OWN_SERVER_H
#define PGS_TESTS_SERVICE_OWN_SERVER_H

#include "cmocka_all.h"
#include "pgstair/pool.h"
/* config/place.h, which other tests need beside this, has another type of that name. */
#define PgsPlace PgsServerPlace
#include "server/cluster.h"
#undef PgsPlace

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* A throwaway server that a test may stop, start, freeze and kill as it likes. */
typedef struct {
    PgsCluster *cluster;
    char *conninfo;
} OwnServer;

#define OWN_SERVER_LIMIT_MS 30000

static inline gboolean
own_server_launch(OwnServer *own)
{
    g_autoptr(GError) error = NULL;
    gboolean ready = pgs_cluster_launch(own->cluster, &error) &&
                     pgs_cluster_wait_ready(own->cluster, OWN_SERVER_LIMIT_MS, NULL, &error);
    if (!ready)
        fprintf(stderr, "%s\n", error->message);
    return ready;
}

static inline gboolean
own_server_stop(OwnServer *own)
{
    g_autoptr(GError) error = NULL;
    gboolean stopped = pgs_cluster_shut_down(own->cluster, OWN_SERVER_LIMIT_MS, NULL, &error);
    if (!stopped)
        fprintf(stderr, "%s\n", error->message);
    return stopped;
}

static inline void
own_server_signal(const OwnServer *own, int number)
{
    kill(own->cluster->process.pid, number);
}

static inline void
own_server_free(OwnServer *own)
{
    pgs_cluster_free(own->cluster);
    g_free(own->conninfo);
    g_free(own);
}

/* NULL: it did not start, as standard error tells. */
static inline OwnServer *
own_server_new(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, &error);
    OwnServer *own = g_new0(OwnServer, 1);
    if (installation != NULL)
        own->cluster = pgs_cluster_new(installation, &error);
    if (own->cluster == NULL ||
        !pgs_cluster_initialize(own->cluster, OWN_SERVER_LIMIT_MS, NULL, NULL, &error)) {
        fprintf(stderr, "%s\n", error->message);
        own_server_free(own);
        return NULL;
    }
    own->conninfo = g_strdup_printf("host='%s' port=5432 user=postgres dbname=postgres "
                                    "sslmode=disable gssencmode=disable",
                                    own->cluster->socket_folder);
    if (own_server_launch(own))
        return own;
    own_server_free(own);
    return NULL;
}

static inline int
set_up_own_server(void **state)
{
    *state = own_server_new();
    return *state != NULL ? 0 : -1;
}

static inline int
tear_down_own_server(void **state)
{
    own_server_free(*state);
    return 0;
}

/* A pool on it; the rest of options is kept. */
static inline PgsPool *
own_server_pool(const OwnServer *own, PgsPoolOptions options)
{
    options.url = own->conninfo;
    PgsPool *pool = pgs_pool_new(&options, NULL);
    assert_non_null(pool);
    return pool;
}

static inline PgsPoolState
state_of(PgsPool *pool)
{
    PgsPoolState state;
    pgs_pool_state(pool, &state);
    return state;
}

static inline long
milliseconds(void)
{
    return (long)(g_get_monotonic_time() / 1000);
}

/* The class of a problem that must be there, which is freed. */
static inline PgsProblemClass
take_class(PgsProblem **problem)
{
    assert_non_null(*problem);
    PgsProblemClass problem_class = pgs_problem_class(*problem);
    pgs_problem_free(*problem);
    *problem = NULL;
    return problem_class;
}

static inline PGconn *
must_acquire(PgsPool *pool)
{
    PgsProblem *problem = NULL;
    PGconn *connection = pgs_pool_acquire(pool, &problem);
    if (connection == NULL)
        fail_msg("%s", pgs_problem_message(problem));
    return connection;
}

/* One value; g_free(). */
static inline char *
value_on(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    char *value = PQntuples(result) > 0 ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;
    PQclear(result);
    return value;
}

#endif
