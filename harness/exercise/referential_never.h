#ifndef PGS_EXERCISE_REFERENTIAL_NEVER_H
#define PGS_EXERCISE_REFERENTIAL_NEVER_H

#include "exercise/referential_trial.h"

/*
 * Whether a refusal of SET NULL or SET DEFAULT shows that it can never act: the rule that refuses
 * says nothing but what these columns then hold.  *words: so, for a person, g_free(); or NULL.
 * FALSE with error as pgs_batch_run().
 */
gboolean pgs_referential_never(const PgsReferentialTrial *trial, const PgsFailure *failure,
                               char **words, GError **error);

#endif
