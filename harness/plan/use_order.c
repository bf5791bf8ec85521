#include "plan/use_order.h"

#include <string.h>

/* What becomes of its input's order in a node. */
typedef enum {
    FATE_LOST,
    FATE_PASSED,
    FATE_NEEDED, /* it works on sorted input alone */
} Fate;

/* Nodes that are not here lose it. */
static const struct {
    const char *type, *strategy; /* strategy NULL: whichever */
    Fate fate;
} fates[] = {
    {"Limit", NULL, FATE_PASSED},         {"Append", NULL, FATE_PASSED},
    {"Merge Append", NULL, FATE_NEEDED},  {"Merge Join", NULL, FATE_NEEDED},
    {"Gather Merge", NULL, FATE_NEEDED},  {"Incremental Sort", NULL, FATE_NEEDED},
    {"Unique", NULL, FATE_NEEDED},        {"Group", NULL, FATE_NEEDED},
    {"Aggregate", "Sorted", FATE_NEEDED}, {"Aggregate", "Plain", FATE_PASSED},
    {"SetOp", "Sorted", FATE_NEEDED},     {"WindowAgg", NULL, FATE_PASSED},
    {"Nested Loop", NULL, FATE_PASSED},   {"Materialize", NULL, FATE_PASSED},
    {"LockRows", NULL, FATE_PASSED},      {"Result", NULL, FATE_PASSED},
    {"ProjectSet", NULL, FATE_PASSED},    {"Subquery Scan", NULL, FATE_PASSED},
};

static Fate
fate_in(const PgsPlanNode *node, const PgsPlanNode *child)
{
    if (strcmp(node->type, "Nested Loop") == 0 && g_strcmp0(child->relationship, "Inner") == 0)
        return FATE_LOST;
    for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
        if (strcmp(node->type, fates[i].type) == 0 &&
            (fates[i].strategy == NULL || g_strcmp0(node->strategy, fates[i].strategy) == 0))
            return fates[i].fate;
    }
    return FATE_LOST;
}

static gboolean
begins_subplan(const PgsPlanNode *node)
{
    return g_strcmp0(node->relationship, "InitPlan") == 0 ||
           g_strcmp0(node->relationship, "SubPlan") == 0;
}

/* Up to the root, or to the top of the sub-plan. */
static Fate
fate_of(const PgsPlanNode *scan)
{
    const PgsPlanNode *child = scan;
    for (const PgsPlanNode *node = scan->parent; node != NULL && !begins_subplan(child);
         child = node, node = node->parent) {
        Fate fate = fate_in(node, child);
        if (fate != FATE_PASSED)
            return fate;
        /* min() and max() become "ORDER BY … LIMIT 1" (planagg.c). */
        if (strcmp(node->type, "Limit") == 0 && g_strcmp0(node->relationship, "InitPlan") == 0)
            return FATE_NEEDED;
    }
    return FATE_PASSED;
}

static gboolean
add_sorting(const PgsPlanNode *node, gpointer data)
{
    guint *n = data;
    if (node->sort_key == NULL)
        return TRUE;
    if (strcmp(node->type, "Sort") == 0)
        *n += node->sort_key->len;
    else if (strcmp(node->type, "Incremental Sort") == 0 && node->presorted_key != NULL)
        *n += node->sort_key->len - MIN(node->presorted_key->len, node->sort_key->len);
    return TRUE;
}

/* How many keys there are to sort by. */
static guint
sorting_of(const PgsPlan *plan)
{
    guint n = 0;
    pgs_plan_walk(plan, add_sorting, &n);
    return n;
}

gboolean
pgs_use_of_order(const PgsPlan *plan, const PgsPlanNode *scan, const PgsPlan *control)
{
    Fate fate = fate_of(scan);
    if (fate != FATE_PASSED)
        return fate == FATE_NEEDED;
    if (control != NULL)
        return sorting_of(control) > sorting_of(plan);
    /* Nobody reads a whole index and its table for anything else. */
    return pgs_plan_node_scan(scan) == PGS_SCAN_INDEX && scan->index_cond == NULL;
}
