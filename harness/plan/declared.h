#ifndef PGS_PLAN_DECLARED_H
#define PGS_PLAN_DECLARED_H

#include "plan/planning.h"

/* The values of a declared query's parameters: those that were given, or that its own text calls
 * for, picked from the rows that are there. */
typedef struct {
    GPtrArray *values;   /* char *, NULL for SQL NULL; one for each of $1, $2, … */
    char *trouble;       /* why there are none; or NULL */
    gboolean is_fault;   /* as in PgsPlanResult */
    PgsFailure *failure; /* the server refused {sql: …}; or NULL */
} PgsDeclared;

void pgs_declared_free(PgsDeclared *declared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDeclared, pgs_declared_free)

/* What helps where no value can be picked. */
#define PGS_DECLARED_HOW                                                                           \
    "write parameters: with a value for each, {rare: table.column} or {sql: SELECT …}"

/* Of tables that are filled.  NULL only when the connection was lost or cancelled. */
PgsDeclared *pgs_declared_read(PgsPlanning *planning, const PgsPlanQuery *query, GError **error);

/* trouble, once; what was there stays. */
void pgs_declared_reject(PgsDeclared *declared, gboolean is_fault, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
