#ifndef PGS_PLAN_VERDICT_DECIDE_H
#define PGS_PLAN_VERDICT_DECIDE_H

#include "plan/verdict_judging.h"

/*
 * What one plan means: sets what the judgement says of the index.  reading: of plan; reference: the
 * plan that has least of indexes (control.h), or NULL.  FALSE only when the connection was lost or
 * cancelled.
 */
gboolean pgs_verdict_decide(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *plan,
                            const PgsReading *reading, const PgsPlan *reference, GError **error);
/* It could not be judged.  reason: taken over */
void pgs_verdict_unknown(const PgsJudging *judging, char *reason);
/* reason: taken over; or NULL */
void pgs_verdict_set_reason(PgsJudgement *judgement, char *reason);
/* Of tables whose rows nobody has counted. */
void pgs_verdict_note_rows(const PgsJudging *judging);

#endif
