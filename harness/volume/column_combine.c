#include "synthesis/synthesis_recipe.h"
#include "volume/column_group.h"

static gboolean
has_mentioned(const PgsColumnGroup *group)
{
    for (guint i = 0; i < group->members->len; i++) {
        if (((const PgsGroupMember *)group->members->pdata[i])->is_mentioned)
            return TRUE;
    }
    return FALSE;
}

/* The most realistic first. */
static PgsColumnFill *
combine(PgsColumnGroup *group, GError **error)
{
    GError *local = NULL;
    PgsColumnFill *fill = NULL;
    /* Else values that the CHECKs name would not be there. */
    if (has_mentioned(group))
        fill = pgs_column_group_classes(group, TRUE, &local);
    if (fill == NULL && local == NULL)
        fill = pgs_column_group_together(group, TRUE, &local);
    if (fill == NULL && local == NULL)
        fill = pgs_column_group_classes(group, TRUE, &local);
    if (fill == NULL && local == NULL)
        fill = pgs_column_group_classes(group, FALSE, &local);
    if (fill == NULL && local == NULL)
        fill = pgs_column_group_together(group, FALSE, &local);
    if (fill == NULL && local == NULL)
        fill = pgs_column_group_grid(group, &local);
    if (local != NULL)
        g_propagate_error(error, local);
    return fill;
}

/* ---- columns that have nothing to do with one another ---- */

/* Those of columns that a CHECK binds to the first one of them, over any number of others. */
static GPtrArray *
take_component(const PgsRelation *relation, GPtrArray *columns)
{
    GPtrArray *component = g_ptr_array_new();
    g_ptr_array_add(component, g_ptr_array_steal_index(columns, 0));
    for (guint at = 0; at < component->len; at++) {
        for (guint i = 0; i < relation->checks->len; i++) {
            g_autoptr(GPtrArray) named = pgs_check_columns(relation, relation->checks->pdata[i]);
            if (!g_ptr_array_find(named, component->pdata[at], NULL))
                continue;
            for (guint k = 0; k < named->len; k++) {
                if (g_ptr_array_remove(columns, named->pdata[k]))
                    g_ptr_array_add(component, named->pdata[k]);
            }
        }
    }
    return component;
}

/* from's columns are added to fill's; from is taken over. */
static void
join(PgsColumnFill *fill, PgsColumnFill *from)
{
    gboolean is_much = from->n_distinct > G_MAXINT32 || fill->n_distinct > G_MAXINT32;
    fill->n_distinct = is_much ? G_MAXINT32 : fill->n_distinct * from->n_distinct;
    for (guint i = 0; i < from->columns->len; i++) {
        g_ptr_array_add(fill->columns, from->columns->pdata[i]);
        g_ptr_array_add(fill->expressions, g_strdup(from->expressions->pdata[i]));
    }
    char *what = fill->what != NULL ? g_strdup_printf("%s; %s", fill->what, from->what)
                                    : g_strdup(from->what);
    g_free(fill->what);
    fill->what = what;
    pgs_column_fill_free(from);
}

PgsColumnFill *
pgs_column_fill_combine(PgsBench *bench, const PgsDraft *accepted, const GPtrArray *columns,
                        GHashTable *references, gint64 rows, GError **error)
{
    g_autoptr(PgsColumnFill) whole = pgs_column_fill_new();
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    g_ptr_array_extend(left, (GPtrArray *)columns, NULL, NULL);
    whole->n_distinct = 1;
    while (left->len > 0) {
        PgsColumnGroup group;
        PgsColumnFill *fill = NULL;
        g_autoptr(GPtrArray) component = take_component(accepted->relation, left);
        if (pgs_column_group_init(&group, bench, accepted, component, references, rows, error))
            fill = combine(&group, error);
        pgs_column_group_clear(&group);
        if (fill == NULL)
            return NULL;
        join(whole, fill);
    }
    return whole->columns->len > 0 ? g_steal_pointer(&whole) : NULL;
}
