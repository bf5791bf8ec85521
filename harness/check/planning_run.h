#ifndef PGS_CHECK_PLANNING_RUN_H
#define PGS_CHECK_PLANNING_RUN_H

#include "check/check.h"
#include "cycle/climb.h"
#include "project/system.h"

/* Plans judged (plan/planning.h) beside other work: in a thread of its own. */
typedef struct _PgsPlanningRun PgsPlanningRun;

gboolean pgs_planning_run_is_wanted(const PgsSystem *system, const PgsCheckSelection *checks);

/*
 * lane: at head.  It is copied, and the copy filled.  All is borrowed.  NULL with error when no
 * copy could be made.
 */
PgsPlanningRun *pgs_planning_run_begin(PgsStage *stage, PgsLane *lane, const PgsSystem *system,
                                       const PgsCheckSelection *checks,
                                       const PgsClimbOptions *options, GError **error);
/*
 * Waits for it.  expectations: findings about those that hold at head (PgsPlanContext).  Appends
 * findings (PgsFinding) to findings, which may be the same.  FALSE with error when it could not be
 * gone on with.
 */
gboolean pgs_planning_run_end(PgsPlanningRun *run, const GPtrArray *expectations,
                              GPtrArray *findings, GError **error);
/* Waits for it, and forgets what came of it.  NULL: nothing. */
void pgs_planning_run_abandon(PgsPlanningRun *run);

/*
 * Head was not reached, since the upgrade of the revision next fails.  failure: how; NULL when
 * another check of the run tells it: then these are skipped, else they are errors.
 */
void pgs_planning_run_skip(const PgsSystem *system, const PgsCheckSelection *checks,
                           const char *next, const PgsOutcome *failure, GPtrArray *findings);

#endif
