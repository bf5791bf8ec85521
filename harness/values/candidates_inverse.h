#ifndef PGS_VALUES_CANDIDATES_INVERSE_H
#define PGS_VALUES_CANDIDATES_INVERSE_H

#include "values/candidates_list.h"

/*
 * Arguments for which a function gives a target, or nearly: length(x) = 3 → "abc".  targets:
 * PgsValue; returns another such array, g_array_unref().  Of an unknown function: the targets
 * themselves.
 */
GArray *pgs_saying_step_inverse(PgsCandidateList *list, const PgsSayingStep *step,
                                const GArray *targets);

#endif
