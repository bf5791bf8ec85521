#ifndef PGS_PLAN_EXPLAIN_TEXT_H
#define PGS_PLAN_EXPLAIN_TEXT_H

#include "pg/failure.h"

/* The one statement of a query's text that goes to the server, and where it stands there. */
typedef struct {
    char *body;   /* without "EXPLAIN (…)" before it, and without what follows its last token: a
                     semicolon, comments */
    guint offset; /* characters in front of body in the query's text */
    guint n_parameters; /* the highest $n */
} PgsExplainText;

/* NULL, with *failure in our own words: no statement or several, or one that has no plan. */
PgsExplainText *pgs_explain_text_new(const char *sql, PgsFailure **failure);
void pgs_explain_text_free(PgsExplainText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExplainText, pgs_explain_text_free)

/*
 * What the server said of a text in which body stands behind prefix characters: its position
 * becomes that in the query's own text, and a hint is added when placeholders of other tools
 * ("?", ":name", "%s") are the likely cause.
 */
void pgs_explain_text_mend(const PgsExplainText *text, guint prefix, PgsFailure *failure);

#endif
