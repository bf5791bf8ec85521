#ifndef PGS_CYCLE_CLIMB_H
#define PGS_CYCLE_CLIMB_H

#include "cycle/lane.h"
#include "cycle/stage.h"
#include "diff/diff.h"
#include "migration/runner.h"

/* What the cycle and the stairway have in common. */

#define PGS_CYCLE_ERROR (pgs_cycle_error_quark())
GQuark pgs_cycle_error_quark(void);
typedef enum {
    /* A migration made cluster-wide objects on a shared server: begin again on an isolated stage.
     */
    PGS_CYCLE_ERROR_NEEDS_ISOLATION,
    /* The incremental reading of a catalog and the whole one disagree: a fault of pgstair's. */
    PGS_CYCLE_ERROR_INCONSISTENT,
    /* One of the revisions that are there already fails (foundation.h). */
    PGS_CYCLE_ERROR_FOUNDATION,
} PgsCycleError;

/* Called after each step: steps done so far, of how many, and what was done ("down
 * 0007_create_users"). */
typedef void (*PgsProgressFunc)(guint done, guint total, const char *what, gpointer data);

typedef struct {
    gint floor; /* index of the revision that no downgrade goes below; -1: base */
    PgsTolerances tolerances;
    guint from, to; /* the rungs of the stairway that are climbed, by index: from … to - 1; both 0:
                       all of them */
    guint max_paths;          /* more ways through a graph (paths.h) are told, not walked; 0: 64 */
    guint jobs;               /* parts of the stairway that are climbed side by side; 0: one */
    PgsProgressFunc progress; /* or NULL; may be called from several threads at once */
    PgsProgressFunc aside;    /* the same for what is no migration's step, with counts of its own */
    gpointer progress_data;
} PgsClimbOptions;

/* What became of one part of a cycle or rung. */
typedef enum {
    PGS_PART_DONE,    /* its steps ran; diff says whether the catalog is what it should be */
    PGS_PART_FAILED,  /* a step failed: outcome */
    PGS_PART_MISSING, /* there is no downgrade to run */
    PGS_PART_SKIPPED, /* not tried: reason */
} PgsPartState;

typedef struct {
    PgsPartState state;
    gint revision;          /* index of the revision whose step failed or is missing; else -1 */
    PgsOutcome *outcome;    /* of the step that failed; NULL otherwise */
    PgsDiff *diff;          /* against what the catalog should be; NULL when nothing differs */
    char *reason;           /* of a skipped part */
    const char *blocked_by; /* the check whose failure kept it from being tried; NULL; static */
    gint64 duration;        /* microseconds: the migrations' own time */
} PgsPart;

void pgs_part_clear(PgsPart *part);
/* Marks a part as not tried, with its reason. */
void pgs_part_skip(PgsPart *part, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same because of another part's failure.  check: its id; static. */
void pgs_part_block(PgsPart *part, const char *check, const char *reason);

/*
 * Compares what the catalog should be with what it is, into the part.  A diff holds both snapshots,
 * so that one without differences is not kept.
 */
void pgs_climb_compare(PgsPart *part, PgsSnapshot *should, PgsSnapshot *is,
                       const PgsClimbOptions *options);

/*
 * Every verdict rests on the incremental reading (snapshot/probe.h): holds what it gives now
 * against a whole one.  FALSE with PGS_CYCLE_ERROR_INCONSISTENT when they disagree.
 */
gboolean pgs_climb_prove_reading(PgsLane *lane, GError **error);

/* Whether an error only says that the run was cancelled, so that another one is the cause. */
gboolean pgs_climb_is_cancellation(const GError *error);

/*
 * On a shared stage: PGS_CYCLE_ERROR_NEEDS_ISOLATION when the snapshot holds cluster-wide objects
 * that are neither the server's own nor of what is there before the first migration, or these are
 * not as before.  before may be NULL.
 */
gboolean pgs_climb_check_cluster(PgsStage *stage, const PgsSnapshot *before,
                                 const PgsSnapshot *after, GError **error);

/*
 * The same when a step failed in a way that another lane of a shared stage may be the cause of: the
 * connection was lost (another lane's migration may have brought the server down), or a
 * cluster-wide object is there already, or not any more.
 */
gboolean pgs_climb_check_failure(const PgsStage *stage, const PgsOutcome *outcome, GError **error);

#endif
