#include "plan/trial_use.h"

#include "plan/reason_asked.h"

#include <string.h>

/* ---- what is looked for ---- */

PgsTrialTarget *
pgs_trial_target_new(const char *leading, const char *method)
{
    PgsTrialTarget *target = g_new0(PgsTrialTarget, 1);
    target->names = g_ptr_array_new_with_free_func(g_free);
    target->leading = g_strdup(leading);
    target->by_any = strcmp(method, "btree") != 0 && strcmp(method, "hash") != 0;
    return target;
}

static void
add_names(PgsTrialTarget *target, const PgsIndex *index)
{
    g_ptr_array_add(target->names, g_strdup(index->name));
    for (guint i = 0; i < index->children->len; i++)
        add_names(target, index->children->pdata[i]);
}

PgsTrialTarget *
pgs_trial_target_of(const PgsIndex *index)
{
    const PgsIndexKey *key = index->keys->pdata[0];
    PgsTrialTarget *target = pgs_trial_target_new(key->sql, index->method);
    add_names(target, index);
    return target;
}

void
pgs_trial_target_free(PgsTrialTarget *target)
{
    if (target == NULL)
        return;
    g_ptr_array_unref(target->names);
    g_free(target->leading);
    g_free(target);
}

/* ---- whether it serves ---- */

/* Casts that change nothing come and go between an index's definition and a plan. */
static gboolean
is_on_key(const PgsCondition *condition, const PgsNode *key)
{
    return condition->operand_node != NULL &&
           pgs_node_equal(pgs_node_strip(condition->operand_node), pgs_node_strip(key));
}

/* (a, b) > (1, 2) is a condition on a. */
static gboolean
is_on_row(const PgsCondition *condition, const PgsNode *key)
{
    const PgsNode *row = condition->operand_node;
    return row != NULL && row->kind == PGS_NODE_ROW && row->arguments->len > 0 &&
           pgs_node_equal(pgs_node_strip(row->arguments->pdata[0]), pgs_node_strip(key));
}

static gboolean
restricts_leading(const PgsPlanNode *node, const PgsTrialTarget *target)
{
    g_auto(GStrv) aliases = pgs_scan_aliases(node);
    g_autoptr(PgsNode) key = pgs_expression_parse(target->leading, NULL);
    g_autoptr(GPtrArray) conditions =
        pgs_conditions_parse(node->index_cond, (const char *const *)aliases);
    for (guint i = 0; key != NULL && i < conditions->len; i++) {
        if (is_on_key(conditions->pdata[i], key) || is_on_row(conditions->pdata[i], key))
            return TRUE;
    }
    return FALSE;
}

/* Nothing above it sorts; bitmaps have lost the order. */
static gboolean
keeps_order(const PgsPlanNode *node)
{
    gboolean keeps = strcmp(node->type, "Bitmap Index Scan") != 0;
    for (const PgsPlanNode *above = node->parent; keeps && above != NULL; above = above->parent)
        keeps = strstr(above->type, "Sort") == NULL;
    return keeps;
}

static gboolean
does(const PgsPlanNode *node, const PgsTrialTarget *target, guint aims)
{
    if ((aims & PGS_TRIAL_PREDICATE) != 0)
        return TRUE;
    if ((aims & PGS_TRIAL_CONDITION) != 0 && node->index_cond != NULL &&
        (target->by_any || restricts_leading(node, target)))
        return TRUE;
    return (aims & PGS_TRIAL_ORDER) != 0 && (node->order_by != NULL || keeps_order(node));
}

typedef struct {
    const PgsTrialTarget *target;
    guint aims;
    const PgsPlanNode *found;
} Search;

static gboolean
visit(const PgsPlanNode *node, gpointer data)
{
    Search *search = data;
    if (node->index != NULL &&
        g_ptr_array_find_with_equal_func(search->target->names, node->index, g_str_equal, NULL) &&
        does(node, search->target, search->aims))
        search->found = node;
    return search->found == NULL;
}

gboolean
pgs_trial_is_used(const PgsPlan *plan, const PgsTrialTarget *target, guint aims)
{
    Search search = {target, aims, NULL};
    pgs_plan_walk(plan, visit, &search);
    return search.found != NULL;
}
