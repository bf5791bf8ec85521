#ifndef PGS_PLAN_REASON_H
#define PGS_PLAN_REASON_H

#include "plan/verdict.h"

/*
 * Why an index cannot serve a query, proven where it can be: an index that is right in just that
 * one respect is built in a savepoint, and the planner takes it.  Within the judgement's
 * transaction. alone: the plan with no other index and sequential scans off, whose filters tell
 * what the query asks.  Sets judgement's reason, hint and trial_sql, adds TRIAL evidence.  FALSE
 * only when the connection was lost or cancelled.
 */
gboolean pgs_plan_explain_useless(PgsConnection *connection, const PgsIndexes *indexes,
                                  const PgsQuestion *question, const PgsPlan *alone,
                                  PgsJudgement *judgement, GError **error);

#endif
