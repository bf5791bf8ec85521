#ifndef PGS_SERVICE_POOL_SETTINGS_H
#define PGS_SERVICE_POOL_SETTINGS_H

#include "pgstair/pool.h"

/* A pool's options with the defaults filled in, and the connection string taken apart. */
typedef struct {
    char **keywords, **values; /* for PQconnectStartParams(), ended by NULL */
    int size, overflow, retries;
    long recycle;           /* milliseconds; -1: never */
    long timeout;           /* likewise; -1: do not wait */
    long connect_timeout;   /* likewise, of one attempt */
    long statement_timeout; /* likewise; -1: none of the pool's */
} PgsPoolSettings;

int pgs_pool_settings_read(PgsPoolSettings *settings, const PgsPoolOptions *options,
                           PgsProblem **problem);
void pgs_pool_settings_clear(PgsPoolSettings *settings);
/* How many hosts the connection string names, 1 at least. */
int pgs_pool_settings_hosts(const PgsPoolSettings *settings);
/* The first of them becomes the last. */
void pgs_pool_settings_rotate(PgsPoolSettings *settings);

#endif
