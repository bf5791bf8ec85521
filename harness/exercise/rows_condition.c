#include "exercise/rows_condition.h"

#include <string.h>

void
pgs_row_condition_free(PgsRowCondition *condition)
{
    g_free(condition->sql);
    g_free(condition->also);
    g_free(condition->count);
    g_free(condition->examples);
    g_free(condition);
}

char *
pgs_row_condition_describe(const PgsRowCondition *condition)
{
    g_autofree char *rule = pgs_rule_describe(condition->rule);
    if (condition->column == NULL)
        return g_steal_pointer(&rule);
    return g_strdup_printf("%s (%s.%s)", rule, condition->relation->identity,
                           condition->column->quoted);
}

static PgsRowCondition *
add(GPtrArray *conditions, const PgsRelation *relation, const PgsRule *rule, char *sql)
{
    PgsRowCondition *condition = g_new0(PgsRowCondition, 1);
    condition->relation = relation;
    condition->rule = rule;
    condition->sql = sql;
    g_ptr_array_add(conditions, condition);
    return condition;
}

/* ---- foreign keys ---- */

/* The key's comparison has the referenced column's collation (ri_triggers.c). */
static void
append_pair(GString *sql, const PgsRule *rule, guint i, const char *name)
{
    const PgsColumn *referenced = rule->referenced_columns[i], *own = rule->columns[i];
    g_string_append_printf(sql, "pgstair_r.%s", referenced->quoted);
    if (g_strcmp0(referenced->collation, own->collation) != 0)
        g_string_append_printf(sql, " COLLATE %s",
                               referenced->collation != NULL ? referenced->collation
                                                             : "pg_catalog.\"default\"");
    g_string_append_printf(sql, " %s %s.%s", (const char *)rule->operators->pdata[i], name,
                           own->quoted);
}

static const char *
only_of(const PgsRelation *relation)
{
    return relation->kind == 'p' ? "" : "ONLY ";
}

/* No row is referred to; the last column of a PERIOD may be covered by several. */
static void
append_orphan(GString *sql, const PgsRule *rule, const char *name)
{
    guint n = rule->n_columns - (rule->period ? 1 : 0);
    g_autofree char *from =
        g_strdup_printf("%s%s AS pgstair_r", only_of(rule->referenced), rule->referenced->identity);
    if (rule->period)
        g_string_append_printf(sql, "((SELECT pg_catalog.range_agg(pgstair_r.%s) FROM %s WHERE ",
                               rule->referenced_columns[n]->quoted, from);
    else
        g_string_append_printf(sql, "NOT EXISTS (SELECT FROM %s WHERE ", from);
    for (guint i = 0; i < n; i++) {
        g_string_append(sql, i > 0 ? " AND " : "");
        append_pair(sql, rule, i, name);
    }
    if (rule->period)
        g_string_append_printf(sql, "%s) OPERATOR(pg_catalog.@>) %s.%s) IS NOT TRUE",
                               n > 0 ? "" : "true", name, rule->columns[n]->quoted);
    else
        g_string_append_c(sql, ')');
}

/* name IS NOT NULL for all columns, or name IS NULL. */
static void
append_nulls(GString *sql, const PgsRule *rule, const char *name, const char *test,
             const char *joint)
{
    for (guint i = 0; i < rule->n_columns; i++)
        g_string_append_printf(sql, "%s%s.%s %s", i > 0 ? joint : "", name,
                               rule->columns[i]->quoted, test);
}

static void
add_foreign_key(GPtrArray *conditions, const PgsRule *rule, const char *name)
{
    if (rule->operators == NULL || rule->operators->len != rule->n_columns)
        return;
    GString *sql = g_string_new("(");
    append_nulls(sql, rule, name, "IS NOT NULL", " AND ");
    g_string_append(sql, " AND ");
    append_orphan(sql, rule, name);
    if (rule->match == 'f' && rule->n_columns > 1) {
        g_string_append(sql, " OR (");
        append_nulls(sql, rule, name, "IS NULL", " OR ");
        g_string_append(sql, ") AND NOT (");
        append_nulls(sql, rule, name, "IS NULL", " AND ");
        g_string_append_c(sql, ')');
    }
    g_string_append_c(sql, ')');
    add(conditions, rule->relation, rule, g_string_free(sql, FALSE))->only =
        rule->relation->kind != 'p';
}

/* ---- domains ---- */

/*
 * What VALUE is in a domain's rule, outside of it: a column of that name.  source: a query whose
 * column "value" has the values, of the base type of all domains, which checks nothing.
 */
static void
add_domain(GPtrArray *conditions, const PgsColumn *column, const PgsType *domain,
           const char *source)
{
    for (guint i = 0; i < domain->rules->len; i++) {
        const PgsRule *rule = domain->rules->pdata[i];
        g_autofree char *check = NULL;
        if (rule->kind == PGS_RULE_DOMAIN_NOT_NULL)
            check = g_strdup("value IS NOT DISTINCT FROM NULL");
        else if (rule->kind == PGS_RULE_DOMAIN_CHECK)
            check = g_strdup_printf("(%s) IS FALSE", rule->expression);
        else
            continue;
        char *sql =
            g_strdup_printf("EXISTS (SELECT FROM (%s) AS pgstair_v WHERE %s)", source, check);
        add(conditions, column->relation, rule, sql)->column = column;
    }
}

static void
add_domains(GPtrArray *conditions, const PgsColumn *column, const char *name)
{
    g_autofree char *source = g_strdup_printf("SELECT %s.%s AS value", name, column->quoted);
    const PgsType *type = column->type;
    while (type != NULL && (type->base != NULL || type->element != NULL)) {
        g_autofree char *outer = g_steal_pointer(&source);
        if (type->base == NULL) {
            source = g_strdup_printf("SELECT pgstair_e.value FROM (%s) AS pgstair_s CROSS JOIN "
                                     "pg_catalog.unnest(pgstair_s.value) AS pgstair_e (value)",
                                     outer);
            type = type->element;
            continue;
        }
        source = g_strdup_printf("SELECT (pgstair_s.value)::%s AS value FROM (%s) AS pgstair_s",
                                 pgs_type_base(type)->sql, outer);
        for (; type->base != NULL; type = type->base)
            add_domain(conditions, column, type, source);
    }
}

/* ---- generated columns ---- */

/* As texts, which every type has.  The column's type is said, for the expression's own is cast to
 * it without a word. */
static void
add_generated(GPtrArray *conditions, const PgsRule *rule, const char *name)
{
    const PgsColumn *column = rule->columns[0];
    if (column->generated != 's')
        return;
    g_autofree char *now = g_strdup_printf("(%s)::%s", rule->expression, column->type_sql);
    char *sql = g_strdup_printf("(%s.%s)::pg_catalog.text IS DISTINCT FROM (%s)::pg_catalog.text",
                                name, column->quoted, now);
    add(conditions, rule->relation, rule, sql)->also = g_steal_pointer(&now);
}

GPtrArray *
pgs_row_conditions(PgsConnection *connection, const PgsRelation *relation)
{
    GPtrArray *conditions = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_row_condition_free);
    g_autofree char *name = pgs_connection_quote(connection, relation->name);
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        if (!rule->enforced)
            continue;
        if (rule->kind == PGS_RULE_FOREIGN_KEY)
            add_foreign_key(conditions, rule, name);
        else if (rule->kind == PGS_RULE_CHECK)
            add(conditions, relation, rule, g_strdup_printf("(%s) IS FALSE", rule->expression))
                ->only = rule->no_inherit;
        else if (rule->kind == PGS_RULE_GENERATED)
            add_generated(conditions, rule, name);
        else if (rule->kind == PGS_RULE_NOT_NULL)
            /* Of a composite value, IS NULL would ask for its fields. */
            add(conditions, relation, rule,
                g_strdup_printf("%s.%s IS NOT DISTINCT FROM NULL", name, rule->columns[0]->quoted))
                ->only = rule->no_inherit;
    }
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        if (!column->is_inherited)
            add_domains(conditions, column, name);
    }
    return conditions;
}
