#ifndef PGS_DRIVER_COMMAND_REPORT_H
#define PGS_DRIVER_COMMAND_REPORT_H

#include "base/process.h"
#include "migration/runner.h"

/*
 * What a command of the project's, which knows nothing of pgstair, wrote when it failed: the
 * revision that it speaks of last, the server's words, the place in that revision's file.
 * revisions: of the history, those that it was to run.  The result's revision is never -1.
 */
PgsOutcome *pgs_command_report(const PgsHistory *history, const gint *revisions, guint n_revisions,
                               gboolean up, const PgsProcessResult *result);

#endif
