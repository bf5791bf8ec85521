#ifndef PGS_SERVER_CONTAINER_READY_H
#define PGS_SERVER_CONTAINER_READY_H

#include "pg/connection.h"
#include "server/container.h"

/*
 * Waits until the container's log says that it awaits its data.  timeout: milliseconds.
 */
gboolean pgs_container_wait_for_pipe(PgsContainer *container, guint timeout,
                                     GCancellable *cancellable, GError **error);

/*
 * Waits until the server that is to stay answers a query; an entry point may run another one
 * before.  Returns the connection on which it did, to the database postgres.
 */
PgsConnection *pgs_container_wait_ready(PgsContainer *container, guint timeout,
                                        guint statement_timeout, GCancellable *cancellable,
                                        GError **error);

/* Whether a PostgreSQL listens at the container's port now; within a second. */
gboolean pgs_container_speaks(PgsContainer *container);

#endif
