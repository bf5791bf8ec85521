#include "volume/volume_leaf.h"

#include "synthesis/synthesis_recipe.h"

#include <string.h>

/* A partition's other self. */
typedef struct {
    PgsRelation relation;
    PgsColumn *columns;
    GPtrArray *bounds; /* PgsRule */
} Leaf;

static void
bound_free(gpointer data)
{
    PgsRule *bound = data;
    g_free(bound->columns);
    g_free(bound->expression);
    g_free(bound);
}

static void
leaf_free(gpointer data)
{
    Leaf *leaf = data;
    g_ptr_array_unref(leaf->relation.columns);
    g_ptr_array_unref(leaf->relation.checks);
    g_ptr_array_unref(leaf->bounds);
    g_free(leaf->columns);
    g_free(leaf);
}

/* ---- bounds ---- */

/* Behind a quoted text or name that begins at p. */
static const char *
skip_quoted(const char *p)
{
    const char *end = strchr(p + 1, *p);
    return end != NULL ? end + 1 : p + strlen(p);
}

/* The conditions that AND connects in "((a) AND (b))"; char *. */
static GPtrArray *
split_conditions(const char *text)
{
    GPtrArray *conditions = g_ptr_array_new_with_free_func(g_free);
    gboolean is_wrapped = *text == '(';
    const char *start = text + is_wrapped, *p = start;
    for (gint depth = 0; *p != '\0';) {
        if (*p == '\'' || *p == '"') {
            p = skip_quoted(p);
            continue;
        }
        if (*p == '(')
            depth++;
        if (*p == ')' && depth-- == 0)
            break;
        if (depth == 0 && g_str_has_prefix(p, " AND ")) {
            g_ptr_array_add(conditions, g_strndup(start, (gsize)(p - start)));
            start = p + strlen(" AND ");
        }
        p++;
    }
    g_ptr_array_add(conditions, g_strndup(start, (gsize)(p - start)));
    /* What was wrapped otherwise than thought is taken as a whole. */
    if (is_wrapped && strcmp(p, ")") != 0) {
        g_ptr_array_set_size(conditions, 0);
        g_ptr_array_add(conditions, g_strdup(text));
    }
    return conditions;
}

/* A hash's bound is left to what rows are held against: each has its share of any values. */
static void
add_bound(Leaf *leaf, const char *condition)
{
    if (strstr(condition, "satisfies_hash_partition") != NULL)
        return;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    pgs_relation_named_columns(&leaf->relation, condition, columns);
    if (columns->len == 0)
        return;
    PgsRule *bound = g_new0(PgsRule, 1);
    bound->kind = PGS_RULE_CHECK;
    bound->relation = &leaf->relation;
    bound->object_kind = "check constraint";
    bound->expression = g_strdup(condition);
    bound->validated = bound->enforced = TRUE;
    bound->n_columns = columns->len;
    bound->columns = g_memdup2(columns->pdata, columns->len * sizeof(gpointer));
    g_ptr_array_add(leaf->bounds, bound);
    g_ptr_array_add(leaf->relation.checks, bound);
}

static Leaf *
leaf_new(const PgsRelation *relation)
{
    Leaf *leaf = g_new0(Leaf, 1);
    leaf->relation = *relation;
    leaf->relation.partition_constraint = NULL;
    leaf->bounds = g_ptr_array_new_with_free_func(bound_free);
    leaf->relation.columns = g_ptr_array_new();
    leaf->relation.checks = g_ptr_array_new();
    leaf->columns = g_new0(PgsColumn, relation->columns->len);
    for (guint i = 0; i < relation->columns->len; i++) {
        leaf->columns[i] = *(const PgsColumn *)relation->columns->pdata[i];
        leaf->columns[i].relation = &leaf->relation;
        g_ptr_array_add(leaf->relation.columns, &leaf->columns[i]);
    }
    g_ptr_array_extend(leaf->relation.checks, relation->checks, NULL, NULL);
    g_autoptr(GPtrArray) conditions = split_conditions(relation->partition_constraint);
    for (guint i = 0; i < conditions->len; i++)
        add_bound(leaf, conditions->pdata[i]);
    return leaf;
}

const PgsRelation *
pgs_volume_leaf(PgsBench *bench, const PgsRelation *relation)
{
    if (relation->partition_constraint == NULL)
        return relation;
    g_autofree char *key = g_strdup_printf("volume.leaf.%s", relation->identity);
    Leaf *leaf = pgs_bench_recall(bench, key);
    if (leaf == NULL) {
        leaf = leaf_new(relation);
        pgs_bench_remember(bench, key, leaf, leaf_free);
    }
    return &leaf->relation;
}
