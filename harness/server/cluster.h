#ifndef PGS_SERVER_CLUSTER_H
#define PGS_SERVER_CLUSTER_H

#include "server/account.h"
#include "server/custody.h"
#include "server/installation.h"
#include "server/place.h"

/*
 * One PostgreSQL cluster in a run folder, and the server process on it:
 *
 *     pgstair-<uid>-XXXXXX/        0700, the account's
 *         data/                    the data folder
 *         log                      what the server writes
 *         .s.PGSQL.5432            the socket, unless the path is too long for one
 */
typedef struct {
    PgsInstallation *installation;
    PgsAccount *account;
    PgsPlace *place;
    PgsCustody *custody;
    char *folder;
    char *data;
    char *log;
    char *socket_folder;
    char **settings;           /* the project's, "name=value"; set by the caller, or NULL: none */
    PgsCustodyProcess process; /* pid 0: not started */
    int watch;                 /* readable when a file in data was written; -1: none */
} PgsCluster;

/* Makes the folders; the cluster itself is not there yet.  Takes none of its arguments. */
PgsCluster *pgs_cluster_new(const PgsInstallation *installation, GError **error);
/* Ends the server and removes everything, unless the custody is kept. */
void pgs_cluster_free(PgsCluster *cluster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCluster, pgs_cluster_free)

/* Makes the data folder: from the template cache, or by initdb; from_cache may be NULL. */
gboolean pgs_cluster_initialize(PgsCluster *cluster, guint timeout, gboolean *from_cache,
                                GCancellable *cancellable, GError **error);
/* After a server did not start on a cluster from the cache: makes the data folder anew. */
gboolean pgs_cluster_reinitialize(PgsCluster *cluster, guint timeout, GCancellable *cancellable,
                                  GError **error);
/* Makes the data folder a copy of that of another, which is shut down. */
gboolean pgs_cluster_copy(PgsCluster *cluster, const PgsCluster *from, GError **error);

/* Starts the server process. */
gboolean pgs_cluster_launch(PgsCluster *cluster, GError **error);
/* Returns once it accepts connections; timeout in milliseconds. */
gboolean pgs_cluster_wait_ready(PgsCluster *cluster, guint timeout, GCancellable *cancellable,
                                GError **error);
/* Whether the server process has ended (or never ran). */
gboolean pgs_cluster_has_ended(PgsCluster *cluster);
/* Ends it so that its files are whole, whoever is connected. */
gboolean pgs_cluster_shut_down(PgsCluster *cluster, guint timeout, GCancellable *cancellable,
                               GError **error);

/* The log's last lines, safe to print; free with g_free(). */
char *pgs_cluster_log_tail(const PgsCluster *cluster, guint lines);

#endif
