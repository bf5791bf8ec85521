#ifndef PGS_CHECK_AUTOGENERATE_H
#define PGS_CHECK_AUTOGENERATE_H

#include "check/check.h"
#include "cycle/lane.h"
#include "project/system.h"

/* Whether the project's models are compared with head by the tool's own means: drift.autogenerate.
 */
gboolean pgs_autogenerate_is_wanted(const PgsHistory *history, const PgsCheckSelection *checks);

/* Of a lane that stands at head.  Appends to findings: one passed, skipped with the reason, or one
 * for each difference. */
gboolean pgs_autogenerate_judge(PgsLane *lane, const PgsSystem *system, GPtrArray *findings,
                                GError **error);
/* Head was not reached.  is_told: another check says why. */
void pgs_autogenerate_skip(const PgsSystem *system, gboolean is_told, GPtrArray *findings);

#endif
