#ifndef PGS_CHECK_ATTEMPT_H
#define PGS_CHECK_ATTEMPT_H

#include "check/inspection.h"
#include "check/sink.h"
#include "check/verify.h"
#include "cycle/cycle.h"
#include "cycle/stairway.h"

/*
 * One attempt at a system, on a shared server or (isolated) with a server a lane: the cycle, the
 * stairway, the ways through its graph and the inspection, side by side.
 */
typedef struct _PgsAttempt PgsAttempt;

/* All borrowed.  Free with pgs_attempt_free(). */
PgsAttempt *pgs_attempt_new(const PgsSystem *system, const PgsHistory *history,
                            const PgsVerifyOptions *options, const PgsCheckSelection *checks,
                            const PgsClimbOptions *climb, PgsServer *server, gboolean isolated);
void pgs_attempt_free(PgsAttempt *attempt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsAttempt, pgs_attempt_free)

/* So many of the first revisions are there already (PgsStageOptions); before it is run. */
void pgs_attempt_set_given(PgsAttempt *attempt, guint n_given);

/* Only this part of it; before it is run, behind pgs_attempt_set_given(). */
void pgs_attempt_set_part(PgsAttempt *attempt, const PgsShardPart *part);

/* FALSE with the first error when it had to be given up. */
gboolean pgs_attempt_run(PgsAttempt *attempt, GError **error);

/* What was running when it was given up, for a person, or NULL; g_free(). */
char *pgs_attempt_describe_steps(const PgsAttempt *attempt);

/* What came of it, as findings, in the order of the check table. */
void pgs_attempt_tell(PgsAttempt *attempt, const PgsSink *sink);

/* Head's catalog; belongs to the attempt; NULL when it was not reached, or nobody asked. */
PgsSnapshot *pgs_attempt_head(const PgsAttempt *attempt);

/* The evidence (check/evidence.h) beside the findings: what each upgrade changed, the schema at
 * head.
 */
void pgs_attempt_note_evidence(const PgsAttempt *attempt, PgsRecordSystem *facts);

/* The database that the cycle ran in, on a shared server; belongs to the attempt; or NULL. */
const char *pgs_attempt_database(const PgsAttempt *attempt);

#endif
