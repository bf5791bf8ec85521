#ifndef PGS_EXERCISE_REFERENTIAL_TURN_H
#define PGS_EXERCISE_REFERENTIAL_TURN_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * Where the parent refers to a row of the child's table itself (a version to its document, whose
 * current version the key names), that row is made to point back at the parent; it stays so.  key:
 * what rule->columns get.  *is_done FALSE: there is no such row, or the server refuses it.
 */
gboolean pgs_referential_turn(PgsBench *bench, const PgsRule *rule, const PgsStored *parent,
                              const GPtrArray *key, gboolean *is_done, GError **error);

#endif
