#ifndef PGS_SERVER_TARGET_H
#define PGS_SERVER_TARGET_H

#include "pg/connection.h"
#include "server/server.h"

/*
 * One database that is somebody's, to work on as it is: a server of the kind "target", on which
 * nothing is made, with the database's name.  Only "pgstair migrate" has such a one.
 */

/*
 * text: a connection string or URI, or "$NAME" for what the environment holds.  Connects once, to
 * see who answers.  *database: what it is connected to; g_free().  Nothing in messages repeats a
 * password. timeout: milliseconds for pgstair's own statements.  End it with pgs_server_stop(),
 * which does nothing to the server.  Errors: PGS_SERVER_ERROR_SPEC, PGS_PG_ERROR.
 */
PgsServer *pgs_server_attach(const char *text, guint timeout, GCancellable *cancellable,
                             char **database, GError **error);

/* The way to the server with more options, "-c name=value …"; g_free(). */
char *pgs_target_conninfo(const PgsServer *server, const char *options);
/* options: that each session on it has from now on, its tools' too. */
void pgs_target_set_options(PgsServer *server, const char *options);

/* Whether a database is one that pgstair's own runs made (server/run_databases.h): it bears their
 * mark. */
gboolean pgs_target_is_own(PgsConnection *connection, gboolean *is_own, GError **error);

#endif
