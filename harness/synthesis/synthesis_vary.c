#include "synthesis/synthesis_vary.h"

#include "values/candidates.h"
#include "values/generator.h"

#include <string.h>

enum {
    ORDINARY = 4,     /* ordinary values that are tried of a type */
    PER_COLUMN = 100, /* values of a column when any column may be the cause */
    IN_ALL = 400,
    IN_PAIRS = 700,
    EXISTING = 20, /* rows that are there, for a foreign key */
};

/* ---- the row that it is about ---- */

static void
find_target(PgsVariation *variation)
{
    const PgsDraft *draft = variation->draft;
    const PgsFailure *failure = variation->try->failure;
    variation->target = draft;
    variation->companion = -1;
    if (draft->companions == NULL || failure == NULL || failure->table == NULL ||
        pgs_failure_is_about(failure, draft->relation))
        return;
    for (guint i = 0; i < draft->companions->len; i++) {
        const PgsDraft *companion = g_ptr_array_index(draft->companions, i);
        if (!pgs_failure_is_about(failure, companion->relation))
            continue;
        variation->target = companion;
        variation->companion = (gint)i;
        return;
    }
}

void
pgs_variation_init(PgsVariation *variation, PgsBuild *build, const PgsDraft *draft,
                   const PgsTry *try)
{
    *variation = (PgsVariation){
        .build = build,
        .draft = draft,
        .try = try,
        .n = build->n,
        .drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_draft_free),
        .shifts = g_array_new(FALSE, FALSE, sizeof(guint)),
    };
    find_target(variation);
}

void
pgs_variation_clear(PgsVariation *variation)
{
    g_clear_pointer(&variation->drafts, g_ptr_array_unref);
    g_clear_pointer(&variation->shifts, g_array_unref);
    g_clear_pointer(&variation->other, pgs_draft_free);
}

gboolean
pgs_variation_is_free(const PgsVariation *variation, const PgsColumn *column)
{
    return column->generated == 0 &&
           (variation->companion >= 0 || !pgs_build_is_wished(variation->build, column));
}

PgsDraft *
pgs_variation_copy(const PgsVariation *variation, PgsDraft **target)
{
    PgsDraft *copy = pgs_draft_copy(variation->draft);
    *target = variation->companion < 0
                  ? copy
                  : g_ptr_array_index(copy->companions, (guint)variation->companion);
    return copy;
}

void
pgs_variation_add(PgsVariation *variation, PgsDraft *draft, guint shift)
{
    g_ptr_array_add(variation->drafts, draft);
    g_array_append_val(variation->shifts, shift);
}

gboolean
pgs_variation_redraft(PgsVariation *variation, GError **error)
{
    g_autofree char *reason = NULL;
    PgsDraft *draft = pgs_build_draft(variation->build, &reason, error);
    if (draft != NULL)
        pgs_variation_add(variation, draft, PGS_REDRAFTED);
    return draft != NULL || reason != NULL;
}

static void
add_value(PgsVariation *variation, const PgsColumn *column, PgsValue value)
{
    PgsDraft *target;
    PgsDraft *draft = pgs_variation_copy(variation, &target);
    pgs_draft_set(target, column, value);
    pgs_variation_add(variation, draft, 0);
}

/* ---- values of a column ---- */

static void
add_once(GArray *values, PgsValue value, PgsValue without)
{
    if (pgs_value_equal(value, without))
        return;
    for (guint i = 0; i < values->len; i++) {
        if (pgs_value_equal(g_array_index(values, PgsValue, i), value))
            return;
    }
    g_array_append_val(values, value);
}

static const PgsRule *
find_reference(const PgsColumn *column)
{
    for (guint i = 0; i < column->relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(column->relation->references, i);
        for (guint j = 0; j < reference->n_columns; j++) {
            if (pgs_reference_column(column->relation, reference, j) == column)
                return reference;
        }
    }
    return NULL;
}

/* The column refers to rows: NULL, and what rows have that are there. */
static gboolean
add_referenced(PgsVariation *variation, const PgsRule *reference, GArray *values, PgsValue present,
               GError **error)
{
    if (reference->n_columns > 1 || reference->referenced == NULL)
        return TRUE;
    g_autofree gboolean *is_set = g_new0(gboolean, variation->target->relation->columns->len);
    g_autoptr(GArray) existing =
        pgs_build_existing(variation->build, reference, variation->target, is_set, EXISTING, error);
    if (existing == NULL)
        return FALSE;
    for (guint i = 0; i < existing->len; i++)
        add_once(values, g_array_index(existing, PgsValue, i), present);
    return TRUE;
}

GArray *
pgs_variation_values(PgsVariation *variation, const PgsColumn *column, GError **error)
{
    PgsBench *bench = variation->build->bench;
    PgsValue present = pgs_draft_get(variation->target, column);
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    const PgsRule *reference = find_reference(column);
    if (reference != NULL && !add_referenced(variation, reference, values, present, error))
        return NULL;
    guint n_ordinary = reference != NULL ? 0 : ORDINARY;
    for (guint i = 0; i < n_ordinary; i++) {
        PgsValue value =
            pgs_generator_value(bench, column->type, column->typmod, variation->n + i, NULL);
        if (value.kind != PGS_VALUE_NULL)
            add_once(values, value, present);
    }
    if (reference == NULL) {
        const PgsCandidates *candidates = pgs_candidates_of_column(bench, column, error);
        if (candidates == NULL)
            return NULL;
        for (guint i = 0; i < candidates->values->len; i++)
            add_once(values, g_array_index(candidates->values, PgsValue, i), present);
    }
    if (!column->not_null)
        add_once(values, (PgsValue){.kind = PGS_VALUE_NULL}, present);
    if (reference != NULL && column->default_sql != NULL) /* said, so that the row can be made */
        add_once(values, pgs_build_constant(bench, column->default_sql), present);
    else if (column->default_sql != NULL || column->identity != 0)
        add_once(values, (PgsValue){.kind = PGS_VALUE_DEFAULT}, present);
    return g_steal_pointer(&values);
}

/* ---- any column ---- */

/* Values for each of columns (GArray of PgsValue); g_ptr_array_unref(). */
static GPtrArray *
list_values(PgsVariation *variation, const GPtrArray *columns, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    for (guint i = 0; i < columns->len; i++) {
        GArray *values = pgs_variation_values(variation, g_ptr_array_index(columns, i), error);
        if (values == NULL)
            return NULL;
        g_ptr_array_add(all, values);
    }
    return g_steal_pointer(&all);
}

static gboolean
vary_columns(PgsVariation *variation, const GPtrArray *columns, GError **error)
{
    g_autoptr(GPtrArray) all = list_values(variation, columns, error);
    if (all == NULL)
        return FALSE;
    for (guint at = 0; at < PER_COLUMN && variation->drafts->len < IN_ALL; at++) {
        for (guint i = 0; i < columns->len; i++) {
            const GArray *values = g_ptr_array_index(all, i);
            if (at < values->len)
                add_value(variation, g_ptr_array_index(columns, i),
                          g_array_index(values, PgsValue, at));
        }
    }
    return TRUE;
}

/* The sum-th diagonal of two columns' values, the most telling ones first. */
static void
add_pairs(PgsVariation *variation, const GPtrArray *columns, const GPtrArray *all, guint i, guint j,
          guint sum)
{
    const GArray *first = g_ptr_array_index(all, i), *second = g_ptr_array_index(all, j);
    for (guint a = 0; a <= sum && a < first->len; a++) {
        if (sum - a >= second->len)
            continue;
        PgsDraft *target;
        PgsDraft *draft = pgs_variation_copy(variation, &target);
        pgs_draft_set(target, g_ptr_array_index(columns, i), g_array_index(first, PgsValue, a));
        pgs_draft_set(target, g_ptr_array_index(columns, j),
                      g_array_index(second, PgsValue, sum - a));
        pgs_variation_add(variation, draft, 0);
    }
}

static gboolean
vary_pairs(PgsVariation *variation, const GPtrArray *columns, GError **error)
{
    g_autoptr(GPtrArray) all = list_values(variation, columns, error);
    if (all == NULL)
        return FALSE;
    for (guint sum = 0; sum < 2 * PER_COLUMN && variation->drafts->len < IN_PAIRS; sum++) {
        for (guint i = 0; i < columns->len; i++) {
            for (guint j = i + 1; j < columns->len; j++)
                add_pairs(variation, columns, all, i, j, sum);
        }
    }
    return TRUE;
}

static gboolean
vary_any(PgsVariation *variation, PgsVariationStage stage, GError **error)
{
    const GPtrArray *all = variation->target->relation->columns;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        const PgsColumn *column = g_ptr_array_index(all, i);
        if (pgs_variation_is_free(variation, column))
            g_ptr_array_add(columns, (gpointer)column);
    }
    if (stage == PGS_STAGE_ANY)
        return vary_columns(variation, columns, error);
    return !pgs_try_is_of_trigger(variation->try, variation->draft) ||
           vary_pairs(variation, columns, error);
}

static gboolean
vary_column(PgsVariation *variation, const PgsColumn *column, GError **error)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    if (column != NULL && pgs_variation_is_free(variation, column))
        g_ptr_array_add(columns, (gpointer)column);
    return vary_columns(variation, columns, error);
}

/* ---- by kind of refusal ---- */

static const PgsColumn *
find_null_column(const PgsVariation *variation)
{
    const PgsFailure *failure = variation->try->failure;
    if (failure->column == NULL || !pgs_failure_is_about(failure, variation->target->relation))
        return NULL;
    const PgsColumn *column = pgs_relation_column(variation->target->relation, failure->column);
    if (column == NULL)
        return NULL;
    PgsValueKind kind = pgs_draft_get(variation->target, column).kind;
    return kind == PGS_VALUE_NULL || kind == PGS_VALUE_DEFAULT ? column : NULL;
}

/* 23502 */
static gboolean
vary_null(PgsVariation *variation, PgsVariationStage stage, GError **error)
{
    if (stage == PGS_STAGE_WIDE)
        return TRUE;
    return vary_column(variation, find_null_column(variation), error);
}

static const PgsRule *
find_missed_reference(const PgsVariation *variation)
{
    const char *name = variation->try->failure->constraint;
    const GPtrArray *references = variation->target->relation->references;
    for (guint i = 0; name != NULL && i < references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(references, i);
        if (g_strcmp0(reference->name, name) == 0)
            return reference;
    }
    return NULL;
}

static gboolean
is_checked(const PgsColumn *column)
{
    for (guint i = 0; i < column->relation->checks->len; i++) {
        const PgsRule *rule = g_ptr_array_index(column->relation->checks, i);
        for (guint j = 0; j < rule->n_columns; j++) {
            if (pgs_relation_own_column(column->relation, rule->columns[j]) == column)
                return TRUE;
        }
    }
    return FALSE;
}

/* What was found for the columns that are no keys is the recipe's from now on. */
static void
keep_fixed(PgsVariation *variation)
{
    PgsRecipe *recipe = variation->build->recipe;
    for (guint i = 0; i < recipe->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(recipe->relation->columns, i);
        if (recipe->sources[i].kind == PGS_SOURCE_FIXED && pgs_variation_is_free(variation, column))
            pgs_recipe_fix(recipe, column, pgs_draft_get(variation->target, column));
    }
}

/* A key of several columns, some of which a CHECK speaks of (which sort of row it is): these stay
   as they are, and the row that is referred to is made for them. */
static gboolean
keep_checked(PgsVariation *variation, const PgsRule *reference, GError **error)
{
    gboolean is_changed = FALSE;
    for (guint i = 0; variation->companion < 0 && i < reference->n_columns; i++) {
        const PgsColumn *column = pgs_reference_column(variation->target->relation, reference, i);
        PgsValue value = pgs_draft_get(variation->target, column);
        if (value.kind != PGS_VALUE_TEXT || !is_checked(column) ||
            !pgs_variation_is_free(variation, column))
            continue;
        pgs_recipe_fix(variation->build->recipe, column, value);
        is_changed = TRUE;
    }
    if (!is_changed)
        return TRUE;
    keep_fixed(variation);
    return pgs_variation_redraft(variation, error);
}

/* 23503: the row that it should refer to is made, or the one that had been made is not there any
 * more. */
static gboolean
vary_reference(PgsVariation *variation, PgsVariationStage stage, GError **error)
{
    const PgsRule *reference = find_missed_reference(variation);
    if (reference == NULL)
        return TRUE;
    if (stage == PGS_STAGE_NEAR) {
        g_autofree char *reason = NULL;
        if (pgs_build_ensure_parent(variation->build, reference, variation->target, &reason, error))
            pgs_variation_add(variation, pgs_draft_copy(variation->draft), 0);
        return reason != NULL || variation->drafts->len > 0;
    }
    if (reference->n_columns > 1)
        return keep_checked(variation, reference, error);
    return vary_column(variation, pgs_reference_column(variation->target->relation, reference, 0),
                       error);
}

static const struct {
    const char *sqlstate; /* or its beginning */
    gboolean (*vary)(PgsVariation *variation, PgsVariationStage stage, GError **error);
} ways[] = {
    {"23505", pgs_variation_keyed},   {"23P01", pgs_variation_keyed},
    {"23514", pgs_variation_checked}, {"23502", vary_null},
    {"23503", vary_reference},        {"22", pgs_variation_checked},
};

gboolean
pgs_variation_fill(PgsVariation *variation, PgsVariationStage stage, GError **error)
{
    g_ptr_array_set_size(variation->drafts, 0);
    g_array_set_size(variation->shifts, 0);
    if (stage >= PGS_STAGE_ANY)
        return vary_any(variation, stage, error);
    const PgsFailure *failure = variation->try->failure;
    for (guint i = 0; failure != NULL && i < G_N_ELEMENTS(ways); i++) {
        if (g_str_has_prefix(failure->sqlstate, ways[i].sqlstate))
            return ways[i].vary(variation, stage, error);
    }
    return TRUE;
}

/* ---- wishes ---- */

static gboolean
are_wished(const PgsVariation *variation, const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *column =
            pgs_relation_own_column(variation->target->relation, rule->columns[i]);
        if (column == NULL || !pgs_build_is_wished(variation->build, column))
            return FALSE;
    }
    return rule->n_columns > 0;
}

/* The rule of the row's own table that the server has named, if that is certain. */
static const PgsRule *
find_named(const PgsVariation *variation)
{
    const PgsFailure *failure = variation->try->failure;
    const PgsRelation *relation = variation->target->relation;
    if (failure == NULL || failure->constraint == NULL || !pgs_failure_is_about(failure, relation))
        return NULL;
    for (guint i = 0; i < relation->checks->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->checks, i);
        if (g_strcmp0(rule->name, failure->constraint) == 0)
            return rule;
    }
    return pgs_relation_rule(relation, failure->constraint);
}

gboolean
pgs_variation_is_wished(const PgsVariation *variation)
{
    if (variation->companion >= 0 || variation->build->n_wishes == 0)
        return FALSE;
    const PgsRule *rule = find_named(variation);
    if (rule != NULL)
        return rule->keys == NULL && are_wished(variation, rule);
    const PgsFailure *failure = variation->try->failure;
    const PgsColumn *column = failure != NULL && g_str_has_prefix(failure->sqlstate, "23502") &&
                                      pgs_failure_is_about(failure, variation->target->relation)
                                  ? find_null_column(variation)
                                  : NULL;
    return column != NULL && pgs_build_is_wished(variation->build, column);
}
