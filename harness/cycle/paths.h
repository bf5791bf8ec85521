#ifndef PGS_CYCLE_PATHS_H
#define PGS_CYCLE_PATHS_H

#include "cycle/climb.h"

/*
 * A graph of revisions has several ways up to a merge: whoever works on one branch has that one
 * first.  The list's order is only one of them; the others are walked here, each in a database of
 * its own: up to one of the merge's parents, then all else that the merge needs, and the merge;
 * back down to that parent, and up again.
 */
typedef struct {
    gint merge;   /* the index of a revision with several below it */
    gint parent;  /* the one of these by way of which it is reached; -1: the list's order, with just
                     what the merge needs */
    PgsPart up;   /* diff: against the catalog that the list's order makes */
    PgsPart down; /* diff: against the parent's */
    PgsPart again; /* diff: as of up */
} PgsPath;

typedef struct {
    GArray *paths;    /* PgsPath, by merge and parent */
    guint n_left_out; /* beyond those that are walked at most */
} PgsPaths;

/* Whether the revisions that are verified have any but the list's order. */
gboolean pgs_paths_are_there(const PgsHistory *history, guint n_given);

/* NULL with error only when the run itself cannot go on.  Free with pgs_paths_free(). */
PgsPaths *pgs_paths_run(PgsStage *stage, const PgsClimbOptions *options, GError **error);
void pgs_paths_free(PgsPaths *paths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPaths, pgs_paths_free)

#endif
