#include "synthesis/grid.h"
#include "volume/column_group.h"
#include "volume/column_proposal.h"
#include "volume/column_trial.h"
#include "volume/distribution.h"

#include <string.h>

enum {
    CLASSES = 256, /* that are tried */
    ROWS = 200,    /* of a grid that are taken */
};

/* ---- by what is NULL, and by listed values ---- */

static guint
count_cells(const PgsGroupMember *member)
{
    guint n = member->is_listed && !member->is_bound ? member->options->len : 1;
    return n + (member->is_nullable ? 1 : 0);
}

/* The class gets the member's n-th cell. */
static void
add_cell(PgsGroupClass *class, const PgsGroupMember *member, guint at, gboolean is_ordered, guint n)
{
    gboolean is_listed = member->is_listed && !member->is_bound;
    guint n_values = is_listed ? member->options->len : 1;
    if (member->is_nullable)
        class->nulls *= n == n_values ? member->null_share : 1 - member->null_share;
    class->listed *= count_cells(member) + 1;
    if (n == n_values)
        return;
    if (is_listed) {
        class->listed += n + 1;
        class->weight *= member->weights[n];
        class->cells[at] = member->options->pdata[n];
    } else {
        class->cells[at] = is_ordered && member->ordered != NULL ? member->ordered : member->bare;
    }
}

/* All of them; NULL: they are too many, or nothing is known of a column. */
static GPtrArray *
list_classes(const PgsColumnGroup *group, gboolean is_ordered)
{
    guint n = 1;
    for (guint i = 0; i < group->members->len && n <= CLASSES; i++) {
        const PgsGroupMember *member = group->members->pdata[i];
        n *= count_cells(member);
        if (member->bare == NULL)
            return NULL;
    }
    if (n > CLASSES)
        return NULL;
    GPtrArray *classes = g_ptr_array_new_with_free_func(pgs_group_class_free);
    for (guint k = 0; k < n; k++) {
        PgsGroupClass *class = pgs_group_class_new(group->members->len);
        guint rest = k;
        for (guint i = 0; i < group->members->len; i++) {
            const PgsGroupMember *member = group->members->pdata[i];
            add_cell(class, member, i, is_ordered, rest % count_cells(member));
            rest /= count_cells(member);
        }
        g_ptr_array_add(classes, class);
    }
    return classes;
}

/*
 * Listed values come as often as they would by themselves, whatever has to be NULL besides; where
 * one can come with several, these share its rows.
 */
static void
share_rows(GPtrArray *classes)
{
    g_autofree double *sums = g_new0(double, classes->len + 1);
    for (guint i = 0; i < classes->len; i++) {
        for (guint k = 0; k < classes->len; k++) {
            const PgsGroupClass *other = classes->pdata[k];
            if (other->listed == ((const PgsGroupClass *)classes->pdata[i])->listed)
                sums[i] += other->nulls;
        }
    }
    for (guint i = 0; i < classes->len; i++) {
        PgsGroupClass *class = classes->pdata[i];
        class->weight *= class->nulls / sums[i];
    }
}

/* Those that are accepted, as they are. */
static GPtrArray *
try_classes(const PgsColumnGroup *group, const GPtrArray *classes, GError **error)
{
    g_autoptr(PgsColumnTrial) trial =
        pgs_column_trial_new(group->bench, group->accepted, group->conditions);
    for (guint k = 0; k < classes->len; k++) {
        const PgsGroupClass *class = classes->pdata[k];
        g_autoptr(GPtrArray) cells = g_ptr_array_new();
        for (guint i = 0; i < group->members->len; i++)
            g_ptr_array_add(cells, class->cells[i] != NULL ? class->cells[i] : (gpointer) "NULL");
        pgs_column_trial_add(trial, group->columns, cells, group->rows);
    }
    if (!pgs_column_trial_run(trial, error))
        return NULL;
    GPtrArray *accepted = g_ptr_array_new();
    for (guint k = 0; k < classes->len; k++) {
        const PgsColumnSample *sample = pgs_column_trial_sample(trial, k);
        if (sample->is_valid && sample->n_accepted == sample->n)
            g_ptr_array_add(accepted, classes->pdata[k]);
    }
    return accepted;
}

PgsColumnFill *
pgs_column_group_classes(PgsColumnGroup *group, gboolean is_ordered, GError **error)
{
    g_autoptr(GPtrArray) classes = list_classes(group, is_ordered);
    if (classes == NULL)
        return NULL;
    g_autoptr(GPtrArray) accepted = try_classes(group, classes, error);
    if (accepted == NULL || accepted->len == 0)
        return NULL;
    share_rows(accepted);
    return pgs_column_group_mix(group, accepted);
}

/* ---- by values ---- */

static gboolean
is_plain(PgsValue value)
{
    return value.kind == PGS_VALUE_NULL ||
           (value.kind == PGS_VALUE_TEXT && strlen(value.text) < 2000);
}

static gboolean
row_is_plain(const PgsColumnGroup *group, const PgsGridRow *row)
{
    for (guint i = 0; i < group->members->len; i++) {
        if (!is_plain(row->values[i]))
            return FALSE;
    }
    return TRUE;
}

/* A cell's text; kept in texts. */
static char *
value_cell(const PgsColumn *column, PgsValue value, GPtrArray *texts)
{
    if (value.kind == PGS_VALUE_NULL)
        return NULL;
    g_autoptr(GString) sql = g_string_new("CAST(");
    pgs_value_append(sql, value);
    g_string_append_printf(sql, " AS %s)", column->type_sql);
    char *text = g_strdup(sql->str);
    g_ptr_array_add(texts, text);
    return text;
}

PgsColumnFill *
pgs_column_group_grid(PgsColumnGroup *group, GError **error)
{
    g_autoptr(PgsGrid) grid =
        pgs_grid_evaluate(group->bench, group->accepted, group->columns, group->rules, NULL, error);
    if (grid == NULL)
        return NULL;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) classes = g_ptr_array_new_with_free_func(pgs_group_class_free);
    for (guint k = 0; k < grid->rows->len && classes->len < ROWS; k++) {
        const PgsGridRow *row = grid->rows->pdata[k];
        if (!pgs_grid_row_passes(grid, row, -1) || !row_is_plain(group, row))
            continue;
        PgsGroupClass *class = pgs_group_class_new(group->members->len);
        for (guint i = 0; i < group->members->len; i++) {
            const PgsColumn *column = group->columns->pdata[i];
            class->cells[i] = value_cell(column, row->values[i], texts);
            class->weight *= class->cells[i] != NULL ? 1 : PGS_FILL_RARE;
        }
        g_ptr_array_add(classes, class);
    }
    return classes->len > 1 ? pgs_column_group_mix(group, classes) : NULL;
}
