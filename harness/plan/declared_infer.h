#ifndef PGS_PLAN_DECLARED_INFER_H
#define PGS_PLAN_DECLARED_INFER_H

#include "plan/declared.h"
#include "plan/parameter.h"

/*
 * A value for a parameter from what the statement compares it with: a rare one for "=", the edge of
 * the rows, or a narrow range, for "<" and ">", the beginning of one for LIKE.  uses: of the whole
 * statement.  Added to declared, or its trouble is set.  FALSE only when the connection was lost.
 */
gboolean pgs_declared_infer(PgsPlanning *planning, const PgsPlanQuery *query, const GPtrArray *uses,
                            guint i, PgsDeclared *declared, GError **error);

/* The text as the only element of an array; g_free(). */
char *pgs_declared_array_of(const char *text);

#endif
