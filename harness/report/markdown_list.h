#ifndef PGS_REPORT_MARKDOWN_LIST_H
#define PGS_REPORT_MARKDOWN_LIST_H

#include "record/record.h"

/* The lists of the Markdown report below the failures: each a heading with a line for each thing.
 * markdown.c lets in as many of the lines as there is room for. */

typedef struct {
    char *heading;    /* "3 warnings": pgstair's own words */
    gboolean folded;  /* under <details> */
    GPtrArray *lines; /* char *: "- …\n" */
    guint max_lines;  /* rather fewer than all, however much room there is */
} PgsMarkdownList;

void pgs_markdown_list_free(PgsMarkdownList *list);

/* Each is NULL when there is nothing to say; free with pgs_markdown_list_free(). */
PgsMarkdownList *pgs_markdown_list_requirements(const PgsRecord *record); /* not proven */
/* Of the causes those behind the first n, a line each; NULL: there are none. */
PgsMarkdownList *pgs_markdown_list_failures(const PgsRecord *record, const GPtrArray *causes,
                                            guint n);
PgsMarkdownList *pgs_markdown_list_warnings(const PgsRecord *record);
PgsMarkdownList *pgs_markdown_list_accepted(const PgsRecord *record);
PgsMarkdownList *pgs_markdown_list_skipped(const PgsRecord *record); /* by reason */
PgsMarkdownList *pgs_markdown_list_passed(const PgsRecord *record);  /* by check */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsMarkdownList, pgs_markdown_list_free)

#endif
