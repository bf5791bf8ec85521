#ifndef PGS_EXERCISE_REFERENTIAL_ACTION_H
#define PGS_EXERCISE_REFERENTIAL_ACTION_H

#include "exercise/referential_trial.h"

/*
 * Runs trials (PgsReferentialTrial) inside the bench's transaction until each has shown what its
 * action does, what is in its way taken away; appends evidence and notes to the result, and judges
 * it BROKEN, or NOT_EXERCISED with a reason; else it is not judged.  FALSE with error as
 * pgs_batch_run().
 */
gboolean pgs_referential_act(GPtrArray *trials, GError **error);

#endif
