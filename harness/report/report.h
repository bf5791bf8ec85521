#ifndef PGS_REPORT_REPORT_H
#define PGS_REPORT_REPORT_H

#include "record/record.h"

/* What people and machines read, made from the one record. */

#define PGS_REPORT_ERROR (pgs_report_error_quark())
GQuark pgs_report_error_quark(void);
typedef enum {
    PGS_REPORT_ERROR_STYLESHEET, /* no such format, or its stylesheet fails */
    PGS_REPORT_ERROR_WRITE,
} PgsReportError;

/* A format that comes with pgstair. */
typedef struct {
    const char *name;       /* "junit" */
    const char *summary;    /* one line, for help and docs */
    const char *suffix;     /* of files that hold it, without the dot: "xml" */
    const char *media_type; /* "application/xml" */
} PgsReportFormat;

/* The table, ended by a row whose name is NULL. */
const PgsReportFormat *pgs_report_table(void);

/*
 * One format: a name in the table, the name of any other stylesheet that lay in reports/ when
 * pgstair was built ("junit": reports/junit.xsl), or the path of a stylesheet of the user's own,
 * which ends in ".xsl".
 */

/* The report as text, *length bytes (length may be NULL).  Free with g_free(). */
char *pgs_report_render(const PgsRecord *record, const char *format, gsize *length, GError **error);
/* Writes it, atomically.  path "-": standard output; otherwise missing folders are made. */
gboolean pgs_report_write(const PgsRecord *record, const char *format, const char *path,
                          GError **error);

/* Several reports of one record, which must outlive this and stay as it is: what they share is
 * worked out once. */
typedef struct _PgsReport PgsReport;
PgsReport *pgs_report_new(const PgsRecord *record);
void pgs_report_free(PgsReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReport, pgs_report_free)
/* bytes: of pgs_markdown_render(). */
void pgs_report_limit_markdown(PgsReport *report, gsize bytes);
/* As pgs_report_render(). */
char *pgs_report_make(PgsReport *report, const char *format, gsize *length, GError **error);
/* As pgs_report_write(). */
gboolean pgs_report_save(PgsReport *report, const char *format, const char *path, GError **error);

typedef struct {
    gboolean color;
    guint width;        /* of the terminal, columns; 0: 80 */
    guint max_findings; /* list at most so many; 0: all */
    gboolean verbose;   /* details and SQL of each finding, and the findings that passed */
    guint height;       /* lines that it should fit when findings are limited; 0: 24 */
} PgsSummaryOptions;

/* The terminal summary: verdict, counts, the findings that matter with place and hint.  Free with
 * g_free(). */
char *pgs_report_summary(const PgsRecord *record, const PgsSummaryOptions *options);

#endif
