#ifndef PGS_SERVICE_POOL_CANCEL_H
#define PGS_SERVICE_POOL_CANCEL_H

#include <libpq-fe.h>

/*
 * Asks the server to cancel what runs on the connection, and returns at once: libpq's PQcancel()
 * has no limit of its own, and a server that is stopped would keep its caller for ever, so that it
 * runs in a thread.  What comes back can be read from when that is over, and is the caller's to
 * close(); -1: it could not be asked.  Until then the cancel is on its way, and would hit whatever
 * else is sent on the connection.
 */
int pgs_pool_cancel(PGconn *connection);
/*
 * The same for a connection that is closed then: asked several times within two seconds, as a
 * cancel that comes before the server has begun with what was sent is lost.
 */
void pgs_pool_cancel_for_good(PGconn *connection);

#endif
