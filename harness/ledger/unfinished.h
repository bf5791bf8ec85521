#ifndef PGS_LEDGER_UNFINISHED_H
#define PGS_LEDGER_UNFINISHED_H

#include "ledger/ledger.h"

/*
 * A mark in the database that a step which cannot be rolled back was begun: made before it, gone
 * with the ledger's own entry.  A run that was killed leaves it, and status and the next upgrade
 * say what a person must do.  It is a view, "pgstair_unfinished", that is there only in the
 * meantime (bookkeeping: no part of a schema), with what it says in its comment: rows would be
 * replicated to FOR ALL TABLES' subscribers, and not every role that asks could read them.
 */
typedef struct {
    char *revision; /* its id */
    char *label;
    gboolean up;
    gboolean of_books; /* no mark: the tool's own books say that it was begun */
    gboolean anywhere; /* of_books: of a version without a file, in books that only say where the
                          database stands: any revision settles it */
    char *other; /* of_books: the id of a revision whose downgrade it may be instead; or NULL … */
    char *other_label;
    guint statement; /* that was begun last, from 1; 0: none */
    guint n_statements;
    char *path;           /* the file */
    guint line;           /* of that statement */
    char *started_at;     /* UTC */
    char *who;            /* host, process, pgstair's version */
    GPtrArray *before;    /* char *: the like of leftovers, that were there before it; NULL: not
                             known */
    GPtrArray *leftovers; /* char *: what is seen of it: "the index public.ix_a … is not valid" */
    GPtrArray *remedies;  /* char *: what takes each away: "DROP INDEX public.ix_a;" */
} PgsUnfinished;

void pgs_unfinished_free(PgsUnfinished *unfinished);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsUnfinished, pgs_unfinished_free)
/*
 * *unfinished: NULL when there is none.  One that pgs_unfinished_is_stale() is none either: the run
 * ended between the books' entry and the mark's removal.
 */
gboolean pgs_unfinished_read(PgsConnection *connection, PgsUnfinished **unfinished, GError **error);
gboolean pgs_unfinished_is_stale(const PgsUnfinished *unfinished, const PgsHistory *history,
                                 const PgsLedgerState *state);
/* The same of what the tool's own books mark as begun (state->dirty, which must be one): for the
 * advice.  NULL with error. */
PgsUnfinished *pgs_unfinished_of_books(PgsConnection *connection, const PgsHistory *history,
                                       const PgsLedgerState *state, GError **error);
/* One of nothing yet, for pgs_unfinished_look(). */
PgsUnfinished *pgs_unfinished_new(void);
/* Looks at what is left in the database, and adds what was not there before. */
gboolean pgs_unfinished_look(PgsConnection *connection, PgsUnfinished *unfinished, GError **error);
/* Takes the mark away, in whichever schema it is. */
gboolean pgs_unfinished_remove(PgsConnection *connection, GError **error);
/* Makes the mark, which is nobody's but its owner's: the step may drop any role. */
gboolean pgs_unfinished_begin(PgsConnection *connection, const PgsUnfinished *unfinished,
                              GError **error);
/* The statement that notes that one of the step's is begun; g_free(). */
char *pgs_unfinished_sql_statement(guint statement, guint line);
/* Whether it is about that revision of the history, or may be. */
gboolean pgs_unfinished_concerns(const PgsUnfinished *unfinished, const PgsRevision *revision);
/* "the upgrade of 2_b was begun and never came to its end"; g_free(). */
char *pgs_unfinished_title(const PgsUnfinished *unfinished);
/* What a person must do, paragraphs with the commands.  g_free(). */
char *pgs_unfinished_advice(const PgsUnfinished *unfinished);

#endif
