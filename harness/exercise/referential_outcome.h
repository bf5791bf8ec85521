#ifndef PGS_EXERCISE_REFERENTIAL_OUTCOME_H
#define PGS_EXERCISE_REFERENTIAL_OUTCOME_H

#include "exercise/referential_trial.h"

/* What came of a trial. */
typedef enum {
    PGS_CAME_AS_DECLARED,
    PGS_CAME_REFUSED_BY_KEY, /* which is not what its action says */
    PGS_CAME_REFUSED,        /* by something else */
    PGS_CAME_TO_NOTHING,     /* the parent row is there, its key as it was */
    PGS_CAME_OTHERWISE,
    PGS_CAME_UNUSABLE, /* what should clear its way was refused, or a row could not be read */
} PgsReferentialKind;

typedef struct {
    PgsReferentialKind kind;
    gboolean is_consistent; /* no child points at a parent that is not there */
    gboolean is_more;  /* parent and child as declared; rows that have no part in it are changed */
    gint64 n_inserted; /* rows of the child's table that came in by the deed */
    char *words;       /* for a person: what came of it */
    PgsFailure *failure; /* or NULL; belongs to the batch */
    GPtrArray *touched;  /* const PgsColumn *: of the child row: changed besides */
    GPtrArray *others;   /* char *: columns of other rows that were changed besides */
} PgsReferentialOutcome;

/* extra: as it was added. */
PgsReferentialOutcome *pgs_referential_trial_judge(const PgsReferentialTrial *trial,
                                                   const PgsBatchResult *result,
                                                   const GPtrArray *extra);
void pgs_referential_outcome_free(PgsReferentialOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReferentialOutcome, pgs_referential_outcome_free)

#endif
