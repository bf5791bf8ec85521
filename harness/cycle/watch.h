#ifndef PGS_CYCLE_WATCH_H
#define PGS_CYCLE_WATCH_H

#include "server/server.h"

/*
 * Looks every few seconds, in a thread of its own, whether a server is still there: one that was
 * stopped in the midst of a statement (a paused container, an engine far away that is gone) breaks
 * no connection.
 */
typedef struct _PgsWatch PgsWatch;

/* cancellable: is cancelled once the server is gone; borrowed, like the server. */
PgsWatch *pgs_watch_begin(PgsServer *server, GCancellable *cancellable);
/* What pgs_server_diagnose() said then (g_free()), or NULL. */
char *pgs_watch_end(PgsWatch *watch);

#endif
