#ifndef PGS_PLAN_USE_ORDER_H
#define PGS_PLAN_USE_ORDER_H

#include "plan/plan_tree.h"

/*
 * Whether the order in which an index scan gives its rows is made use of: by a node above it that
 * needs it, or since control, the plan without the index, sorts more.  control NULL: guessed.
 */
gboolean pgs_use_of_order(const PgsPlan *plan, const PgsPlanNode *scan, const PgsPlan *control);

#endif
