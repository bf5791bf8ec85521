#ifndef PGS_CHECK_PLAN_WORDS_H
#define PGS_CHECK_PLAN_WORDS_H

#include "plan/planning.h"

/* What a plan's verdict is told with.  All results: g_free(). */

/* FALSE: it is pgstair that turned it down, and never sent it. */
gboolean pgs_plan_is_told_by_server(const PgsFailure *failure);
/* One line: that a query is refused, and why. */
char *pgs_plan_refusal(const PgsFailure *failure);
/* One line: what is wrong; NULL: nothing is. */
char *pgs_plan_message(const PgsQuestion *question, const PgsJudgement *judgement);
/* "Seq Scan on users, cost 255.00": the plan that the verdict rests on, or NULL. */
char *pgs_plan_actual(const PgsJudgement *judgement);
/* What to do; NULL: nothing is known. */
char *pgs_plan_hint(const PgsJudgement *judgement);
/* The query, its parameters, the verdict, what was compared, notes: a line each, appended. */
void pgs_plan_describe(GString *text, const PgsQuestion *question, const PgsJudgement *judgement);
/* Lines for psql that show the plan again, on the same rows.  set: PgsPlanSetting, or NULL. */
char *pgs_plan_reproduction(const PgsQuestion *question, const PgsJudgement *judgement,
                            const GPtrArray *set);

#endif
