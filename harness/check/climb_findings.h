#ifndef PGS_CHECK_CLIMB_FINDINGS_H
#define PGS_CHECK_CLIMB_FINDINGS_H

#include "check/sink.h"
#include "cycle/cycle.h"
#include "cycle/stairway.h"

/* Turns what happened into findings, a case a part. */
void pgs_findings_add_cycle(const PgsSink *sink, const PgsCycle *cycle);
void pgs_findings_add_stairway(const PgsSink *sink, const PgsStairway *stairway);
/* One for a check that has what is new to judge, where what is there already fails. */
void pgs_findings_add_unreached(const PgsSink *sink, const char *check, const PgsOutcome *failure);

#endif
