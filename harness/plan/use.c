#include "plan/use.h"

#include "plan/use_condition.h"
#include "plan/use_order.h"

#include <string.h>

/* Whether the query leaves out rows of the table, as control shows. */
static gboolean
is_filtered(const PgsPlan *control, const PgsPlanNode *scan)
{
    g_autoptr(GPtrArray) scans = pgs_plan_scans_of(control, scan->schema, scan->relation);
    for (guint i = 0; i < scans->len; i++) {
        const PgsPlanNode *other = scans->pdata[i];
        if (other->filter != NULL || other->index_cond != NULL || other->recheck_cond != NULL)
            return TRUE;
    }
    return FALSE;
}

guint
pgs_plan_node_use(const PgsPlan *plan, const PgsPlanNode *scan, const PgsPlanNode *node,
                  const PgsIndex *index, const PgsPlan *control)
{
    PgsScan kind = pgs_plan_node_scan(scan);
    guint use = PGS_USE_NONE;
    if (node->index_cond != NULL)
        use |= pgs_use_of_condition(node->index_cond, scan->alias, index);
    if (index->predicate != NULL && (control == NULL || is_filtered(control, scan)))
        use |= PGS_USE_PREDICATE;
    /* ORDER BY key <-> value */
    if (node->order_by != NULL)
        use |= PGS_USE_ORDER;
    else if (index->can_order && kind != PGS_SCAN_BITMAP && pgs_use_of_order(plan, scan, control))
        use |= PGS_USE_ORDER;
    if (use == PGS_USE_NONE && kind == PGS_SCAN_INDEX_ONLY)
        use = PGS_USE_WHOLE;
    return use;
}
