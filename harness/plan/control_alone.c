#include "plan/control.h"

#include "plan/hiding.h"

#include <string.h>

void
pgs_alone_free(PgsAlone *alone)
{
    if (alone == NULL)
        return;
    pgs_reading_free(alone->reading);
    pgs_plan_free(alone->plan);
    pgs_failure_free(alone->failure);
    g_free(alone);
}

/* ---- attempts ---- */

typedef struct {
    const char *settings;
    const char *const *rivals; /* nodes that may keep the planner from the index; NULL: whatever */
    gboolean hides_foreign;    /* other tables' indexes, too */
} Attempt;

static const char *const hashes[] = {"Hash Join", "Merge Join", NULL};
static const char *const joins[] = {"Hash Join", "Merge Join", "Nested Loop", NULL};
static const char *const sorts[] = {"Sort", "Incremental Sort", "Aggregate", NULL};

/* Each on top of those before.  A join that reads the whole table, by whatever index, would hide
 * that it could look rows up by this one; so would one that looks the other table's rows up. */
#define ONLY_LOOPS "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
static const Attempt attempts[] = {
    {"SET LOCAL enable_seqscan = off; SET LOCAL enable_tidscan = off", NULL},
    {ONLY_LOOPS, hashes},
    {"SET LOCAL enable_sort = off; SET LOCAL enable_hashagg = off", sorts},
    {ONLY_LOOPS, joins, TRUE},
};

typedef struct {
    const char *const *types;
    gboolean is_found;
} Search;

static gboolean
search_node(const PgsPlanNode *node, gpointer data)
{
    Search *search = data;
    search->is_found = g_strv_contains(search->types, node->type);
    return !search->is_found;
}

static gboolean
has_node(const PgsPlan *plan, const char *const *types)
{
    Search search = {.types = types};
    pgs_plan_walk(plan, search_node, &search);
    return search.is_found;
}

static guint
rank_of(const PgsReading *reading)
{
    return reading != NULL ? 1 + reading->is_served + reading->is_chosen : 0;
}

/* The first attempt's plan is kept unless a later one is served better. */
static void
keep_better(const PgsJudging *judging, PgsAlone *alone, PgsPlan *plan, const PgsPlan *reference)
{
    PgsReading *reading = pgs_judging_read(judging, plan, reference);
    if (rank_of(reading) > rank_of(alone->reading)) {
        PgsReading *worse_reading = alone->reading;
        PgsPlan *worse_plan = alone->plan;
        alone->reading = reading;
        alone->plan = plan;
        reading = worse_reading;
        plan = worse_plan;
    }
    pgs_reading_free(reading);
    pgs_plan_free(plan);
}

typedef struct {
    const char *name;
    gboolean is_found;
} Arbiter;

static gboolean
search_arbiter(const PgsPlanNode *node, gpointer data)
{
    Arbiter *arbiter = data;
    for (guint i = 0; node->arbiters != NULL && i < node->arbiters->len; i++)
        arbiter->is_found =
            arbiter->is_found || strcmp(node->arbiters->pdata[i], arbiter->name) == 0;
    return !arbiter->is_found;
}

/* Without what ON CONFLICT decides by the query is an error (42P10). */
static gboolean
is_arbiter(const PgsJudging *judging, const PgsIndex *index)
{
    const PgsPlanEvidence *verdict = judging->judgement->evidence->pdata[0];
    Arbiter arbiter = {.name = index->name};
    pgs_plan_walk(verdict->plan, search_arbiter, &arbiter);
    return arbiter.is_found;
}

/* *is_done FALSE: that was refused. */
static gboolean
hide_all(const PgsJudging *judging, const GPtrArray *indexes, gboolean *is_done, GError **error)
{
    g_autoptr(PgsFailure) failure = NULL;
    GError *own_error = NULL;
    *is_done = pgs_indexes_hide(judging->connection, indexes, &failure, &own_error);
    if (*is_done || pgs_judging_goes_on(judging, &failure, &own_error))
        return TRUE;
    g_propagate_error(error, own_error);
    return FALSE;
}

typedef struct {
    const PgsVerdictScope *scope;
    GPtrArray *indexes; /* const PgsIndex * */
} Foreign;

static gboolean
add_foreign(const PgsPlanNode *node, gpointer data)
{
    Foreign *foreign = data;
    if (node->relation == NULL || pgs_verdict_scope_table(foreign->scope, node) != NULL)
        return TRUE;
    const GPtrArray *all = pgs_indexes_all(foreign->scope->indexes);
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *index = all->pdata[i];
        if (strcmp(index->relation_name, node->relation) == 0 &&
            g_strcmp0(index->relation_schema, node->schema) == 0 && index->parent == NULL &&
            !g_ptr_array_find(foreign->indexes, index, NULL))
            g_ptr_array_add(foreign->indexes, (gpointer)index);
    }
    return TRUE;
}

/* *is_done FALSE: that was refused, and so would be whatever follows. */
static gboolean
hide_foreign(const PgsJudging *judging, const PgsPlan *plan, gboolean *is_done, GError **error)
{
    g_autoptr(GPtrArray) indexes = g_ptr_array_new();
    Foreign foreign = {.scope = judging->scope, .indexes = indexes};
    pgs_plan_walk(plan, add_foreign, &foreign);
    return hide_all(judging, indexes, is_done, error);
}

static gboolean
run_attempt(const PgsJudging *judging, const Attempt *attempt, PgsExplainFlags flags,
            const PgsPlan *reference, PgsAlone *alone, GError **error)
{
    gboolean is_done = TRUE;
    if (alone->plan != NULL && attempt->rivals != NULL && !has_node(alone->plan, attempt->rivals))
        return TRUE;
    if (attempt->hides_foreign && !hide_foreign(judging, alone->plan, &is_done, error))
        return FALSE;
    if (!is_done)
        return TRUE;
    PgsPlan *plan = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    if (!pgs_connection_run(judging->connection, attempt->settings, error) ||
        !pgs_judging_explain(judging, flags, &plan, &failure, error))
        return FALSE;
    if (plan != NULL)
        keep_better(judging, alone, plan, reference);
    else if (alone->plan == NULL)
        alone->failure = g_steal_pointer(&failure);
    return TRUE;
}

/* ---- all of them ---- */

static gboolean
hide_others(const PgsJudging *judging, PgsAlone *alone, GError **error)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    for (guint i = 0; i < judging->scope->others->len; i++) {
        gpointer index = judging->scope->others->pdata[i];
        if (!is_arbiter(judging, index))
            g_ptr_array_add(others, index);
    }
    if (!hide_all(judging, others, &alone->is_alone, error))
        return FALSE;
    /* Some of them may be hidden by now, and the transaction refuse whatever follows. */
    return alone->is_alone ||
           (pgs_judging_undo(judging, error) && pgs_judging_begin(judging, error));
}

static gboolean
run_alone(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *reference,
          PgsAlone *alone, GError **error)
{
    if (!hide_others(judging, alone, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(attempts); i++) {
        if (alone->failure != NULL || (alone->reading != NULL && alone->reading->is_chosen))
            break;
        if (!run_attempt(judging, &attempts[i], flags, reference, alone, error))
            return FALSE;
    }
    return TRUE;
}

/* An OR may need an index for each of its sides (BitmapOr). */
static gboolean
run_together(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *reference,
             PgsAlone *alone, GError **error)
{
    PgsPlan *plan = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    if (!pgs_connection_run(judging->connection, attempts[0].settings, error) ||
        !pgs_judging_explain(judging, flags, &plan, &failure, error))
        return FALSE;
    if (plan == NULL)
        return TRUE;
    const PgsPlan *own = plan;
    keep_better(judging, alone, plan, reference);
    alone->is_alone = alone->is_alone && alone->plan != own;
    return TRUE;
}

static gboolean
run_both(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *reference,
         PgsAlone *alone, GError **error)
{
    if (!pgs_judging_begin(judging, error) || !run_alone(judging, flags, reference, alone, error) ||
        !pgs_judging_undo(judging, error))
        return FALSE;
    if (alone->reading == NULL || alone->reading->is_served || judging->scope->others->len == 0)
        return TRUE;
    return pgs_judging_begin(judging, error) &&
           run_together(judging, flags, reference, alone, error) &&
           pgs_judging_undo(judging, error);
}

PgsAlone *
pgs_control_alone(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *reference,
                  GError **error)
{
    g_autoptr(PgsAlone) alone = g_new0(PgsAlone, 1);
    if (!run_both(judging, flags, reference, alone, error))
        return NULL;
    return g_steal_pointer(&alone);
}
