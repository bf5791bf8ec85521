#ifndef PGS_CHECK_PLAN_FINDINGS_H
#define PGS_CHECK_PLAN_FINDINGS_H

#include "plan/planning.h"
#include "record/record.h"

/* What plans have shown (plan/planning.h), as findings. */

typedef struct {
    const char *system;
    const char *revision; /* the label of the one at which it was done, or NULL */
    /*
     * PgsFinding, or NULL: what was found of expectations about that schema.  What an expectation
     * about an index serves, that index's own queries serve too.
     */
    const GPtrArray *expectations;
    char *const *requirements; /* of all queries; or NULL */
    const char *settings;      /* pgs_planning_settings() */
    const GPtrArray *set;      /* PgsPlanSetting: those of them that the project says; or NULL */
    const GPtrArray *tables;   /* pgs_planning_tables() */
    const GPtrArray *fill;     /* PgsSqlText: the project's own, run behind it; or NULL */
    guint64 seed;
} PgsPlanContext;

/* plan.query: of a declared query, one for each index that it names.  Appended to findings. */
void pgs_plan_findings_add_query(const PgsPlanResult *result, const PgsPlanContext *context,
                                 GPtrArray *findings);
/* plan.query: one that was not asked; why is the caller's to say.  The caller's. */
PgsFinding *pgs_plan_unasked_finding(const PgsPlanQuery *query, PgsStatus status,
                                     const PgsPlanContext *context);
/* plan.index: of an index's own queries.  The caller's. */
PgsFinding *pgs_plan_index_finding(const PgsPlanResult *result, const PgsPlanContext *context);

#endif
