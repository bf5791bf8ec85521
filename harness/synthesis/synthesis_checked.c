#include "synthesis/synthesis_component.h"

#include "synthesis/grid.h"
#include "values/candidates.h"
#include "values/generator.h"

#include <string.h>

enum {
    ROWS = 60,    /* passing rows of a grid that are tried */
    ORDINARY = 4, /* ordinary values of a column, of a key's the more */
    ORDINARY_OF_KEY = 12,
    LITERALS = 12, /* of a column that refers to rows: values that rules speak of */
    SIEVED = 14,   /* values of a column that the rules on it alone let through */
};

/* ---- choices ---- */

static gboolean
add_candidates(PgsComponent *component, const PgsColumn *column, GArray *values, guint limit,
               GError **error)
{
    const PgsCandidates *candidates =
        pgs_candidates_of_column(component->variation->build->bench, column, error);
    if (candidates == NULL)
        return FALSE;
    for (guint i = 0; i < candidates->values->len && i < limit; i++)
        pgs_value_add_once(values, g_array_index(candidates->values, PgsValue, i));
    return TRUE;
}

/* Of rows that are there, and such as rules speak of (their rows are made when one is chosen). */
static gboolean
choose_referenced(PgsComponent *component, const PgsColumn *column, GArray *values,
                  const PgsDraft *other, GError **error)
{
    if (other != NULL)
        pgs_value_add_once(values, pgs_draft_get(other, column));
    if (!column->not_null)
        pgs_value_add_once(values, (PgsValue){.kind = PGS_VALUE_NULL});
    g_autoptr(GArray) existing = pgs_variation_values(component->variation, column, error);
    if (existing == NULL)
        return FALSE;
    for (guint i = 0; i < existing->len; i++)
        pgs_value_add_once(values, g_array_index(existing, PgsValue, i));
    return add_candidates(component, column, values, LITERALS, error);
}

static gboolean
choose(PgsComponent *component, const PgsColumn *column, const PgsDraft *other, GError **error)
{
    const PgsVariation *variation = component->variation;
    PgsBench *bench = variation->build->bench;
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_hash_table_insert(component->choices, (gpointer)column, values);
    pgs_value_add_once(values, pgs_draft_get(variation->target, column));
    if (pgs_relation_is_referencing(column->relation, column))
        return choose_referenced(component, column, values, other, error);
    gboolean is_key =
        variation->companion < 0 && variation->build->recipe->sources[column->index].is_key;
    guint n_ordinary = is_key ? ORDINARY_OF_KEY : ORDINARY;
    for (guint i = 0; i < n_ordinary; i++) {
        PgsValue value =
            pgs_generator_value(bench, column->type, column->typmod, variation->n + i, NULL);
        if (value.kind != PGS_VALUE_NULL)
            pgs_value_add_once(values, value);
    }
    return add_candidates(component, column, values, G_MAXUINT, error);
}

/* Another draft with rows of its own to refer to; NULL when there is none. */
static PgsDraft *
make_other(PgsVariation *variation, GError **error)
{
    PgsBuild *build = variation->build;
    if (build->relation->references->len == 0 || variation->companion >= 0)
        return NULL;
    guint n = build->n;
    g_autofree PgsParentKind *kinds =
        g_memdup2(build->recipe->parents, build->relation->references->len * sizeof(PgsParentKind));
    for (guint i = 0; i < build->relation->references->len; i++) {
        PgsParentKind *kind = &build->recipe->parents[i];
        const PgsRule *reference = g_ptr_array_index(build->relation->references, i);
        if (*kind == PGS_PARENT_SHARED)
            *kind = PGS_PARENT_FRESH;
        if (*kind == PGS_PARENT_NONE && reference->referenced != build->relation)
            *kind = PGS_PARENT_SHARED;
    }
    g_autofree char *reason = NULL;
    PgsDraft *other = pgs_build_draft(build, &reason, error);
    memcpy(build->recipe->parents, kinds, build->relation->references->len * sizeof(PgsParentKind));
    build->n = n;
    return other;
}

static gboolean
choose_all(PgsComponent *component, GError **error)
{
    gboolean is_referring = FALSE;
    for (guint i = 0; i < component->columns->len; i++)
        is_referring =
            is_referring || pgs_relation_is_referencing(component->variation->target->relation,
                                                        g_ptr_array_index(component->columns, i));
    GError *local = NULL;
    PgsDraft *other = is_referring ? make_other(component->variation, &local) : NULL;
    g_clear_pointer(&component->variation->other, pgs_draft_free);
    component->variation->other = other;
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    for (guint i = 0; i < component->columns->len; i++) {
        if (!choose(component, g_ptr_array_index(component->columns, i), other, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- what one column's own rules let through ---- */

static GPtrArray *
own_rules(const PgsComponent *component, const PgsColumn *column)
{
    GPtrArray *rules = g_ptr_array_new();
    for (guint i = 0; i < component->rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(component->rules, i);
        g_autoptr(GPtrArray) columns =
            pgs_component_rule_columns(component->variation->target->relation, rule);
        if (columns->len == 1 && g_ptr_array_index(columns, 0) == column)
            g_ptr_array_add(rules, (gpointer)rule);
    }
    return rules;
}

static gboolean
sieve(PgsComponent *component, const PgsColumn *column, GError **error)
{
    GArray *values = g_hash_table_lookup(component->choices, column);
    g_autoptr(GPtrArray) rules = own_rules(component, column);
    if (values->len <= SIEVED)
        return TRUE;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)column);
    const PgsVariation *variation = component->variation;
    g_autoptr(PgsGrid) grid = pgs_grid_evaluate(variation->build->bench, variation->target, columns,
                                                rules, component->choices, error);
    if (grid == NULL)
        return FALSE;
    GArray *passed = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    for (guint i = 0; i < grid->rows->len && passed->len < SIEVED; i++) {
        const PgsGridRow *row = g_ptr_array_index(grid->rows, i);
        if (pgs_grid_row_passes(grid, row, -1))
            g_array_append_val(passed, row->values[0]);
    }
    if (passed->len == 0) {
        g_array_unref(passed);
        return TRUE;
    }
    if (!column->not_null)
        pgs_value_add_once(passed, (PgsValue){.kind = PGS_VALUE_NULL});
    g_hash_table_insert(component->choices, (gpointer)column, passed);
    return TRUE;
}

static gboolean
sieve_all(PgsComponent *component, GError **error)
{
    guint64 n_combinations = 1;
    for (guint i = 0; i < component->columns->len && n_combinations <= PGS_GRID_LIMIT; i++) {
        const GArray *values =
            g_hash_table_lookup(component->choices, g_ptr_array_index(component->columns, i));
        n_combinations *= values->len;
    }
    for (guint i = 0; n_combinations > PGS_GRID_LIMIT && i < component->columns->len; i++) {
        if (!sieve(component, g_ptr_array_index(component->columns, i), error))
            return FALSE;
    }
    return TRUE;
}

/* ---- rows that pass ---- */

typedef struct {
    const PgsGridRow *row;
    guint place; /* in the grid */
    guint distance;
    guint rank;          /* of its values among the choices */
    gboolean is_emptier; /* it has a NULL where the refused row has none */
} Ranked;

static gint
compare_ranked(gconstpointer a, gconstpointer b)
{
    const Ranked *first = a, *second = b;
    if (first->distance != second->distance)
        return first->distance < second->distance ? -1 : 1;
    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    return first->place < second->place ? -1 : 1;
}

/* In how much a row differs from the one that was refused; rows are to be full. */
static void
measure(const PgsComponent *component, Ranked *one)
{
    for (guint i = 0; i < component->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(component->columns, i);
        PgsValue present = pgs_draft_get(component->variation->target, column);
        PgsValue value = one->row->values[i];
        const GArray *values = g_hash_table_lookup(component->choices, column);
        one->is_emptier =
            one->is_emptier || (value.kind == PGS_VALUE_NULL && present.kind != PGS_VALUE_NULL);
        if (!pgs_value_equal(present, value))
            one->distance += value.kind == PGS_VALUE_NULL ? 7 : 2;
        guint rank = 0;
        while (rank < values->len && !pgs_value_equal(g_array_index(values, PgsValue, rank), value))
            rank++;
        one->rank += rank;
    }
}

static void
add_row(const PgsComponent *component, const PgsGridRow *row)
{
    PgsDraft *target;
    PgsDraft *draft = pgs_variation_copy(component->variation, &target);
    for (guint i = 0; i < component->columns->len; i++)
        pgs_draft_set(target, g_ptr_array_index(component->columns, i), row->values[i]);
    pgs_variation_add(component->variation, draft, 0);
}

/* FALSE: none passes. */
static gboolean
add_passing(const PgsComponent *component, const PgsGrid *grid)
{
    g_autoptr(GArray) ranked = g_array_new(FALSE, FALSE, sizeof(Ranked));
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = g_ptr_array_index(grid->rows, i);
        Ranked one = {.row = row, .place = i};
        measure(component, &one);
        if (one.distance > 0 && (component->is_wide || !one.is_emptier) &&
            (grid->rules->len == 0 || pgs_grid_row_passes(grid, row, -1)))
            g_array_append_val(ranked, one);
    }
    g_array_sort(ranked, compare_ranked);
    for (guint i = 0; i < ranked->len && i < ROWS; i++)
        add_row(component, g_array_index(ranked, Ranked, i).row);
    return ranked->len > 0;
}

/* ---- nearer, when none passes ---- */

static guint
count_passed(const PgsGrid *grid, const PgsGridRow *row)
{
    guint n = 0;
    for (guint i = 0; i < grid->rules->len; i++)
        n += row->answers[i] == PGS_GRID_TRUE || row->answers[i] == PGS_GRID_NULL;
    return n;
}

/* The values that the best rows have, so that all combinations of them can be tried. */
static gboolean
narrow(PgsComponent *component, const PgsGrid *grid)
{
    guint most = 0, n_columns = component->columns->len;
    for (guint i = 0; i < grid->rows->len; i++)
        most = MAX(most, count_passed(grid, g_ptr_array_index(grid->rows, i)));
    guint limit = 2;
    for (guint64 size = 1; limit < SIEVED && size <= PGS_GRID_LIMIT; limit++) {
        size = 1;
        for (guint i = 0; i < n_columns && size <= PGS_GRID_LIMIT; i++)
            size *= limit + 1;
    }
    gboolean is_changed = FALSE;
    for (guint j = 0; j < n_columns; j++) {
        GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        for (guint i = 0; i < grid->rows->len && values->len < limit; i++) {
            const PgsGridRow *row = g_ptr_array_index(grid->rows, i);
            if (count_passed(grid, row) == most)
                pgs_value_add_once(values, row->values[j]);
        }
        gpointer column = g_ptr_array_index(component->columns, j);
        const GArray *before = g_hash_table_lookup(component->choices, column);
        is_changed = is_changed || before->len != values->len;
        g_hash_table_insert(component->choices, column, values);
    }
    return is_changed;
}

static gboolean
search_grid(PgsComponent *component, GError **error)
{
    const PgsVariation *variation = component->variation;
    for (guint round = 0; round < 3; round++) {
        g_autoptr(PgsGrid) grid =
            pgs_grid_evaluate(variation->build->bench, variation->target, component->columns,
                              component->rules, component->choices, error);
        if (grid == NULL)
            return FALSE;
        if (add_passing(component, grid) || grid->is_exhaustive || !narrow(component, grid))
            break;
    }
    return TRUE;
}

/* Two rows that refer to one another, where a row may not refer to itself. */
static gboolean
pair_up(PgsVariation *variation, GError **error)
{
    PgsBuild *build = variation->build;
    gboolean is_changed = FALSE;
    for (guint i = 0; i < build->relation->references->len; i++) {
        PgsParentKind *kind = &build->recipe->parents[i];
        is_changed = is_changed || *kind == PGS_PARENT_SELF;
        if (*kind == PGS_PARENT_SELF)
            *kind = PGS_PARENT_COMPANION;
    }
    return !is_changed || pgs_variation_redraft(variation, error);
}

/* 23514, and errors that rules' expressions raise */
gboolean
pgs_variation_checked(PgsVariation *variation, PgsVariationStage stage, GError **error)
{
    g_auto(PgsComponent) component;
    gboolean ok = pgs_component_init(&component, variation, stage == PGS_STAGE_WIDE, error) &&
                  (component.columns->len == 0 ||
                   (choose_all(&component, error) && sieve_all(&component, error) &&
                    search_grid(&component, error)));
    return ok && (stage == PGS_STAGE_NEAR || pair_up(variation, error));
}
