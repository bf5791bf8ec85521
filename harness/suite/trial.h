#ifndef PGS_SUITE_TRIAL_H
#define PGS_SUITE_TRIAL_H

#include "pg/connection.h"

/* What came of trying a text of one or more statements. */
typedef struct {
    PgsFailure *failure; /* the server refused it; NULL: it did not */
    gboolean deferred;   /* the refusal came only when deferred constraints were checked */
    char *rows;          /* the last result's rows, as psql -At prints them; NULL: none had any */
    guint64 affected;    /* rows that INSERT, UPDATE, DELETE, MERGE and COPY changed */
    char *tags;          /* "INSERT 0 1; DELETE 3" */
} PgsTrial;

void pgs_trial_clear(PgsTrial *trial);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsTrial, pgs_trial_clear)

typedef enum {
    PGS_TRIAL_UNDO, /* nothing of it stays, whatever came of it */
    PGS_TRIAL_KEEP, /* what it did stays, unless it was refused */
} PgsTrialMode;

/*
 * Tries sql, deferred constraints included; an open transaction is as usable behind a refusal as
 * before.  Outside of one, a text that is kept is sent as it is, so that what cannot run in a
 * transaction can run.  FALSE with error when that could not be found out: the connection was lost,
 * the transaction had failed before, or the text itself ended it (PGS_SUITE_ERROR_ABORTED).
 */
gboolean pgs_trial_run(PgsConnection *connection, const char *sql, PgsTrialMode mode,
                       PgsTrial *trial, GError **error);

#endif
