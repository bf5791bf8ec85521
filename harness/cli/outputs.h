#ifndef PGS_CLI_OUTPUTS_H
#define PGS_CLI_OUTPUTS_H

#include "cli/options.h"

/* The files that a command line asks for (--record, --junit, --report, …), as one list. */

/* The format that records are held against. */
#define PGS_OUTPUT_COMPLIANCE "compliance"

typedef struct {
    const char *option; /* "--junit"; static */
    char *format;       /* of pgs_report_write(); NULL: the record itself */
    char *path;         /* "-": standard output */
} PgsOutput;

/*
 * verifies: the command makes a run of its own.  PgsOutput, in the order in which they are to be
 * written, the record first; g_ptr_array_unref(). Error: PGS_CLI_ERROR_USAGE for what no file can
 * come of: no name, two for standard output, one file for two, a compliance report without a record
 * that it could be held against.
 */
GPtrArray *pgs_outputs_new(const PgsSettings *settings, gboolean verifies, GError **error);

/* Whether one of them goes to standard output, which then belongs to it alone. */
gboolean pgs_outputs_use_stdout(const PgsSettings *settings);

#endif
