#ifndef PGS_DRIVER_PSQL_STEP_H
#define PGS_DRIVER_PSQL_STEP_H

#include "migration/runner.h"
#include "server/server.h"

/*
 * A step (one text, without those behind it) by psql itself, as Sqitch runs its scripts:
 * ON_ERROR_STOP, no .psqlrc, in the folder that the tool runs in (for \i and \ir).  role NULL: the
 * superuser; timeout: milliseconds for each statement.  Failures are outcomes with file and line,
 * as pgs_runner_run() has them.
 */
PgsOutcome *pgs_psql_step_run(PgsServer *server, const char *role, const char *database,
                              const PgsHistory *history, const PgsStep *step, guint timeout,
                              GCancellable *cancellable, GError **error);
/* The same in the database of somebody's that migrations are run on, as whom its server's conninfo
 * names; first: SQL that the session begins with. */
PgsOutcome *pgs_psql_step_run_joined(PgsServer *server, const char *database,
                                     const PgsHistory *history, const PgsStep *step,
                                     const char *first, guint timeout, GCancellable *cancellable,
                                     GError **error);

#endif
