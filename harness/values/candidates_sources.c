#include "values/candidates_sources.h"

#include <string.h>

enum {
    PARTITIONS = 60, /* whose bounds are looked at */
};

void
pgs_candidate_sources_init(PgsCandidateSources *sources, PgsBench *bench, const char *column)
{
    *sources = (PgsCandidateSources){.bench = bench, .column = column};
    sources->rules = g_ptr_array_new();
    sources->sayings = g_ptr_array_new();
    sources->others = g_ptr_array_new();
    sources->distant = g_ptr_array_new();
    sources->constants = g_ptr_array_new();
}

void
pgs_candidate_sources_clear(PgsCandidateSources *sources)
{
    g_ptr_array_unref(sources->rules);
    g_ptr_array_unref(sources->sayings);
    g_ptr_array_unref(sources->others);
    g_ptr_array_unref(sources->distant);
    g_ptr_array_unref(sources->constants);
}

/* ---- mined once for each text ---- */

typedef PgsMined *(*MineFunc)(const PgsInventory *inventory, const char *text);

static const PgsMined *
mine_once(PgsBench *bench, const char *what, MineFunc mine, const char *text)
{
    g_autofree char *key = g_strdup_printf("candidates.%s %s", what, text);
    PgsMined *mined = pgs_bench_recall(bench, key);
    if (mined == NULL) {
        mined = mine(pgs_bench_inventory(bench), text);
        pgs_bench_remember(bench, key, mined, (GDestroyNotify)pgs_mined_free);
    }
    return mined;
}

static const PgsMined *
mine_expression(PgsBench *bench, const char *text)
{
    return mine_once(bench, "expression", pgs_mine_expression, text);
}

static gboolean
names_column(const PgsMined *mined, const char *column)
{
    for (guint i = 0; i < mined->sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(mined->sayings, i);
        if (g_strcmp0(saying->column, column) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
take_sayings(const PgsMined *mined, const char *column, GPtrArray *into)
{
    for (guint i = 0; i < mined->sayings->len; i++) {
        PgsSaying *saying = g_ptr_array_index(mined->sayings, i);
        if (g_strcmp0(saying->column, column) == 0)
            g_ptr_array_add(into, saying);
    }
}

static void
take_constants(PgsCandidateSources *sources, const PgsMined *mined)
{
    for (guint i = 0; i < mined->constants->len; i++)
        g_ptr_array_add(sources->constants, g_ptr_array_index(mined->constants, i));
}

/* ---- rules ---- */

/* A rule that completeness is about.  names: its columns are known to have this one. */
static void
take_rule(PgsCandidateSources *sources, const char *column, const char *expression, gboolean names)
{
    const PgsMined *mined = mine_expression(sources->bench, expression);
    if (!names && !names_column(mined, column))
        return;
    g_ptr_array_add(sources->rules, (gpointer)mined);
    take_sayings(mined, column, sources->sayings);
    take_constants(sources, mined);
}

static gboolean
rule_names(const PgsRule *rule, const PgsColumn *column)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        if (strcmp(rule->columns[i]->name, column->name) == 0)
            return TRUE;
    }
    return FALSE;
}

void
pgs_candidate_sources_take_checks(PgsCandidateSources *sources, const PgsColumn *column)
{
    const GPtrArray *checks = column->relation->checks;
    for (guint i = 0; i < checks->len; i++) {
        const PgsRule *rule = g_ptr_array_index(checks, i);
        if (rule->expression != NULL)
            take_rule(sources, column->name, rule->expression, rule_names(rule, column));
    }
}

void
pgs_candidate_sources_take_domains(PgsCandidateSources *sources, const PgsType *type)
{
    for (; type->kind == 'd' && type->base != NULL; type = type->base) {
        for (guint i = 0; i < type->rules->len; i++) {
            const PgsRule *rule = g_ptr_array_index(type->rules, i);
            if (rule->expression != NULL)
                take_rule(sources, NULL, rule->expression, TRUE);
        }
    }
}

static void
take_other(PgsCandidateSources *sources, const char *expression)
{
    if (expression != NULL)
        take_sayings(mine_expression(sources->bench, expression), sources->column, sources->others);
}

static const PgsMined *
mine_value(PgsBench *bench, const char *expression)
{
    return mine_once(bench, "value", pgs_mine_value, expression);
}

static void
take_indexes(PgsCandidateSources *sources, const PgsRelation *relation)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->rules, i);
        take_other(sources, rule->predicate);
        for (guint k = 0; rule->keys != NULL && k < rule->keys->len; k++)
            take_sayings(mine_value(sources->bench, g_ptr_array_index(rule->keys, k)),
                         sources->column, sources->others);
    }
}

static void
take_partitions(PgsCandidateSources *sources, const PgsRelation *relation, guint *n_left)
{
    if (*n_left == 0)
        return;
    --*n_left;
    take_other(sources, relation->partition_constraint);
    for (guint i = 0; i < relation->children->len; i++)
        take_partitions(sources, g_ptr_array_index(relation->children, i), n_left);
}

static void
take_triggers(PgsCandidateSources *sources, const PgsRelation *relation)
{
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        if (trigger->body == NULL || trigger->enabled == 'D')
            continue;
        const PgsMined *mined = mine_once(sources->bench, "body", pgs_mine_body, trigger->body);
        take_sayings(mined, sources->column, sources->distant);
        take_constants(sources, mined);
    }
}

/* ---- generated columns ---- */

/* What is said of a generated column, said of a column that it is made of.  way: from that to it.
 */
static PgsSaying *
saying_through(const PgsSaying *said, const PgsSaying *way)
{
    PgsSaying *saying = pgs_saying_copy(said);
    g_free(saying->column);
    saying->column = g_strdup(way->column);
    g_ptr_array_unref(saying->steps);
    saying->steps = g_ptr_array_new_with_free_func(pgs_saying_step_free);
    for (guint i = 0; i < way->steps->len; i++)
        g_ptr_array_add(saying->steps, pgs_saying_step_copy(g_ptr_array_index(way->steps, i)));
    for (guint i = 0; i < said->steps->len; i++)
        g_ptr_array_add(saying->steps, pgs_saying_step_copy(g_ptr_array_index(said->steps, i)));
    return saying;
}

static void
free_sayings(gpointer sayings)
{
    g_ptr_array_unref(sayings);
}

/* made: PgsSaying, the bench's. */
static void
take_generated_column(PgsCandidateSources *sources, const PgsColumn *generated, GPtrArray *made)
{
    const PgsMined *mined = mine_value(sources->bench, generated->generated_sql);
    g_autoptr(GPtrArray) ways = g_ptr_array_new();
    take_sayings(mined, sources->column, ways);
    sources->is_ingredient |= ways->len > 0;
    /* nullif(x, 3): constants among what it is made of. */
    for (guint i = 0; i < ways->len; i++)
        g_ptr_array_add(made, pgs_saying_copy(g_ptr_array_index(ways, i)));
    for (guint i = 0; ways->len > 0 && i < generated->relation->checks->len; i++) {
        const PgsRule *rule = g_ptr_array_index(generated->relation->checks, i);
        g_autoptr(GPtrArray) said = g_ptr_array_new();
        if (rule->expression != NULL)
            take_sayings(mine_expression(sources->bench, rule->expression), generated->name, said);
        for (guint k = 0; k < said->len * ways->len; k++) {
            const PgsSaying *saying = g_ptr_array_index(said, k / ways->len);
            if (saying->kind == PGS_SAYING_COMPARED || saying->kind == PGS_SAYING_PATTERN)
                g_ptr_array_add(made,
                                saying_through(saying, g_ptr_array_index(ways, k % ways->len)));
        }
    }
}

static void
take_generated(PgsCandidateSources *sources, const PgsColumn *column)
{
    GPtrArray *made = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_saying_free);
    const GPtrArray *columns = column->relation->columns;
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *other = g_ptr_array_index(columns, i);
        if (other->generated_sql != NULL)
            take_generated_column(sources, other, made);
    }
    for (guint i = 0; i < made->len; i++)
        g_ptr_array_add(sources->others, g_ptr_array_index(made, i));
    g_autofree char *key =
        g_strdup_printf("candidates.generated %u %d", column->relation->oid, column->number);
    pgs_bench_remember(sources->bench, key, made, free_sayings);
}

/* ---- all of them ---- */

void
pgs_candidate_sources_take_column(PgsCandidateSources *sources, const PgsColumn *column)
{
    const PgsRelation *relation = column->relation;
    guint n_partitions = PARTITIONS;
    pgs_candidate_sources_take_domains(sources, column->type);
    if (relation == NULL)
        return;
    pgs_candidate_sources_take_checks(sources, column);
    take_generated(sources, column);
    take_indexes(sources, relation);
    take_partitions(sources, relation, &n_partitions);
    take_triggers(sources, relation);
}
