#ifndef PGS_EXERCISE_REFERENTIAL_TREE_H
#define PGS_EXERCISE_REFERENTIAL_TREE_H

#include "exercise/referential_trial.h"

/* Whether anything that refers to the children follows them, and was not tried yet in this run. */
gboolean pgs_referential_tree_is_worth(const PgsReferentialRows *rows, PgsReferentialEvent event);
/*
 * Makes the rows below both children: for each foreign key that follows its parent one of each,
 * through all levels, each key once; the trial watches them.  below: PgsStored, kept by the caller
 * as long as the trial.  FALSE with error as pgs_batch_run().
 */
gboolean pgs_referential_tree_grow(PgsReferentialTrial *trial, GPtrArray *below, GError **error);

#endif
