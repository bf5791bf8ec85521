#ifndef PGS_REPORT_MARKDOWN_FAILURES_H
#define PGS_REPORT_MARKDOWN_FAILURES_H

#include "report/cause.h"

/* A failure as the Markdown report tells it, in parts that are left out one by one. */

/* FAILED and ERROR, and WARNING where that fails. */
PgsStatuses pgs_markdown_failing(const PgsRecord *record);

/* What failed, where, what was expected and what was found; ended by an empty line.  g_free(). */
char *pgs_markdown_failure(const PgsRecord *record, const PgsCause *cause);

/* The diff, the server's words, the statement, under <details>; NULL: there are none.  brief: no
 * more than a few lines of each.  g_free(). */
char *pgs_markdown_failure_details(const PgsFinding *finding, gboolean brief);

/* How to see the first failures again, and where more is told; "" when nothing failed.  g_free().
 */
char *pgs_markdown_reproduction(const GPtrArray *causes);

#endif
