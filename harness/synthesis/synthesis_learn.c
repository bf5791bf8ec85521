#include "synthesis/synthesis_learn.h"

#include "synthesis/grid_cell.h"
#include "values/candidates.h"
#include "values/generator.h"

enum {
    SAMPLES = 3, /* of a series that have to be accepted */
    POOL = 120,
    ORDINARY = 4,
};

/* Far enough apart to show where a series ends. */
static const guint samples[SAMPLES] = {1, 2, 29};

/* ---- what foreign keys refer to ---- */

/* No two rows may refer to the same one. */
static gboolean
is_chain(const PgsRelation *relation, const PgsRule *reference, const PgsColumn *column)
{
    if (reference->referenced != relation || reference->n_columns != 1)
        return FALSE;
    g_autoptr(GPtrArray) keys = pgs_relation_keys(relation);
    for (guint i = 0; i < keys->len; i++) {
        const PgsRule *key = g_ptr_array_index(keys, i);
        if (key->n_columns == 1 && pgs_relation_own_column(relation, key->columns[0]) == column)
            return TRUE;
    }
    return FALSE;
}

static void
learn_reference(PgsVariation *variation, const PgsColumn *column, PgsValue value)
{
    PgsRecipe *recipe = variation->build->recipe;
    const PgsRelation *relation = recipe->relation;
    variation->build->is_wasteful = TRUE;
    gboolean is_last = FALSE;
    gboolean is_other =
        variation->other != NULL && pgs_value_equal(value, pgs_draft_get(variation->other, column));
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(relation->references, i);
        gboolean is_meant = FALSE;
        for (guint j = 0; j < reference->n_columns; j++)
            is_meant = is_meant || pgs_reference_column(relation, reference, j) == column;
        PgsParentKind *kind = &recipe->parents[i];
        if (!is_meant)
            continue;
        if (value.kind == PGS_VALUE_NULL)
            *kind = PGS_PARENT_NONE;
        else if (is_other)
            *kind = *kind == PGS_PARENT_NONE ? PGS_PARENT_SHARED : PGS_PARENT_FRESH;
        else if (is_chain(relation, reference, column))
            *kind = PGS_PARENT_LAST;
        is_last = is_last || *kind == PGS_PARENT_LAST;
    }
    if (value.kind == PGS_VALUE_NULL || is_other || is_last)
        value.kind = PGS_VALUE_DEFAULT;
    pgs_recipe_fix(recipe, column, value);
}

/* ---- what has to be different each time ---- */

static GPtrArray *
try_samples(PgsVariation *variation, const GPtrArray *series, const PgsDraft *accepted,
            const PgsColumn *column, GError **error)
{
    PgsBuild *build = variation->build;
    g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_draft_free);
    for (guint i = 0; i < series->len; i++) {
        for (guint j = 0; j < SAMPLES; j++) {
            PgsValue value = pgs_series_value(build->bench, g_ptr_array_index(series, i),
                                              build->n + build->recipe->shift + samples[j]);
            g_ptr_array_add(drafts, pgs_draft_with(accepted, column, value));
        }
    }
    return pgs_build_try(build, drafts, error);
}

static gboolean
learn_pool(PgsVariation *variation, const PgsDraft *accepted, const PgsColumn *column,
           GError **error)
{
    PgsBuild *build = variation->build;
    g_autoptr(GArray) values = pgs_variation_values(variation, column, error);
    if (values == NULL)
        return FALSE;
    for (guint i = ORDINARY; i < POOL; i++) {
        PgsValue value =
            pgs_generator_value(build->bench, column->type, column->typmod, variation->n + i, NULL);
        if (value.kind != PGS_VALUE_NULL)
            g_array_append_val(values, value);
    }
    g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_draft_free);
    for (guint i = 0; i < values->len && i < 2 * POOL; i++)
        g_ptr_array_add(drafts,
                        pgs_draft_with(accepted, column, g_array_index(values, PgsValue, i)));
    g_autoptr(GPtrArray) tries = pgs_build_try(build, drafts, error);
    if (tries == NULL)
        return FALSE;
    g_autoptr(GArray) pool = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    PgsValue first = pgs_draft_get(accepted, column);
    g_array_append_val(pool, first);
    for (guint i = 0; i < tries->len; i++) {
        const PgsTry *try = g_ptr_array_index(tries, i);
        PgsValue value = g_array_index(values, PgsValue, i);
        if (try->accepted && value.kind == PGS_VALUE_TEXT)
            pgs_value_add_once(pool, value);
    }
    if (pool->len > 1)
        pgs_recipe_set_series(build->recipe, column, pgs_series_pool(column, pool));
    else
        pgs_recipe_fix(build->recipe, column, first);
    return TRUE;
}

static gboolean
learn_series(PgsVariation *variation, const PgsDraft *accepted, const PgsColumn *column,
             GError **error)
{
    PgsValue value = pgs_draft_get(accepted, column);
    g_autoptr(GPtrArray) series = pgs_series_like(column, value);
    g_autoptr(GPtrArray) tries = try_samples(variation, series, accepted, column, error);
    if (tries == NULL)
        return FALSE;
    for (guint i = 0; i < series->len; i++) {
        guint n_accepted = 0;
        for (guint j = 0; j < SAMPLES; j++)
            n_accepted += ((PgsTry *)g_ptr_array_index(tries, i * SAMPLES + j))->accepted;
        if (n_accepted < SAMPLES)
            continue;
        pgs_recipe_set_series(variation->build->recipe, column,
                              pgs_series_copy(g_ptr_array_index(series, i)));
        return TRUE;
    }
    return value.kind != PGS_VALUE_TEXT || learn_pool(variation, accepted, column, error);
}

/* ---- the row ---- */

static gboolean
is_expected(const PgsVariation *variation, const PgsColumn *column, PgsValue value)
{
    const PgsBuild *build = variation->build;
    return pgs_value_equal(value,
                           pgs_recipe_value(build->bench, build->recipe, column, build->n)) ||
           pgs_value_equal(value,
                           pgs_recipe_value(build->bench, build->recipe, column, variation->n));
}

static gboolean
learn_column(PgsVariation *variation, const PgsDraft *first, const PgsDraft *accepted,
             const PgsColumn *column, GError **error)
{
    PgsBuild *build = variation->build;
    PgsValue value = pgs_draft_get(accepted, column);
    gboolean is_referencing = pgs_relation_is_referencing(build->relation, column);
    if (pgs_build_is_wished(build, column) || is_expected(variation, column, value) ||
        pgs_value_equal(value, pgs_draft_get(first, column)))
        return TRUE;
    if (is_referencing)
        learn_reference(variation, column, value);
    else if (build->recipe->sources[column->index].is_key && value.kind == PGS_VALUE_TEXT)
        return learn_series(variation, accepted, column, error);
    else
        pgs_recipe_fix(build->recipe, column, value);
    return TRUE;
}

static void
learn_companions(const PgsBuild *build, const PgsDraft *first, const PgsDraft *accepted)
{
    guint n = accepted->companions != NULL ? accepted->companions->len : 0;
    if (first->companions == NULL || first->companions->len != n)
        return;
    for (guint i = 0; i < n; i++) {
        const PgsDraft *before = g_ptr_array_index(first->companions, i);
        const PgsDraft *after = g_ptr_array_index(accepted->companions, i);
        PgsBuild companion;
        pgs_build_init(&companion, build->bench, build, after->relation, NULL, 0);
        for (guint j = 0; j < after->relation->columns->len; j++) {
            const PgsColumn *column = g_ptr_array_index(after->relation->columns, j);
            if (!pgs_value_equal(before->values[j], after->values[j]) &&
                companion.recipe->sources[j].kind != PGS_SOURCE_SERIES &&
                !pgs_relation_is_referencing(after->relation, column))
                pgs_recipe_fix(companion.recipe, column, after->values[j]);
        }
    }
}

gboolean
pgs_recipe_learn(PgsVariation *variation, const PgsDraft *first, const PgsDraft *accepted,
                 guint shift, GError **error)
{
    PgsBuild *build = variation->build;
    if (shift == PGS_REDRAFTED)
        return TRUE;
    if (shift > 0)
        build->recipe->shift += shift;
    for (guint i = 0; i < build->relation->columns->len; i++) {
        if (!learn_column(variation, first, accepted,
                          g_ptr_array_index(build->relation->columns, i), error))
            return FALSE;
    }
    learn_companions(build, first, accepted);
    return TRUE;
}

/* ---- domains ---- */

/* Whether values of the type obey rules of domains. */
static gboolean
has_rules(const PgsType *type)
{
    if (type->kind == 'd' && type->rules->len > 0)
        return TRUE;
    return type->kind == 'd' && type->base != NULL && has_rules(type->base);
}

static gboolean
find_inputs(PgsBuild *build, const PgsColumn *column, const GArray *values, GArray *inputs,
            GError **error)
{
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(PgsGridWant));
    for (guint i = 0; i < values->len; i++) {
        PgsGridWant want = {.column = column, .value = g_array_index(values, PgsValue, i)};
        g_array_append_val(wants, want);
    }
    g_autoptr(GPtrArray) cells = pgs_grid_cells(build->bench, wants, error);
    if (cells == NULL)
        return FALSE;
    for (guint i = 0; i < cells->len; i++) {
        PgsValue value = g_array_index(values, PgsValue, i);
        if (((const PgsGridCell *)g_ptr_array_index(cells, i))->is_input &&
            value.kind == PGS_VALUE_TEXT)
            g_array_append_val(inputs, value);
    }
    return TRUE;
}

static void
add_ordinary(PgsBuild *build, const PgsColumn *column, GArray *values)
{
    for (guint i = 0; i < ORDINARY; i++) {
        PgsValue value = pgs_generator_value(build->bench, column->type, column->typmod, i, NULL);
        if (value.kind != PGS_VALUE_NULL)
            g_array_append_val(values, value);
    }
}

static gboolean
settle_key(PgsBuild *build, const PgsColumn *column, const GArray *inputs, GError **error)
{
    g_autoptr(GPtrArray) series = pgs_series_like(column, g_array_index(inputs, PgsValue, 0));
    for (guint i = 0; i < series->len; i++) {
        const PgsSeries *one = g_ptr_array_index(series, i);
        g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        for (guint j = 0; j < SAMPLES; j++) {
            PgsValue value = pgs_series_value(build->bench, one, samples[j]);
            g_array_append_val(values, value);
        }
        if (!find_inputs(build, column, values, taken, error))
            return FALSE;
        if (taken->len < SAMPLES)
            continue;
        pgs_recipe_set_series(build->recipe, column, pgs_series_copy(one));
        return TRUE;
    }
    pgs_recipe_set_series(build->recipe, column, pgs_series_pool(column, inputs));
    return TRUE;
}

static gboolean
settle_column(PgsBuild *build, const PgsColumn *column, GError **error)
{
    const PgsSource *source = &build->recipe->sources[column->index];
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    add_ordinary(build, column, values);
    if (!find_inputs(build, column, values, inputs, error))
        return FALSE;
    if (inputs->len == values->len && inputs->len > 0)
        return TRUE;
    const PgsCandidates *candidates = pgs_candidates_of_column(build->bench, column, error);
    if (candidates == NULL || !find_inputs(build, column, candidates->values, inputs, error))
        return FALSE;
    if (inputs->len == 0)
        return TRUE;
    if (source->kind == PGS_SOURCE_SERIES)
        return settle_key(build, column, inputs, error);
    pgs_recipe_fix(build->recipe, column, g_array_index(inputs, PgsValue, 0));
    return TRUE;
}

gboolean
pgs_recipe_settle(PgsBuild *build, GError **error)
{
    if (build->recipe->is_settled)
        return TRUE;
    build->recipe->is_settled = TRUE;
    for (guint i = 0; i < build->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(build->relation->columns, i);
        if (build->recipe->sources[i].kind != PGS_SOURCE_LEFT_OUT && has_rules(column->type) &&
            !settle_column(build, column, error))
            return FALSE;
    }
    return TRUE;
}
