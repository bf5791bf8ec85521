#ifndef PGS_VALUES_GENERATOR_H
#define PGS_VALUES_GENERATOR_H

#include "inventory/bench.h"

/*
 * Ordinary values of a type, of any kind there is: scalars by a table of rows, arrays, ranges,
 * multiranges, composites, enums and domains by what they are made of, unknown ones by asking the
 * server which texts it takes.
 */

/*
 * The n-th (from 0) of a row of values that the type's input function accepts, all different as
 * long as the type has as many; it comes round where the type has fewer (*n_distinct: how many it
 * has, or G_MAXUINT; may be NULL).  Domain constraints are not looked at.  kind PGS_VALUE_NULL when
 * nothing is known to fit.
 */
PgsValue pgs_generator_value(PgsBench *bench, const PgsType *type, gint32 typmod, guint n,
                             guint *n_distinct);
/* The server asked all at once what it takes of types that the table does not know; call once,
 * before any other, outside of a transaction. */
gboolean pgs_generator_prepare(PgsBench *bench, GError **error);

/*
 * A few values worth trying for a type because its values are usually told apart by them: empty,
 * zero, negative, blank, longest, first and last labels, infinite, JSON of each sort …: PgsValue,
 * appended to values (GArray).
 */
void pgs_generator_edges(PgsBench *bench, const PgsType *type, gint32 typmod, GArray *values);
/*
 * The values just below and just above one, by the type's own step (1, 0.01 of numeric(8,2), a day,
 * a microsecond, "'x'" behind or in front of a text, …); appended to values.  Nothing for what has
 * no order.
 */
void pgs_generator_neighbours(PgsBench *bench, const PgsType *type, gint32 typmod, PgsValue value,
                              GArray *values);
/* Text of exactly length characters, the n-th; bits for bit types; of an array, and of JSON an
 * array: so many elements.  kind PGS_VALUE_NULL for types without a size. */
PgsValue pgs_generator_sized(PgsBench *bench, const PgsType *type, gint32 typmod, guint length,
                             guint n);
/* A constant as a value of the type, when its text could be one (a number for a number, …). */
gboolean pgs_generator_adapt(PgsBench *bench, const PgsType *type, const char *text,
                             PgsValue *value);

#endif
