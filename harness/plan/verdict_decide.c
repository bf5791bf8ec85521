#include "plan/verdict_decide.h"

#include "plan/control.h"
#include "plan/reason.h"
#include "plan/verdict_words.h"

/* ---- notes ---- */

static void
note_twin(const PgsJudging *judging, const PgsReadScan *scan)
{
    const PgsIndex *index = pgs_verdict_scope_whole(judging->scope, scan->index);
    const PgsIndex *wanted = judging->scope->index;
    if (wanted != NULL && !pgs_index_is_part_of(scan->index, wanted))
        pgs_judging_note(judging, g_strdup_printf("through its twin %s", index->name));
}

/* What served, and how, where that is not plain. */
static void
note_served(const PgsJudging *judging, const PgsReadScan *scan)
{
    note_twin(judging, scan);
    const PgsIndexKey *leading = scan->index->keys->pdata[0];
    if ((scan->use & PGS_USE_LATER) != 0 &&
        (scan->use & (PGS_USE_CONDITION | PGS_USE_ORDER | PGS_USE_PREDICATE)) == 0)
        pgs_judging_note(judging,
                         g_strdup_printf("by a skip scan (%d): the query does not restrict %s, "
                                         "servers before 18 would read the whole index",
                                         pgs_connection_version(judging->connection) / 10000,
                                         leading->sql));
    if (scan->wasted != NULL)
        pgs_judging_note(judging,
                         g_strdup_printf("%s does not look up its key %s: rows are filtered by %s",
                                         pgs_verdict_scope_whole(judging->scope, scan->index)->name,
                                         scan->wasted->sql, scan->node->filter));
    if (scan->sorted != NULL) {
        g_autofree char *keys = pgs_words_sort(scan->sorted);
        pgs_judging_note(judging,
                         g_strdup_printf("%s does not give the order of %s: rows are sorted",
                                         pgs_verdict_scope_whole(judging->scope, scan->index)->name,
                                         keys));
    }
    if (scan->use == PGS_USE_WHOLE)
        pgs_judging_note(
            judging, g_strdup_printf("%s is read whole, instead of the table", scan->index->name));
}

static void
note_other_scan(const PgsJudging *judging, const PgsReadScan *scan)
{
    g_autofree char *node = pgs_plan_node_describe(scan->node);
    if (scan->is_small)
        pgs_judging_note(judging,
                         g_strdup_printf("%s holds %.0f rows, and is read as it is: %s",
                                         scan->table->name, MAX(scan->table->rows, 0), node));
    else if (scan->is_free && scan->index != NULL)
        pgs_judging_note(judging,
                         g_strdup_printf("%s has no such index, and is read by another: %s",
                                         scan->table->name, node));
    else if (scan->kind == PGS_SCAN_SEQUENTIAL && scan->is_asking && judging->scope->index != NULL)
        pgs_judging_note(judging,
                         g_strdup_printf("the query reads %s once more, where %s cannot serve: %s",
                                         scan->table->name, judging->scope->index->name, node));
    else if (scan->kind == PGS_SCAN_SEQUENTIAL)
        pgs_judging_note(
            judging, g_strdup_printf("the query reads %s once more: %s", scan->table->name, node));
}

static void
note_chosen(const PgsJudging *judging, const PgsReading *reading)
{
    for (guint i = 0; i < reading->scans->len; i++) {
        const PgsReadScan *scan = reading->scans->pdata[i];
        if (scan->is_served)
            note_served(judging, scan);
        else
            note_other_scan(judging, scan);
    }
    if (reading->arbiter != NULL)
        pgs_judging_note(judging,
                         g_strdup_printf("ON CONFLICT decides by %s", reading->arbiter->name));
    const PgsIndex *index = judging->scope->index;
    if (index != NULL && !index->valid)
        pgs_judging_note(judging, g_strdup_printf("%s is INVALID all the same: a partition has no "
                                                  "part of it",
                                                  index->name));
}

void
pgs_verdict_note_rows(const PgsJudging *judging)
{
    if (pgs_verdict_scope_rows(judging->scope) < 0)
        pgs_judging_note(judging, g_strdup_printf("%s was never ANALYZEd", judging->scope->table));
}

/* ---- one plan's verdict ---- */

void
pgs_verdict_set_reason(PgsJudgement *judgement, char *reason)
{
    g_free(judgement->reason);
    judgement->reason = reason;
}

static const PgsIndex *
taken_by(const PgsJudging *judging, const PgsReading *reading)
{
    const PgsReadScan *scan = reading->is_served && reading->served != NULL
                                  ? reading->served
                                  : pgs_reading_counter(reading, NULL);
    const PgsIndex *index = scan != NULL ? scan->index : reading->arbiter;
    return index != NULL ? pgs_verdict_scope_whole(judging->scope, index) : NULL;
}

static void
decide_chosen(const PgsJudging *judging, const PgsReading *reading)
{
    PgsJudgement *judgement = judging->judgement;
    judgement->served = PGS_SERVED_CHOSEN;
    judgement->use = pgs_reading_use(reading);
    judgement->is_sequential = FALSE;
    pgs_verdict_set_reason(judgement, NULL);
    note_chosen(judging, reading);
}

/* What stands against it: the scan that it would have served. */
static const PgsReadScan *
find_counter(const PgsReading *reading, const PgsAlone *alone)
{
    const PgsReadScan *served = alone->reading->served;
    const PgsReadScan *counter =
        served != NULL ? pgs_reading_counter(reading, served->group) : NULL;
    return counter != NULL ? counter : pgs_reading_counter(reading, NULL);
}

/*
 * Of plans whose costs are as good as equal the planner takes the first (pathnode.c:
 * STD_FUZZ_FACTOR), and of those that differ by some pages of the index, the depth of its tree, the
 * one that rows happen to favour: which that is says nothing of either.  A sequential scan is
 * another matter.
 */
#define TIE 1.1
#define TIE_AT_LEAST 0.5 /* where a whole query costs no more than some pages */

static gboolean
is_tie(const PgsJudging *judging, const PgsReadScan *counter, const PgsReadScan *served)
{
    const PgsJudgement *judgement = judging->judgement;
    if (counter == NULL || served == NULL || !counter->is_of_use)
        return FALSE;
    return judgement->alone_cost <= judgement->cost * TIE ||
           judgement->alone_cost <= judgement->cost + TIE_AT_LEAST;
}

static void
decide_tie(const PgsJudging *judging, const PgsReadScan *counter)
{
    PgsJudgement *judgement = judging->judgement;
    judgement->served = PGS_SERVED_CHOSEN;
    pgs_verdict_set_reason(judgement, NULL);
    g_autofree char *rival = pgs_words_scan(judging->scope, counter);
    gboolean is_equal = judgement->alone_cost <= judgement->cost * 1.01;
    pgs_judging_note(judging, g_strdup_printf("%s is %s, and was taken: %.2f against %.2f", rival,
                                              is_equal ? "as good" : "cheaper by a hair",
                                              judgement->cost, judgement->alone_cost));
}

void
pgs_verdict_unknown(const PgsJudging *judging, char *reason)
{
    judging->judgement->served = PGS_SERVED_UNKNOWN;
    judging->judgement->use = PGS_USE_NONE;
    pgs_verdict_set_reason(judging->judgement, reason);
}

/* It says nothing of the index that so few rows are read without it. */
static void
decide_few(const PgsJudging *judging, const PgsReadScan *counter)
{
    g_autofree char *table = pgs_verdict_table_name(counter->table->schema, counter->table->name);
    double rows = counter->table->rows;
    pgs_verdict_unknown(judging,
                        g_strdup_printf("no verdict is to be had: %s holds %.0f row%s, and reading "
                                        "all of so few costs no more than looking one up",
                                        table, rows, rows == 1 ? "" : "s"));
}

/* What a usual volume has (volume.h). */
#define USUAL_ROWS 10000

/* An index pays with the table's size. */
static void
hint_at_rows(const PgsJudging *judging, const PgsReadScan *counter)
{
    PgsJudgement *judgement = judging->judgement;
    if (!judgement->is_sequential || counter->table->rows < 0 ||
        counter->table->rows >= USUAL_ROWS / 2)
        return;
    g_autofree char *table = pgs_verdict_table_name(counter->table->schema, counter->table->name);
    g_free(judgement->hint);
    judgement->hint =
        g_strdup_printf("%s holds just %.0f rows: with more of them (plans: rows:) it "
                        "may be chosen",
                        table, counter->table->rows);
}

static void
decide_servable(const PgsJudging *judging, const PgsReading *reading, const PgsAlone *alone)
{
    PgsJudgement *judgement = judging->judgement;
    const PgsReadScan *served = alone->reading->served;
    const PgsReadScan *counter = find_counter(reading, alone);
    judgement->use = pgs_reading_use(alone->reading);
    if (served != NULL)
        note_served(judging, served);
    if (is_tie(judging, counter, served)) {
        decide_tie(judging, counter);
        return;
    }
    const PgsIndex *index = judging->scope->index;
    judgement->is_sequential = counter != NULL && pgs_read_scan_is_sequential(counter);
    if (judgement->is_sequential && counter->is_few) {
        decide_few(judging, counter);
        return;
    }
    const PgsPlanEvidence *verdict = judgement->evidence->pdata[0];
    judgement->served = PGS_SERVED_SERVABLE;
    hint_at_rows(judging, counter);
    pgs_verdict_set_reason(
        judgement, pgs_words_servable(
                       judging->scope, index != NULL || served == NULL ? index : served->index,
                       counter, judgement->cost, judgement->alone_cost, verdict->plan->settings));
}

static gboolean
decide_useless(const PgsJudging *judging, const PgsReading *reading, const PgsPlan *alone,
               GError **error)
{
    PgsJudgement *judgement = judging->judgement;
    const PgsReadScan *counter = pgs_reading_counter(reading, NULL);
    judgement->served = PGS_SERVED_USELESS;
    judgement->use = PGS_USE_NONE;
    judgement->is_sequential = counter != NULL && pgs_read_scan_is_sequential(counter);
    pgs_verdict_set_reason(judgement, NULL);
    if (!pgs_plan_explain_useless(judging->connection, judging->indexes, judging->question, alone,
                                  judgement, error))
        return FALSE;
    if (judgement->reason == NULL)
        judgement->reason = pgs_words_useless(judging->scope, reading);
    return TRUE;
}

static const PgsPlan *
add_alone(const PgsJudging *judging, PgsAlone *alone)
{
    const PgsIndex *index = judging->scope->index;
    g_autofree char *name = index == NULL     ? g_strdup("whatever index")
                            : alone->is_alone ? g_strdup_printf("%s alone", index->name)
                                              : g_strdup_printf("%s and others", index->name);
    g_autofree char *shown = pgs_words_plan(alone->plan, alone->reading);
    const PgsPlan *plan = alone->plan;
    judging->judgement->alone_cost = plan->cost;
    pgs_judgement_add(judging->judgement, PGS_ROLE_ALONE, g_steal_pointer(&alone->plan),
                      g_strdup_printf("with %s, enable_seqscan = off: %s", name, shown));
    return plan;
}

/* It has the key that the query asks for, and cannot look it up: that it leaves out some rows by
 * the way is not what it was made for. */
static gboolean
is_by_predicate_alone(const PgsReadScan *served)
{
    return served != NULL && served->use == PGS_USE_PREDICATE && served->wasted != NULL;
}

/* Not chosen: could it serve? */
static gboolean
decide_other(const PgsJudging *judging, PgsExplainFlags flags, const PgsReading *reading,
             const PgsPlan *reference, GError **error)
{
    g_autoptr(PgsAlone) alone = pgs_control_alone(judging, flags, reference, error);
    if (alone == NULL)
        return FALSE;
    if (alone->plan == NULL) {
        pgs_verdict_unknown(judging,
                            g_strdup_printf("without other indexes the server refuses it: %s",
                                            alone->failure->message));
        return TRUE;
    }
    const PgsPlan *plan = add_alone(judging, alone);
    /* Where it cannot serve at all, nothing speaks against it. */
    if (pgs_reading_is_chosen_where(alone->reading, alone->reading) &&
        !is_by_predicate_alone(alone->reading->served)) {
        if (pgs_reading_is_chosen_where(reading, alone->reading))
            decide_chosen(judging, reading);
        else
            decide_servable(judging, reading, alone);
        return TRUE;
    }
    if (alone->is_alone || alone->reading->is_served)
        return decide_useless(judging, reading, plan, error);
    pgs_verdict_unknown(judging,
                        g_strdup_printf("other indexes of %s could not be taken out of the way",
                                        judging->scope->table));
    return TRUE;
}

gboolean
pgs_verdict_decide(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *plan,
                   const PgsReading *reading, const PgsPlan *reference, GError **error)
{
    PgsJudgement *judgement = judging->judgement;
    judgement->cost = plan->cost;
    judgement->taken = taken_by(judging, reading);
    if (reading->is_chosen) {
        decide_chosen(judging, reading);
        return TRUE;
    }
    if (reading->is_empty) {
        pgs_verdict_unknown(judging,
                            g_strdup("the planner sees that no row can fulfil the query, and "
                                     "reads nothing"));
        return TRUE;
    }
    return decide_other(judging, flags, reading, reference, error);
}
