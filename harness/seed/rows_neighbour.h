#ifndef PGS_SEED_ROWS_NEIGHBOUR_H
#define PGS_SEED_ROWS_NEIGHBOUR_H

#include "seed/rows_level.h"

/* What a matched row says of those that it refers to and that refer to it. */

/* Fills matching->children. */
void pgs_matching_index_children(PgsMatching *matching);

/*
 * Of rows of one (deep) colour any may be paired with any, as long as their neighbours are then
 * paired alike: two rows that were paired so settle what theirs are, and those theirs.
 */
void pgs_matching_settle_around(PgsMatching *matching, PgsTablePair *pair, guint32 before,
                                guint32 after);

/*
 * Rows of the same values that nothing else tells apart: most of the matched rows that refer to one
 * of before's refer to one of after's now.  TRUE when any row was matched.
 */
gboolean pgs_matching_match_by_children(PgsMatching *matching);

#endif
