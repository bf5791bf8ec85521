#ifndef PGS_SUITE_SUITE_TEMPLATE_H
#define PGS_SUITE_SUITE_TEMPLATE_H

#include "cycle/lane.h"
#include "suite/subject.h"

/*
 * The migrated database that a suite's own are clones of, and the server that it is on.  It is made
 * once per server and content (migrations, sample data, what precedes them): whoever needs it first
 * makes it, under an advisory lock, others wait.  It gets its name only when it is whole, so that
 * what a maker who died left behind is never taken for one.
 */
typedef struct _PgsSuiteTemplate PgsSuiteTemplate;

/* subject: borrowed, must outlive it.  Free with pgs_suite_template_close(), after its lanes. */
PgsSuiteTemplate *pgs_suite_template_open(const PgsSubject *subject, GError **error);
/* Stops a server of its own; a shared one keeps the template for the next suite. */
void pgs_suite_template_close(PgsSuiteTemplate *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSuiteTemplate, pgs_suite_template_close)

PgsServer *pgs_suite_template_server(PgsSuiteTemplate *template);
PgsStage *pgs_suite_template_stage(PgsSuiteTemplate *template);
/* Each lane has a server of its own. */
gboolean pgs_suite_template_is_isolated(const PgsSuiteTemplate *template);
/* Nobody else makes or changes what all databases of the server share. */
gboolean pgs_suite_template_owns_cluster(const PgsSuiteTemplate *template);

/* A new database, as the template is.  Free with pgs_lane_free(). */
PgsLane *pgs_suite_template_clone(PgsSuiteTemplate *template, GError **error);
/* A new database at another revision, climbed from base, without sample data. */
PgsLane *pgs_suite_template_climb(PgsSuiteTemplate *template, gint revision, GError **error);

/* Loads the samples that belong to the revision at which the lane stands. */
gboolean pgs_suite_load_samples(const PgsSubject *subject, PgsLane *lane, GError **error);

#endif
