#ifndef PGS_VALUES_GENERATOR_UNKNOWN_H
#define PGS_VALUES_GENERATOR_UNKNOWN_H

#include "values/generator.h"

/* Base types that no table knows: which texts the server takes for them was asked by
 * pgs_generator_prepare(). */

/* g_free(); NULL: none is known. */
char *pgs_unknown_nth(PgsBench *bench, const PgsType *type, guint n, guint *n_distinct);

#endif
