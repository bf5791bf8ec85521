#ifndef PGS_CLI_RECORDS_H
#define PGS_CLI_RECORDS_H

#include "cli/options.h"
#include "record/record.h"

/* Record files as one record. */

/*
 * Reads all that the command's arguments name ("-": standard input) and makes one record of them,
 * with what --coverage, --fail-on and --require-all say.  A single one stays as it is.  What
 * disagrees is said on standard error.
 */
PgsRecord *pgs_records_read(const PgsSettings *settings, GError **error);

/*
 * The same for a compliance report: the record's sources are just these files, each once, in this
 * order, so that the report can say what it has to be held against.  Says nothing.
 */
PgsRecord *pgs_records_read_for_signing(char *const *paths, GError **error);

#endif
