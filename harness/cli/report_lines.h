#ifndef PGS_CLI_REPORT_LINES_H
#define PGS_CLI_REPORT_LINES_H

#include <glib.h>

/* What a check of a report says: a line for each thing that was held against another. */
typedef struct {
    GString *text;
    guint n_denied;
} PgsReportLines;

void pgs_report_lines_clear(PgsReportLines *lines);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsReportLines, pgs_report_lines_clear)

/* "✓ …". */
void pgs_report_lines_confirm(PgsReportLines *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* "✗ …", and what to do about it (or NULL) on a line of its own. */
void pgs_report_lines_deny(PgsReportLines *lines, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* "! …": worth a word, and nothing that speaks against the report. */
void pgs_report_lines_note(PgsReportLines *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
