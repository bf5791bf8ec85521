#ifndef PGS_MIGRATION_RUNNER_H
#define PGS_MIGRATION_RUNNER_H

#include "migration/history.h"
#include "pg/connection.h"

/* How one step went.  A refusal by the server is an outcome, not a GError. */
typedef struct {
    gboolean succeeded;
    gint64 duration;    /* microseconds */
    guint n_statements; /* that completed */
    /* When it failed: */
    PgsFailure *failure; /* what the server (or pgstair) said */
    char *path;          /* the file, as PgsStep has it */
    guint line, column;  /* in the file, from 1; 0 when there is no place */
    char *statement;     /* the text of the statement that failed, or NULL */
    gboolean connection_lost;
    GPtrArray *notices; /* char *: "WARNING:  …", at most 100 */
    gint revision;      /* the index of the revision that failed, where several were run; else -1 */
} PgsOutcome;

void pgs_outcome_free(PgsOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsOutcome, pgs_outcome_free)

/* How a step is run where it is not alone. */
typedef enum {
    /* In a transaction that the tool holds open around several steps: none of its own. */
    PGS_RUN_WITHIN = 1 << 0,
    /* What it leaves open is rolled back, as when its session ends: no failure (a verify script).
     */
    PGS_RUN_ALONE = 1 << 1,
} PgsRunFlags;

/*
 * Runs a step, one text without those behind it (cycle/lane.h runs them all), as its tool would.
 * After a failure the session is usable again (an open transaction is rolled back) unless the
 * connection was lost; an open transaction that a successful step leaves is reported as a failure,
 * since its work would be lost.  NULL with error only when the run itself cannot go on
 * (cancelled).  Statement limits are the connection's.
 */
PgsOutcome *pgs_runner_run(PgsConnection *connection, const PgsStep *step, PgsRunFlags flags,
                           GError **error);
/*
 * The tool's books, where they are really kept (harness/ledger): written as part of a step's run,
 * in the place of step->after.
 */
typedef struct {
    /* SQL for the books, g_free()d; duration: of the text so far, microseconds, 0 where it is sent
     * with it.  NULL: none is to be written. */
    char *(*record)(gint64 duration, gpointer data);
    /* The text is sent whole, and record with it, in the same message: the server has both or none
     * of them when the text does not end its transaction. */
    gboolean is_joined;
    /* In front of each statement of a text that is sent in statements: its number and its line in
     * the file, both from 1.  FALSE with error: the run cannot go on.  Or NULL. */
    gboolean (*begun)(guint statement, guint line, gpointer data, GError **error);
    gpointer data;
} PgsRunBooks;

PgsOutcome *pgs_runner_run_recorded(PgsConnection *connection, const PgsStep *step,
                                    PgsRunFlags flags, const PgsRunBooks *books, GError **error);
/* The tool's own BEGIN or COMMIT around several steps; step: the one that is named when it fails.
 */
PgsOutcome *pgs_runner_control(PgsConnection *connection, const char *command, const PgsStep *step,
                               GError **error);
/* The outcome of what there was nothing to do for: a success. */
PgsOutcome *pgs_outcome_new(void);

#endif
