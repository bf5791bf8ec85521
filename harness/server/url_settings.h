#ifndef PGS_SERVER_URL_SETTINGS_H
#define PGS_SERVER_URL_SETTINGS_H

#include "pg/connection.h"
#include "server/kind.h"

/*
 * The project's server settings on a server that is not pgstair's own.  What a session may set is
 * set in each database that pgstair makes; anything else the server must have already.
 */

/*
 * Called once, when the server is there: holds each setting of server->request to what the server
 * is and to what the role of admin may do.  Changes nothing.  A setting that is missing and matters
 * to migrations is an error with its place, PGS_SERVER_ERROR_SPEC; one that concerns speed or logs
 * alone is told by request.progress.
 */
gboolean pgs_settings_check_foreign(const PgsServer *server, PgsConnection *admin, GError **error);

/*
 * Called for each database that was made, copies of others too: ALTER DATABASE … SET what a session
 * may set.  admin may be connected to any database, outside a transaction.
 */
gboolean pgs_settings_apply_foreign(const PgsServer *server, PgsConnection *admin,
                                    const char *database, GError **error);

#endif
