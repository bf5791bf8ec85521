#include "volume/fill_group.h"

#include "synthesis/synthesis_recipe.h"
#include "volume/fill_part.h"

/* ---- which columns belong together ---- */

/* The columns of a CHECK on several of them; NULL: it is none, or not of this relation's. */
static GPtrArray *
check_columns(const PgsFill *fill, const PgsRule *check)
{
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < check->n_columns && check->enforced; i++) {
        const PgsColumn *column = pgs_relation_own_column(fill->relation, check->columns[i]);
        if (column != NULL && column->generated != 0)
            pgs_relation_named_columns(fill->relation, column->generated_sql, columns);
        else if (column != NULL && !g_ptr_array_find(columns, column, NULL))
            g_ptr_array_add(columns, (gpointer)column);
    }
    if (columns->len > 1)
        return columns;
    g_ptr_array_unref(columns);
    return NULL;
}

static gboolean
overlap(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; i < a->len; i++) {
        if (g_ptr_array_find((GPtrArray *)b, a->pdata[i], NULL))
            return TRUE;
    }
    return FALSE;
}

/* Adds columns to groups (GPtrArray of GPtrArray), of which those that they connect become one. */
static void
connect(GPtrArray *groups, GPtrArray *columns)
{
    for (guint i = groups->len; i > 0; i--) {
        GPtrArray *group = groups->pdata[i - 1];
        if (!overlap(group, columns))
            continue;
        for (guint j = 0; j < group->len; j++) {
            if (!g_ptr_array_find(columns, group->pdata[j], NULL))
                g_ptr_array_add(columns, group->pdata[j]);
        }
        g_ptr_array_remove_index(groups, i - 1);
    }
    g_ptr_array_add(groups, columns);
}

static int
compare_columns(gconstpointer a, gconstpointer b)
{
    const PgsColumn *first = *(PgsColumn *const *)a, *second = *(PgsColumn *const *)b;
    return (int)first->index - (int)second->index;
}

static GPtrArray *
find_groups(const PgsFill *fill)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < fill->relation->checks->len; i++) {
        GPtrArray *columns = check_columns(fill, fill->relation->checks->pdata[i]);
        if (columns != NULL)
            connect(groups, columns);
    }
    for (guint i = 0; i < groups->len; i++)
        g_ptr_array_sort(groups->pdata[i], compare_columns);
    return groups;
}

/* ---- what becomes of them ---- */

/* Whether chance is left to say what it has, and a combination may. */
static gboolean
is_free(const PgsFill *fill, const PgsColumn *column)
{
    const PgsFillLink *link = pgs_fill_link_of(fill, column);
    if (link != NULL)
        return link->is_nullable && link->n_fixed == 0;
    return pgs_fill_part_of(fill, column) == NULL;
}

static void
filter_by(PgsFill *fill, const GPtrArray *group)
{
    for (guint i = 0; i < fill->relation->checks->len; i++) {
        PgsRule *check = fill->relation->checks->pdata[i];
        g_autoptr(GPtrArray) columns = check_columns(fill, check);
        if (columns != NULL && overlap(columns, group) &&
            !g_ptr_array_find(fill->filters, check, NULL))
            g_ptr_array_add(fill->filters, check);
    }
}

/* A combination says of a foreign key whether it refers to a row; of one with several columns the
 * first that it says something of. */
static void
set_presence(PgsFill *fill, const PgsColumn *column, const char *presence)
{
    PgsFillLink *link = pgs_fill_link_of(fill, column);
    if (link != NULL && link->presence == NULL && presence != NULL)
        link->presence = g_strdup_printf("(%s)", presence);
}

static void
take_combination(PgsFill *fill, const PgsColumnFill *combined)
{
    g_autoptr(PgsColumnFill) own = pgs_column_fill_new();
    for (guint i = 0; i < combined->columns->len; i++) {
        const PgsColumn *column = combined->columns->pdata[i];
        const char *expression = combined->expressions->pdata[i];
        if (pgs_fill_link_of(fill, column) != NULL) {
            set_presence(fill, column, expression);
            continue;
        }
        g_ptr_array_add(own->columns, (gpointer)column);
        g_ptr_array_add(own->expressions, g_strdup(expression));
    }
    if (own->columns->len == 0)
        return;
    own->n_distinct = combined->n_distinct;
    own->what = g_strdup(combined->what);
    PgsFillPart *part = pgs_fill_part_accepted(fill, own->columns);
    g_ptr_array_insert(part->proposals, 0, g_steal_pointer(&own));
    g_ptr_array_add(fill->parts, part);
}

static gboolean
settle_group(PgsFill *fill, const GPtrArray *group, GError **error)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GHashTable) references = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < group->len; i++) {
        const PgsColumn *column = group->pdata[i];
        if (!is_free(fill, column))
            continue;
        g_ptr_array_add(columns, (gpointer)column);
        if (pgs_fill_link_of(fill, column) != NULL)
            g_hash_table_add(references, (gpointer)column);
    }
    if (columns->len < group->len)
        filter_by(fill, group);
    if (columns->len < 2)
        return TRUE;
    GError *local = NULL;
    g_autoptr(PgsColumnFill) combined = pgs_column_fill_combine(
        fill->bench, fill->accepted, columns, references, fill->rows, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (combined != NULL)
        take_combination(fill, combined);
    else
        filter_by(fill, group);
    return TRUE;
}

gboolean
pgs_fill_settle_groups(PgsFill *fill, GError **error)
{
    g_autoptr(GPtrArray) groups = find_groups(fill);
    for (guint i = 0; i < groups->len; i++) {
        if (!settle_group(fill, groups->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}
