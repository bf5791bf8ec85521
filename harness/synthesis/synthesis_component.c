#include "synthesis/synthesis_component.h"

#include "synthesis/grid.h"

enum {
    MAX_COLUMNS = 14,
};

void
pgs_component_clear(PgsComponent *component)
{
    g_ptr_array_unref(component->columns);
    g_ptr_array_unref(component->rules);
    g_hash_table_unref(component->choices);
    if (component->bounds != NULL) {
        g_free(component->bounds->columns);
        g_free(component->bounds->expression);
        g_free(component->bounds);
    }
}

/* ---- partitions ---- */

static void
add_bounds(const PgsRelation *relation, GString *expression)
{
    guint n_children = relation->kind == 'p' ? relation->children->len : 0;
    if (n_children == 0 && relation->kind != 'p' && relation->partition_constraint != NULL)
        g_string_append_printf(expression, "%s(%s)", expression->len > 0 ? " OR " : "",
                               relation->partition_constraint);
    for (guint i = 0; i < n_children && expression->len < 100000; i++)
        add_bounds(g_ptr_array_index(relation->children, i), expression);
}

/* What at least one partition takes, or the partition itself; NULL: nothing is known of it. */
static PgsRule *
make_bounds(const PgsRelation *relation)
{
    g_autoptr(GString) expression = g_string_new(NULL);
    add_bounds(relation, expression);
    if (expression->len == 0)
        return NULL;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    pgs_relation_named_columns(relation, expression->str, columns);
    PgsRule *rule = g_new0(PgsRule, 1);
    rule->kind = PGS_RULE_CHECK;
    rule->relation = relation;
    rule->enforced = TRUE;
    rule->expression = g_strdup(expression->str);
    rule->n_columns = columns->len;
    rule->columns = g_memdup2(columns->pdata, columns->len * sizeof(gpointer));
    return rule;
}

/* ---- the component ---- */

static void
add_once(GPtrArray *array, gconstpointer item)
{
    if (!g_ptr_array_find(array, item, NULL))
        g_ptr_array_add(array, (gpointer)item);
}

GPtrArray *
pgs_component_rule_columns(const PgsRelation *relation, const PgsRule *rule)
{
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *column = pgs_relation_own_column(relation, rule->columns[i]);
        if (column == NULL)
            continue;
        if (column->generated != 0 && column->generated_sql != NULL)
            pgs_relation_named_columns(relation, column->generated_sql, columns);
        else
            add_once(columns, column);
    }
    return columns;
}

static gboolean
add_rule(PgsComponent *component, const PgsRule *rule, gboolean is_widened)
{
    const PgsRelation *relation = component->variation->target->relation;
    g_autoptr(GPtrArray) columns = pgs_component_rule_columns(relation, rule);
    gboolean is_tied = component->columns->len == 0;
    for (guint i = 0; i < columns->len; i++)
        is_tied =
            is_tied || g_ptr_array_find(component->columns, g_ptr_array_index(columns, i), NULL);
    if (!is_tied || g_ptr_array_find(component->rules, rule, NULL))
        return FALSE;
    g_ptr_array_add(component->rules, (gpointer)rule);
    for (guint i = 0; is_widened && i < columns->len; i++)
        add_once(component->columns, g_ptr_array_index(columns, i));
    return TRUE;
}

static gboolean
add_tied_rules(PgsComponent *component, gboolean is_widened)
{
    const GPtrArray *checks = component->variation->target->relation->checks;
    gboolean is_more = FALSE;
    for (guint i = 0; i < checks->len; i++) {
        const PgsRule *rule = g_ptr_array_index(checks, i);
        if (rule->enforced && component->columns->len <= MAX_COLUMNS)
            is_more = add_rule(component, rule, is_widened) || is_more;
    }
    if (component->bounds != NULL)
        is_more = add_rule(component, component->bounds, is_widened) || is_more;
    return is_more;
}

/* A domain's rule: the columns of that domain. */
static void
add_domain_columns(PgsComponent *component, const char *name)
{
    const PgsRelation *relation = component->variation->target->relation;
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        for (const PgsType *type = column->type; type != NULL && type->kind == 'd';
             type = type->base) {
            for (guint j = 0; j < type->rules->len; j++) {
                const PgsRule *rule = g_ptr_array_index(type->rules, j);
                if (g_strcmp0(rule->name, name) == 0)
                    add_once(component->columns, column);
            }
        }
    }
}

static const PgsRule *
find_check(const PgsRelation *relation, const char *name)
{
    for (guint i = 0; name != NULL && i < relation->checks->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->checks, i);
        if (g_strcmp0(rule->name, name) == 0)
            return rule;
    }
    return NULL;
}

static void
drop_bound_columns(PgsComponent *component)
{
    for (guint i = component->columns->len; i > 0; i--) {
        if (!pgs_variation_is_free(component->variation,
                                   g_ptr_array_index(component->columns, i - 1)))
            g_ptr_array_remove_index(component->columns, i - 1);
    }
}

/* The first rule whose expression raises an error with the row, or refuses it; or NULL. */
static gboolean
find_raising(const PgsVariation *variation, const PgsRule **rule, GError **error)
{
    const GPtrArray *checks = variation->target->relation->checks;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    for (guint i = 0; i < checks->len; i++) {
        if (((const PgsRule *)g_ptr_array_index(checks, i))->enforced)
            g_ptr_array_add(rules, g_ptr_array_index(checks, i));
    }
    g_autoptr(PgsGrid) grid =
        pgs_grid_evaluate(variation->build->bench, variation->target, none, rules, NULL, error);
    if (grid == NULL)
        return FALSE;
    for (guint i = rules->len; grid->rows->len > 0 && i > 0; i--) {
        const PgsGridRow *row = g_ptr_array_index(grid->rows, 0);
        if (row->answers[i - 1] == PGS_GRID_ERROR || row->answers[i - 1] == PGS_GRID_FALSE)
            *rule = g_ptr_array_index(rules, i - 1);
    }
    return TRUE;
}

gboolean
pgs_component_init(PgsComponent *component, PgsVariation *variation, gboolean is_wide,
                   GError **error)
{
    const PgsFailure *failure = variation->try->failure;
    const PgsRelation *relation = variation->target->relation;
    *component = (PgsComponent){
        .variation = variation,
        .is_wide = is_wide,
        .columns = g_ptr_array_new(),
        .rules = g_ptr_array_new(),
        .choices = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref),
        .bounds = make_bounds(relation),
    };
    const PgsRule *rule = find_check(relation, failure->constraint);
    if (g_str_has_prefix(failure->sqlstate, "22")) {
        if (!find_raising(variation, &rule, error))
            return FALSE;
    } else if (rule == NULL && failure->constraint != NULL)
        add_domain_columns(component, failure->constraint);
    else if (rule == NULL)
        rule = component->bounds;
    if (rule != NULL)
        add_rule(component, rule, TRUE);
    if (component->columns->len == 0)
        return TRUE;
    while (is_wide && add_tied_rules(component, TRUE))
        ;
    add_tied_rules(component, FALSE);
    drop_bound_columns(component);
    return TRUE;
}
