#include "plan/reason_case.h"

#include <string.h>

/* What the index is, and what the query reads: invalid, another table's, partial. */

static gboolean
search_function(const PgsPlanNode *node, gpointer data)
{
    gboolean *is_found = data;
    *is_found = *is_found || strcmp(node->type, "Function Scan") == 0;
    return !*is_found;
}

/* What a function that is called reads no plan tells. */
static char *
unread_advice(const PgsReasonCase *reason_case, const char *read)
{
    gboolean is_function = FALSE;
    pgs_plan_walk(reason_case->alone, search_function, &is_function);
    if (is_function)
        return g_strdup("the statements of a function are planned apart from the query: make the "
                        "one that matters the query");
    return *read != '\0' ? g_strdup_printf("name an index of %s, or %s in the query", read,
                                           reason_case->index->relation_sql)
                         : NULL;
}

gboolean
pgs_reason_unread(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsAsked *asked = reason_case->asked;
    if (reason_case->index == NULL || asked->is_read)
        return TRUE;
    g_autofree char *read = pgs_reason_join(asked->read, ", ");
    const char *table = reason_case->index->relation_sql;
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        asked->read->len > 0
            ? g_strdup_printf("the query does not read its table, %s, but %s", table, read)
            : g_strdup_printf("the query's plan reads no table, %s neither", table),
        unread_advice(reason_case, read));
    proposal->is_certain = TRUE;
    return TRUE;
}

typedef struct {
    const PgsPlanNode *filtered; /* a CTE Scan */
    gboolean is_within;          /* the table is read for a WITH query */
    const char *relation;
} Result;

static gboolean
add_result(const PgsPlanNode *node, gpointer data)
{
    Result *result = data;
    if (strcmp(node->type, "CTE Scan") == 0 && node->filter != NULL && result->filtered == NULL)
        result->filtered = node;
    if (pgs_plan_node_scan(node) != PGS_SCAN_NONE &&
        g_strcmp0(node->relation, result->relation) == 0) {
        for (const PgsPlanNode *above = node; above != NULL; above = above->parent)
            result->is_within = result->is_within || (above->subplan != NULL &&
                                                      g_str_has_prefix(above->subplan, "CTE "));
    }
    return TRUE;
}

/* WITH x AS MATERIALIZED (SELECT * FROM t) SELECT * FROM x WHERE … */
gboolean
pgs_reason_result(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsAsked *asked = reason_case->asked;
    const PgsTrialTable *table =
        reason_case->ground->tables->len > 0 ? reason_case->ground->tables->pdata[0] : NULL;
    if (table == NULL || asked->conditions->len > 0 || asked->order->len > 0)
        return TRUE;
    Result result = {.relation = table->name};
    pgs_plan_walk(reason_case->alone, add_result, &result);
    if (result.filtered == NULL || !result.is_within)
        return TRUE;
    const char *const aliases[] = {result.filtered->alias, NULL};
    g_autofree char *filter = pgs_condition_plain(result.filtered->filter, aliases);
    pgs_proposal_add(
        proposals,
        g_strdup_printf("the query filters what its WITH query gives (%s, by %s), not %s itself: "
                        "one that is MATERIALIZED, or used twice, is made as a whole",
                        result.filtered->alias, filter, table->sql),
        g_strdup("write AS NOT MATERIALIZED, or filter within the WITH query"))
        ->is_certain = TRUE;
    return TRUE;
}

/* How it is made valid: a partitioned index is when all partitions have their part. */
static char *
invalid_advice(const PgsReasonCase *reason_case)
{
    const PgsIndex *index = reason_case->index;
    if (index->relation != NULL && index->relation->kind == 'p')
        return g_strdup_printf("give every partition its index, and attach it: ALTER INDEX %s "
                               "ATTACH PARTITION …",
                               index->identity);
    return g_strdup_printf("REINDEX INDEX CONCURRENTLY %s, %sor drop it and build it again",
                           index->identity,
                           index->unique ? "once no two rows have the same key, " : "");
}

static char *
invalid_reason(const PgsReasonCase *reason_case, gboolean is_above)
{
    g_autofree char *tables = pgs_reason_join(reason_case->asked->unindexed, ", ");
    if (!is_above)
        return g_strdup("it was left INVALID, as by a CREATE INDEX CONCURRENTLY that failed, and "
                        "the planner does not use such");
    return *tables == '\0'
               ? g_strdup("it is INVALID, since not every partition has its part of it")
               : g_strdup_printf("it is INVALID, since there is no part of it for %s", tables);
}

/* It is there again, under another name. */
static const PgsIndex *
find_twin(const PgsReasonCase *reason_case)
{
    g_autoptr(GPtrArray) twins = pgs_index_twins(reason_case->ground->indexes, reason_case->index);
    return twins->len > 0 ? twins->pdata[0] : NULL;
}

gboolean
pgs_reason_invalid(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsIndex *index = reason_case->index;
    if (index == NULL || index->valid)
        return TRUE;
    gboolean is_above = index->relation != NULL && index->relation->kind == 'p';
    const PgsIndex *twin = find_twin(reason_case);
    PgsProposal *proposal =
        pgs_proposal_add(proposals, invalid_reason(reason_case, is_above),
                         twin != NULL ? g_strdup_printf("drop it: DROP INDEX %s; %s is the same, "
                                                        "and valid",
                                                        index->identity, twin->name)
                                      : invalid_advice(reason_case));
    if (twin == NULL)
        proposal->tail = pgs_tail_replace(index, 0, NULL);
    proposal->aims |= PGS_TRIAL_ORDER;
    proposal->is_certain = proposal->goes_on = TRUE;
    return TRUE;
}

/* An index is inherited by partitions alone. */
gboolean
pgs_reason_partition(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsIndex *index = reason_case->index;
    const GPtrArray *unindexed = reason_case->asked->unindexed;
    if (index == NULL || unindexed->len == 0 || pgs_reason_condition_on(reason_case, 0) == NULL)
        return TRUE;
    g_autofree char *tables = pgs_reason_join(unindexed, ", ");
    PgsProposal *proposal = pgs_proposal_add(
        proposals, g_strdup_printf("the query reads %s as well, for which it has no part", tables),
        g_strdup_printf("build one like it on %s, too", tables));
    proposal->is_certain = TRUE;
    return TRUE;
}

/* ---- its predicate ---- */

static char *
all_but(const GPtrArray *parts, guint left_out)
{
    GString *rest = g_string_new(NULL);
    for (guint i = 0; i < parts->len; i++) {
        if (i != left_out)
            g_string_append_printf(rest, "%s(%s)", rest->len > 0 ? " AND " : "",
                                   ((const PgsCondition *)parts->pdata[i])->text);
    }
    return g_string_free(rest, FALSE);
}

static char *
own_tail(const PgsIndex *index, const char *predicate)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < index->keys->len; i++)
        g_ptr_array_add(keys, pgs_tail_key(index, i, NULL, NULL));
    return pgs_tail_new(index, NULL, keys, predicate);
}

static gboolean
is_value(const PgsCondition *condition)
{
    return g_strcmp0(condition->comparison, "=") == 0 && !condition->is_any &&
           condition->value_node != NULL &&
           pgs_node_strip(condition->value_node)->kind == PGS_NODE_CONSTANT;
}

/* Whether no row fulfils both: a = 1 and a = 2, a IS NULL and a > 2, NOT a and a. */
static gboolean
excludes(const PgsCondition *one, const PgsCondition *other)
{
    if (one->operand_node == NULL || other->operand_node == NULL ||
        !pgs_node_equal(one->operand_node, other->operand_node))
        return FALSE;
    gboolean is_null = g_strcmp0(one->comparison, "IS NULL") == 0;
    gboolean other_is_null = g_strcmp0(other->comparison, "IS NULL") == 0;
    if (is_null != other_is_null)
        return g_strcmp0((is_null ? other : one)->comparison, "IS NOT DISTINCT FROM") != 0;
    if (one->comparison == NULL && other->comparison == NULL && one->node != NULL &&
        other->node != NULL)
        return (one->node->kind == PGS_NODE_NOT) != (other->node->kind == PGS_NODE_NOT);
    return is_value(one) && is_value(other) && strcmp(one->value, other->value) != 0;
}

static gboolean
is_excluded(const PgsReasonCase *reason_case, const GPtrArray *parts)
{
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < parts->len; i++) {
        for (guint j = 0; j < conditions->len; j++) {
            if (excludes(parts->pdata[i], conditions->pdata[j]))
                return TRUE;
        }
    }
    return FALSE;
}

static PgsProposal *
add_unimplied(GPtrArray *proposals, const char *part, gboolean is_all, gboolean excluded)
{
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("it is partial, and the query %s %s predicate: %s",
                        excluded ? "wants just the rows that are left out by" : "does not imply",
                        is_all ? "its" : "one part of its", part),
        excluded ? NULL
                 : g_strdup_printf("add AND %s to the query, when it wants no other rows", part));
    proposal->aims = PGS_TRIAL_CONDITION | PGS_TRIAL_ORDER;
    return proposal;
}

/* The planner cannot know of a parameter what it knows of a value (predtest.c). */
static void
add_generic(const PgsReasonCase *reason_case, GPtrArray *proposals)
{
    static const char *const no_aliases[] = {NULL};
    g_autofree char *predicate = pgs_condition_plain(reason_case->index->predicate, no_aliases);
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("it is partial, and its predicate, %s, is implied only by some values of "
                        "the parameters, so never by a generic plan",
                        predicate),
        g_strdup("write the value into the query, not as a parameter; or SET plan_cache_mode = "
                 "force_custom_plan"));
    proposal->aims = PGS_TRIAL_CONDITION | PGS_TRIAL_ORDER | PGS_TRIAL_PREDICATE;
    proposal->with_index = proposal->is_custom = TRUE;
}

gboolean
pgs_reason_predicate(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsIndex *index = reason_case->index;
    if (index == NULL || index->predicate == NULL)
        return TRUE;
    if (reason_case->ground->is_generic)
        add_generic(reason_case, proposals);
    static const char *const no_aliases[] = {NULL};
    g_autoptr(GPtrArray) parts = pgs_conditions_parse(index->predicate, no_aliases);
    for (guint i = 0; parts->len > 1 && i < parts->len; i++) {
        const PgsCondition *part = parts->pdata[i];
        g_autofree char *rest = all_but(parts, i);
        add_unimplied(proposals, part->text, FALSE, is_excluded(reason_case, parts))->tail =
            own_tail(index, rest);
    }
    g_autofree char *all = pgs_condition_plain(index->predicate, no_aliases);
    add_unimplied(proposals, all, TRUE, is_excluded(reason_case, parts))->tail =
        own_tail(index, NULL);
    return TRUE;
}
