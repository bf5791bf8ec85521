#include "plan/reason_case.h"

#include "sql/token.h"

#include <string.h>

/* What is compared is not what is indexed: a cast, a function, another expression. */

static gboolean
is_cast_of(const PgsNode *node, const PgsNode *key)
{
    return node->kind == PGS_NODE_CAST && node->arguments->len == 1 &&
           pgs_node_equal(node->arguments->pdata[0], key);
}

/* Whether a cast of the column stands in the query's own text: "n::text", "CAST (t.n AS text)". */
static gboolean
writes_cast(const PgsQuestion *question, const char *column)
{
    g_autofree char *sql = g_strdup(question->sql);
    g_autoptr(GArray) tokens = pgs_token_scan_all(sql);
    const PgsToken *all = (const PgsToken *)(gconstpointer)tokens->data;
    for (guint i = 1; i < tokens->len; i++) {
        gboolean is_cast = (all[i].length == 2 && memcmp(all[i].text, "::", 2) == 0) ||
                           pgs_token_is(&all[i], "AS");
        guint before = i - 1;
        while (is_cast && before > 0 && pgs_token_is_char(&all[before], ')'))
            before--;
        if (is_cast && all[before].length == strlen(column) &&
            g_ascii_strncasecmp(all[before].text, column, all[before].length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* To what a comparison brings a number, or a text, by itself; to text there is no such way. */
static gboolean
is_implicit(const char *type)
{
    static const char *const types[] = {"int4",   "int8",   "numeric",   "float4",
                                        "float8", "bpchar", "character", NULL};
    return g_strv_contains(types, type);
}

static char *
cast_reason(const PgsReasonCase *reason_case, const PgsCondition *condition, const char *key)
{
    const char *end = g_strrstr(condition->operand, "::");
    const char *type = end != NULL ? end + 2 : condition->operand_node->name;
    if (!is_implicit(condition->operand_node->name) ||
        writes_cast(reason_case->ground->question, key))
        return g_strdup_printf("the query casts %s to %s and compares that (%s), and it is on %s",
                               key, type, condition->text, key);
    return g_strdup_printf("%s is compared with a value of type %s, to which the server casts it "
                           "(%s), and it is on %s",
                           key, type, condition->text, key);
}

/* The types' own names, not those of the catalogs. */
static char *
cast_advice(const PgsReasonCase *reason_case, guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    const char *type = pgs_reason_key_type(reason_case, number);
    return g_strdup_printf("compare %s without the cast, with a value of its own type%s%s%s",
                           key->sql, type != NULL ? " (" : "", type != NULL ? type : "",
                           type != NULL ? ")" : "");
}

/* Functions that make a span of a time: what they ask can be asked as a range. */
static gboolean
is_span(const PgsNode *node)
{
    static const char *const functions[] = {"date_trunc", "extract",  "date_part", "to_char",
                                            "date",       "timezone", NULL};
    static const char *const types[] = {"date", NULL};
    return (node->kind == PGS_NODE_FUNCTION && node->name != NULL &&
            g_strv_contains(functions, node->name)) ||
           (node->kind == PGS_NODE_CAST && g_strv_contains(types, node->name));
}

static char *
operand_reason(const PgsReasonCase *reason_case, const PgsCondition *condition, guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    const PgsNode *node = reason_case->keys->pdata[number];
    if (is_cast_of(condition->operand_node, node))
        return cast_reason(reason_case, condition, key->sql);
    return g_strdup_printf("the query compares %s, and it is on %s", condition->operand, key->sql);
}

/* doc ->> 'key' = 'value', which a gin index of the document finds by another operator. */
static gboolean
is_part_of_document(const PgsReasonCase *reason_case, const PgsCondition *condition)
{
    static const char *const operators[] = {"->", "->>", "#>", "#>>", NULL};
    const PgsNode *node = pgs_node_strip(condition->operand_node);
    return strcmp(reason_case->index->method, "gin") == 0 && node->kind == PGS_NODE_OPERATOR &&
           g_strv_contains(operators, node->name);
}

static char *
operand_advice(const PgsReasonCase *reason_case, const PgsCondition *condition, guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    const PgsNode *node = reason_case->keys->pdata[number];
    if (is_span(condition->operand_node) && node->kind == PGS_NODE_COLUMN)
        return g_strdup_printf("ask for a range of %s: %s >= … AND %s < …", key->sql, key->sql,
                               key->sql);
    if (is_cast_of(condition->operand_node, node))
        return cast_advice(reason_case, number);
    if (is_part_of_document(reason_case, condition))
        return g_strdup_printf("ask with an operator that the index has: %s @> …", key->sql);
    return node->kind == PGS_NODE_COLUMN
               ? g_strdup_printf("compare %s itself", key->sql)
               : g_strdup_printf("write %s in the query, as the index has it", key->sql);
}

/* In place of the key: with its opclass, with its type's own, for a pattern, of a btree. */
static void
add_operand(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
            guint number)
{
    const PgsIndex *index = reason_case->index;
    gboolean is_pattern =
        condition->comparison != NULL && strstr(condition->comparison, "~") != NULL;
    gboolean is_btree = strcmp(index->method, "btree") == 0;
    const char *const opclasses[] = {NULL, "", is_pattern ? "pg_catalog.text_pattern_ops" : NULL};
    for (guint i = 0; i < G_N_ELEMENTS(opclasses); i++) {
        const PgsIndexKey *key = index->keys->pdata[number];
        gboolean is_new = i == 0 || (i == 1 && !key->opclass_is_default) ||
                          (i == 2 && opclasses[2] != NULL && is_btree);
        if (!is_new)
            continue;
        g_autofree char *text = pgs_tail_key(index, number, condition->operand, opclasses[i]);
        pgs_proposal_add(proposals, operand_reason(reason_case, condition, number),
                         operand_advice(reason_case, condition, number))
            ->tail = pgs_tail_replace(index, number, text);
    }
    if (is_btree)
        return;
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(keys, g_strdup_printf("(%s)", condition->operand));
    pgs_proposal_add(proposals, operand_reason(reason_case, condition, number),
                     operand_advice(reason_case, condition, number))
        ->tail = pgs_tail_new(index, "btree", keys, index->predicate);
}

/* The same query of the key itself; what it gives can be another thing. */
static void
add_probe(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
          guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    const char *type = pgs_reason_key_type(reason_case, number);
    if (condition->value == NULL || condition->comparison == NULL || condition->is_any ||
        condition->is_element || type == NULL)
        return;
    PgsProposal *proposal =
        pgs_proposal_add(proposals, operand_reason(reason_case, condition, number),
                         operand_advice(reason_case, condition, number));
    proposal->with_index = TRUE;
    proposal->probe = g_strdup_printf(
        "SELECT 1 FROM %s WHERE (%s) %s CAST(%s AS %s)%s%s", reason_case->ground->relation_sql,
        key->sql, condition->comparison, condition->value, type,
        reason_case->index->predicate != NULL ? " AND " : "",
        reason_case->index->predicate != NULL ? reason_case->index->predicate : "");
}

static gboolean
is_other_operand(const PgsReasonCase *reason_case, const PgsCondition *condition, guint number)
{
    const PgsNode *key = reason_case->keys->pdata[number];
    return key != NULL && condition->operand_node != NULL && !condition->is_negation &&
           !condition->value_is_own && !condition->is_element &&
           !pgs_reason_is_on_key(reason_case, condition, number) &&
           pgs_node_share_column(key, condition->operand_node);
}

gboolean
pgs_reason_operand(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < pgs_reason_n_keys(reason_case); i++) {
        if (pgs_reason_condition_on(reason_case, i) != NULL)
            continue;
        for (guint j = 0; j < conditions->len; j++) {
            if (!is_other_operand(reason_case, conditions->pdata[j], i))
                continue;
            add_operand(reason_case, proposals, conditions->pdata[j], i);
            add_probe(reason_case, proposals, conditions->pdata[j], i);
        }
    }
    return TRUE;
}
