#ifndef PGS_CYCLE_STAIRWAY_H
#define PGS_CYCLE_STAIRWAY_H

#include "cycle/climb.h"

/*
 * The stairway: for each revision up, down, up, each as a run of the tool of its own, with the
 * catalog compared at each rung.  Every revision is judged from a clean database at the revision
 * before it, whatever the downgrades below did: a rung that was left in another state (catalog or
 * rows) is restored.
 */
typedef struct {
    gint revision;  /* its index */
    PgsPart up;     /* no diff: there is nothing that it should be */
    PgsPart down;   /* diff: against the catalog before the revision */
    PgsPart again;  /* diff: against the catalog after the first upgrade; of a repeatable
                       revision: its second run, without a downgrade between */
    PgsPart verify; /* the verify script, after both; diff: what it has changed */
    gboolean has_verify;
    gboolean restored; /* the rung was restored afterwards */
} PgsRung;

typedef struct {
    GArray *rungs;     /* PgsRung, from the first revision to the last that was tried */
    gint first;        /* the index of the first revision */
    guint n_revisions; /* from that one on */
    guint n_restored;
    GArray *at_head;  /* PgsPart: verify scripts that passed on their rungs and fail at head */
    guint n_verified; /* verify scripts that were run at head */
} PgsStairway;

/* NULL with error only when the run itself cannot go on.  Free with pgs_stairway_free(). */
PgsStairway *pgs_stairway_run(PgsStage *stage, const PgsClimbOptions *options, GError **error);
void pgs_stairway_free(PgsStairway *stairway);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStairway, pgs_stairway_free)

#endif
