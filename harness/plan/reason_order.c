#include "plan/reason_case.h"

#include <string.h>

/* The order that the query wants is not the index's. */

static gboolean
is_fixed(const PgsReasonCase *reason_case, guint key)
{
    const PgsCondition *condition = pgs_reason_condition_on(reason_case, key);
    return condition != NULL && g_strcmp0(condition->comparison, "=") == 0 && !condition->is_any;
}

/* Whether the query's order begins with the index's, but for directions, NULLs and collations. */
static gboolean
has_same_columns(const PgsReasonCase *reason_case)
{
    const GPtrArray *order = reason_case->asked->order;
    guint key = 0, n = reason_case->keys->len;
    while (key < n && is_fixed(reason_case, key))
        key++;
    for (guint i = 0; i < order->len; i++, key++) {
        const PgsSortKey *sort = order->pdata[i];
        const PgsNode *node = key < n ? reason_case->keys->pdata[key] : NULL;
        if (node == NULL || sort->node == NULL || !pgs_node_equal(node, sort->node))
            return FALSE;
    }
    return TRUE;
}

static gboolean
shares_column(const PgsReasonCase *reason_case)
{
    for (guint i = 0; i < reason_case->keys->len; i++) {
        const PgsNode *node = reason_case->keys->pdata[i];
        for (guint j = 0; node != NULL && j < reason_case->asked->order->len; j++) {
            const PgsSortKey *sort = reason_case->asked->order->pdata[j];
            if (sort->node != NULL && pgs_node_share_column(node, sort->node))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
is_own_order(const GPtrArray *order)
{
    for (guint i = 0; i < order->len; i++) {
        const PgsSortKey *key = order->pdata[i];
        if (!key->is_own || key->is_using)
            return FALSE;
    }
    return order->len > 0;
}

static char *
order_text(const GPtrArray *order, const char *left, const char *right)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < order->len; i++) {
        const PgsSortKey *key = order->pdata[i];
        g_string_append_printf(text, "%s%s%s%s%s%s", i > 0 ? ", " : "", left, key->sql, right,
                               *key->suffix != '\0' ? " " : "", key->suffix);
    }
    return g_string_free(text, FALSE);
}

/* "a, b text_pattern_ops DESC NULLS LAST" */
static char *
own_order(const PgsIndex *index)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        const char *opclass = strrchr(key->opclass_sql, '.');
        gboolean is_default = key->opclass_is_default || opclass == NULL;
        g_string_append_printf(
            text, "%s%s%s%s%s%s%s%s", i > 0 ? ", " : "", key->sql, is_default ? "" : " ",
            is_default ? "" : opclass + 1, key->collation_sql != NULL ? " COLLATE " : "",
            key->collation_sql != NULL ? key->collation_sql : "", key->descending ? " DESC" : "",
            key->nulls_first == key->descending ? ""
            : key->nulls_first                  ? " NULLS FIRST"
                                                : " NULLS LAST");
    }
    return g_string_free(text, FALSE);
}

static char *
order_reason(const PgsReasonCase *reason_case, const char *asked)
{
    const PgsIndex *index = reason_case->index;
    if (index == NULL)
        return g_strdup_printf("no index of %s gives the order of %s",
                               reason_case->ground->relation_sql, asked);
    g_autofree char *own = own_order(index);
    if (!index->can_order)
        return g_strdup_printf("the query wants rows in the order of %s: a %s index knows no order",
                               asked, index->method);
    return g_strdup_printf(has_same_columns(reason_case)
                               ? "the query wants the order of %s: read forwards it gives that of "
                                 "%s, read backwards the opposite of each"
                               : "the query wants the order of %s, and it gives that of %s",
                           asked, own);
}

/* What is fixed by a condition comes first: it does not disturb the order. */
static char *
wanted_tail(const PgsReasonCase *reason_case, const char *predicate)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < conditions->len; i++) {
        const PgsCondition *condition = conditions->pdata[i];
        if (condition->operand_node != NULL && g_strcmp0(condition->comparison, "=") == 0 &&
            !condition->is_any && !condition->is_element && !condition->value_is_own)
            g_ptr_array_add(keys, g_strdup_printf("(%s)", condition->operand));
    }
    g_ptr_array_add(keys, order_text(reason_case->asked->order, "(", ")"));
    return pgs_tail_new(reason_case->index, "btree", keys, predicate);
}

static void
add_order(const PgsReasonCase *reason_case, GPtrArray *proposals, const char *predicate,
          const char *besides)
{
    g_autofree char *asked = order_text(reason_case->asked->order, "", "");
    g_autofree char *reason = order_reason(reason_case, asked);
    PgsProposal *proposal =
        pgs_proposal_add(proposals, g_strdup_printf("%s%s", reason, besides), NULL);
    proposal->tail = wanted_tail(reason_case, predicate);
    proposal->aims = PGS_TRIAL_ORDER;
}

gboolean
pgs_reason_order(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const PgsAsked *asked = reason_case->asked;
    if (!is_own_order(asked->order))
        return TRUE;
    if (asked->conditions->len > 0 && !shares_column(reason_case))
        return TRUE;
    const char *predicate = reason_case->index != NULL ? reason_case->index->predicate : NULL;
    add_order(reason_case, proposals, predicate, "");
    if (predicate != NULL)
        add_order(reason_case, proposals, NULL, "; nor does the query imply its predicate");
    return TRUE;
}
