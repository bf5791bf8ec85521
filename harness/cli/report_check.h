#ifndef PGS_CLI_REPORT_CHECK_H
#define PGS_CLI_REPORT_CHECK_H

#include "cli/options.h"

#include <gio/gio.h>

/*
 * "report --check FILE RECORD…": whether a compliance report was made of these records, and whether
 * their migrations are the ones in the folders now.  Prints a line for each thing that was held
 * against another; returns the exit code: 0 confirmed, 1 not.  Error: a file that cannot be read,
 * or is no compliance report.
 */
int pgs_report_check(const PgsSettings *settings, GCancellable *cancellable, GError **error);

#endif
