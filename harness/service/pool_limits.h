#ifndef PGS_SERVICE_POOL_LIMITS_H
#define PGS_SERVICE_POOL_LIMITS_H

#include "pgstair/pool.h"

/* What a pool's users here need of its settings, in milliseconds. */

/* How long a caller waits for a connection, be it for a free or a new one. */
long pgs_pool_patience(const PgsPool *pool);
/* pgs_pool_acquire() by a deadline (of pgs_clock()) rather than by the pool's own patience. */
PGconn *pgs_pool_acquire_by(PgsPool *pool, long deadline, PgsProblem **problem);
/* Whether there is no pool, or this process was forked off the pool's, whose connections are not
 * its own; then with a problem that says so. */
int pgs_pool_is_unusable(const PgsPool *pool, PgsProblem **problem);
/* How long to wait for a statement: longer than the server does; -1: without a limit. */
long pgs_pool_statement_limit(const PgsPool *pool);

#endif
