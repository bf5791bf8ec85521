#ifndef PGS_SERVICE_POOL_ANSWER_H
#define PGS_SERVICE_POOL_ANSWER_H

#include "pgstair/pool.h"

/* Statements with a limit that holds even when the server is stopped or gone without a word, as
 * libpq's blocking calls have none. */

/* Waits for events (poll(2)) on the connection's socket.  What happened; 0: the deadline did. */
int pgs_answer_wait(const PGconn *connection, int events, long deadline);

/*
 * One statement with n text parameters; n -1: sent as a simple query.  Its result, the caller's;
 * NULL: it failed.  What has not answered by the deadline is cancelled, so that it keeps no locks;
 * where that is of no use the connection is given up (CONNECTION_BAD).
 */
PGresult *pgs_answer_or_cancel(PGconn *connection, const char *sql, int n,
                               const char *const *parameters, long deadline, PgsProblem **problem);
/* The same without parameters, where no rows matter; not cancelled, but given up at once. */
int pgs_answer_done(PGconn *connection, const char *sql, long deadline, PgsProblem **problem);

/* Closes it without any wait: what cannot be sent at once is not sent.  A statement that runs is
 * cancelled.  NULL: nothing. */
void pgs_answer_close(PGconn *connection);

#endif
