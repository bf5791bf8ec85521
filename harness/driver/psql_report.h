#ifndef PGS_DRIVER_PSQL_REPORT_H
#define PGS_DRIVER_PSQL_REPORT_H

#include "pg/failure.h"

/* What psql, with VERBOSITY set to verbose, has written to its standard error. */
typedef struct {
    char *file;          /* of the first error, as psql was told of it; NULL: none is named */
    guint line;          /* where psql stood in it; 0 likewise */
    PgsFailure *failure; /* the first error; NULL: there is none */
    char *excerpt;       /* the statement's line that the server points to, maybe cut to a part;
                            NULL: it points to none */
    guint caret;         /* the character in excerpt, from 0 */
    GPtrArray *notices;  /* char *: "WARNING:  …" */
} PgsPsqlReport;

PgsPsqlReport *pgs_psql_report_new(const char *errors);
void pgs_psql_report_free(PgsPsqlReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPsqlReport, pgs_psql_report_free)

#endif
