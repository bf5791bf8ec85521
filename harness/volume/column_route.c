#include "volume/column_route.h"

#include "synthesis/synthesis_recipe.h"

enum {
    LEAVES = 200, /* partitions whose bounds are looked at */
};

static gboolean
names(const PgsRelation *relation, const char *condition, const PgsColumn *column)
{
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    pgs_relation_named_columns(relation, condition, named);
    return column == NULL ? named->len > 0 : g_ptr_array_find(named, column, NULL);
}

static void
add_leaves(GPtrArray *conditions, const PgsRelation *relation, guint limit)
{
    if (relation->kind != 'p' && relation->partition_constraint != NULL && conditions->len < limit)
        g_ptr_array_add(conditions, g_strdup_printf("(%s)", relation->partition_constraint));
    for (guint i = 0; relation->kind == 'p' && i < relation->children->len; i++)
        add_leaves(conditions, relation->children->pdata[i], limit);
}

GPtrArray *
pgs_route_conditions(const PgsRelation *relation, guint limit)
{
    GPtrArray *conditions = g_ptr_array_new_with_free_func(g_free);
    add_leaves(conditions, relation, limit);
    return conditions;
}

char *
pgs_route_condition(const PgsRelation *relation, const PgsColumn *column)
{
    g_autoptr(GPtrArray) conditions = pgs_route_conditions(relation, LEAVES);
    g_ptr_array_add(conditions, NULL);
    g_autofree char *any = g_strjoinv(" OR ", (char **)conditions->pdata);
    return *any != '\0' && names(relation, any, column) ? g_strdup_printf("(%s)", any) : NULL;
}
