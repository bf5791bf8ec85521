#include "plan/use_condition.h"

#include "plan/verdict.h"

#include <string.h>

/* ---- parsing ---- */

/* What EXPLAIN prints of sub-plans is no SQL (ruleutils.c: get_rule_expr(), T_SubPlan). */
static const struct {
    const char *pattern, *replacement;
} sub_plans[] = {
    {"\\(ALTERNATIVES: [^()]*\\)", "$1"},
    {"(EXISTS)?\\((hashed )?(InitPlan|SubPlan) \\w+\\)(\\.col\\d+)?", "$1"},
    {"\\((ANY|ALL) \\(", "(of_subplan ("},
};

/* The tree of a Filter, Index Cond, …; NULL: a newer server's words. */
static PgsNode *
parse_condition(const char *condition)
{
    g_autofree char *sql = g_strdup(condition);
    gboolean has_sub_plan = strstr(sql, "Plan ") != NULL;
    for (guint i = 0; has_sub_plan && i < G_N_ELEMENTS(sub_plans); i++) {
        g_autoptr(GRegex) regex = g_regex_new(sub_plans[i].pattern, 0, 0, NULL);
        g_autofree char *before = g_steal_pointer(&sql);
        sql = g_regex_replace_literal(regex, before, -1, 0, sub_plans[i].replacement, 0, NULL);
        if (sql == NULL)
            return NULL;
    }
    return pgs_expression_parse(sql, NULL);
}

/* ---- keys in conditions ---- */

/* Whether the node is the key, whatever casts and collations there are: an Index Cond speaks of
 * nothing but keys, and a varchar is compared as text. */
static gboolean
is_same(const PgsNode *key, const PgsNode *node, const char *alias)
{
    key = pgs_node_strip(key);
    node = pgs_node_strip(node);
    if (key->kind != node->kind || key->negated != node->negated ||
        g_strcmp0(key->name, node->name) != 0 || g_strcmp0(key->text, node->text) != 0 ||
        key->arguments->len != node->arguments->len)
        return FALSE;
    if (node->kind == PGS_NODE_COLUMN && node->schema != NULL &&
        g_strcmp0(node->schema, alias) != 0)
        return FALSE;
    for (guint i = 0; i < key->arguments->len; i++) {
        if (!is_same(key->arguments->pdata[i], node->arguments->pdata[i], alias))
            return FALSE;
    }
    return TRUE;
}

/* A row is compared by its first column first. */
static gboolean
is_operand(const PgsNode *key, const PgsNode *node, const char *alias)
{
    node = pgs_node_strip(node);
    if (node->kind == PGS_NODE_ROW && node->arguments->len > 0)
        node = node->arguments->pdata[0];
    return is_same(key, node, alias);
}

static gboolean
is_about(const PgsNode *key, const PgsNode *condition, const char *alias)
{
    condition = pgs_node_strip(condition);
    if (is_operand(key, condition, alias))
        return TRUE;
    for (guint i = 0; i < condition->arguments->len; i++) {
        if (is_operand(key, condition->arguments->pdata[i], alias))
            return TRUE;
    }
    return FALSE;
}

/* No index takes what it is not. */
static gboolean
is_negation(const PgsNode *condition)
{
    static const char *const names[] = {"<>", "!=", "!~", "!~*", "!~~", "!~~*", NULL};
    return condition->kind == PGS_NODE_ALL || condition->kind == PGS_NODE_DISTINCT ||
           ((condition->kind == PGS_NODE_OPERATOR || condition->kind == PGS_NODE_ANY) &&
            condition->name != NULL && g_strv_contains(names, condition->name));
}

static gboolean
restricts(const PgsNode *key, const PgsNode *condition, const char *alias)
{
    if (condition->kind != PGS_NODE_AND && condition->kind != PGS_NODE_OR)
        return !is_negation(condition) && is_about(key, condition, alias);
    for (guint i = 0; i < condition->arguments->len; i++) {
        if (restricts(key, condition->arguments->pdata[i], alias))
            return TRUE;
    }
    return FALSE;
}

/* Without a tree: the column's name, as EXPLAIN qualifies it. */
static gboolean
is_mentioned(const char *key_sql, const char *condition, const char *alias)
{
    g_autofree char *qualified = g_strdup_printf("%s.%s", alias != NULL ? alias : "", key_sql);
    gsize length = strlen(qualified);
    for (const char *at = condition; (at = strstr(at, qualified)) != NULL; at += length) {
        if (!g_ascii_isalnum(at[length]) && at[length] != '_')
            return TRUE;
    }
    return FALSE;
}

static gboolean
restricts_key(const PgsIndexKey *key, const char *condition, const PgsNode *tree, const char *alias)
{
    g_autoptr(PgsNode) key_tree = tree != NULL ? pgs_expression_parse(key->sql, NULL) : NULL;
    return key_tree != NULL ? restricts(key_tree, tree, alias)
                            : is_mentioned(key->sql, condition, alias);
}

/* Docs "Multicolumn Indexes": which of their keys are restricted does not matter to GIN and BRIN,
 * and a GiST index is of use as well. */
static gboolean
takes_any_key(const PgsIndex *index)
{
    static const char *const methods[] = {"gin", "gist", "brin", "bloom", NULL};
    return index->keys->len == 1 || g_strv_contains(methods, index->method);
}

guint
pgs_use_of_condition(const char *index_cond, const char *alias, const PgsIndex *index)
{
    if (takes_any_key(index))
        return PGS_USE_CONDITION;
    g_autoptr(PgsNode) tree = parse_condition(index_cond);
    return restricts_key(index->keys->pdata[0], index_cond, tree, alias) ? PGS_USE_CONDITION
                                                                         : PGS_USE_LATER;
}

/* ---- filters ---- */

static gboolean
has_condition(const PgsNode *filter, const PgsNode *condition, const char *alias)
{
    if (filter->kind != PGS_NODE_AND)
        return is_same(condition, filter, alias);
    for (guint i = 0; i < filter->arguments->len; i++) {
        if (is_same(condition, filter->arguments->pdata[i], alias))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_predicate(const PgsNode *filter, const char *predicate, const char *alias)
{
    g_autoptr(PgsNode) tree = pgs_expression_parse(predicate, NULL);
    if (tree == NULL || tree->kind != PGS_NODE_AND)
        return tree != NULL && has_condition(filter, tree, alias);
    for (guint i = 0; i < tree->arguments->len; i++) {
        if (!has_condition(filter, tree->arguments->pdata[i], alias))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_use_is_asked(const char *filter, const char *alias, const PgsIndex *index)
{
    if (filter == NULL)
        return FALSE;
    g_autoptr(PgsNode) tree = parse_condition(filter);
    if (tree != NULL && index->predicate != NULL && has_predicate(tree, index->predicate, alias))
        return TRUE;
    guint n = takes_any_key(index) ? index->keys->len : 1;
    for (guint i = 0; i < n; i++) {
        if (restricts_key(index->keys->pdata[i], filter, tree, alias))
            return TRUE;
    }
    return FALSE;
}

const PgsIndexKey *
pgs_use_wasted_key(const char *filter, const char *index_cond, const char *alias,
                   const PgsIndex *index)
{
    if (filter == NULL || strcmp(index->method, "btree") != 0)
        return NULL;
    g_autoptr(PgsNode) left = parse_condition(filter);
    g_autoptr(PgsNode) taken = index_cond != NULL ? parse_condition(index_cond) : NULL;
    for (guint i = 0; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        if (restricts_key(key, filter, left, alias) &&
            (index_cond == NULL || !restricts_key(key, index_cond, taken, alias)))
            return key;
    }
    return NULL;
}
