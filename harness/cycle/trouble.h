#ifndef PGS_CYCLE_TROUBLE_H
#define PGS_CYCLE_TROUBLE_H

#include "migration/runner.h"
#include "server/server.h"

/*
 * What ends a run and is no verdict on any migration: the server, or the engine that it runs in, is
 * gone, or has no room.
 */

/*
 * Whether nothing can be had of the server any more: then error is PGS_SERVER_ERROR_GONE, with what
 * is known and the end of its log.  during: what was being done, a line, or NULL.
 */
gboolean pgs_trouble_is_gone(PgsServer *server, const char *during, GError **error);
/* The same error; what: what pgs_server_diagnose() said. */
void pgs_trouble_set_gone(PgsServer *server, const char *what, const char *during, GError **error);

/* TRUE with PGS_SERVER_ERROR_SHORTAGE when a step failed for want of room or memory. */
gboolean pgs_trouble_is_shortage(PgsServer *server, const PgsOutcome *outcome, GError **error);

/* "FILE:3: CREATE TABLE …": what broke off; free with g_free(). */
char *pgs_trouble_describe_step(const PgsOutcome *outcome);

/*
 * After a run has ended with *error: puts one in its place that says what is behind it, when the
 * server is gone or has no room; during: as above.  Waits a little for what is just happening to be
 * seen.
 */
void pgs_trouble_explain(PgsServer *server, const char *during, GCancellable *cancellable,
                         GError **error);

#endif
