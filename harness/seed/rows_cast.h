#ifndef PGS_SEED_ROWS_CAST_H
#define PGS_SEED_ROWS_CAST_H

#include "seed/rows_table.h"

/*
 * Asks the server what values become when their column's type changes.  values: distinct texts of
 * the type from.  Of each that survives the cast to the type to, which is that the cast back gives
 * it again, casts gets the text that it becomes (values' own pointer → char *, kept in texts).
 * json may become jsonb although its spacing does not come back.
 *
 * FALSE with error only when the connection fails: types without a cast just give nothing.
 */
gboolean pgs_rows_cast(PgsConnection *connection, const char *from, const char *to,
                       const GPtrArray *values, GStringChunk *texts, GHashTable *casts,
                       GError **error);

#endif
