#ifndef PGS_VALUES_CANDIDATES_COMPLETE_H
#define PGS_VALUES_CANDIDATES_COMPLETE_H

#include "values/candidates_list.h"

/*
 * Whether the values around what is said tell all values apart: see candidates.h.  In doubt FALSE,
 * for a tautology or a contradiction is claimed from it.  mined: PgsMined, of all rules on the
 * column; sayings: PgsSaying of the column among them.
 */
gboolean pgs_candidates_are_complete(PgsCandidateList *list, const GPtrArray *mined,
                                     const GPtrArray *sayings);
/* What completeness needs that the neighbours of constants are not: numbers between them. */
void pgs_candidates_add_between(PgsCandidateList *list, const GPtrArray *sayings);

#endif
