#include "synthesis/synthesis_build.h"

#include "values/generator.h"

/* Rows that are to have values of their own in certain columns are made in their own way. */
static char *
recipe_key(const PgsBuild *build)
{
    GString *key = g_string_new("synthesis.recipe ");
    g_string_append(key, build->relation->identity);
    for (guint i = 0; i < build->n_wishes; i++) {
        const PgsWish *wish = &build->wishes[i];
        g_string_append_printf(key, " %s%s", wish->column->quoted,
                               wish->value.kind == PGS_VALUE_NULL ? " null" : "");
    }
    return g_string_free(key, FALSE);
}

static PgsRecipe *
recall_plain(PgsBench *bench, const PgsRelation *relation)
{
    g_autofree char *key = g_strconcat("synthesis.recipe ", relation->identity, NULL);
    return pgs_bench_recall(bench, key);
}

static PgsRecipe *
recall_recipe(const PgsBuild *build)
{
    g_autofree char *key = recipe_key(build);
    PgsRecipe *recipe = pgs_bench_recall(build->bench, key);
    if (recipe != NULL)
        return recipe;
    const PgsRecipe *plain = recall_plain(build->bench, build->relation);
    recipe = plain != NULL ? pgs_recipe_copy(plain) : pgs_recipe_new(build->bench, build->relation);
    pgs_bench_remember(build->bench, key, recipe, (GDestroyNotify)pgs_recipe_free);
    return recipe;
}

gboolean
pgs_build_may_learn(const PgsBuild *build)
{
    const PgsRecipe *plain = recall_plain(build->bench, build->relation);
    if (build->n_wishes == 0 || build->recipe->is_tried || (plain != NULL && plain->hopeless != 0))
        return FALSE;
    for (const PgsBuild *at = build->outer; at != NULL; at = at->outer) {
        if (at->relation == build->relation)
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_build_learn(PgsBuild *build)
{
    const PgsRecipe *plain = recall_plain(build->bench, build->relation);
    if (plain == NULL || !plain->is_tried)
        return FALSE;
    g_autofree char *key = recipe_key(build);
    build->recipe = pgs_recipe_copy(plain);
    pgs_bench_remember(build->bench, key, build->recipe, (GDestroyNotify)pgs_recipe_free);
    return TRUE;
}

void
pgs_build_init(PgsBuild *build, PgsBench *bench, const PgsBuild *outer, const PgsRelation *relation,
               const PgsWish *wishes, guint n_wishes)
{
    *build = (PgsBuild){
        .bench = bench,
        .state = pgs_synthesis_state(bench),
        .outer = outer,
        .depth = outer != NULL ? outer->depth + 1 : 0,
        .relation = relation,
        .wishes = wishes,
        .n_wishes = n_wishes,
    };
    build->recipe = recall_recipe(build);
}

gboolean
pgs_build_is_wished(const PgsBuild *build, const PgsColumn *column)
{
    for (guint i = 0; i < build->n_wishes; i++) {
        if (build->wishes[i].column == column)
            return TRUE;
    }
    return FALSE;
}

/* A column that foreign keys left alone needs a value all the same. */
static void
fill_rest(PgsBuild *build, PgsDraft *draft, guint n)
{
    for (guint i = 0; i < build->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(build->relation->columns, i);
        gboolean is_needed = column->not_null && column->default_sql == NULL &&
                             column->identity == 0 && column->generated == 0 &&
                             column->type->domain_default == NULL;
        if (!is_needed || draft->values[i].kind != PGS_VALUE_DEFAULT ||
            pgs_build_is_wished(build, column))
            continue;
        PgsValue value = pgs_generator_value(build->bench, column->type, column->typmod,
                                             n + build->recipe->shift, NULL);
        if (value.kind != PGS_VALUE_NULL)
            draft->values[i] = value;
    }
}

PgsDraft *
pgs_build_draft(PgsBuild *build, char **reason, GError **error)
{
    guint n_same = 0;
    for (const PgsBuild *at = build->outer; at != NULL; at = at->outer)
        n_same += at->relation == build->relation;
    if (build->depth > PGS_BUILD_DEPTH || n_same >= PGS_BUILD_NESTING) {
        *reason =
            g_strdup_printf("rows would be needed for one another without an end, %s' among them",
                            build->relation->identity);
        return NULL;
    }
    guint n = build->n = pgs_bench_next_variant(build->bench) - 1;
    g_autoptr(PgsDraft) draft = pgs_draft_new(build->relation);
    g_autofree gboolean *is_set = g_new0(gboolean, build->relation->columns->len + 1);
    for (guint i = 0; i < build->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(build->relation->columns, i);
        draft->values[i] = pgs_recipe_value(build->bench, build->recipe, column, n);
        is_set[i] = draft->values[i].kind != PGS_VALUE_DEFAULT;
    }
    for (guint i = 0; i < build->n_wishes; i++) {
        pgs_draft_set(draft, build->wishes[i].column, build->wishes[i].value);
        is_set[build->wishes[i].column->index] = TRUE;
    }
    build->draft = draft;
    gboolean ok = pgs_build_refer(build, draft, is_set, n, reason, error);
    build->draft = NULL;
    if (!ok)
        return NULL;
    fill_rest(build, draft, n);
    if (build->recipe->displaces && !pgs_build_displace(build, draft, error))
        return NULL;
    return g_steal_pointer(&draft);
}
