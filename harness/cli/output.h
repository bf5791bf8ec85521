#ifndef PGS_CLI_OUTPUT_H
#define PGS_CLI_OUTPUT_H

#include "cli/options.h"
#include "record/record.h"

/* How a command that judges (verify, report) ends: its summary, its reports and its exit code. */

/*
 * Checks what was asked for (outputs.h, --fail-on) and takes away the files that an earlier run has
 * left, which must not pass for this one's.  verifies: the command makes a run of its own.  Error:
 * PGS_CLI_ERROR_USAGE, also when one of them is an argument of the command.
 */
gboolean pgs_cli_prepare_reports(const PgsSettings *settings, gboolean verifies, GError **error);

/*
 * Prints the summary on standard output, or on standard error when a report goes there; with
 * --quiet only when something failed.  Where a CI system is seen, annotations for it follow.
 */
void pgs_cli_print_summary(const PgsSettings *settings, const PgsRecord *record);

/*
 * Writes the record, then the reports, and returns the exit code: 0, 1, or 2 when the record has
 * nothing that was verified.  A report that cannot be written, or a summary that could not, is an
 * error, unless the run has failed already: then it is only printed.
 */
int pgs_cli_conclude(const PgsSettings *settings, PgsRecord *record, GError **error);

#endif
