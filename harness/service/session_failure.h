#ifndef PGS_SERVICE_SESSION_FAILURE_H
#define PGS_SERVICE_SESSION_FAILURE_H

#include "pgstair/pool.h"

/* Why the session can only be rolled back, the caller's; NULL: it can be committed. */
PgsProblem *pgs_session_failure_copy(const PgsSession *session);

#endif
