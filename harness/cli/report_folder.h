#ifndef PGS_CLI_REPORT_FOLDER_H
#define PGS_CLI_REPORT_FOLDER_H

#include "cli/report_lines.h"
#include "record/record.h"

#include <gio/gio.h>

/* Says whether a recorded system's migrations are the ones in its folder now, and whether it is
 * still the same commit.  The folder is looked for from the working folder. */
void pgs_report_folder_compare(PgsReportLines *lines, const PgsRecordSystem *recorded,
                               GCancellable *cancellable);

#endif
