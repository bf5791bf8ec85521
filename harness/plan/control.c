#include "plan/control.h"

#include "plan/hiding.h"
#include "plan/verdict_words.h"

#include <string.h>

/* ---- without the index, without others ---- */

typedef struct {
    const PgsJudging *judging;
    PgsExplainFlags flags;
    const PgsReading *verdict;
    GPtrArray *hidden; /* const PgsIndex * */
    PgsPlan *plan;     /* with these hidden; NULL: it was refused */
    PgsReading *reading;
    PgsFailure *failure;
    gboolean is_hidden; /* FALSE: that was refused */
} Control;

static void
clear_control(Control *control)
{
    g_ptr_array_unref(control->hidden);
    g_clear_pointer(&control->reading, pgs_reading_free);
    g_clear_pointer(&control->plan, pgs_plan_free);
    g_clear_pointer(&control->failure, pgs_failure_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Control, clear_control)

/* Hides them, and plans again. */
static gboolean
hide(Control *control, const GPtrArray *indexes, GError **error)
{
    const PgsJudging *judging = control->judging;
    GError *own_error = NULL;
    for (guint i = 0; i < indexes->len; i++)
        g_ptr_array_add(control->hidden, indexes->pdata[i]);
    g_clear_pointer(&control->reading, pgs_reading_free);
    g_clear_pointer(&control->plan, pgs_plan_free);
    control->is_hidden =
        pgs_indexes_hide(judging->connection, indexes, &control->failure, &own_error);
    if (control->is_hidden) {
        if (!pgs_judging_explain(judging, control->flags, &control->plan, &control->failure, error))
            return FALSE;
    } else if (!pgs_judging_goes_on(judging, &control->failure, &own_error)) {
        g_propagate_error(error, own_error);
        return FALSE;
    }
    if (control->plan != NULL)
        control->reading = pgs_judging_read(judging, control->plan, NULL);
    return TRUE;
}

/* Those that the index served; all, when it served none. */
static gboolean
is_target(const Control *control, const PgsReadScan *scan)
{
    return control->verdict->served == NULL || pgs_reading_serves(control->verdict, scan->group);
}

static gboolean
is_sequential(const Control *control)
{
    guint n = 0;
    for (guint i = 0; i < control->reading->scans->len; i++) {
        const PgsReadScan *scan = control->reading->scans->pdata[i];
        if (!is_target(control, scan))
            continue;
        if (scan->kind != PGS_SCAN_SEQUENTIAL)
            return FALSE;
        n++;
    }
    return n > 0;
}

static void
add_once(GPtrArray *indexes, const PgsIndex *index)
{
    if (!g_ptr_array_find(indexes, index, NULL))
        g_ptr_array_add(indexes, (gpointer)index);
}

/* What they are read by now, to be hidden as well; it is a substitute if it is of use. */
static GPtrArray *
find_substitutes(const Control *control)
{
    const PgsVerdictScope *scope = control->judging->scope;
    PgsJudgement *judgement = control->judging->judgement;
    GPtrArray *substitutes = g_ptr_array_new();
    for (guint i = 0; i < control->reading->scans->len; i++) {
        const PgsReadScan *scan = control->reading->scans->pdata[i];
        g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(scan->node);
        for (guint k = 0; k < nodes->len && is_target(control, scan); k++) {
            const PgsPlanNode *node = nodes->pdata[k];
            const PgsIndex *index =
                pgs_indexes_find_in(scope->indexes, scan->table->schema, node->index);
            index = index != NULL ? pgs_verdict_scope_whole(scope, index) : NULL;
            if (index == NULL || g_ptr_array_find(control->hidden, index, NULL))
                continue;
            add_once(substitutes, index);
            if (scan->is_of_use && !scan->is_free)
                add_once(judgement->substitutes, index);
        }
    }
    return substitutes;
}

/* Of a table with dozens of indexes each would be the next one's. */
#define MOST_STEPS 4

static void
add_others(const Control *control, GPtrArray *indexes)
{
    const GPtrArray *others = control->judging->scope->others;
    for (guint i = 0; i < others->len; i++) {
        if (!g_ptr_array_find(control->hidden, others->pdata[i], NULL))
            add_once(indexes, others->pdata[i]);
    }
}

static gboolean
hide_substitutes(Control *control, guint step, gboolean *is_done, GError **error)
{
    g_autoptr(GPtrArray) substitutes = find_substitutes(control);
    if (substitutes->len > 0 && step >= MOST_STEPS)
        add_others(control, substitutes);
    *is_done = substitutes->len == 0;
    if (*is_done)
        return TRUE;
    return hide(control, substitutes, error);
}

/* ---- what is told of it ---- */

/* The plan becomes evidence. */
static const PgsPlan *
add_evidence(Control *control, PgsPlanRole role)
{
    g_autofree char *names =
        control->hidden->len > 0 ? pgs_words_indexes(control->hidden) : g_strdup("any index");
    g_autofree char *shown = pgs_words_plan(control->plan, control->reading);
    const PgsPlan *plan = control->plan;
    pgs_judgement_add(control->judging->judgement, role, g_steal_pointer(&control->plan),
                      g_strdup_printf("without %s: %s", names, shown));
    return plan;
}

static void
note_refusal(const Control *control)
{
    PgsJudgement *judgement = control->judging->judgement;
    g_autofree char *names = pgs_words_indexes(control->hidden);
    /* ON CONFLICT (…) without an index to decide by is an error: proof enough. */
    judgement->turns_sequential = control->is_hidden && control->verdict->arbiter != NULL;
    const char *proof = judgement->turns_sequential ? "the query needs it: " : "";
    pgs_judging_note(control->judging,
                     control->is_hidden
                         ? g_strdup_printf("%swithout %s the server refuses it: %s", proof, names,
                                           control->failure->message)
                         : g_strdup_printf("%s could not be taken out of the way: %s", names,
                                           control->failure->message));
}

/* Intermediate plans are not kept: the last one counts. */
static gboolean
lay_bare(Control *control, const PgsPlan **reference, GError **error)
{
    PgsJudgement *judgement = control->judging->judgement;
    gboolean is_done = FALSE, was_hidden = FALSE;
    for (guint step = 0; !is_done; step++) {
        if (!hide_substitutes(control, step, &is_done, error))
            return FALSE;
        was_hidden = was_hidden || !is_done;
        if (control->failure != NULL) {
            note_refusal(control);
            return TRUE;
        }
    }
    judgement->turns_sequential = is_sequential(control);
    if (was_hidden)
        *reference = add_evidence(control, PGS_ROLE_BARE);
    return TRUE;
}

static gboolean
run_without(Control *control, const PgsPlan **reference, GError **error)
{
    if (!hide(control, control->judging->scope->mine, error))
        return FALSE;
    if (control->failure != NULL) {
        note_refusal(control);
        return TRUE;
    }
    control->judging->judgement->control_cost = control->plan->cost;
    *reference = add_evidence(control, PGS_ROLE_CONTROL);
    return lay_bare(control, reference, error);
}

gboolean
pgs_control_without(const PgsJudging *judging, PgsExplainFlags flags, const PgsReading *verdict,
                    const PgsPlan **reference, GError **error)
{
    g_auto(Control) control = {
        .judging = judging, .flags = flags, .verdict = verdict, .hidden = g_ptr_array_new()};
    *reference = NULL;
    return pgs_judging_begin(judging, error) && run_without(&control, reference, error) &&
           pgs_judging_undo(judging, error);
}
