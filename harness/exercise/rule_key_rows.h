#ifndef PGS_EXERCISE_RULE_KEY_ROWS_H
#define PGS_EXERCISE_RULE_KEY_ROWS_H

#include "exercise/rule_index.h"

/*
 * Rows whose key is nearly that of a row that is there; appended to rows.  same: the index's draft
 * with that key.
 */

/* Of a key of several columns: the same in all but one, for each: accepted. */
gboolean pgs_key_rows_partly(const PgsIndexRule *index, const PgsDraft *same, GPtrArray *rows,
                             GError **error);
/* Of a key with an expression: another value that it makes the same of: refused. */
gboolean pgs_key_rows_alike(const PgsIndexRule *index, const PgsDraft *same, GPtrArray *rows,
                            GError **error);
/* NULL twice: accepted, or refused by NULLS NOT DISTINCT. */
gboolean pgs_key_rows_null(const PgsIndexRule *index, GPtrArray *rows, GError **error);

#endif
