#ifndef PGS_CLI_REPORT_CLAIM_H
#define PGS_CLI_REPORT_CLAIM_H

#include <json-glib/json-glib.h>

/* What a compliance report says of itself: the data that reports/compliance.xsl puts into it. */
typedef struct {
    char *text; /* the whole file */
    gsize length;
    JsonObject *data;
    const char *writer; /* the version of the pgstair that wrote it; "": it does not say */
    GPtrArray *records; /* PgsRecordSource, in its order: what it was made of */
    gboolean verified, fail_on_warning, require_all;
} PgsReportClaim;

/* NULL with *problem (g_free()): the text is no such report. */
PgsReportClaim *pgs_report_claim_new(const char *text, gsize length, char **problem);
void pgs_report_claim_free(PgsReportClaim *claim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReportClaim, pgs_report_claim_free)

/*
 * The first thing that b says differently from a, for people: "line 12 has "x", and not "y"";
 * g_free().  NULL: they are the same.  Of two pgstairs' reports only the data are compared.
 */
char *pgs_report_claim_compare(const PgsReportClaim *a, const PgsReportClaim *b);

#endif
