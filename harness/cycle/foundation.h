#ifndef PGS_CYCLE_FOUNDATION_H
#define PGS_CYCLE_FOUNDATION_H

#include "cycle/lane.h"

/*
 * What is there already when only the newest revisions are verified: the first ones of a history
 * (PgsStageOptions.n_given), applied once, in one run of the tool.  Each lane begins as a copy.
 */
typedef struct _PgsFoundation PgsFoundation;

PgsFoundation *pgs_foundation_new(void);
/* Before the stage's server goes. */
void pgs_foundation_free(PgsFoundation *foundation);

/*
 * Applies them, if that was not done yet.  FALSE and *failure set (the caller's): one of them
 * fails. FALSE and *failure NULL: error is set.
 */
gboolean pgs_foundation_lay(PgsStage *stage, PgsOutcome **failure, GError **error);
/* A lane that stands on it; for lanes in several threads. */
PgsLane *pgs_foundation_copy(PgsStage *stage, const char *name, GError **error);

#endif
