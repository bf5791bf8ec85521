#ifndef PGS_EXERCISE_ROWS_KEY_H
#define PGS_EXERCISE_ROWS_KEY_H

#include "exercise/rows_condition.h"

/* What rows of a relation may not have in common: unique indexes and exclusion constraints. */

/* The keys of all such indexes, as each compares them, by the index's identity.  In the transaction
 * that asks for the rows, whose search_path decides how things are named.  g_hash_table_unref(). */
GHashTable *pgs_row_keys_read(PgsConnection *connection, GError **error);

/* Adds a condition with queries of its own for each such rule of the relation. */
void pgs_row_keys_add(GPtrArray *conditions, PgsConnection *connection, const PgsRelation *relation,
                      GHashTable *keys);

#endif
