#include "inventory/sandbox.h"
#include "plan/declared.h"
#include "plan/parameter.h"
#include "plan/planning_state.h"

#include <string.h>

static PgsPlanResult *
result_new(const PgsPlanQuery *query, const PgsIndex *index)
{
    PgsPlanResult *result = g_new0(PgsPlanResult, 1);
    result->query = query;
    result->index = index;
    result->questions = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_question_free);
    result->judgements = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_judgement_free);
    return result;
}

/* Takes trouble over; what was said first stays. */
static void
set_trouble(PgsPlanResult *result, gboolean is_fault, char *trouble)
{
    if (result->trouble != NULL) {
        g_free(trouble);
        return;
    }
    result->trouble = trouble;
    result->is_fault = is_fault;
}

/* Takes failure over. */
static void
take_refusal(PgsPlanResult *result, PgsFailure *failure)
{
    set_trouble(result, TRUE, g_strdup_printf("the server refuses it: %s", failure->message));
    if (result->failure == NULL)
        result->failure = failure;
    else
        pgs_failure_free(failure);
}

/* ---- judging ---- */

static gboolean
judge(PgsPlanning *planning, PgsPlanResult *result, GError **error)
{
    for (guint i = 0; i < result->questions->len; i++) {
        PgsJudgement *judgement =
            pgs_plan_judge(planning->connection, planning->indexes, result->questions->pdata[i],
                           planning->session, error);
        if (judgement == NULL)
            return FALSE;
        g_ptr_array_add(result->judgements, judgement);
    }
    return TRUE;
}

/* ---- a query's questions ---- */

typedef struct {
    PgsPlanning *planning;
    const PgsPlanQuery *query;
    const PgsDeclared *declared;
    PgsPlanResult *result;
} Asking;

static void
add_question(const Asking *asking, const PgsIndex *index, guint32 relation)
{
    const PgsPlanQuery *query = asking->query;
    PgsQuestion *question = pgs_question_new(PGS_QUESTION_DECLARED, index);
    g_free(question->title);
    question->title = g_strdup(query->title);
    g_free(question->sql);
    question->sql = g_strdup(query->sql);
    question->relation = relation;
    for (guint i = 0; i < asking->declared->values->len; i++)
        g_ptr_array_add(question->parameters, g_strdup(asking->declared->values->pdata[i]));
    question->generic = query->generic;
    question->analyze = query->analyze;
    g_ptr_array_add(asking->result->questions, question);
}

static void
ask_of_indexes(const Asking *asking)
{
    for (char **name = asking->query->indexes; *name != NULL; name++) {
        char *why = NULL;
        const PgsIndex *index = pgs_indexes_find(asking->planning->indexes, *name, &why);
        if (index != NULL)
            add_question(asking, index, 0);
        else
            set_trouble(asking->result, TRUE, why);
    }
}

static void
ask_of_tables(const Asking *asking)
{
    for (char **name = asking->query->tables; *name != NULL; name++) {
        char *why = NULL;
        const PgsRelation *relation = pgs_planning_find_table(asking->planning, *name, &why);
        if (relation != NULL)
            add_question(asking, NULL, relation->oid);
        else
            set_trouble(asking->result, TRUE, why);
    }
}

/* ---- which tables it filters ---- */

typedef struct {
    const PgsInventory *inventory;
    GPtrArray *scans;     /* const PgsPlanNode * */
    GPtrArray *relations; /* const PgsRelation * */
} Filtered;

static gboolean
add_scan(const PgsPlanNode *node, gpointer data)
{
    Filtered *filtered = data;
    if (pgs_plan_node_scan(node) != PGS_SCAN_NONE && node->relation != NULL)
        g_ptr_array_add(filtered->scans, (gpointer)node);
    return TRUE;
}

/* Whether the condition speaks of what another scan reads: that is how they are joined. */
static gboolean
speaks_of_others(const Filtered *filtered, const PgsPlanNode *own, const char *condition)
{
    for (guint i = 0; i < filtered->scans->len; i++) {
        const PgsPlanNode *other = filtered->scans->pdata[i];
        const char *alias = other->alias != NULL ? other->alias : other->relation;
        if (other == own || g_strcmp0(alias, own->alias) == 0)
            continue;
        g_autofree char *escaped = g_regex_escape_string(alias, -1);
        g_autofree char *pattern = g_strdup_printf("(^|[^[:alnum:]_.])\"?%s\"?\\.", escaped);
        if (g_regex_match_simple(pattern, condition, 0, 0))
            return TRUE;
    }
    return FALSE;
}

/* Whether a condition of its own leaves out some of what it reads. */
static gboolean
is_restricted(const Filtered *filtered, const PgsPlanNode *scan)
{
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(scan);
    gboolean found = scan->filter != NULL && !speaks_of_others(filtered, scan, scan->filter);
    for (guint i = 0; i < nodes->len && !found; i++) {
        const PgsPlanNode *node = nodes->pdata[i];
        found = node->index_cond != NULL && !speaks_of_others(filtered, scan, node->index_cond);
    }
    return found;
}

static const PgsRelation *
relation_of(const Filtered *filtered, const PgsPlanNode *scan)
{
    const GPtrArray *all = pgs_inventory_relations(filtered->inventory);
    for (guint i = 0; i < all->len; i++) {
        const PgsRelation *relation = all->pdata[i];
        if (strcmp(relation->name, scan->relation) != 0 ||
            g_strcmp0(relation->schema, scan->schema) != 0)
            continue;
        while (relation->is_partition && relation->parent != NULL)
            relation = relation->parent;
        return relation;
    }
    return NULL;
}

static void
collect(Filtered *filtered, gboolean all)
{
    for (guint i = 0; i < filtered->scans->len; i++) {
        const PgsPlanNode *scan = filtered->scans->pdata[i];
        const PgsRelation *relation = relation_of(filtered, scan);
        if (relation != NULL && (all || is_restricted(filtered, scan)) &&
            !g_ptr_array_find(filtered->relations, relation, NULL))
            g_ptr_array_add(filtered->relations, (gpointer)relation);
    }
}

/* A query that filters nothing asks, when it reads but one table, for its order or for all of it.
 */
static void
ask_of_filtered(const Asking *asking, const PgsPlan *plan)
{
    Filtered filtered = {
        .inventory = pgs_bench_inventory(asking->planning->bench),
        .scans = g_ptr_array_new(),
        .relations = g_ptr_array_new(),
    };
    pgs_plan_walk(plan, add_scan, &filtered);
    collect(&filtered, FALSE);
    if (filtered.relations->len == 0)
        collect(&filtered, TRUE);
    gboolean is_plain = filtered.relations->len > 0;
    for (guint i = 0; i < filtered.relations->len; i++)
        add_question(asking, NULL, ((const PgsRelation *)filtered.relations->pdata[i])->oid);
    if (!is_plain)
        set_trouble(
            asking->result, TRUE,
            g_strdup("its plan reads no table: there is nothing that an index could serve"));
    g_ptr_array_unref(filtered.relations);
    g_ptr_array_unref(filtered.scans);
}

/* The plan as it is, for the tables that it filters. */
static gboolean
ask_of_plan(const Asking *asking, GError **error)
{
    PgsPlanning *planning = asking->planning;
    g_auto(PgsSandbox) sandbox = {NULL, FALSE};
    if (!pgs_sandbox_begin(&sandbox, planning->connection, planning->session, error))
        return FALSE;
    const PgsQuery query = {asking->query->sql,
                            (const char *const *)asking->declared->values->pdata,
                            asking->declared->values->len};
    g_autoptr(GError) local = NULL;
    PgsFailure *failure = NULL;
    g_autoptr(PgsPlan) plan = pgs_explain(planning->connection, &query, 0, &failure, &local);
    if (plan != NULL) {
        ask_of_filtered(asking, plan);
    } else if (failure != NULL) {
        take_refusal(asking->result, failure);
    } else if (pgs_planning_is_fatal(planning, local)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    } else {
        set_trouble(asking->result, FALSE, g_strdup(local->message));
    }
    return TRUE;
}

/* Class 22 of SQLSTATE, data exception: a value that was picked is of no use; whoever wrote the
 * query has no part in it. */
static void
reject_picked(PgsPlanResult *result)
{
    const PgsFailure *failure = result->failure;
    for (guint i = 0; i < result->judgements->len && failure == NULL; i++)
        failure = ((const PgsJudgement *)result->judgements->pdata[i])->failure;
    if (result->query->parameters->len > 0 || failure == NULL ||
        !g_str_has_prefix(failure->sqlstate, "22"))
        return;
    g_free(result->trouble);
    result->trouble = g_strdup_printf("a value was picked for a parameter that the server does not "
                                      "take: %s; " PGS_DECLARED_HOW,
                                      failure->message);
    result->is_fault = FALSE;
    g_clear_pointer(&result->failure, pgs_failure_free);
    g_ptr_array_set_size(result->judgements, 0);
    g_ptr_array_set_size(result->questions, 0);
}

static gboolean
make_questions(const Asking *asking, GError **error)
{
    if (asking->query->indexes[0] != NULL)
        ask_of_indexes(asking);
    else if (asking->query->tables[0] != NULL)
        ask_of_tables(asking);
    else
        return ask_of_plan(asking, error);
    return TRUE;
}

/* ---- a declared query ---- */

static gboolean
fill_for(PgsPlanning *planning, const PgsPlanQuery *query, PgsPlanResult *result, GError **error)
{
    g_autoptr(GPtrArray) queries = g_ptr_array_new();
    g_autoptr(GError) local = NULL;
    g_ptr_array_add(queries, (gpointer)query);
    if (pgs_planning_fill(planning, queries, FALSE, &local))
        return TRUE;
    if (local->domain != PGS_PLANNING_ERROR) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    set_trouble(result, FALSE, g_strdup(local->message));
    return TRUE;
}

/* Whether the server takes the query at all: else values for its parameters are looked for in
 * what it says wrongly. */
static gboolean
check_query(PgsPlanning *planning, PgsPlanResult *result, GError **error)
{
    const PgsPlanQuery *query = result->query;
    g_autoptr(GPtrArray) uses = pgs_parameter_uses(query->sql);
    if (query->parameters->len > 0 || uses->len == 0)
        return TRUE;
    g_auto(PgsSandbox) sandbox = {NULL, FALSE};
    if (!pgs_sandbox_begin(&sandbox, planning->connection, planning->session, error))
        return FALSE;
    g_autofree const char **values = g_new0(const char *, uses->len);
    const PgsQuery asked = {query->sql, values, uses->len};
    g_autoptr(GError) local = NULL;
    PgsFailure *failure = NULL;
    g_autoptr(PgsPlan) plan =
        pgs_explain(planning->connection, &asked, PGS_EXPLAIN_GENERIC, &failure, &local);
    if (failure != NULL)
        take_refusal(result, failure);
    if (local == NULL || !pgs_planning_is_fatal(planning, local))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static gboolean
read_values(PgsPlanning *planning, PgsPlanResult *result, PgsDeclared **declared, GError **error)
{
    if (!check_query(planning, result, error))
        return FALSE;
    if (result->trouble != NULL)
        return TRUE;
    *declared = pgs_declared_read(planning, result->query, error);
    if (*declared == NULL)
        return FALSE;
    if ((*declared)->trouble != NULL) {
        set_trouble(result, (*declared)->is_fault, g_strdup((*declared)->trouble));
        result->failure = g_steal_pointer(&(*declared)->failure);
    }
    return TRUE;
}

PgsPlanResult *
pgs_planning_ask(PgsPlanning *planning, const PgsPlanQuery *query, GError **error)
{
    g_autoptr(PgsPlanResult) result = result_new(query, NULL);
    g_autoptr(PgsDeclared) declared = NULL;
    if (!fill_for(planning, query, result, error) ||
        (result->trouble == NULL && !read_values(planning, result, &declared, error)))
        return NULL;
    if (result->trouble != NULL)
        return g_steal_pointer(&result);
    const Asking asking = {planning, query, declared, result};
    if (!make_questions(&asking, error))
        return NULL;
    if (result->trouble == NULL && !judge(planning, result, error))
        return NULL;
    reject_picked(result);
    return g_steal_pointer(&result);
}

/* ---- indexes' own queries ---- */

static const PgsUnasked *
find_unasked(const PgsDerived *derived, const PgsIndex *index)
{
    for (guint i = 0; i < derived->without->len; i++) {
        const PgsUnasked *unasked = derived->without->pdata[i];
        if (unasked->index == index)
            return unasked;
    }
    return NULL;
}

/* Its questions are taken out of derived. */
static PgsPlanResult *
result_of_index(PgsDerived *derived, const PgsIndex *index)
{
    PgsPlanResult *result = result_new(NULL, index);
    for (guint i = 0; i < derived->questions->len; i++) {
        PgsQuestion *question = derived->questions->pdata[i];
        if (question != NULL && question->index == index) {
            g_ptr_array_add(result->questions, question);
            derived->questions->pdata[i] = NULL;
        }
    }
    const PgsUnasked *unasked = find_unasked(derived, index);
    if (result->questions->len == 0)
        set_trouble(result, FALSE,
                    g_strdup(unasked != NULL ? unasked->reason
                                             : "there is no query that it alone was made for"));
    return result;
}

static PgsDerived *
derive(PgsPlanning *planning, const PgsIndex *only, GError **error)
{
    g_autoptr(GHashTable) set = only != NULL ? g_hash_table_new(NULL, NULL) : NULL;
    if (only != NULL)
        g_hash_table_add(set, (gpointer)only);
    return pgs_plan_derive(planning->bench, planning->indexes, set, error);
}

GPtrArray *
pgs_planning_derive(PgsPlanning *planning, const PgsIndex *only, GError **error)
{
    if (!(only != NULL ? pgs_planning_fill_for_index(planning, only, error)
                       : pgs_planning_fill(planning, NULL, TRUE, error)))
        return NULL;
    g_autoptr(PgsDerived) derived = derive(planning, only, error);
    if (derived == NULL)
        return NULL;
    g_autoptr(GPtrArray) results =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_plan_result_free);
    const GPtrArray *indexes = pgs_indexes_all(planning->indexes);
    for (guint i = 0; i < indexes->len; i++) {
        const PgsIndex *index = indexes->pdata[i];
        if (only != NULL ? index != only : index->parent != NULL)
            continue;
        PgsPlanResult *result = result_of_index(derived, index);
        g_ptr_array_add(results, result);
        if (!judge(planning, result, error))
            return NULL;
    }
    return g_steal_pointer(&results);
}
