#ifndef PGS_LEDGER_APPLY_H
#define PGS_LEDGER_APPLY_H

#include "ledger/database.h"
#include "ledger/ledger.h"
#include "ledger/lock.h"
#include "migration/runner.h"

/*
 * Runs revisions on a real database as their tool would, and keeps the tool's books.  By pgstair's
 * runner (migration/runner.h), psql (driver/psql_step.h) or the project's own tool
 * (driver/driver.h).  The caller holds the lock.
 */

typedef enum {
    PGS_APPLY_BEGUN, /* a revision's texts are about to be run */
    PGS_APPLY_DONE,  /* it is in the books */
    PGS_APPLY_AGAIN, /* it failed for a reason that passes (a lock, a lost connection), nothing of
                        it stayed: it is tried again; text says why and after how long */
    PGS_APPLY_FAILED,
} PgsApplyStage;
typedef struct {
    PgsApplyStage stage;
    gint revision; /* its index */
    gboolean up;
    gint64 duration; /* microseconds, of DONE and FAILED */
    const char *text;
} PgsApplyNews;
typedef void (*PgsApplyFunc)(const PgsApplyNews *news, gpointer data);

typedef struct {
    gboolean up;
    const gint *revisions; /* indexes, in the order in which they are to be run */
    guint n_revisions;
    PgsApplyFunc told; /* or NULL */
    gpointer data;
    PgsMigrationLock *lock; /* asked for before each revision: a run that has lost it stops; or NULL
                               (tests) */
} PgsApplyRun;

/*
 * ledger NULL: history->driver's tool keeps its own.  The outcome of the text that failed
 * (->revision says whose), or a success; *done: how many of the revisions are in the books now.
 * NULL with error when the run cannot go on (cancelled; the connection was lost and is not to be
 * had again; the lock was lost; PGS_LEDGER_ERROR_LOST).
 */
PgsOutcome *pgs_apply_run(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
                          const PgsApplyRun *run, guint *done, GError **error);

/* Whether pgstair writes the books itself; PGS_LEDGER_ERROR_UNSUPPORTED where only
 * history->driver's tool does. */
gboolean pgs_apply_writes_books(const PgsHistory *history, GError **error);

/* Writes into the books that some revisions (their indexes, in that order) are not applied, and
 * then that others are, without running them: all of it or nothing. */
typedef struct {
    const GArray *unnoted, *noted; /* gint; NULL: none */
} PgsApplyStamp;
gboolean pgs_apply_stamp(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
                         const PgsApplyStamp *stamp, GError **error);

/*
 * What the tool would write into the books though there is nothing to run (kind->lag): *lag, for a
 * person, g_free(); NULL: nothing.  pgs_apply_catch_up() writes it.  at: where the database is.
 * ledger NULL: nothing.
 */
gboolean pgs_apply_lag(const PgsDatabase *target, const PgsLedger *ledger, gint at, char **lag,
                       GError **error);
gboolean pgs_apply_catch_up(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
                            gint at, GError **error);

/*
 * After a revision that was begun and not finished, what a person has found out: it is applied, or
 * nothing of it is there.  The books say so from now on, and the mark (unfinished.h) is gone.
 */
gboolean pgs_apply_settle(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
                          gint revision, gboolean applied, GError **error);

/* The books of a database, whoever keeps them (Alembic's own too).  The caller's. */
PgsLedgerState *pgs_apply_read(const PgsDatabase *target, const PgsHistory *history,
                               const PgsLedger *ledger, GError **error);

#endif
