#include "synthesis/synthesis_vary.h"

#include "values/generator.h"

enum {
    NEAR = 16,      /* so many of a series are tried one after the other, */
    FAR = 28,       /* and then with leaps up to 2 to this */
    PRODUCTS = 200, /* combinations of a key's columns */
    ORDINARY = 100, /* ordinary values of a column */
    LEAP = 30,      /* far enough from a value that takes up room */
};

GPtrArray *
pgs_variation_keys(const PgsVariation *variation)
{
    GPtrArray *keys = pgs_relation_keys(variation->target->relation);
    const char *name = variation->try->failure->constraint;
    for (guint i = 0; name != NULL && i < keys->len; i++) {
        const PgsRule *rule = g_ptr_array_index(keys, i);
        if (g_strcmp0(rule->name, name) != 0)
            continue;
        g_ptr_array_set_size(keys, 0);
        g_ptr_array_add(keys, (gpointer)rule);
        return keys;
    }
    return keys;
}

static GPtrArray *
free_columns(const PgsVariation *variation, const PgsRule *rule)
{
    const PgsRelation *relation = variation->target->relation;
    g_autoptr(GPtrArray) all = pgs_rule_key_columns(relation, rule);
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        const PgsColumn *column = g_ptr_array_index(all, i);
        if (pgs_variation_is_free(variation, column))
            g_ptr_array_add(columns, (gpointer)column);
        else if (column->generated != 0 && column->generated_sql != NULL)
            pgs_relation_named_columns(relation, column->generated_sql, columns);
    }
    return columns;
}

/* ---- further on in the series ---- */

static gboolean
add_shifted(PgsVariation *variation, guint shift)
{
    PgsBuild *build = variation->build;
    gboolean is_changed = FALSE;
    PgsDraft *target;
    g_autoptr(PgsDraft) draft = pgs_variation_copy(variation, &target);
    for (guint i = 0; i < target->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(target->relation->columns, i);
        if (build->recipe->sources[i].kind != PGS_SOURCE_SERIES ||
            pgs_build_is_wished(build, column))
            continue;
        PgsValue value =
            pgs_recipe_value(build->bench, build->recipe, column, variation->n + shift);
        is_changed = is_changed || !pgs_value_equal(value, target->values[i]);
        target->values[i] = value;
    }
    if (is_changed)
        pgs_variation_add(variation, g_steal_pointer(&draft), shift);
    return is_changed;
}

static void
shift_series(PgsVariation *variation)
{
    if (variation->companion >= 0)
        return;
    for (guint i = 1; i <= NEAR; i++)
        add_shifted(variation, i);
    for (guint i = 5; i <= FAR; i++)
        add_shifted(variation, 1u << i);
}

/* ---- other values of the key ---- */

/* What a column that the server fills in gets when that is taken: a value that is said. */
static gboolean
vary_product(PgsVariation *variation, const GPtrArray *columns, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    guint n_products = 1;
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(columns, i);
        GArray *values = pgs_variation_values(variation, column, error);
        if (values == NULL)
            return FALSE;
        PgsValue present = pgs_draft_get(variation->target, column);
        g_array_prepend_val(values, present);
        g_ptr_array_add(all, values);
        n_products = MIN(n_products * values->len, PRODUCTS);
    }
    for (guint i = 1; columns->len > 0 && i < n_products; i++) {
        PgsDraft *target;
        PgsDraft *draft = pgs_variation_copy(variation, &target);
        guint rest = i;
        for (guint j = 0; j < columns->len; j++) {
            const GArray *values = g_ptr_array_index(all, j);
            pgs_draft_set(target, g_ptr_array_index(columns, j),
                          g_array_index(values, PgsValue, rest % values->len));
            rest /= values->len;
        }
        pgs_variation_add(variation, draft, 0);
    }
    return TRUE;
}

/* ---- values that look like the present one ---- */

static void
vary_likewise(PgsVariation *variation, const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(columns, i);
        if (pgs_relation_is_referencing(column->relation, column))
            continue;
        g_autoptr(GPtrArray) series =
            pgs_series_like(column, pgs_draft_get(variation->target, column));
        for (guint j = 0; j < 2 * series->len; j++) {
            PgsDraft *target;
            PgsDraft *draft = pgs_variation_copy(variation, &target);
            guint n = variation->n + (j < series->len ? 0 : LEAP);
            pgs_draft_set(target, column,
                          pgs_series_value(variation->build->bench,
                                           g_ptr_array_index(series, j % series->len), n));
            pgs_variation_add(variation, draft, 0);
        }
    }
}

/* Where only few of a type's values are taken in by other rules: a partition of many, … */
static void
vary_ordinary(PgsVariation *variation, const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(columns, i);
        for (guint j = 0; j < ORDINARY && !pgs_relation_is_referencing(column->relation, column);
             j++) {
            PgsValue value = pgs_generator_value(variation->build->bench, column->type,
                                                 column->typmod, variation->n + j, NULL);
            PgsDraft *target;
            PgsDraft *draft = pgs_variation_copy(variation, &target);
            if (value.kind != PGS_VALUE_NULL)
                pgs_draft_set(target, column, value);
            pgs_variation_add(variation, draft, 0);
        }
    }
}

/* ---- new rows to refer to ---- */

static gboolean
is_among(const PgsRelation *relation, const PgsRule *reference, const GPtrArray *columns)
{
    for (guint i = 0; i < reference->n_columns; i++) {
        for (guint j = 0; j < columns->len; j++) {
            if (g_ptr_array_index(columns, j) == pgs_reference_column(relation, reference, i))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
refresh_parents(PgsVariation *variation, const GPtrArray *columns, GError **error)
{
    PgsBuild *build = variation->build;
    gboolean is_changed = FALSE;
    for (guint i = 0; i < build->relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(build->relation->references, i);
        PgsParentKind *kind = &build->recipe->parents[i];
        if (!is_among(build->relation, reference, columns) || *kind != PGS_PARENT_SHARED)
            continue;
        *kind = PGS_PARENT_FRESH;
        is_changed = TRUE;
    }
    return !is_changed || pgs_variation_redraft(variation, error);
}

/* 23505, 23P01 */
gboolean
pgs_variation_keyed(PgsVariation *variation, PgsVariationStage stage, GError **error)
{
    if (stage == PGS_STAGE_NEAR)
        shift_series(variation);
    g_autoptr(GPtrArray) keys = pgs_variation_keys(variation);
    for (guint i = 0; i < keys->len; i++) {
        g_autoptr(GPtrArray) columns = free_columns(variation, g_ptr_array_index(keys, i));
        gboolean ok = TRUE;
        if (stage == PGS_STAGE_NEAR && keys->len == 1) {
            vary_likewise(variation, columns);
            ok = vary_product(variation, columns, error);
            vary_ordinary(variation, columns);
        }
        if (stage == PGS_STAGE_WIDE && variation->companion < 0)
            ok = refresh_parents(variation, columns, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}
