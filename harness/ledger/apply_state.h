#ifndef PGS_LEDGER_APPLY_STATE_H
#define PGS_LEDGER_APPLY_STATE_H

#include "ledger/apply.h"
#include "ledger/manner.h"
#include "ledger/unfinished.h"

/* One run, for the files that make it: apply.c (which revisions, again or not), apply_revision.c
 * (one of them, once), apply_recover.c (after a lost connection), apply_driver.c (by the project's
 * own tool). */
typedef struct {
    const PgsDatabase *target;
    const PgsHistory *history;
    PgsLedger *ledger;
    const PgsApplyRun *run;
    PgsConnection *session; /* that migrations run in, as their tool's would; NULL: none now */
    PgsConnection *books;   /* for marks: nothing that a migration sets is in it; NULL: none now */
    int session_pid;        /* the server's process of the session, also when it is lost, … */
    char *session_start;    /* … and when that began: a number is used again; NULL: hidden */
    guint n_done;           /* of the run's revisions */
} PgsApply;

const PgsRevision *pgs_apply_revision(const PgsApply *apply, gint index);
/* Its texts in the run's direction, or NULL. */
const PgsStep *pgs_apply_step(const PgsApply *apply, gint index);
void pgs_apply_tell(const PgsApply *apply, PgsApplyStage stage, gint revision, gint64 duration,
                    const char *text);

/* Always FALSE: says what stands in the way of a run, and what to do. */
gboolean pgs_apply_refuse_unfinished(const PgsUnfinished *unfinished, GError **error);

/* The session, made when it is needed; a new one when the tool has one for each text. */
gboolean pgs_apply_ensure_session(PgsApply *apply, GError **error);
/* It holds the lock's second key again, whatever the migrations in it did. */
gboolean pgs_apply_rejoin(PgsApply *apply, GError **error);
gboolean pgs_apply_ensure_books(PgsApply *apply, GError **error);
void pgs_apply_close_session(PgsApply *apply);

/*
 * One revision, once: its texts, its entry in the books, and the mark in between where there has to
 * be one.  *clean, of one that fails: nothing of it stays, neither in the database nor in the
 * books.
 */
PgsOutcome *pgs_apply_once(PgsApply *apply, gint revision, gboolean *clean, GError **error);
/* In the transaction that the run holds open: one text of PGS_MANNER_WITHIN. */
PgsOutcome *pgs_apply_inside(PgsApply *apply, gint revision, GError **error);
/* In front of a revision: what its tool would refuse it for.  NULL with error, or an outcome. */
PgsOutcome *pgs_apply_guard(PgsApply *apply, gint revision, GError **error);
/* What the tool notes of one that has failed. */
void pgs_apply_note_failure(PgsApply *apply, gint revision);
/* All that the books get of a revision that is one transaction, behind its text; g_free(). */
char *pgs_apply_entry(const PgsLedger *ledger, const PgsLedgerEvent *event);
/* What is unfinished in the catalog, but what was so before (NULL: all of it): char *, as
 * PgsUnfinished.leftovers.  The caller's. */
GPtrArray *pgs_apply_look(PgsApply *apply, GPtrArray *before, GError **error);
/* Puts a mark for a revision; takes it away. */
gboolean pgs_apply_mark(PgsApply *apply, gint revision, GPtrArray *before, GError **error);
gboolean pgs_apply_unmark(PgsApply *apply, GError **error);

/*
 * After the session was lost: waits until the server's process is gone, so that nothing of it can
 * come into effect any more, and reads the books: *is_done, whether they have the revision.
 */
gboolean pgs_apply_recover(PgsApply *apply, gint revision, gboolean *is_done, GError **error);

/* By the project's own tool (history->driver). */
PgsOutcome *pgs_apply_drive(const PgsDatabase *target, const PgsHistory *history,
                            const PgsApplyRun *run, guint *done, GError **error);
PgsLedgerState *pgs_apply_read_driven(const PgsDatabase *target, const PgsHistory *history,
                                      GError **error);

#endif
