#ifndef PGS_CHECK_INSPECTION_H
#define PGS_CHECK_INSPECTION_H

#include "check/check.h"
#include "cycle/climb.h"
#include "project/system.h"

/*
 * What is looked at on the way up rather than by going up and down: a lane climbs to head, and
 * expectations are judged at the revisions at which they hold; then sample data is put in and
 * followed (cycle/preservation.h).
 */
typedef struct {
    GPtrArray *findings; /* PgsFinding, not yet in any record */
    PgsSnapshot *head;   /* NULL when it was not reached */
} PgsInspection;

/* Whether there is anything to look at, beyond what the cycle's head tells. */
gboolean pgs_inspection_is_wanted(const PgsSystem *system, const PgsHistory *history,
                                  const PgsCheckSelection *checks);

/* NULL with error only when the run itself cannot go on.  Free with pgs_inspection_free(). */
PgsInspection *pgs_inspection_run(PgsStage *stage, const PgsSystem *system,
                                  const PgsCheckSelection *checks, const PgsClimbOptions *options,
                                  GError **error);
void pgs_inspection_free(PgsInspection *inspection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsInspection, pgs_inspection_free)

/*
 * What follows from head alone: redundancy, and drift from the system's models and its live
 * database.  head NULL: they are told as skipped, or, when no
 * check of this run says why, as errors.  Appends to findings.
 */
gboolean pgs_inspection_judge_head(PgsStage *stage, const PgsSystem *system,
                                   const PgsCheckSelection *checks, PgsSnapshot *head,
                                   GPtrArray *findings, GError **error);

#endif
