#ifndef PGS_EXERCISE_RULE_INDEX_PREDICATE_H
#define PGS_EXERCISE_RULE_INDEX_PREDICATE_H

#include "exercise/rule_index.h"

/* What a row must fulfil to be held: an index's predicate, and keys that are not NULL. */

/* Adds wishes with which that and the relation's CHECKs are met together; the nearest to what a row
 * of the relation is without any first. */
gboolean pgs_index_predicate_wishes(PgsIndexRule *index, GError **error);
/*
 * Values for the draft with which it is outside of the predicate, the keys' own columns as they
 * are.  *outside NULL: none were found.
 */
gboolean pgs_index_predicate_leave(const PgsIndexRule *index, const PgsDraft *draft,
                                   PgsDraft **outside, GError **error);

#endif
