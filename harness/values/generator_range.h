#ifndef PGS_VALUES_GENERATOR_RANGE_H
#define PGS_VALUES_GENERATOR_RANGE_H

#include "values/generator.h"

/* Ranges and multiranges, as generator_compound.h.  Neighbours are a range's only. */
char *pgs_range_nth(PgsBench *bench, const PgsType *type, guint n, guint *n_distinct, guint depth);
void pgs_range_edges(PgsBench *bench, const PgsType *type, GArray *values);
void pgs_range_neighbours(PgsBench *bench, const PgsType *type, const char *text, GArray *values);
char *pgs_range_adapt(PgsBench *bench, const PgsType *type, const char *text);

#endif
