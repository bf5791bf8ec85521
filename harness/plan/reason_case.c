#include "plan/reason_case.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

/* ---- casts that change nothing ---- */

/* Whether the cast is one of an own column's that only changes how its type is called, or its
 * collation: the planner looks through it (RelabelType). */
static gboolean
is_relabel(const PgsTrialGround *ground, const PgsNode *node, gboolean *is, GError **error)
{
    *is = FALSE;
    const PgsNode *inner = node->kind == PGS_NODE_CAST ? node->arguments->pdata[0] : NULL;
    if (inner == NULL || inner->kind != PGS_NODE_COLUMN || !pgs_node_names_own(inner))
        return TRUE;
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "reason_cast.sql"),
                                            pgs_connection_version(ground->connection));
    g_autofree char *relation = g_strdup_printf("%u", ground->relation);
    const char *const parameters[] = {relation, inner->name, node->name};
    g_autoptr(PGresult) result =
        pgs_connection_query(ground->connection, PGS_SHAPE_ANY, sql, 3, parameters, NULL, error);
    if (result != NULL)
        *is = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';
    return result != NULL;
}

static PgsNode *
take_inner(PgsNode *node)
{
    PgsNode *inner = g_ptr_array_steal_index(node->arguments, 0);
    pgs_node_free(node);
    return inner;
}

static gboolean
look_through(const PgsTrialGround *ground, PgsNode **node, char **sql, GError **error)
{
    gboolean is = FALSE;
    if (*node == NULL)
        return TRUE;
    if ((*node)->kind == PGS_NODE_COLLATE && (*node)->arguments->len == 1)
        is = ((const PgsNode *)(*node)->arguments->pdata[0])->kind == PGS_NODE_COLUMN;
    if (!is && !is_relabel(ground, *node, &is, error))
        return FALSE;
    if (!is)
        return TRUE;
    *node = take_inner(*node);
    if (sql != NULL) {
        g_free(*sql);
        *sql = pgs_connection_quote(ground->connection, (*node)->name);
    }
    return TRUE;
}

static gboolean
look_through_conditions(const PgsTrialGround *ground, const GPtrArray *conditions, GError **error)
{
    for (guint i = 0; i < conditions->len; i++) {
        PgsCondition *condition = conditions->pdata[i];
        if (!look_through(ground, &condition->operand_node, &condition->operand, error))
            return FALSE;
        for (guint j = 0; condition->branches != NULL && j < condition->branches->len; j++) {
            if (!look_through_conditions(ground, condition->branches->pdata[j], error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
look_through_all(PgsReasonCase *reason_case, GError **error)
{
    const PgsTrialGround *ground = reason_case->ground;
    for (guint i = 0; i < reason_case->keys->len; i++) {
        if (!look_through(ground, (PgsNode **)&reason_case->keys->pdata[i], NULL, error))
            return FALSE;
    }
    for (guint i = 0; i < reason_case->asked->order->len; i++) {
        PgsSortKey *key = reason_case->asked->order->pdata[i];
        if (!look_through(ground, &key->node, &key->sql, error))
            return FALSE;
    }
    return look_through_conditions(ground, reason_case->asked->conditions, error);
}

/* ---- a case ---- */

void
pgs_reason_case_free(PgsReasonCase *reason_case)
{
    if (reason_case == NULL)
        return;
    pgs_asked_free(reason_case->asked);
    g_ptr_array_unref(reason_case->keys);
    g_free(reason_case);
}

PgsReasonCase *
pgs_reason_case_new(const PgsTrialGround *ground, const PgsIndex *index, const PgsPlan *alone,
                    GError **error)
{
    g_autoptr(PgsReasonCase) reason_case = g_new0(PgsReasonCase, 1);
    reason_case->ground = ground;
    reason_case->index = index;
    reason_case->alone = alone;
    reason_case->asked = pgs_asked_read(ground, alone, index);
    reason_case->keys = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_node_free);
    for (guint i = 0; index != NULL && i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        g_ptr_array_add(reason_case->keys, pgs_expression_parse(key->sql, NULL));
    }
    if (!look_through_all(reason_case, error))
        return NULL;
    return g_steal_pointer(&reason_case);
}

gboolean
pgs_reason_is_on_key(const PgsReasonCase *reason_case, const PgsCondition *condition, guint key)
{
    const PgsNode *node = reason_case->keys->pdata[key];
    return node != NULL && condition->operand_node != NULL &&
           pgs_node_equal(node, condition->operand_node);
}

const PgsCondition *
pgs_reason_condition_on(const PgsReasonCase *reason_case, guint key)
{
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < conditions->len; i++) {
        const PgsCondition *condition = conditions->pdata[i];
        if (!condition->is_negation && !condition->value_is_own && !condition->is_element &&
            pgs_reason_is_on_key(reason_case, condition, key))
            return condition;
    }
    return NULL;
}

guint
pgs_reason_n_keys(const PgsReasonCase *reason_case)
{
    static const char *const leading_only[] = {"btree", "hash", NULL};
    if (reason_case->index == NULL)
        return 0;
    return g_strv_contains(leading_only, reason_case->index->method) ? 1 : reason_case->keys->len;
}

const char *
pgs_reason_key_type(const PgsReasonCase *reason_case, guint key)
{
    const PgsIndexKey *own = reason_case->index->keys->pdata[key];
    if (own->column != NULL)
        return own->column->type_sql;
    return strcmp(reason_case->index->method, "btree") == 0 ? own->type_sql : NULL;
}

char *
pgs_reason_keys(const PgsReasonCase *reason_case)
{
    GString *keys = g_string_new(NULL);
    for (guint i = 0; i < reason_case->index->keys->len; i++) {
        const PgsIndexKey *key = reason_case->index->keys->pdata[i];
        g_string_append_printf(keys, "%s%s", i > 0 ? ", " : "", key->sql);
    }
    return g_string_free(keys, FALSE);
}

char *
pgs_reason_join(const GPtrArray *texts, const char *between)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? between : "", (const char *)texts->pdata[i]);
    return g_string_free(all, FALSE);
}

/* ---- proposals ---- */

static void
proposal_free(gpointer data)
{
    PgsProposal *proposal = data;
    g_free(proposal->reason);
    g_free(proposal->advice);
    g_free(proposal->tail);
    g_free(proposal->second);
    g_free(proposal->probe);
    g_free(proposal->refusal);
    g_free(proposal);
}

GPtrArray *
pgs_proposals_new(void)
{
    return g_ptr_array_new_with_free_func(proposal_free);
}

PgsProposal *
pgs_proposal_add(GPtrArray *proposals, char *reason, char *advice)
{
    PgsProposal *proposal = g_new0(PgsProposal, 1);
    proposal->reason = reason;
    proposal->advice = advice;
    proposal->aims = PGS_TRIAL_CONDITION;
    g_ptr_array_add(proposals, proposal);
    return proposal;
}

/* ---- indexes to be tried ---- */

char *
pgs_tail_key(const PgsIndex *index, guint key, const char *sql, const char *opclass)
{
    const PgsIndexKey *own = index->keys->pdata[key];
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "(%s)", sql != NULL ? sql : own->sql);
    if (sql == NULL && own->collation_sql != NULL)
        g_string_append_printf(text, " COLLATE %s", own->collation_sql);
    if (opclass == NULL && !own->opclass_is_default)
        opclass = own->opclass_sql;
    if (opclass != NULL && *opclass != '\0')
        g_string_append_printf(text, " %s", opclass);
    if (index->can_order && own->descending)
        g_string_append(text, " DESC");
    if (index->can_order && own->nulls_first != own->descending)
        g_string_append(text, own->nulls_first ? " NULLS FIRST" : " NULLS LAST");
    return g_string_free(text, FALSE);
}

static void
append_list(GString *text, const GPtrArray *parts)
{
    g_string_append(text, " (");
    for (guint i = 0; i < parts->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)parts->pdata[i]);
    g_string_append_c(text, ')');
}

char *
pgs_tail_new(const PgsIndex *index, const char *method, const GPtrArray *keys,
             const char *predicate)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "USING %s", method != NULL ? method : index->method);
    append_list(text, keys);
    if (method == NULL && index->included->len > 0) {
        g_string_append(text, " INCLUDE");
        append_list(text, index->included);
    }
    if (predicate != NULL)
        g_string_append_printf(text, " WHERE %s", predicate);
    return g_string_free(text, FALSE);
}

char *
pgs_tail_replace(const PgsIndex *index, guint key, const char *replacement)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < index->keys->len; i++)
        g_ptr_array_add(keys, replacement != NULL && i == key ? g_strdup(replacement)
                                                              : pgs_tail_key(index, i, NULL, NULL));
    return pgs_tail_new(index, NULL, keys, index->predicate);
}
