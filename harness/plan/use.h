#ifndef PGS_PLAN_USE_H
#define PGS_PLAN_USE_H

#include "plan/verdict.h"

/* The PgsUse bits of the index that one of a scan's nodes (pgs_plan_node_index_nodes()) reads. */
guint pgs_plan_node_use(const PgsPlan *plan, const PgsPlanNode *scan, const PgsPlanNode *node,
                        const PgsIndex *index, const PgsPlan *control);

#endif
