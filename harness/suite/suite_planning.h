#ifndef PGS_SUITE_SUITE_PLANNING_H
#define PGS_SUITE_SUITE_PLANNING_H

#include "cycle/lane.h"
#include "plan/planning.h"
#include "suite/subject.h"

/* A lane whose tables are filled as queries are asked of it (plan/planning.h). */
typedef struct _PgsSuitePlanning PgsSuitePlanning;

/* Takes the lane over.  subject: borrowed, must outlive it. */
PgsSuitePlanning *pgs_suite_planning_new(const PgsSubject *subject, PgsLane *lane, GError **error);
/* Drops the lane. */
void pgs_suite_planning_free(PgsSuitePlanning *planning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSuitePlanning, pgs_suite_planning_free)

/* Belongs to it. */
PgsPlanning *pgs_suite_planning_plans(PgsSuitePlanning *planning);
/* Whether its connection can still be used. */
gboolean pgs_suite_planning_is_alive(PgsSuitePlanning *planning);

#endif
