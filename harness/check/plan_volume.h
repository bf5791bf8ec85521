#ifndef PGS_CHECK_PLAN_VOLUME_H
#define PGS_CHECK_PLAN_VOLUME_H

#include "check/plan_findings.h"

#define PGS_PLAN_VOLUME_TITLE "rows that plans were made on"

/* plan.volume, with a count of what became of the queries and indexes among findings
 * (PgsFinding).  The caller's. */
PgsFinding *pgs_plan_volume_finding(const PgsPlanContext *context, const GPtrArray *findings);

#endif
