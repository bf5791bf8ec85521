#ifndef PGS_SERVICE_POOL_CONNECT_H
#define PGS_SERVICE_POOL_CONNECT_H

#include "service/pool_settings.h"

/* A connection by the deadline (of pgs_clock()), after further attempts as the settings say.  Only
 * the look-up of a host's name has no limit but the system's. */
PGconn *pgs_pool_connect(const PgsPoolSettings *settings, long deadline, PgsProblem **problem);

#endif
