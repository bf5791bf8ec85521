#ifndef PGS_PLAN_VERDICT_WORDS_H
#define PGS_PLAN_VERDICT_WORDS_H

#include "plan/verdict_reading.h"

/* What a judgement says, for a person.  All g_free(). */

/* "ix_a and uq_a", "ix_a, ix_b and uq_c", "…, ix_e and 69 more"; indexes: const PgsIndex * */
char *pgs_words_indexes(const GPtrArray *indexes);
/* "a sequential scan of theses", "uq_b" */
char *pgs_words_scan(const PgsVerdictScope *scope, const PgsReadScan *scan);
/* "created_at DESC, id": what a Sort sorts by */
char *pgs_words_sort(const PgsPlanNode *sort);
/* "Seq Scan on theses, cost 255.00": of the scan that counts, or the plan's root */
char *pgs_words_plan(const PgsPlan *plan, const PgsReading *reading);
/* "ix_a can serve it, but a sequential scan of theses is cheaper: 255.00 against 310.25".  counter:
 * what does instead; or NULL.  settings: in force, which may forbid what is cheaper; or NULL */
char *pgs_words_servable(const PgsVerdictScope *scope, const PgsIndex *index,
                         const PgsReadScan *counter, double cost, double alone_cost,
                         const char *settings);
/* "theses is filtered sequentially, by (…), and …": what can be said without a trial. */
char *pgs_words_useless(const PgsVerdictScope *scope, const PgsReading *reading);

#endif
