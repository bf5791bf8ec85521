#ifndef PGS_OPERATE_LOSS_WORDS_H
#define PGS_OPERATE_LOSS_WORDS_H

#include <glib.h>

/* Whether a text changes or deletes rows, by its words alone: what nothing has parsed, a WITH, a
 * block of PL/pgSQL, a Python file.  All rather say yes once too often. */

/* DELETE FROM, UPDATE … SET, TRUNCATE, MERGE, ON CONFLICT DO UPDATE as SQL writes them; *at: where.
 * Locks (FOR UPDATE) and rules (ON DELETE CASCADE) are none. */
gboolean pgs_loss_words_change(const char *text, gsize length, gsize *at);
/* The bare words: a body may put its statements together of pieces. */
gboolean pgs_loss_words_may_change(const char *text);
/* Whether a body runs a text that it puts together, of which nobody can tell. */
gboolean pgs_loss_words_put_together(const char *body);
/* What it does to something else than rows: setval() and ALTER SEQUENCE … RESTART, after which
 * numbers may come twice; lo_unlink() and the like.  A verb, or NULL. */
const char *pgs_loss_words_beside_rows(const char *text);
/* ALTER … TYPE … USING with more than a cast of the column. */
gboolean pgs_loss_words_compute(const char *text);

/* Functions and procedures that may change rows, also by others that they call. */
typedef struct _PgsLossFunctions PgsLossFunctions;
PgsLossFunctions *pgs_loss_functions_new(void);
void pgs_loss_functions_free(PgsLossFunctions *functions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLossFunctions, pgs_loss_functions_free)
void pgs_loss_functions_add(PgsLossFunctions *functions, const char *name, const char *definition);
/* The name of one that the text calls, or NULL; belongs to functions. */
const char *pgs_loss_functions_called(PgsLossFunctions *functions, const char *text);

#endif
