#ifndef PGS_PG_COPY_H
#define PGS_PG_COPY_H

#include "pg/connection.h"

/*
 * The client's part of COPY, after a result PGRES_COPY_IN or PGRES_COPY_OUT of
 * pgs_connection_next(), which gives the command's own result next.  All of the COPY is within the
 * statement's limit, and can be cancelled.  Errors: PGS_PG_ERROR, the connection is of no use then.
 */

/* Sends data lines and ends the COPY. */
gboolean pgs_copy_feed(PgsConnection *connection, const char *data, gsize length, GError **error);
/* Ends the COPY without data: the server fails the statement with this reason. */
gboolean pgs_copy_refuse(PgsConnection *connection, const char *reason, GError **error);
/* Reads what COPY … TO STDOUT sends, and throws it away. */
gboolean pgs_copy_drain(PgsConnection *connection, GError **error);

#endif
