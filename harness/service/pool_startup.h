#ifndef PGS_SERVICE_POOL_STARTUP_H
#define PGS_SERVICE_POOL_STARTUP_H

/*
 * The statement_timeout that libpq's word "options" (the server's switches) sets, in milliseconds,
 * 0: none.  -1: it says nothing of it.
 */
long pgs_pool_startup_timeout(const char *options);

#endif
