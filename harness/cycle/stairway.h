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
    gint revision;     /* its index */
    PgsPart up;        /* no diff: there is nothing that it should be */
    PgsPart down;      /* diff: against the catalog before the revision */
    PgsPart again;     /* diff: against the catalog after the first upgrade */
    gboolean restored; /* the rung was restored afterwards */
} PgsRung;

typedef struct {
    GArray *rungs; /* PgsRung, from the first revision to the last that was tried */
    guint n_revisions;
    guint n_restored;
} PgsStairway;

/* NULL with error only when the run itself cannot go on.  Free with pgs_stairway_free(). */
PgsStairway *pgs_stairway_run(PgsStage *stage, const PgsClimbOptions *options, GError **error);
void pgs_stairway_free(PgsStairway *stairway);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStairway, pgs_stairway_free)

#endif
