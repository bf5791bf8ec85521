#ifndef PGS_OPERATE_SCRIPT_STEP_H
#define PGS_OPERATE_SCRIPT_STEP_H

#include "migration/history.h"

/* How a text is sent by its tool, as a script of psql (migration/runner.h does the same online). */
typedef struct {
    GString *to;
    const PgsHistory *history;
    gboolean in_batch; /* in a transaction that the tool holds open around all revisions */
} PgsScriptOutput;

/* Whether a text and the books can be committed together: it has a transaction, or the server would
 * run it in one of its own, and nothing in it ends or refuses that. */
gboolean pgs_script_step_is_atomic(const PgsScriptOutput *output, const PgsStep *step);
/*
 * One text, without those behind it.  books: the statements of the tool's books, committed with it
 * where it is atomic, and else behind it; or NULL.
 */
gboolean pgs_script_step_append(PgsScriptOutput *output, const PgsStep *step, const char *books,
                                GError **error);
/* The books' own statements, committed together unless they stand in the batch's transaction. */
gboolean pgs_script_books_append(PgsScriptOutput *output, const char *sql, GError **error);

#endif
