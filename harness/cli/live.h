#ifndef PGS_CLI_LIVE_H
#define PGS_CLI_LIVE_H

#include "cli/migrate.h"
#include "pgstair/pool.h"

/* For the commands that only look at a database: "ready" and "health". */

/*
 * The connection string that is meant: of --url, of --environment or the only environment of
 * pgstair.yaml, or $DATABASE_URL; "$NAME" is looked up.  Reads no more of the project than that
 * needs, and connects to nothing.  g_free().  PGS_CLI_ERROR_USAGE.
 */
char *pgs_live_url(PgsMigrate *migrate, GError **error);
/* Milliseconds for anything that is waited for: --timeout, the pool's own, or three seconds. */
guint pgs_live_limit(const PgsMigrate *migrate);
/* The environment's pool, behind pgs_live_url(), with pgs_live_limit().  PGS_CLI_ERROR_USAGE. */
PgsPool *pgs_live_pool(const PgsMigrate *migrate, const char *url, GError **error);

#endif
