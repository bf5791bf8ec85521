#ifndef PGS_SERVER_CONTAINER_COPY_H
#define PGS_SERVER_CONTAINER_COPY_H

#include "server/container.h"

/* A container of the same image, whose server is to have the same data and the same password. */
PgsContainer *pgs_container_new_copy(const PgsContainer *container, GError **error);

/*
 * Gives the copy, which was launched and awaits it, what the other's whole cluster holds now: a
 * base backup, streamed from the one to the other.  The other goes on meanwhile.
 */
gboolean pgs_container_copy_data(const PgsContainer *container, const PgsContainer *copy,
                                 GCancellable *cancellable, GError **error);

/* A file for PGPASSFILE; its path.  g_free(). */
char *pgs_container_write_passwords(const PgsContainer *container, GError **error);

#endif
