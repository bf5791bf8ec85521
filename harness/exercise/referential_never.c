#include "exercise/referential_never.h"

#include "exercise/proof.h"
#include "synthesis/grid.h"

#include <string.h>

static gboolean
is_set(const PgsWatched *child, const char *column, gboolean to_null)
{
    for (guint i = 0; i < child->columns->len; i++) {
        const PgsColumn *set = g_ptr_array_index(child->columns, i);
        if (strcmp(set->name, column) == 0)
            return !to_null || g_ptr_array_index(child->values, i) == NULL;
    }
    return FALSE;
}

/* A CHECK of other columns as well may agree with other rows. */
static gboolean
is_about_these_only(const PgsWatched *child, const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++)
        if (!is_set(child, rule->columns[i]->name, FALSE))
            return FALSE;
    return rule->n_columns > 0;
}

static gboolean
refuses_ever(const PgsWatched *child, const PgsRule *rule, const PgsFailure *failure)
{
    const PgsRelation *relation = child->row->draft->relation;
    if (rule->relation != NULL && rule->relation != relation)
        return FALSE;
    switch (rule->kind) {
    case PGS_RULE_NOT_NULL:
        return is_set(child, rule->columns[0]->name, TRUE);
    case PGS_RULE_PRIMARY_KEY:
        return strcmp(failure->sqlstate, "23502") == 0 && failure->column != NULL &&
               is_set(child, failure->column, TRUE);
    case PGS_RULE_CHECK:
        return is_about_these_only(child, rule);
    case PGS_RULE_DOMAIN_NOT_NULL:
    case PGS_RULE_DOMAIN_CHECK:
        for (guint i = 0; i < child->columns->len; i++) {
            const PgsColumn *column = g_ptr_array_index(child->columns, i);
            if (column->type == rule->type)
                return TRUE;
        }
        return FALSE;
    default:
        return FALSE;
    }
}

/* ---- a CHECK of other columns as well ---- */

/* TRUE: all of the key's columns that the grid has are NULL (or none is). */
static gboolean
has_key(const PgsGrid *grid, const PgsGridRow *row, const PgsWatched *child, gboolean null)
{
    for (guint i = 0; i < grid->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(grid->columns, i);
        if (g_ptr_array_find(child->columns, column, NULL) &&
            (row->values[i].kind == PGS_VALUE_NULL) != null)
            return FALSE;
    }
    return TRUE;
}

static gboolean
are_alike_besides(const PgsGrid *grid, const PgsGridRow *a, const PgsGridRow *b,
                  const PgsWatched *child)
{
    for (guint i = 0; i < grid->columns->len; i++)
        if (!g_ptr_array_find(child->columns, g_ptr_array_index(grid->columns, i), NULL) &&
            !pgs_value_equal(a->values[i], b->values[i]))
            return FALSE;
    return TRUE;
}

/* Whether a row that the CHECK accepts is still accepted with the key NULL. */
static gboolean
agrees_ever(const PgsGrid *grid, const PgsWatched *child)
{
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = g_ptr_array_index(grid->rows, i);
        if (!pgs_grid_row_passes(grid, row, -1) || !has_key(grid, row, child, FALSE))
            continue;
        for (guint j = 0; j < grid->rows->len; j++) {
            const PgsGridRow *then = g_ptr_array_index(grid->rows, j);
            if (has_key(grid, then, child, TRUE) && are_alike_besides(grid, row, then, child) &&
                pgs_grid_row_passes(grid, then, -1))
                return TRUE;
        }
    }
    return FALSE;
}

/* "One of the two parents, never both": SET NULL of one leaves a row with none. */
static gboolean
refuses_each_null(const PgsReferentialTrial *trial, const PgsWatched *child, const PgsRule *rule,
                  gboolean *answer, GError **error)
{
    *answer = FALSE;
    if (trial->action != 'n' || rule->kind != PGS_RULE_CHECK ||
        rule->relation != child->row->draft->relation)
        return TRUE;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    for (guint i = 0; i < rule->n_columns; i++)
        g_ptr_array_add(columns, (gpointer)rule->columns[i]);
    g_ptr_array_add(rules, (gpointer)rule);
    g_autoptr(PgsGrid) grid =
        pgs_grid_evaluate(trial->rows->bench, child->row->draft, columns, rules, NULL, error);
    if (grid == NULL)
        return FALSE;
    *answer = grid->is_complete && !agrees_ever(grid, child);
    return TRUE;
}

gboolean
pgs_referential_never(const PgsReferentialTrial *trial, const PgsFailure *failure, char **words,
                      GError **error)
{
    *words = NULL;
    const PgsWatched *child = g_ptr_array_index(trial->watch, 1);
    if ((trial->action != 'n' && trial->action != 'd') || child->columns == NULL)
        return TRUE;
    const PgsRule *rule = pgs_rule_find_named(trial->rows->bench, failure);
    if (rule == NULL)
        return TRUE;
    gboolean is_never = refuses_ever(child, rule, failure);
    if (!is_never && !refuses_each_null(trial, child, rule, &is_never, error))
        return FALSE;
    if (!is_never)
        return TRUE;
    g_autofree char *name = pgs_rule_describe(rule);
    *words = g_strdup_printf("can never act: the %s is always refused, %s by %s",
                             trial->event == PGS_REFERENTIAL_DELETE ? "DELETE" : "UPDATE",
                             failure->sqlstate, name);
    return TRUE;
}
