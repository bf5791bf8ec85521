#include "plan/reason_case.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

/* The key is compared as it is, but with what no index can look for. */

/* ---- the index on the condition itself ---- */

/* An index of just the rows that fulfil it. */
static char *
partial_tail(const PgsReasonCase *reason_case, const PgsCondition *condition)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < reason_case->index->keys->len; i++)
        g_ptr_array_add(keys, pgs_tail_key(reason_case->index, i, NULL, NULL));
    return pgs_tail_new(reason_case->index, NULL, keys, condition->text);
}

static void
add_negation(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
             guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s is a negation: an index finds what %s is, not what it is not",
                        condition->text, key->sql),
        g_strdup("ask for the values that are wanted, or make the index partial"));
    proposal->tail = partial_tail(reason_case, condition);
    proposal->aims = PGS_TRIAL_PREDICATE;
    proposal->is_certain = TRUE;
}

static void
add_not_distinct(const PgsReasonCase *reason_case, GPtrArray *proposals,
                 const PgsCondition *condition, guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    PgsProposal *proposal = pgs_proposal_add(
        proposals, g_strdup_printf("%s: no index serves IS NOT DISTINCT FROM", condition->text),
        g_strdup_printf("write %s = …, and OR %s IS NULL where NULLs are asked for", key->sql,
                        key->sql));
    proposal->is_certain = TRUE;
    if (condition->value == NULL || condition->value_is_own)
        return;
    proposal->with_index = TRUE;
    proposal->probe =
        g_strdup_printf("SELECT 1 FROM %s WHERE (%s) = %s", reason_case->ground->relation_sql,
                        key->sql, condition->value);
}

static void
add_own_value(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition)
{
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s compares two columns of the same row: there is no value that could be "
                        "looked for",
                        condition->text),
        g_strdup("make the index partial"));
    proposal->tail = partial_tail(reason_case, condition);
    proposal->aims = PGS_TRIAL_PREDICATE;
    proposal->is_certain = TRUE;
}

/* ---- 'a' = ANY (tags) ---- */

static void
add_element(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
            guint number)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s looks into an array, which no index serves in this form",
                        condition->text),
        g_strdup_printf("write %s @> ARRAY[%s]", key->sql, condition->value));
    proposal->with_index = TRUE;
    proposal->probe =
        g_strdup_printf("SELECT 1 FROM %s WHERE %s OPERATOR(pg_catalog.@>) ARRAY[%s]",
                        reason_case->ground->relation_sql, key->sql, condition->value);
    proposal->aims = PGS_TRIAL_CONDITION;
}

/* ---- volatile functions ---- */

static void
collect_function(const PgsNode *node, gpointer data)
{
    GPtrArray *names = data;
    if (node->kind == PGS_NODE_FUNCTION && node->name != NULL)
        g_ptr_array_add(names, node->name);
}

static char *
text_array(const GPtrArray *names)
{
    GString *array = g_string_new("{");
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *escaped = g_strescape(names->pdata[i], NULL);
        g_string_append_printf(array, "%s\"%s\"", i > 0 ? "," : "", escaped);
    }
    return g_string_free(g_string_append_c(array, '}'), FALSE);
}

/* *name: of a volatile function that the value calls; or NULL. */
static gboolean
find_volatile(const PgsReasonCase *reason_case, const PgsCondition *condition, char **name,
              GError **error)
{
    *name = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (condition->value_node != NULL)
        pgs_node_walk(condition->value_node, collect_function, names);
    if (names->len == 0)
        return TRUE;
    PgsConnection *connection = reason_case->ground->connection;
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_plan_files, "reason_volatile.sql"),
                         pgs_connection_version(connection));
    g_autofree char *array = text_array(names);
    const char *const parameters[] = {array};
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 1, parameters, NULL, error);
    if (result != NULL && PQntuples(result) > 0)
        *name = g_strdup(PQgetvalue(result, 0, 0));
    return result != NULL;
}

static gboolean
add_volatile(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
             guint number, GError **error)
{
    g_autofree char *function = NULL;
    if (!find_volatile(reason_case, condition, &function, error))
        return FALSE;
    if (function == NULL)
        return TRUE;
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s calls %s(), which is volatile: it has to be called for every row anew",
                        condition->text, function),
        g_strdup_printf("let it be called once: (SELECT %s)", condition->value));
    proposal->with_index = TRUE;
    proposal->probe = g_strdup_printf("SELECT 1 FROM %s WHERE (%s) %s (SELECT %s)",
                                      reason_case->ground->relation_sql, key->sql,
                                      condition->comparison, condition->value);
    return TRUE;
}

/* ---- all of them ---- */

static gboolean
propose_of(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
           guint number, GError **error)
{
    if (g_strcmp0(condition->comparison, "IS NOT DISTINCT FROM") == 0)
        add_not_distinct(reason_case, proposals, condition, number);
    else if (condition->is_negation)
        add_negation(reason_case, proposals, condition, number);
    else if (condition->value_is_own)
        add_own_value(reason_case, proposals, condition);
    else if (condition->is_element)
        add_element(reason_case, proposals, condition, number);
    else if (condition->value != NULL && condition->comparison != NULL && !condition->is_any)
        return add_volatile(reason_case, proposals, condition, number, error);
    return TRUE;
}

gboolean
pgs_reason_value(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < pgs_reason_n_keys(reason_case); i++) {
        for (guint j = 0; j < conditions->len; j++) {
            if (pgs_reason_is_on_key(reason_case, conditions->pdata[j], i) &&
                !propose_of(reason_case, proposals, conditions->pdata[j], i, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* ---- OR ---- */

/* The condition of a branch that an index could take. */
static const PgsCondition *
branch_condition(const GPtrArray *branch)
{
    for (guint i = 0; i < branch->len; i++) {
        const PgsCondition *condition = branch->pdata[i];
        if (condition->operand_node != NULL && pgs_node_names_own(condition->operand_node) &&
            !condition->is_negation && !condition->value_is_own && !condition->is_element)
            return condition;
    }
    return NULL;
}

static gboolean
is_covered(const PgsReasonCase *reason_case, const GPtrArray *branch)
{
    for (guint i = 0; i < branch->len; i++) {
        for (guint j = 0; j < pgs_reason_n_keys(reason_case); j++) {
            if (pgs_reason_is_on_key(reason_case, branch->pdata[i], j))
                return TRUE;
        }
    }
    return FALSE;
}

typedef struct {
    guint covered;
    const PgsCondition *others[2]; /* of branches that the index cannot serve */
    guint n_others;
    gboolean is_hopeless; /* a branch that none could, or too many */
} Branches;

static Branches
read_branches(const PgsReasonCase *reason_case, const PgsCondition *condition)
{
    Branches read = {0};
    for (guint i = 0; i < condition->branches->len; i++) {
        const GPtrArray *branch = condition->branches->pdata[i];
        const PgsCondition *own = branch_condition(branch);
        if (is_covered(reason_case, branch))
            read.covered++;
        else if (own != NULL && read.n_others < G_N_ELEMENTS(read.others))
            read.others[read.n_others++] = own;
        else
            read.is_hopeless = TRUE;
    }
    return read;
}

static void
add_branches(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition)
{
    Branches read = read_branches(reason_case, condition);
    if (read.covered == 0 || read.n_others == 0 || read.is_hopeless)
        return;
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s: one side of an OR alone finds nothing, and no index serves %s%s%s",
                        condition->text, read.others[0]->text, read.n_others > 1 ? ", " : "",
                        read.n_others > 1 ? read.others[1]->text : ""),
        g_strdup("make it two queries, with UNION"));
    proposal->tail = g_strdup_printf("USING btree ((%s))", read.others[0]->operand);
    if (read.n_others > 1)
        proposal->second = g_strdup_printf("USING btree ((%s))", read.others[1]->operand);
    proposal->with_index = TRUE;
}

/* ($1 IS NULL OR a = $1): nothing of the row is asked by one side. */
static gboolean
is_of_parameters(const GPtrArray *branch)
{
    for (guint i = 0; i < branch->len; i++) {
        const PgsCondition *condition = branch->pdata[i];
        if (condition->operand_node == NULL || pgs_node_names_own(condition->operand_node) ||
            strchr(condition->text, '$') == NULL)
            return FALSE;
    }
    return branch->len > 0;
}

static gboolean
add_optional(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition)
{
    gboolean is_optional = FALSE;
    for (guint i = 0; i < condition->branches->len; i++)
        is_optional = is_optional || is_of_parameters(condition->branches->pdata[i]);
    if (!is_optional || !reason_case->ground->is_generic)
        return FALSE;
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s: a generic plan, for any values, has to reckon with all rows",
                        condition->text),
        g_strdup("make it two queries, one without the condition; or SET plan_cache_mode = "
                 "force_custom_plan"));
    proposal->with_index = proposal->is_custom = TRUE;
    return TRUE;
}

gboolean
pgs_reason_branch(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    (void)error;
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; reason_case->index != NULL && i < conditions->len; i++) {
        const PgsCondition *condition = conditions->pdata[i];
        if (condition->branches != NULL && !add_optional(reason_case, proposals, condition))
            add_branches(reason_case, proposals, condition);
    }
    return TRUE;
}
