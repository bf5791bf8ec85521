#include "synthesis/synthesis_recipe.h"

#include "values/generator.h"

#include <string.h>

enum {
    FEW = 8,     /* so many values of a type: the first is the usual one */
    MANY = 1000, /* so many are never used up */
    STARTS = 80, /* numbers of the value that rows begin with */
};

/* ---- what the catalog says ---- */

const PgsColumn *
pgs_relation_own_column(const PgsRelation *relation, const PgsColumn *column)
{
    return column->relation == relation ? column : pgs_relation_column(relation, column->name);
}

const PgsColumn *
pgs_reference_column(const PgsRelation *relation, const PgsRule *reference, guint i)
{
    return pgs_relation_own_column(relation, reference->columns[i]);
}

/* Whether name stands in text as a word, outside of string literals. */
static gboolean
is_named(const char *text, const char *name)
{
    gsize length = strlen(name);
    gboolean is_literal = FALSE;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            is_literal = !is_literal;
        if (is_literal || strncmp(p, name, length) != 0)
            continue;
        char before = p > text ? p[-1] : ' ', after = p[length];
        gboolean is_word = name[0] != '"';
        if (!is_word || (!g_ascii_isalnum(before) && before != '_' && before != '"' &&
                         !g_ascii_isalnum(after) && after != '_' && after != '"'))
            return TRUE;
    }
    return FALSE;
}

static void
add_once(GPtrArray *array, gconstpointer item)
{
    if (!g_ptr_array_find(array, item, NULL))
        g_ptr_array_add(array, (gpointer)item);
}

void
pgs_relation_named_columns(const PgsRelation *relation, const char *expression, GPtrArray *columns)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        if (is_named(expression, column->quoted))
            add_once(columns, column);
    }
}

GPtrArray *
pgs_rule_key_columns(const PgsRelation *relation, const PgsRule *rule)
{
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *column = pgs_relation_own_column(relation, rule->columns[i]);
        if (column != NULL)
            add_once(columns, column);
    }
    for (guint i = 0; rule->keys != NULL && i < rule->keys->len; i++)
        pgs_relation_named_columns(relation, g_ptr_array_index(rule->keys, i), columns);
    return columns;
}

static gboolean
is_key(const PgsRule *rule)
{
    return rule->kind == PGS_RULE_PRIMARY_KEY || rule->kind == PGS_RULE_UNIQUE ||
           rule->kind == PGS_RULE_EXCLUSION;
}

/* Keys of a partitioned table stand there; the partitions' columns may come in another order. */
GPtrArray *
pgs_relation_keys(const PgsRelation *relation)
{
    GPtrArray *keys = g_ptr_array_new();
    for (const PgsRelation *at = relation; at != NULL; at = at->is_partition ? at->parent : NULL) {
        for (guint i = 0; i < at->rules->len; i++) {
            const PgsRule *rule = g_ptr_array_index(at->rules, i);
            if (is_key(rule))
                add_once(keys, rule);
        }
    }
    return keys;
}

gboolean
pgs_reference_is_nullable(const PgsRule *reference)
{
    guint n_nullable = 0;
    for (guint i = 0; i < reference->n_columns; i++)
        n_nullable += !reference->columns[i]->not_null;
    return reference->match == 'f' ? n_nullable == reference->n_columns : n_nullable > 0;
}

static gboolean
is_reached(const PgsRelation *from, const PgsRelation *to, gboolean only_not_null, GHashTable *seen)
{
    for (guint i = 0; i < from->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(from->references, i);
        if (only_not_null && pgs_reference_is_nullable(reference))
            continue;
        if (reference->referenced == to)
            return TRUE;
        if (reference->referenced != NULL &&
            g_hash_table_add(seen, (gpointer)reference->referenced) &&
            is_reached(reference->referenced, to, only_not_null, seen))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_relation_needs(const PgsRelation *a, const PgsRelation *b, gboolean only_not_null)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    return is_reached(a, b, only_not_null, seen);
}

/* ---- the first guess ---- */

static PgsParentKind
guess_parent(const PgsRelation *relation, const PgsRule *reference)
{
    gboolean is_nullable = pgs_reference_is_nullable(reference);
    if (reference->referenced == NULL)
        return is_nullable ? PGS_PARENT_NONE : PGS_PARENT_SHARED;
    if (reference->referenced == relation || reference->referenced == reference->relation)
        return is_nullable ? PGS_PARENT_NONE : PGS_PARENT_SELF;
    if (is_nullable)
        return pgs_relation_needs(reference->referenced, relation, FALSE) ? PGS_PARENT_NONE
                                                                          : PGS_PARENT_SHARED;
    return pgs_relation_needs(reference->referenced, relation, TRUE) ? PGS_PARENT_COMPANION
                                                                     : PGS_PARENT_SHARED;
}

/* A column that a self reference has on both of its sides. */
static gboolean
is_same(const PgsRelation *relation, const PgsRule *reference, guint i)
{
    return reference->referenced != NULL &&
           (reference->referenced == relation || reference->referenced == reference->relation) &&
           reference->referenced_columns[i] == reference->columns[i];
}

gboolean
pgs_relation_is_referencing(const PgsRelation *relation, const PgsColumn *column)
{
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(relation->references, i);
        for (guint j = 0; j < reference->n_columns; j++) {
            if (pgs_reference_column(relation, reference, j) == column &&
                !is_same(relation, reference, j))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
is_referenced(const PgsColumn *column)
{
    for (guint i = 0; i < column->relation->referenced_by->len; i++) {
        const PgsRule *reference = g_ptr_array_index(column->relation->referenced_by, i);
        for (guint j = 0; j < reference->n_columns; j++) {
            if (reference->referenced_columns[j] == column)
                return TRUE;
        }
    }
    return FALSE;
}

/*
 * What the server fills in by itself, and different each time.  A random key that others refer to
 * is said instead, so that the same seed gives the same statements.
 */
static gboolean
is_filled_in(const PgsColumn *column)
{
    return column->generated != 0 || column->identity != 0 || column->sequence != NULL ||
           (column->default_is_volatile && !is_referenced(column));
}

static guint
count_values(PgsBench *bench, const PgsColumn *column)
{
    guint n_distinct = 0;
    PgsValue value = pgs_generator_value(bench, column->type, column->typmod, 0, &n_distinct);
    return value.kind == PGS_VALUE_NULL ? 0 : n_distinct;
}

/* Another seed, other rows: the number of the first value that a column gets.  Later shapes are
   larger, and would cover the others. */
static guint
choose_start(PgsBench *bench, const PgsColumn *column, guint n_values)
{
    if (n_values <= FEW || pgs_type_base(column->type)->category == 'G')
        return 0;
    g_autofree char *stream =
        g_strdup_printf("start of %s.%s", column->relation->identity, column->quoted);
    return pgs_bench_random(bench, stream, MIN(n_values, STARTS));
}

static void
guess_source(PgsBench *bench, PgsRecipe *recipe, const PgsColumn *column)
{
    PgsSource *source = &recipe->sources[column->index];
    gboolean is_default = column->default_sql != NULL && !source->is_key;
    if (is_filled_in(column) || is_default || pgs_relation_is_referencing(column->relation, column))
        return;
    guint n_values = count_values(bench, column);
    if (n_values == 0)
        return;
    guint start = choose_start(bench, column, n_values);
    if (source->is_key || column->default_is_volatile) {
        pgs_recipe_set_series(recipe, column, pgs_series_ordinary(column, start));
        return;
    }
    /* Columns differ from one another where there are values enough. */
    guint n = n_values <= FEW ? 0 : start + column->index;
    pgs_recipe_fix(recipe, column,
                   pgs_generator_value(bench, column->type, column->typmod, n, NULL));
}

/* A column that keeps the rows of a key apart by itself. */
static gboolean
is_telling(PgsBench *bench, const PgsRecipe *recipe, const PgsColumn *column)
{
    const PgsSource *source = &recipe->sources[column->index];
    if (source->kind == PGS_SOURCE_SERIES)
        return count_values(bench, column) >= MANY;
    return is_filled_in(column) && column->generated == 0 &&
           !pgs_relation_is_referencing(column->relation, column);
}

static gboolean
is_about(const PgsRelation *relation, const PgsRule *reference, GPtrArray *columns)
{
    for (guint i = 0; i < reference->n_columns; i++) {
        if (g_ptr_array_find(columns, pgs_reference_column(relation, reference, i), NULL))
            return TRUE;
    }
    return FALSE;
}

/* Where only foreign keys can make a key different, one of them gets a new row each time; rather
   one whose table has no rows of its own, for that may be a list of what there is. */
static void
refresh_parent(PgsRecipe *recipe, GPtrArray *columns)
{
    gint chosen = -1;
    for (guint i = 0; i < recipe->relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(recipe->relation->references, i);
        if (!is_about(recipe->relation, reference, columns))
            continue;
        if (recipe->parents[i] == PGS_PARENT_FRESH || recipe->parents[i] == PGS_PARENT_COMPANION)
            return;
        if (recipe->parents[i] != PGS_PARENT_SHARED)
            continue;
        if (chosen < 0 ||
            (!reference->referenced->has_rows &&
             ((const PgsRule *)g_ptr_array_index(recipe->relation->references, (guint)chosen))
                 ->referenced->has_rows))
            chosen = (gint)i;
    }
    if (chosen >= 0)
        recipe->parents[chosen] = PGS_PARENT_FRESH;
}

static void
guess_keys(PgsBench *bench, PgsRecipe *recipe, const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len; i++) {
        g_autoptr(GPtrArray) columns =
            pgs_rule_key_columns(recipe->relation, g_ptr_array_index(keys, i));
        gboolean is_told = FALSE;
        for (guint j = 0; j < columns->len && !is_told; j++)
            is_told = is_telling(bench, recipe, g_ptr_array_index(columns, j));
        if (!is_told)
            refresh_parent(recipe, columns);
    }
}

/* Foreign keys have it, but only such as lead back to the row, and say other columns as well:
   ver (id, current) refers to version (ver, n), which refers to ver (id). */
static gboolean
is_of_cycle(const PgsRecipe *recipe, const PgsColumn *column)
{
    const PgsRelation *relation = recipe->relation;
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(relation->references, i);
        for (guint j = 0; j < reference->n_columns; j++) {
            if (pgs_reference_column(relation, reference, j) == column &&
                (recipe->parents[i] != PGS_PARENT_COMPANION || reference->n_columns == 1))
                return FALSE;
        }
    }
    return TRUE;
}

/* What a row of the same statement refers to has to be known before. */
static void
say_keys(PgsBench *bench, PgsRecipe *recipe)
{
    gboolean is_needed = FALSE;
    for (guint i = 0; i < recipe->relation->references->len; i++)
        is_needed = is_needed || recipe->parents[i] == PGS_PARENT_SELF ||
                    recipe->parents[i] == PGS_PARENT_COMPANION;
    for (guint i = 0; is_needed && i < recipe->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(recipe->relation->columns, i);
        if (recipe->sources[i].kind != PGS_SOURCE_SERIES && column->generated == 0 &&
            is_referenced(column) &&
            (!pgs_relation_is_referencing(recipe->relation, column) || is_of_cycle(recipe, column)))
            pgs_recipe_set_series(
                recipe, column,
                pgs_series_ordinary(column,
                                    choose_start(bench, column, count_values(bench, column))));
    }
}

/* What a generated column is made of makes it unique. */
static void
mark_key(PgsRecipe *recipe, const PgsColumn *column)
{
    recipe->sources[column->index].is_key = TRUE;
    if (column->generated == 0 || column->generated_sql == NULL)
        return;
    g_autoptr(GPtrArray) sources = g_ptr_array_new();
    pgs_relation_named_columns(recipe->relation, column->generated_sql, sources);
    for (guint i = 0; i < sources->len; i++) {
        const PgsColumn *source = g_ptr_array_index(sources, i);
        recipe->sources[source->index].is_key = TRUE;
    }
}

static gboolean
has_column(const PgsRelation *relation, const PgsRule *rule, const PgsColumn *column)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        if (pgs_relation_own_column(relation, rule->columns[i]) == column)
            return TRUE;
    }
    return FALSE;
}

/* Foreign keys that have the first column of this one. */
static guint
count_references(const PgsRelation *relation, const PgsRule *reference)
{
    guint n = 0;
    const PgsColumn *column = pgs_reference_column(relation, reference, 0);
    for (guint i = 0; i < relation->references->len; i++)
        n += has_column(relation, g_ptr_array_index(relation->references, i), column);
    return n;
}

/* Nothing else speaks of it that could want it to refer to something. */
static gboolean
is_optional(const PgsRecipe *recipe, const PgsRule *reference)
{
    const PgsRelation *relation = recipe->relation;
    if (!pgs_reference_is_nullable(reference) || reference->n_columns > 1 ||
        count_references(relation, reference) > 1 || relation->triggers->len > 0 ||
        relation->is_partition || relation->kind == 'p')
        return FALSE;
    for (guint i = 0; i < reference->n_columns; i++) {
        const PgsColumn *column = pgs_reference_column(relation, reference, i);
        if (recipe->sources[column->index].is_key)
            return FALSE;
        for (guint j = 0; j < relation->checks->len; j++) {
            if (has_column(relation, g_ptr_array_index(relation->checks, j), column))
                return FALSE;
        }
    }
    return TRUE;
}

PgsRecipe *
pgs_recipe_new(PgsBench *bench, const PgsRelation *relation)
{
    PgsRecipe *recipe = g_new0(PgsRecipe, 1);
    recipe->relation = relation;
    recipe->sources = g_new0(PgsSource, relation->columns->len);
    recipe->parents = g_new0(PgsParentKind, relation->references->len);
    recipe->optional = g_new0(gboolean, relation->references->len);
    for (guint i = 0; i < relation->references->len; i++)
        recipe->parents[i] = guess_parent(relation, g_ptr_array_index(relation->references, i));
    g_autoptr(GPtrArray) keys = pgs_relation_keys(relation);
    for (guint i = 0; i < keys->len; i++) {
        g_autoptr(GPtrArray) columns = pgs_rule_key_columns(relation, g_ptr_array_index(keys, i));
        for (guint j = 0; j < columns->len; j++)
            mark_key(recipe, g_ptr_array_index(columns, j));
    }
    for (guint i = 0; i < relation->columns->len; i++)
        guess_source(bench, recipe, g_ptr_array_index(relation->columns, i));
    say_keys(bench, recipe);
    guess_keys(bench, recipe, keys);
    for (guint i = 0; i < relation->references->len; i++)
        recipe->optional[i] = is_optional(recipe, g_ptr_array_index(relation->references, i));
    return recipe;
}

/* ---- the recipe ---- */

PgsRecipe *
pgs_recipe_copy(const PgsRecipe *recipe)
{
    PgsRecipe *copy = g_memdup2(recipe, sizeof *recipe);
    guint n_columns = recipe->relation->columns->len;
    copy->sources = g_memdup2(recipe->sources, n_columns * sizeof(PgsSource));
    for (guint i = 0; i < n_columns; i++) {
        if (copy->sources[i].series != NULL)
            copy->sources[i].series = pgs_series_copy(copy->sources[i].series);
    }
    copy->parents =
        g_memdup2(recipe->parents, recipe->relation->references->len * sizeof(PgsParentKind));
    copy->optional =
        g_memdup2(recipe->optional, recipe->relation->references->len * sizeof(gboolean));
    return copy;
}

void
pgs_recipe_free(PgsRecipe *recipe)
{
    if (recipe == NULL)
        return;
    for (guint i = 0; i < recipe->relation->columns->len; i++)
        pgs_series_free(recipe->sources[i].series);
    g_free(recipe->sources);
    g_free(recipe->parents);
    g_free(recipe->optional);
    g_free(recipe);
}

guint
pgs_recipe_stance(const PgsRecipe *recipe)
{
    return 1u << ((recipe->without_triggers ? 1 : 0) + (recipe->emptied ? 2 : 0) +
                  (recipe->displaces ? 4 : 0));
}

PgsValue
pgs_recipe_value(PgsBench *bench, const PgsRecipe *recipe, const PgsColumn *column, guint n)
{
    const PgsSource *source = &recipe->sources[column->index];
    switch (source->kind) {
    case PGS_SOURCE_LEFT_OUT:
        break;
    case PGS_SOURCE_FIXED:
        return source->value;
    case PGS_SOURCE_SERIES:
        return pgs_series_value(bench, source->series, n + recipe->shift);
    }
    return (PgsValue){.kind = PGS_VALUE_DEFAULT};
}

void
pgs_recipe_set_series(PgsRecipe *recipe, const PgsColumn *column, PgsSeries *series)
{
    PgsSource *source = &recipe->sources[column->index];
    pgs_series_free(source->series);
    source->series = series;
    source->kind = PGS_SOURCE_SERIES;
}

void
pgs_recipe_fix(PgsRecipe *recipe, const PgsColumn *column, PgsValue value)
{
    PgsSource *source = &recipe->sources[column->index];
    source->kind = value.kind == PGS_VALUE_DEFAULT ? PGS_SOURCE_LEFT_OUT : PGS_SOURCE_FIXED;
    source->value = value;
}
