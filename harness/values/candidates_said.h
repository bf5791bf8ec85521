#ifndef PGS_VALUES_CANDIDATES_SAID_H
#define PGS_VALUES_CANDIDATES_SAID_H

#include "values/candidates_list.h"

/*
 * The values that sayings about one column speak of.  sayings: PgsSaying, all of one column (or
 * VALUE).
 */
void pgs_candidates_add_said(PgsCandidateList *list, const GPtrArray *sayings);
/* Those of one saying, a comparison. */
void pgs_candidates_add_compared(PgsCandidateList *list, const PgsSaying *saying);

/* The steps without those that leave a value what it is for us: PgsSayingStep, borrowed. */
GPtrArray *pgs_saying_telling_steps(const GPtrArray *steps);
/* Whether the step is one of the functions that give a text's, an array's or a document's size. */
gboolean pgs_saying_step_is_size(const PgsSayingStep *step);
/* A whole number; FALSE when the text is none. */
gboolean pgs_text_integer(const char *text, gint64 *number);
/* A number as PostgreSQL writes them. */
gboolean pgs_text_number(const char *text, double *number);

#endif
