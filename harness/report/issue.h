#ifndef PGS_REPORT_ISSUE_H
#define PGS_REPORT_ISSUE_H

#include "report/cause.h"

/* A finding as tools want it that show issues beside the code: SARIF, code quality, annotations. */

typedef enum {
    PGS_ISSUE_ERROR, /* it makes the run fail */
    PGS_ISSUE_WARNING,
    PGS_ISSUE_NOTE, /* INFO */
} PgsIssueLevel;

typedef struct {
    const PgsFinding *finding; /* NULL: a requirement's */
    const char *check;         /* the finding's, or "requirement.uncovered" */
    PgsIssueLevel level;       /* of what is accepted: what it would be if it were not */
    char *path; /* relative to the folder in which pgstair was started, "/" between; absolute where
                   that cannot be; NULL: none */
    gboolean is_own_path; /* the finding names it; else it is the nearest that is known: the
                             revision's file, the project's, the system's folder */
    guint line, column;   /* from 1; 0: none */
    char *text;           /* what is wrong, in one line or several: never empty */
    char *fingerprint;    /* 64 hexadecimal digits: the same when lines shift, its own in the
                             record */
} PgsIssue;

/*
 * The findings with one of those statuses, and the requirements that make the run fail though no
 * finding that serves them does (--require-all): the worst first, else in the record's order.
 * Elements are PgsIssue; g_ptr_array_unref().  Borrows from record.
 */
GPtrArray *pgs_issue_find(const PgsRecord *record, PgsStatuses statuses);

/* Whether nothing failed, and nothing was verified either: what looks for failures alone would take
 * it for good.  A part of a split run that no work fell to is not such. */
gboolean pgs_issue_is_void(const PgsRecord *record);

/* Percent-encoded as a URI reference (RFC 3986), "/" kept; free with g_free(). */
char *pgs_issue_uri(const char *path);

#endif
