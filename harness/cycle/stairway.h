#ifndef PGS_CYCLE_STAIRWAY_H
#define PGS_CYCLE_STAIRWAY_H

#include "cycle/climb.h"

/*
 * The stairway: for each revision up, down, up, each as a run of the tool of its own, with the
 * catalog compared at each rung.  Every revision is judged from a clean database at the revision
 * before it, whatever the downgrades below did: a rung that was left in another state (catalog or
 * rows) is restored.  Of a part of it (PgsClimbOptions.from) what is below is climbed without being
 * judged.
 */
typedef struct {
    gint revision;  /* its index */
    PgsPart up;     /* no diff: there is nothing that it should be */
    PgsPart down;   /* diff: against the catalog before the revision */
    PgsPart again;  /* diff: against the catalog after the first upgrade; of a repeatable
                       revision: its second run, without a downgrade between */
    PgsPart verify; /* the verify script, after both; diff: what it has changed */
    gboolean has_verify;
    gboolean restored;    /* the rung was restored afterwards */
    GPtrArray *changes;   /* PgsRecordChange: what the first upgrade did to the catalog
                             (cycle/changes.h); NULL: it failed */
    guint n_changes_left; /* more of them than are kept */
} PgsRung;

typedef struct {
    GArray *rungs; /* PgsRung, from the first revision (of its part) to the last that was tried */
    gint first;    /* the index of the first revision, of the whole stairway */
    guint n_revisions; /* from that one on */
    gint from;         /* the index of the first rung: above first in a part of a stairway */
    gint failed;       /* the index of the revision whose upgrade fails, on a rung or on the way to
                          the first one: what is above was not reached; -1: none does */
    gboolean has_end;  /* what is to be said of the whole stairway is known: it ends here */
    guint n_restored;
    GArray *at_head;  /* PgsPart: verify scripts that fail at head, also those that failed on their
                         rungs */
    guint n_verified; /* verify scripts that were run at head */
} PgsStairway;

/* NULL with error only when the run itself cannot go on.  Free with pgs_stairway_free(). */
PgsStairway *pgs_stairway_run(PgsStage *stage, const PgsClimbOptions *options, GError **error);
void pgs_stairway_free(PgsStairway *stairway);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStairway, pgs_stairway_free)

#endif
