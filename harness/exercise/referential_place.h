#ifndef PGS_EXERCISE_REFERENTIAL_PLACE_H
#define PGS_EXERCISE_REFERENTIAL_PLACE_H

#include "synthesis/synthesis.h"

/* Where the first parent and its child have to be, and what the child has to hold; each may be
 * NULL: anywhere, anything. */
typedef struct {
    const PgsRelation *parent_part, *child_part; /* partitions */
    const PgsColumn *column;                     /* of the child */
    PgsValue value;
} PgsReferentialPlace;

/* pgs_synthesis_draft() of a row that goes to that partition; part NULL: to any. */
PgsDraft *pgs_referential_draft_in(PgsBench *bench, const PgsRelation *relation,
                                   const PgsRelation *part, const PgsWish *wishes, guint n_wishes,
                                   char **reason, GError **error);

#endif
