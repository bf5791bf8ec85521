#ifndef PGS_REPORT_SUMMARY_H
#define PGS_REPORT_SUMMARY_H

#include "record/proof.h"
#include "report/cause.h"
#include "report/layout.h"
#include "report/report.h"

/* What the parts of the terminal summary share: summary.c puts it together and tells the findings,
 * summary_subject.c what a finding is about, summary_systems.c the systems and the counts,
 * summary_servers.c the servers, summary_skipped.c what was skipped, summary_requirements.c the
 * requirements. */

typedef struct {
    const PgsRecord *record;
    PgsSummaryOptions options;
    PgsLayout layout;
    gboolean names_systems; /* findings say whose they are */
} PgsSummary;

/* How a status is shown: "FAILED", "2 errors". */
typedef struct {
    PgsStyle style;
    const char *label;
    const char *one, *many; /* after a number */
} PgsStatusWords;

const PgsStatusWords *pgs_summary_status(PgsStatus status);

/* "4 passed, 1 failed", in the order of the list; statuses without a finding are left out.  Free
 * with g_free(). */
char *pgs_summary_counts(const PgsRecordCounts *counts, const PgsStatus *order, gsize n);

/*
 * What a finding is about, so that it cannot be taken for its neighbour: the revision where that is
 * the case (cycle, stairway, data), else the object, else the case's title.  Belongs to the
 * finding; or NULL.
 */
const char *pgs_summary_subject(const PgsFinding *finding);
/* Whether two findings, of different checks, are about the same. */
gboolean pgs_summary_is_same_case(const PgsFinding *a, const PgsFinding *b);

/* Each system with its counts. */
void pgs_summary_put_systems(PgsSummary *summary);
/* Whether any system was verified on several. */
gboolean pgs_summary_has_several_servers(const PgsRecord *record);
/* What became of each system on each server, as a table, and what the servers differ in, a line
 * each; nothing when there was but one. */
void pgs_summary_put_servers(PgsSummary *summary);
void pgs_summary_put_server_differences(PgsSummary *summary);
/* "passes on docker:15 and docker:17": where the finding's case passes that does not on its own
 * server.  Free with g_free(); NULL: nowhere. */
char *pgs_summary_where_it_passes(const PgsSummary *summary, const PgsFinding *finding);

/* Nothing is skipped in silence: each reason once, those that keep most from being judged first. */
void pgs_summary_put_skipped(PgsSummary *summary);

/*
 * What became of the requirements, and of the phases; nothing when there are none.  proofs:
 * pgs_proof_judge().  lines: what it may take of the screen, the empty line above it included; 0:
 * as many as it needs.
 */
void pgs_summary_put_requirements(PgsSummary *summary, const GPtrArray *proofs, guint lines);

#endif
