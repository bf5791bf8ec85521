#ifndef PGS_CYCLE_PRESERVATION_H
#define PGS_CYCLE_PRESERVATION_H

#include "cycle/climb.h"
#include "project/system.h"
#include "seed/rows.h"
#include "seed/seed.h"

/*
 * Sample data put in at the revisions that the system names, and what becomes of the rows: each
 * revision above the first data is climbed up, down and up again with rows in its tables.  The way
 * down and up again is tried on a copy, so that each revision is judged with the rows that a climb
 * brings there, whatever the downgrades below did.
 */

typedef struct {
    const PgsSample *sample;       /* borrowed from the system */
    gint revision;                 /* the index that it is loaded at; -1: base */
    char *unreached;               /* why it was not loaded; NULL: it was tried */
    char *note;                    /* what is odd about the data, though it loads; or NULL */
    PgsSeedFailure *failure;       /* of the first load; NULL: it loaded */
    PgsSeedFailure *again_failure; /* of the second load, when it is to be idempotent */
    GPtrArray *again;              /* PgsLoss: what the second load changed; NULL: not compared */
    char *reason;                  /* why not, when it was tried */
    guint64 n_rows;                /* in the database after the first load; 0 when not read */
    gint64 duration;               /* of the first load, microseconds */
    gint64 again_duration;         /* of the second */
} PgsSampleLoad;

/* One of a revision's three steps with rows there. */
typedef struct {
    PgsPartState state;  /* SKIPPED: reason says why; MISSING: there is no downgrade */
    PgsOutcome *outcome; /* of a step that failed: rows can make a migration fail that passes on
                            empty tables */
    GPtrArray *lost;     /* PgsLoss; NULL: not compared, and reason says why */
    char *reason;
    gint64 duration; /* microseconds: the migration's own time */
} PgsRowsPart;

/* A revision, climbed with rows there. */
typedef struct {
    gint revision;
    guint64 n_rows;   /* before its upgrade */
    PgsRowsPart up;   /* lost: of what was there before; when it failed: of the rows as they were */
    PgsRowsPart down; /* lost: against what was there before the upgrade */
    PgsRowsPart again; /* lost: of what was there before, and of the first upgrade's counts */
} PgsRowsRung;

typedef struct {
    GPtrArray *loads; /* PgsSampleLoad, in the order of loading */
    GPtrArray *rungs; /* PgsRowsRung, of revisions that had rows below them */
    PgsLane *lane;    /* at head, with the rows; NULL: no rows, or head was not reached */
} PgsPreservation;

/*
 * references: the catalog at head (pgs_rows_compare()), or NULL.  Downgrades stop at
 * options->floor.  Samples are loaded as the owner that migrations run as.  NULL with error only
 * when the run itself cannot go on, or a sample names no revision.  Free with
 * pgs_preservation_free(), before the stage.
 */
PgsPreservation *pgs_preservation_run(PgsStage *stage, const PgsSystem *system,
                                      const PgsSnapshot *references, const PgsClimbOptions *options,
                                      GError **error);
void pgs_preservation_free(PgsPreservation *preservation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPreservation, pgs_preservation_free)

#endif
