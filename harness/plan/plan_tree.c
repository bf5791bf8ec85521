#include "plan/plan_tree.h"

#include "base/error.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK(pgs_plan_error, pgs_plan_error)

/* costsize.c, disable_cost: what each disabled node adds, until 17. */
#define DISABLE_COST 1.0e10

/* ---- members, of which any may be missing, or be something else than expected ---- */

static const char *
string_of(JsonNode *json)
{
    return json != NULL && JSON_NODE_HOLDS_VALUE(json) &&
                   json_node_get_value_type(json) == G_TYPE_STRING
               ? json_node_get_string(json)
               : NULL;
}

static gboolean
is_number(JsonNode *json)
{
    return json != NULL && JSON_NODE_HOLDS_VALUE(json) &&
           (json_node_get_value_type(json) == G_TYPE_INT64 ||
            json_node_get_value_type(json) == G_TYPE_DOUBLE);
}

/* 18 prints rows with a fraction where others print whole ones. */
static double
number_member(JsonObject *object, const char *name, double otherwise)
{
    JsonNode *json = json_object_get_member(object, name);
    return is_number(json) ? json_node_get_double(json) : otherwise;
}

static gint64
count_member(JsonObject *object, const char *name)
{
    double count = number_member(object, name, -1);
    return count >= 0 && count < (double)G_MAXINT64 ? (gint64)(count + 0.5) : -1;
}

static gboolean
flag_member(JsonObject *object, const char *name)
{
    JsonNode *json = json_object_get_member(object, name);
    return json != NULL && JSON_NODE_HOLDS_VALUE(json) &&
           json_node_get_value_type(json) == G_TYPE_BOOLEAN && json_node_get_boolean(json);
}

static JsonArray *
array_member(JsonObject *object, const char *name)
{
    JsonNode *json = json_object_get_member(object, name);
    return json != NULL && JSON_NODE_HOLDS_ARRAY(json) ? json_node_get_array(json) : NULL;
}

static JsonObject *
object_member(JsonObject *object, const char *name)
{
    JsonNode *json = json_object_get_member(object, name);
    return json != NULL && JSON_NODE_HOLDS_OBJECT(json) ? json_node_get_object(json) : NULL;
}

/* char *, or NULL. */
static GPtrArray *
strings_member(JsonObject *object, const char *name)
{
    JsonArray *array = array_member(object, name);
    if (array == NULL)
        return NULL;
    GPtrArray *strings = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        const char *text = string_of(json_array_get_element(array, i));
        if (text != NULL)
            g_ptr_array_add(strings, g_strdup(text));
    }
    return strings;
}

/* ---- nodes ---- */

/* explain.c, ExplainNode(): the names of properties, the same from 13 to 18. */
static const struct {
    const char *name;
    gsize offset;
} texts[] = {
    {"Parent Relationship", G_STRUCT_OFFSET(PgsPlanNode, relationship)},
    {"Subplan Name", G_STRUCT_OFFSET(PgsPlanNode, subplan)},
    {"Schema", G_STRUCT_OFFSET(PgsPlanNode, schema)},
    {"Relation Name", G_STRUCT_OFFSET(PgsPlanNode, relation)},
    {"Alias", G_STRUCT_OFFSET(PgsPlanNode, alias)},
    {"Index Name", G_STRUCT_OFFSET(PgsPlanNode, index)},
    {"Index Cond", G_STRUCT_OFFSET(PgsPlanNode, index_cond)},
    {"Recheck Cond", G_STRUCT_OFFSET(PgsPlanNode, recheck_cond)},
    {"Order By", G_STRUCT_OFFSET(PgsPlanNode, order_by)},
    {"Filter", G_STRUCT_OFFSET(PgsPlanNode, filter)},
    {"One-Time Filter", G_STRUCT_OFFSET(PgsPlanNode, one_time_filter)},
    {"Join Filter", G_STRUCT_OFFSET(PgsPlanNode, join_filter)},
    {"Hash Cond", G_STRUCT_OFFSET(PgsPlanNode, hash_cond)},
    {"Merge Cond", G_STRUCT_OFFSET(PgsPlanNode, merge_cond)},
    {"Scan Direction", G_STRUCT_OFFSET(PgsPlanNode, scan_direction)},
    {"Join Type", G_STRUCT_OFFSET(PgsPlanNode, join_type)},
    {"Operation", G_STRUCT_OFFSET(PgsPlanNode, operation)},
    {"Strategy", G_STRUCT_OFFSET(PgsPlanNode, strategy)},
};

static char **
text_field(PgsPlanNode *node, guint i)
{
    return (char **)(gpointer)((char *)node + texts[i].offset);
}

static void
node_free(PgsPlanNode *node)
{
    g_free(node->type);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*text_field(node, i));
    g_clear_pointer(&node->sort_key, g_ptr_array_unref);
    g_clear_pointer(&node->presorted_key, g_ptr_array_unref);
    g_clear_pointer(&node->arbiters, g_ptr_array_unref);
    g_ptr_array_unref(node->children);
    g_free(node);
}

static void
read_figures(PgsPlanNode *node, JsonObject *object)
{
    node->startup_cost = number_member(object, "Startup Cost", 0);
    node->total_cost = number_member(object, "Total Cost", 0);
    node->rows = number_member(object, "Plan Rows", 0);
    node->width = (guint)CLAMP(number_member(object, "Plan Width", 0), 0, G_MAXINT);
    node->is_parallel = flag_member(object, "Parallel Aware");
    node->is_disabled = flag_member(object, "Disabled");
    node->is_analyzed = is_number(json_object_get_member(object, "Actual Loops"));
    node->actual_rows = number_member(object, "Actual Rows", 0);
    node->loops = number_member(object, "Actual Loops", 0);
    node->index_searches = count_member(object, "Index Searches");
    node->shared_hit = count_member(object, "Shared Hit Blocks");
    node->shared_read = count_member(object, "Shared Read Blocks");
    node->rows_removed = count_member(object, "Rows Removed by Filter");
}

static PgsPlanNode *
read_node(JsonObject *object, const PgsPlanNode *parent)
{
    PgsPlanNode *node = g_new0(PgsPlanNode, 1);
    const char *type = string_of(json_object_get_member(object, "Node Type"));
    node->type = g_strdup(type != NULL ? type : "");
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *text_field(node, i) = g_strdup(string_of(json_object_get_member(object, texts[i].name)));
    node->sort_key = strings_member(object, "Sort Key");
    node->presorted_key = strings_member(object, "Presorted Key");
    node->arbiters = strings_member(object, "Conflict Arbiter Indexes");
    read_figures(node, object);
    node->parent = parent;
    node->children = g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
    JsonArray *plans = array_member(object, "Plans");
    for (guint i = 0; plans != NULL && i < json_array_get_length(plans); i++) {
        JsonNode *child = json_array_get_element(plans, i);
        if (JSON_NODE_HOLDS_OBJECT(child))
            g_ptr_array_add(node->children, read_node(json_node_get_object(child), node));
    }
    return node;
}

/* ---- the plan ---- */

/* Ours, not the server's or the project's: PgsPlan.is_generic says it. */
static gboolean
is_own_setting(const char *name)
{
    return strcmp(name, "plan_cache_mode") == 0;
}

static char *
read_settings(JsonObject *settings)
{
    if (settings == NULL)
        return NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    /* The server's order is that of a hash, and another one with each version. */
    g_autoptr(GList) names =
        g_list_sort(json_object_get_members(settings), (GCompareFunc)(void (*)(void))strcmp);
    for (const GList *name = names; name != NULL; name = name->next) {
        const char *value = string_of(json_object_get_member(settings, name->data));
        if (value != NULL && !is_own_setting(name->data))
            g_string_append_printf(text, "%s%s = %s", text->len > 0 ? ", " : "",
                                   (const char *)name->data, value);
    }
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

/* A time of the answer's, which counts milliseconds. */
static gint64
time_member(JsonObject *object, const char *name)
{
    double milliseconds = number_member(object, name, -1);
    return milliseconds >= 0 ? (gint64)(milliseconds * 1000 + 0.5) : -1;
}

double
pgs_plan_real_cost(double cost)
{
    return cost >= DISABLE_COST ? fmod(cost, DISABLE_COST) : cost;
}

static double
cost_of_answer(JsonObject *answer)
{
    JsonObject *root = object_member(answer, "Plan");
    double cost = number_member(root, "Total Cost", 0);
    /* From 18 on a disabled node says so, and adds nothing. */
    return json_object_has_member(root, "Disabled") ? cost : pgs_plan_real_cost(cost);
}

/* [{"Plan": {…}, …}]: JsonObject *, those that have a plan. */
static GPtrArray *
find_answers(JsonNode *json)
{
    GPtrArray *found = g_ptr_array_new();
    JsonArray *answers =
        json != NULL && JSON_NODE_HOLDS_ARRAY(json) ? json_node_get_array(json) : NULL;
    for (guint i = 0; answers != NULL && i < json_array_get_length(answers); i++) {
        JsonNode *element = json_array_get_element(answers, i);
        JsonObject *answer = JSON_NODE_HOLDS_OBJECT(element) ? json_node_get_object(element) : NULL;
        if (answer != NULL && object_member(answer, "Plan") != NULL)
            g_ptr_array_add(found, answer);
    }
    return found;
}

/* A rule makes several queries of one, of which the user's own may be the first or the last. */
static PgsPlanNode *
read_several(const GPtrArray *answers)
{
    PgsPlanNode *root = g_new0(PgsPlanNode, 1);
    root->type = g_strdup("Rewritten Queries");
    root->children = g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
    root->index_searches = root->shared_hit = root->shared_read = root->rows_removed = -1;
    for (guint i = 0; i < answers->len; i++) {
        PgsPlanNode *child = read_node(object_member(answers->pdata[i], "Plan"), root);
        root->total_cost += child->total_cost;
        g_ptr_array_add(root->children, child);
    }
    return root;
}

static PgsPlan *
read_plan(const GPtrArray *answers)
{
    PgsPlan *plan = g_new0(PgsPlan, 1);
    JsonObject *first = answers->pdata[0];
    plan->root =
        answers->len == 1 ? read_node(object_member(first, "Plan"), NULL) : read_several(answers);
    plan->settings = read_settings(object_member(first, "Settings"));
    plan->planning_time = time_member(first, "Planning Time");
    plan->execution_time = time_member(first, "Execution Time");
    for (guint i = 0; i < answers->len; i++)
        plan->cost += cost_of_answer(answers->pdata[i]);
    return plan;
}

PgsPlan *
pgs_plan_parse(const char *json, const char *text, GError **error)
{
    /* Of a database in SQL_ASCII any bytes come. */
    g_autofree char *valid = g_utf8_make_valid(json, -1);
    g_autoptr(GError) broken = NULL;
    g_autoptr(JsonNode) node = json_from_string(valid, &broken);
    g_autoptr(GPtrArray) answers = find_answers(node);
    if (answers->len == 0) {
        pgs_error_set(error, PGS_PLAN_ERROR, PGS_PLAN_ERROR_FORM, NULL,
                      "the server's answer to EXPLAIN (FORMAT JSON) holds no plan%s%s: %.200s",
                      broken != NULL ? ": " : "", broken != NULL ? broken->message : "", valid);
        return NULL;
    }
    PgsPlan *plan = read_plan(answers);
    plan->json = g_steal_pointer(&valid);
    plan->text = g_strdup(text);
    return plan;
}

void
pgs_plan_free(PgsPlan *plan)
{
    if (plan == NULL)
        return;
    node_free(plan->root);
    g_free(plan->json);
    g_free(plan->text);
    g_free(plan->settings);
    g_free(plan);
}
