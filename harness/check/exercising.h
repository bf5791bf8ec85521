#ifndef PGS_CHECK_EXERCISING_H
#define PGS_CHECK_EXERCISING_H

#include "check/check.h"
#include "cycle/climb.h"
#include "project/system.h"

/*
 * The rules of a schema exercised (exercise/exercise.h) beside other work: in a thread of its own.
 */
typedef struct _PgsExercising PgsExercising;

gboolean pgs_exercising_is_wanted(const PgsCheckSelection *checks);

/*
 * lane: at head.  It is copied, and the copy exercised: sequences and enums do not go back.  All is
 * borrowed.  NULL with error when no copy could be made.
 */
PgsExercising *pgs_exercising_begin(PgsStage *stage, PgsLane *lane, const PgsSystem *system,
                                    const PgsCheckSelection *checks, const PgsClimbOptions *options,
                                    GError **error);
/*
 * Waits for it.  with_rows: a lane at head with sample data in it, whose rows are then held to the
 * rules as well; or NULL.  expectations: findings about those that hold at head
 * (PgsExerciseContext).  Appends findings (PgsFinding) to findings, which may be the same.  FALSE
 * with error when it could not be gone on with.
 */
gboolean pgs_exercising_end(PgsExercising *exercising, PgsLane *with_rows,
                            const GPtrArray *expectations, GPtrArray *findings, GError **error);
/* Waits for it, and forgets what came of it.  NULL: nothing. */
void pgs_exercising_abandon(PgsExercising *exercising);

/*
 * Head was not reached, since the upgrade of the revision next fails.  failure: how; NULL when
 * another check of the run tells it: then these are skipped, else they are errors.
 */
void pgs_exercising_skip(const PgsSystem *system, const char *next, const PgsOutcome *failure,
                         GPtrArray *findings);

#endif
