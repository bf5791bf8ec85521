#ifndef PGS_VALUES_CANDIDATES_TEXT_H
#define PGS_VALUES_CANDIDATES_TEXT_H

#include "values/candidates_list.h"

/* Texts because of what a rule says of them. */

/* That match the saying's pattern, and that nearly do. */
void pgs_candidates_add_pattern(PgsCandidateList *list, const PgsSaying *saying);
/* First of all: texts as people write them, where a pattern seems to be about such; texts that more
 * than one pattern or size is about; texts that are cast to another type. */
void pgs_candidates_add_natural(PgsCandidateList *list, const GPtrArray *sayings);
/* With the saying's constant within them. */
void pgs_candidates_add_pieces(PgsCandidateList *list, const PgsSaying *saying);
/* Of other forms: empty, blank, in another case; of usual shapes where the rule is not understood.
 */
void pgs_candidates_add_forms(PgsCandidateList *list, const GPtrArray *sayings);

#endif
