#include "check/inspection.h"

#include "check/autogenerate.h"
#include "check/data_findings.h"
#include "check/drift.h"
#include "check/exercising.h"
#include "check/expect.h"
#include "check/expect_words.h"
#include "check/planning_run.h"
#include "check/redundancy.h"

#include <string.h>

/* A lane that climbs from stop to stop. */
typedef struct {
    PgsStage *stage;
    const PgsSystem *system;
    const PgsCheckSelection *checks;
    const PgsClimbOptions *options;
    PgsLane *lane;
    PgsOutcome *failure;           /* of the step that ended the climb; NULL: none has */
    PgsPreservation *preservation; /* NULL: no data was followed */
    PgsInspection *inspection;
} Run;

static gboolean
wants_expectations(const PgsSystem *system, const PgsCheckSelection *checks)
{
    return system->expectations->len > 0 && pgs_check_selection_has_group(checks, "expect");
}

static gboolean
wants_data(const PgsSystem *system, const PgsCheckSelection *checks)
{
    return system->samples->len > 0 && pgs_check_selection_has_group(checks, "data");
}

static gboolean
wants_models(const PgsSystem *system, const PgsCheckSelection *checks)
{
    return system->models->len > 0 && pgs_check_selection_has(checks, "drift.model");
}

static gboolean
wants_live(const PgsSystem *system, const PgsCheckSelection *checks)
{
    return system->live != NULL && pgs_check_selection_has(checks, "drift.live");
}

gboolean
pgs_inspection_is_wanted(const PgsSystem *system, const PgsHistory *history,
                         const PgsCheckSelection *checks)
{
    gboolean needs_head = pgs_check_selection_has_group(checks, "redundancy") ||
                          wants_models(system, checks) || wants_live(system, checks);
    gboolean cycle_reads_head = pgs_check_selection_has_group(checks, "cycle");
    return wants_expectations(system, checks) || wants_data(system, checks) ||
           pgs_exercising_is_wanted(checks) || pgs_planning_run_is_wanted(system, checks) ||
           pgs_autogenerate_is_wanted(history, checks) || (needs_head && !cycle_reads_head);
}

static const char *
label_at(const Run *run, gint index)
{
    const PgsRevision *revision =
        index >= 0 ? g_ptr_array_index(pgs_stage_history(run->stage)->revisions, (guint)index)
                   : NULL;
    return revision != NULL ? revision->label : "base";
}

static gint
compare_blocks(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgsHistory *history = data;
    const PgsExpectations *const *first = a, *const *second = b;
    gint at[2] = {0, 0};
    pgs_history_find(history, (*first)->at, &at[0], NULL);
    pgs_history_find(history, (*second)->at, &at[1], NULL);
    return at[0] - at[1];
}

/* The blocks in the order of their revisions; borrowed from the system. */
static GPtrArray *
blocks_in_order(const Run *run)
{
    const PgsHistory *history = pgs_stage_history(run->stage);
    GPtrArray *blocks = g_ptr_array_new();
    for (guint i = 0; i < run->system->expectations->len; i++)
        g_ptr_array_add(blocks, g_ptr_array_index(run->system->expectations, i));
    g_ptr_array_sort_with_data(blocks, compare_blocks, (gpointer)history);
    return blocks;
}

/*
 * What is at a revision that is not reached, in one check: skipped, since cycle.up reports why;
 * unless that was left out: then it could not be judged.
 */
static PgsFinding *
add_unreached(Run *run, const char *check, const PgsExpectations *block)
{
    g_autofree char *title = g_strdup_printf("expectations at %s", block->at);
    gboolean is_told = pgs_check_selection_has(run->checks, "cycle.up");
    PgsFinding *finding = pgs_finding_new(check, is_told ? PGS_STATUS_SKIPPED : PGS_STATUS_ERROR,
                                          run->system->name, NULL, title);
    finding->message = g_strdup_printf("not reached: the upgrade of %s fails",
                                       label_at(run, pgs_lane_revision(run->lane) + 1));
    if (is_told) {
        finding->file = g_strdup(block->place.file);
        finding->line = block->place.line;
    } else {
        finding->detail = pgs_failure_to_string(run->failure->failure);
        finding->file = g_strdup(run->failure->path);
        finding->line = run->failure->line;
        finding->column = run->failure->column;
    }
    g_ptr_array_add(run->inspection->findings, finding);
    return finding;
}

/* What is at a revision below those that are verified. */
static PgsFinding *
add_given(Run *run, const char *check, const PgsExpectations *block)
{
    g_autofree char *title = g_strdup_printf("expectations at %s", block->at);
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_SKIPPED, run->system->name, NULL, title);
    finding->message = g_strdup_printf("not looked at: only what is new since %s is verified",
                                       label_at(run, pgs_lane_revision(run->lane)));
    finding->file = g_strdup(block->place.file);
    finding->line = block->place.line;
    g_ptr_array_add(run->inspection->findings, finding);
    return finding;
}

/*
 * One finding for each check of the block, so that none that was asked for stays silent.  add:
 * makes it.
 */
static void
add_unjudged_block(Run *run, const PgsExpectations *block,
                   PgsFinding *(*add)(Run *run, const char *check, const PgsExpectations *block))
{
    g_autoptr(GHashTable) by_check = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < block->items->len; i++) {
        const PgsExpectation *expectation = g_ptr_array_index(block->items, i);
        const char *check = pgs_expect_check_id(expectation->kind, expectation->absent);
        PgsFinding *finding = g_hash_table_lookup(by_check, check);
        if (finding == NULL) {
            finding = add(run, check, block);
            g_hash_table_insert(by_check, (gpointer)finding->check, finding);
        }
        for (char **id = expectation->requirements; *id != NULL; id++)
            pgs_finding_add_requirement(finding, *id);
    }
    if (!block->exact && block->exact_relations->len == 0)
        return;
    PgsFinding *unlisted = add(run, "expect.unlisted", block);
    for (char **id = block->requirements; *id != NULL; id++)
        pgs_finding_add_requirement(unlisted, *id);
}

/* TRUE too when a migration failed on the way: then run->failure is set. */
static gboolean
climb_to(Run *run, gint index, GError **error)
{
    if (run->failure != NULL)
        return TRUE;
    g_autoptr(GError) local = NULL;
    if (pgs_lane_climb(run->lane, index, &run->failure, &local))
        return TRUE;
    if (run->failure != NULL)
        return pgs_climb_check_failure(run->stage, run->failure, error);
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* The superuser's own, beside the lane's: what is tried in it is rolled back. */
static PgsConnection *
connect_to_lane(Run *run, GError **error)
{
    return pgs_connection_open(pgs_lane_conninfo(run->lane), pgs_lane_database(run->lane),
                               pgs_stage_options(run->stage)->server.statement_timeout,
                               pgs_stage_cancellable(run->stage), error);
}

static gboolean
judge_block(Run *run, const PgsExpectations *block, GError **error)
{
    gint index;
    if (!pgs_history_find(pgs_stage_history(run->stage), block->at, &index, error))
        return FALSE;
    if (index < (gint)pgs_stage_options(run->stage)->n_given - 1) {
        add_unjudged_block(run, block, add_given);
        return TRUE;
    }
    if (!climb_to(run, index, error))
        return FALSE;
    if (run->failure != NULL) {
        add_unjudged_block(run, block, add_unreached);
        return TRUE;
    }
    g_autoptr(PgsSnapshot) snapshot = pgs_lane_snapshot(run->lane, error);
    if (snapshot == NULL)
        return FALSE;
    g_autoptr(PgsConnection) connection = connect_to_lane(run, error);
    if (connection == NULL)
        return FALSE;
    PgsExpectContext context = {
        .system = run->system->name,
        .revision = index >= 0 ? label_at(run, index) : NULL,
        .snapshot = snapshot,
        .connection = connection,
    };
    return pgs_expect_judge(block, &context, run->inspection->findings, error);
}

static gboolean
judge_expectations(Run *run, GError **error)
{
    g_autoptr(GPtrArray) blocks = blocks_in_order(run);
    for (guint i = 0; i < blocks->len; i++) {
        if (!judge_block(run, g_ptr_array_index(blocks, i), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_head(Run *run, GError **error)
{
    gint head = (gint)pgs_stage_history(run->stage)->revisions->len - 1;
    if (!climb_to(run, head, error))
        return FALSE;
    if (run->failure != NULL)
        return TRUE;
    run->inspection->head = pgs_lane_snapshot(run->lane, error);
    return run->inspection->head != NULL &&
           pgs_climb_check_cluster(run->stage, NULL, run->inspection->head, error);
}

static gboolean
follow_data(Run *run, GError **error)
{
    run->preservation =
        pgs_preservation_run(run->stage, run->system, run->inspection->head, run->options, error);
    if (run->preservation == NULL)
        return FALSE;
    GPtrArray *findings = run->inspection->findings;
    guint before = findings->len;
    pgs_data_findings_add(run->preservation, run->system, pgs_stage_history(run->stage), findings);
    /* As in add_unreached(). */
    if (run->failure == NULL || pgs_check_selection_has(run->checks, "cycle.up"))
        return TRUE;
    for (guint i = before; i < findings->len; i++) {
        PgsFinding *finding = g_ptr_array_index(findings, i);
        if (finding->status == PGS_STATUS_SKIPPED)
            finding->status = PGS_STATUS_ERROR;
    }
    return TRUE;
}

/*
 * What a rule serves is what the expectation about its object serves: when these are not among the
 * run's checks, they are judged for that alone.
 */
static GPtrArray *
judge_quietly(Run *run, GError **error)
{
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    gint head = pgs_lane_revision(run->lane);
    g_autoptr(PgsConnection) connection = NULL;
    if (run->system->expectations->len == 0)
        return g_steal_pointer(&findings);
    connection = connect_to_lane(run, error);
    if (connection == NULL)
        return NULL;
    PgsExpectContext context = {
        .system = run->system->name,
        .revision = label_at(run, head),
        .snapshot = run->inspection->head,
        .connection = connection,
    };
    for (guint i = 0; i < run->system->expectations->len; i++) {
        const PgsExpectations *block = g_ptr_array_index(run->system->expectations, i);
        gint index;
        if (!pgs_history_find(pgs_stage_history(run->stage), block->at, &index, error) ||
            (index == head && !pgs_expect_judge(block, &context, findings, error)))
            return NULL;
    }
    return g_steal_pointer(&findings);
}

/* What is made up and tried on copies of head, beside the rest. */
typedef struct {
    GPtrArray *expectations;   /* PgsFinding, about head */
    PgsExercising *exercising; /* NULL: not wanted, or head was not reached */
    PgsPlanningRun *planning;  /* likewise */
} Beside;

static gboolean
begin_beside(Run *run, Beside *beside, GError **error)
{
    gboolean exercise = pgs_exercising_is_wanted(run->checks);
    gboolean plan = pgs_planning_run_is_wanted(run->system, run->checks);
    if ((!exercise && !plan) || run->failure != NULL)
        return TRUE;
    beside->expectations = wants_expectations(run->system, run->checks)
                               ? g_ptr_array_ref(run->inspection->findings)
                               : judge_quietly(run, error);
    if (beside->expectations == NULL)
        return FALSE;
    if (exercise) {
        beside->exercising = pgs_exercising_begin(run->stage, run->lane, run->system, run->checks,
                                                  run->options, error);
        if (beside->exercising == NULL)
            return FALSE;
    }
    if (plan)
        beside->planning = pgs_planning_run_begin(run->stage, run->lane, run->system, run->checks,
                                                  run->options, error);
    return !plan || beside->planning != NULL;
}

static void
abandon_beside(Beside *beside)
{
    pgs_exercising_abandon(g_steal_pointer(&beside->exercising));
    pgs_planning_run_abandon(g_steal_pointer(&beside->planning));
    g_clear_pointer(&beside->expectations, g_ptr_array_unref);
}

static void
skip_beside(Run *run)
{
    gboolean is_told = pgs_check_selection_has(run->checks, "cycle.up");
    const PgsOutcome *failure = is_told ? NULL : run->failure;
    const char *next = label_at(run, pgs_lane_revision(run->lane) + 1);
    if (pgs_exercising_is_wanted(run->checks))
        pgs_exercising_skip(run->system, next, failure, run->inspection->findings);
    pgs_planning_run_skip(run->system, run->checks, next, failure, run->inspection->findings);
}

static gboolean
end_beside(Run *run, Beside *beside, GError **error)
{
    GPtrArray *findings = run->inspection->findings;
    PgsLane *with_rows = run->preservation != NULL ? run->preservation->lane : NULL;
    if (run->failure != NULL) {
        skip_beside(run);
        return TRUE;
    }
    if (beside->exercising != NULL &&
        !pgs_exercising_end(g_steal_pointer(&beside->exercising), with_rows, beside->expectations,
                            findings, error))
        return FALSE;
    return beside->planning == NULL || pgs_planning_run_end(g_steal_pointer(&beside->planning),
                                                            beside->expectations, findings, error);
}

/* What needs rows: those that are made up, on copies, while sample data is followed. */
static gboolean
judge_rows(Run *run, GError **error)
{
    Beside beside = {0};
    gboolean ok = begin_beside(run, &beside, error) &&
                  (!wants_data(run->system, run->checks) || follow_data(run, error)) &&
                  end_beside(run, &beside, error);
    abandon_beside(&beside);
    return ok;
}

/* What the project's own models have otherwise than head. */
static gboolean
judge_autogenerate(Run *run, GError **error)
{
    GPtrArray *findings = run->inspection->findings;
    if (!pgs_autogenerate_is_wanted(pgs_stage_history(run->stage), run->checks))
        return TRUE;
    if (run->failure == NULL)
        return pgs_autogenerate_judge(run->lane, run->system, findings, error);
    pgs_autogenerate_skip(run->system, pgs_check_selection_has(run->checks, "cycle.up"), findings);
    return TRUE;
}

static gboolean
inspect(Run *run, GError **error)
{
    run->lane = pgs_lane_new(run->stage, "inspection", error);
    if (run->lane == NULL)
        return FALSE;
    if (wants_expectations(run->system, run->checks) && !judge_expectations(run, error))
        return FALSE;
    return read_head(run, error) && judge_autogenerate(run, error) && judge_rows(run, error);
}

PgsInspection *
pgs_inspection_run(PgsStage *stage, const PgsSystem *system, const PgsCheckSelection *checks,
                   const PgsClimbOptions *options, GError **error)
{
    g_autoptr(PgsInspection) inspection = g_new0(PgsInspection, 1);
    inspection->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    Run run = {stage, system, checks, options, .inspection = inspection};
    gboolean ok = inspect(&run, error);
    pgs_preservation_free(run.preservation);
    pgs_lane_leave(run.lane);
    g_clear_pointer(&run.failure, pgs_outcome_free);
    return ok ? g_steal_pointer(&inspection) : NULL;
}

void
pgs_inspection_free(PgsInspection *inspection)
{
    if (inspection == NULL)
        return;
    g_ptr_array_unref(inspection->findings);
    g_clear_pointer(&inspection->head, pgs_snapshot_unref);
    g_free(inspection);
}

/* One that follows from head, which was not reached: cycle.up reports why, unless left out. */
static PgsFinding *
skip_head(const PgsSystem *system, const PgsCheckSelection *checks, const char *check,
          const char *title, GPtrArray *findings)
{
    gboolean is_told = pgs_check_selection_has(checks, "cycle.up");
    PgsFinding *finding = pgs_finding_new(check, is_told ? PGS_STATUS_SKIPPED : PGS_STATUS_ERROR,
                                          system->name, NULL, title);
    finding->message = g_strdup("head was not reached");
    if (!is_told)
        finding->hint = g_strdup("cycle.up was left out of this run; it says why");
    g_ptr_array_add(findings, finding);
    return finding;
}

static void
skip_all_of_head(const PgsSystem *system, const PgsCheckSelection *checks, GPtrArray *findings)
{
    const char *redundancy = pgs_check_selection_first(checks, "redundancy");
    if (redundancy != NULL)
        skip_head(system, checks, redundancy, "redundancy at head", findings);
    for (guint i = 0; wants_models(system, checks) && i < system->models->len; i++) {
        const PgsModel *model = g_ptr_array_index(system->models, i);
        g_autofree char *title = g_strdup_printf("head and %s are the same schema", model->name);
        PgsFinding *finding = skip_head(system, checks, "drift.model", title, findings);
        for (char **id = model->requirements; id != NULL && *id != NULL; id++)
            pgs_finding_add_requirement(finding, *id);
    }
    if (wants_live(system, checks))
        skip_head(system, checks, "drift.live", "head and the live database", findings);
}

gboolean
pgs_inspection_judge_head(PgsStage *stage, const PgsSystem *system, const PgsCheckSelection *checks,
                          PgsSnapshot *head, GPtrArray *findings, GError **error)
{
    if (head == NULL) {
        skip_all_of_head(system, checks, findings);
        return TRUE;
    }
    if (pgs_check_selection_has_group(checks, "redundancy"))
        pgs_redundancy_judge(head, system->name, findings);
    if (wants_models(system, checks) &&
        !pgs_drift_judge_models(stage, system, head, findings, error))
        return FALSE;
    return !wants_live(system, checks) ||
           pgs_drift_judge_live(system->live, system, pgs_stage_history(stage), head,
                                pgs_stage_cancellable(stage), findings, error);
}
