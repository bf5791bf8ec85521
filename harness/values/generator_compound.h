#ifndef PGS_VALUES_GENERATOR_COMPOUND_H
#define PGS_VALUES_GENERATOR_COMPOUND_H

#include "values/generator.h"

/*
 * Types made of others: enums, arrays, ranges, multiranges, composites.  As generator.h, of a type
 * that is no domain; texts are the caller's, g_free().
 */

/* NULL: nothing is known to fit.  depth: how deep in other types this one stands. */
char *pgs_compound_nth(PgsBench *bench, const PgsType *type, gint32 typmod, guint n,
                       guint *n_distinct, guint depth);
void pgs_compound_edges(PgsBench *bench, const PgsType *type, gint32 typmod, GArray *values);
void pgs_compound_neighbours(PgsBench *bench, const PgsType *type, gint32 typmod, const char *text,
                             GArray *values);
/* An array of so many elements, from its element type's n-th. */
char *pgs_compound_sized(PgsBench *bench, const PgsType *type, gint32 typmod, guint length,
                         guint n);
/* NULL: it could not be one. */
char *pgs_compound_adapt(PgsBench *bench, const PgsType *type, const char *text);

/* The text of pgs_generator_value(), of any type.  In generator.c. */
char *pgs_generator_text(PgsBench *bench, const PgsType *type, gint32 typmod, guint n,
                         guint *n_distinct, guint depth);

#endif
