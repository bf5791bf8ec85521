#ifndef PGS_VOLUME_DISTRIBUTION_H
#define PGS_VOLUME_DISTRIBUTION_H

#include <glib.h>

/*
 * Chance as SQL: it looks random, and is the same for the same number on every server.  A number is
 * SQL of type bigint, a unit SQL of type double precision (column_fill.h: pgs_fill_unit()).
 * Everything here: g_free().
 */

/*
 * The share of rows that have what is rare: no value where there may be none, a flag, what a
 * partial index is for.  Clear of the 5 % from which on an index is not asked for, for every seed.
 */
#define PGS_FILL_RARE 0.03
#define PGS_FILL_RARE_SQL G_STRINGIFY(PGS_FILL_RARE)

/* "a bigint that looks random" for the number; the same for the same seed and stream. */
char *pgs_distribution_hash(guint64 seed, const char *stream, const char *number);
/* One of the numbers 1 to n_values, the lower ones more often; the last ones about half as often as
 * they would be without. */
char *pgs_distribution_skewed(const char *unit, gint64 n_values);

/*
 * How often each of n values comes: the first ones often, the last ones rarely, but each in at
 * least one of 200 rows as far as there are not too many of them.  n doubles that sum up to 1.
 */
double *pgs_distribution_weights(guint n);
/* SQL of type integer: 0 to n - 1 by weights; of one it is plainly "0". */
char *pgs_distribution_choice(const char *unit, const double *weights, guint n);
/* sql, but NULL in that share of the rows. */
char *pgs_distribution_nulls(const char *unit, double share, const char *sql);

#endif
