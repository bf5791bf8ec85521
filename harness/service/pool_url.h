#ifndef PGS_SERVICE_POOL_URL_H
#define PGS_SERVICE_POOL_URL_H

#include "pgstair/pool.h"

/* A connection string taken apart, to PQconninfoFree(); NULL: it cannot be meant so, of which no
 * piece is told that may be a password's. */
PQconninfoOption *pgs_pool_url_parse(const char *url, PgsProblem **problem);

#endif
