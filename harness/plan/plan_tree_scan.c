#include "plan/plan_tree.h"

#include <string.h>

/* ---- walks ---- */

static gboolean
walk(const PgsPlanNode *node, PgsPlanFunc func, gpointer data)
{
    if (!func(node, data))
        return FALSE;
    for (guint i = 0; i < node->children->len; i++) {
        if (!walk(node->children->pdata[i], func, data))
            return FALSE;
    }
    return TRUE;
}

void
pgs_plan_walk(const PgsPlan *plan, PgsPlanFunc func, gpointer data)
{
    walk(plan->root, func, data);
}

/* ---- what nodes read ---- */

static const struct {
    const char *type;
    PgsScan scan;
} scans[] = {
    {"Seq Scan", PGS_SCAN_SEQUENTIAL},
    {"Index Scan", PGS_SCAN_INDEX},
    {"Index Only Scan", PGS_SCAN_INDEX_ONLY},
    {"Bitmap Heap Scan", PGS_SCAN_BITMAP},
    {"Tid Scan", PGS_SCAN_OTHER},
    {"Tid Range Scan", PGS_SCAN_OTHER},
    {"Sample Scan", PGS_SCAN_OTHER},
    {"Foreign Scan", PGS_SCAN_OTHER},
    {"Custom Scan", PGS_SCAN_OTHER},
};

PgsScan
pgs_plan_node_scan(const PgsPlanNode *node)
{
    for (guint i = 0; i < G_N_ELEMENTS(scans); i++) {
        if (strcmp(node->type, scans[i].type) == 0)
            return scans[i].scan;
    }
    return PGS_SCAN_NONE;
}

/* What stands between a Bitmap Heap Scan and its indexes; subplans may stand beside it. */
static void
add_bitmap_nodes(const PgsPlanNode *node, GPtrArray *nodes)
{
    for (guint i = 0; i < node->children->len; i++) {
        const PgsPlanNode *child = node->children->pdata[i];
        if (strcmp(child->type, "Bitmap Index Scan") == 0)
            g_ptr_array_add(nodes, (gpointer)child);
        else if (strcmp(child->type, "BitmapAnd") == 0 || strcmp(child->type, "BitmapOr") == 0)
            add_bitmap_nodes(child, nodes);
    }
}

GPtrArray *
pgs_plan_node_index_nodes(const PgsPlanNode *node)
{
    GPtrArray *nodes = g_ptr_array_new();
    PgsScan scan = pgs_plan_node_scan(node);
    if (scan == PGS_SCAN_INDEX || scan == PGS_SCAN_INDEX_ONLY)
        g_ptr_array_add(nodes, (gpointer)node);
    else if (scan == PGS_SCAN_BITMAP)
        add_bitmap_nodes(node, nodes);
    return nodes;
}

/* Since 15 EXPLAIN says pg_temp for the session's own temporary schema, pg_temp_3
 * (get_namespace_name_or_temp()). */
static gboolean
is_schema(const char *said, const char *schema)
{
    if (said != NULL && g_str_has_prefix(said, "pg_temp"))
        return g_str_has_prefix(schema, "pg_temp");
    return said == NULL || strcmp(said, schema) == 0;
}

typedef struct {
    const char *schema, *relation;
    GPtrArray *nodes;
} Search;

static gboolean
add_scan(const PgsPlanNode *node, gpointer data)
{
    Search *search = data;
    if (pgs_plan_node_scan(node) != PGS_SCAN_NONE &&
        g_strcmp0(node->relation, search->relation) == 0 && is_schema(node->schema, search->schema))
        g_ptr_array_add(search->nodes, (gpointer)node);
    return TRUE;
}

GPtrArray *
pgs_plan_scans_of(const PgsPlan *plan, const char *schema, const char *relation)
{
    Search search = {schema, relation, g_ptr_array_new()};
    pgs_plan_walk(plan, add_scan, &search);
    return search.nodes;
}

/* ---- words ---- */

/* As EXPLAIN's text has it: "Parallel Index Only Scan Backward", "Hash Left Join". */
static void
append_type(GString *line, const PgsPlanNode *node)
{
    if (node->is_parallel)
        g_string_append(line, "Parallel ");
    gboolean is_join = node->join_type != NULL && strcmp(node->join_type, "Inner") != 0;
    const char *type = strcmp(node->type, "ModifyTable") == 0 && node->operation != NULL
                           ? node->operation
                           : node->type;
    gsize stem = strlen(type);
    if (is_join && g_str_has_suffix(type, " Join"))
        stem -= strlen(" Join");
    g_string_append_len(line, type, (gssize)stem);
    if (is_join)
        g_string_append_printf(line, " %s Join", node->join_type);
    if (g_strcmp0(node->scan_direction, "Backward") == 0)
        g_string_append(line, " Backward");
}

static void
append_indexes(GString *line, const PgsPlanNode *node)
{
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(node);
    for (guint i = 0; i < nodes->len; i++) {
        const PgsPlanNode *index = nodes->pdata[i];
        if (index->index != NULL)
            g_string_append_printf(line, "%s%s", i == 0 ? " using " : ", ", index->index);
    }
}

char *
pgs_plan_node_describe(const PgsPlanNode *node)
{
    GString *line = g_string_new(NULL);
    append_type(line, node);
    append_indexes(line, node);
    if (strcmp(node->type, "Bitmap Index Scan") == 0 && node->index != NULL)
        g_string_append_printf(line, " on %s", node->index);
    if (node->relation != NULL)
        g_string_append_printf(line, " on %s", node->relation);
    if (node->alias != NULL && g_strcmp0(node->alias, node->relation) != 0)
        g_string_append_printf(line, " %s%s", node->relation != NULL ? "" : "on ", node->alias);
    return g_string_free(line, FALSE);
}
