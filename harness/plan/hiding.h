#ifndef PGS_PLAN_HIDING_H
#define PGS_PLAN_HIDING_H

#include "inventory/index.h"

/*
 * Takes indexes out of the planner's sight until the transaction (or the savepoint) is rolled back,
 * those of partitions with them.  A superuser marks them as not valid (pg_index.indisvalid), so
 * that nothing that depends on them goes; anybody else drops them, or their constraint, with
 * CASCADE.  indexes: const PgsIndex *.  FALSE: with *failure as pgs_connection_query().
 */
gboolean pgs_indexes_hide(PgsConnection *connection, const GPtrArray *indexes, PgsFailure **failure,
                          GError **error);

#endif
