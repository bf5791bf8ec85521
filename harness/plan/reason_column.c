#include "plan/reason_case.h"

#include <string.h>

/* No key of the index, or not its first, is what the query asks for. */

/* Equalities first, then one of what remains: as a btree takes them (docs: Multicolumn Indexes). */
static gboolean
is_equality(const PgsCondition *condition)
{
    static const char *const operators[] = {"=", "IS NULL", NULL};
    return condition->comparison == NULL || g_strv_contains(operators, condition->comparison);
}

static gboolean
can_be_key(const PgsCondition *condition)
{
    return condition->operand_node != NULL && pgs_node_names_own(condition->operand_node) &&
           !condition->is_negation && !condition->value_is_own && !condition->is_element;
}

static void
add_key(GPtrArray *keys, GPtrArray *plain, const PgsCondition *condition, gboolean for_pattern)
{
    if (g_ptr_array_find_with_equal_func(plain, condition->operand, g_str_equal, NULL))
        return;
    gboolean is_pattern =
        condition->comparison != NULL && strchr(condition->comparison, '~') != NULL;
    g_ptr_array_add(plain, g_strdup(condition->operand));
    g_ptr_array_add(
        keys, g_strdup_printf("(%s)%s", condition->operand,
                              is_pattern && for_pattern ? " pg_catalog.text_pattern_ops" : ""));
}

/* What the query's conditions would have as keys; plain: the same, for a person. */
static GPtrArray *
wanted_keys(const PgsReasonCase *reason_case, GPtrArray *plain, gboolean for_pattern)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < conditions->len; i++) {
            const PgsCondition *condition = conditions->pdata[i];
            if (!can_be_key(condition) || is_equality(condition) != (pass == 0))
                continue;
            add_key(keys, plain, condition, for_pattern);
            if (pass == 1)
                return keys;
        }
    }
    return keys;
}

static char *
column_reason(const PgsReasonCase *reason_case, const char *wanted)
{
    if (reason_case->index == NULL)
        return g_strdup_printf("no index of %s is on what the query filters by: %s",
                               reason_case->ground->relation_sql, wanted);
    g_autofree char *own = pgs_reason_keys(reason_case);
    const char *method = reason_case->index->method;
    for (guint i = 0; i < pgs_reason_n_keys(reason_case); i++) {
        const PgsCondition *condition = pgs_reason_condition_on(reason_case, i);
        if (condition != NULL)
            return g_strdup_printf("a %s index on %s does not serve %s", method, own,
                                   condition->text);
    }
    return g_strdup_printf("the query filters by %s, and it is on %s", wanted, own);
}

/* What no btree has: found by other methods, of documents, arrays, texts that are searched. */
static gboolean
is_search(const PgsCondition *condition)
{
    static const char *const operators[] = {"@>", "<@", "?",  "?|", "?&",  "@@", "@?",  "&&",
                                            "<<", ">>", "~~", "~",  "~~*", "~*", "<->", NULL};
    return condition->comparison != NULL && g_strv_contains(operators, condition->comparison);
}

static void
add_search(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition)
{
    const PgsIndex *index = reason_case->index;
    gboolean is_text = strchr(condition->comparison, '~') != NULL;
    const char *own =
        index != NULL && strcmp(index->method, "btree") != 0 && strcmp(index->method, "hash") != 0
            ? index->method
            : "gin";
    const char *const methods[] = {own, strcmp(own, "gist") == 0 ? "gin" : "gist"};
    for (guint i = 0; i < G_N_ELEMENTS(methods) - is_text; i++) {
        PgsProposal *proposal =
            pgs_proposal_add(proposals, column_reason(reason_case, condition->operand), NULL);
        proposal->tail = is_text
                             ? g_strdup_printf("USING gin ((%s) gin_trgm_ops)", condition->operand)
                             : g_strdup_printf("USING %s ((%s))", methods[i], condition->operand);
        proposal->extension = is_text ? "pg_trgm" : NULL;
    }
}

static void
add_searches(const PgsReasonCase *reason_case, GPtrArray *proposals)
{
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < conditions->len; i++) {
        if (can_be_key(conditions->pdata[i]) && is_search(conditions->pdata[i]))
            add_search(reason_case, proposals, conditions->pdata[i]);
    }
}

gboolean
pgs_reason_column(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GPtrArray) plain = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GPtrArray) keys = wanted_keys(reason_case, plain, i == 1);
        if (keys->len == 0)
            return TRUE;
        g_autofree char *wanted = pgs_reason_join(plain, ", ");
        pgs_proposal_add(proposals, column_reason(reason_case, wanted), NULL)->tail =
            pgs_tail_new(reason_case->index, "btree", keys, NULL);
    }
    add_searches(reason_case, proposals);
    return TRUE;
}

gboolean
pgs_reason_later_key(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsIndex *index = reason_case->index;
    if (pgs_reason_n_keys(reason_case) != 1 || index->keys->len < 2 ||
        pgs_reason_condition_on(reason_case, 0) != NULL)
        return TRUE;
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) rest = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *later = NULL;
    for (guint i = 0; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        gboolean is_asked = pgs_reason_condition_on(reason_case, i) != NULL;
        if (is_asked && later == NULL)
            later = g_strdup(key->sql);
        g_ptr_array_add(is_asked ? keys : rest, pgs_tail_key(index, i, NULL, NULL));
    }
    if (later == NULL)
        return TRUE;
    g_ptr_array_extend_and_steal(keys, g_steal_pointer(&rest));
    const PgsIndexKey *leading = index->keys->pdata[0];
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("the query restricts %s, a later key of it, but not %s, its first: the "
                        "whole index would have to be read%s",
                        later, leading->sql,
                        pgs_connection_version(reason_case->ground->connection) < 180000
                            ? " (a skip scan needs server 18)"
                            : ""),
        g_strdup_printf("restrict %s as well", leading->sql));
    proposal->tail = pgs_tail_new(index, NULL, keys, index->predicate);
    return TRUE;
}
