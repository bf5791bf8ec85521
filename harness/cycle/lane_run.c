#include "cycle/lane_state.h"

#include "cycle/territory.h"
#include "cycle/trouble.h"
#include "driver/psql_step.h"

/* One run of the tool. */
typedef struct {
    PgsLane *lane;
    const PgsLaneRun *asked;
    const PgsHistory *history;
    guint done;          /* revisions that are in effect */
    gint64 duration;     /* of all that has run, microseconds */
    guint n_statements;  /* likewise */
    GPtrArray *notices;  /* likewise */
    const PgsStep *last; /* that was run; NULL: none was */
} Run;

static const PgsRevision *
revision_at(const PgsLane *lane, gint index)
{
    return g_ptr_array_index(pgs_stage_history(lane->stage)->revisions, (guint)index);
}

/* What is to be run of a revision; NULL: nothing. */
static const PgsStep *
step_of(const Run *run, gint index)
{
    const PgsRevision *revision = revision_at(run->lane, index);
    if (!revision->repeatable)
        return run->asked->up ? revision->up : revision->down;
    gboolean is_new = !g_hash_table_contains(run->lane->repeated, GINT_TO_POINTER(index));
    return run->asked->up && is_new ? revision->up : NULL;
}

/* ---- one text ---- */

/* Adds what ran to what the run has so far.  FALSE: the run cannot go on, and error is set. */
static gboolean
take(Run *run, const PgsOutcome *outcome, GError **error)
{
    PgsLane *lane = run->lane;
    if (outcome == NULL || pgs_trouble_is_shortage(lane->server, outcome, error) ||
        (outcome->connection_lost && !pgs_lane_recover(lane, outcome, error)))
        return FALSE;
    run->duration += outcome->duration;
    run->n_statements += outcome->n_statements;
    for (guint i = 0; i < outcome->notices->len; i++)
        g_ptr_array_add(run->notices, g_strdup(g_ptr_array_index(outcome->notices, i)));
    pgs_stage_note_step(lane->stage, lane, NULL);
    return TRUE;
}

static PgsOutcome *
run_by_psql(PgsLane *lane, const PgsStep *step, GError **error)
{
    const PgsStageOptions *options = pgs_stage_options(lane->stage);
    return pgs_psql_step_run(lane->server, options->owner, lane->database,
                             pgs_stage_history(lane->stage), step, options->statement_timeout,
                             pgs_stage_cancellable(lane->stage), error);
}

static PgsOutcome *
run_in_session(PgsLane *lane, const PgsStep *step, PgsRunFlags flags, GError **error)
{
    if (step->tool->own_session && !pgs_lane_renew_session(lane, error))
        return NULL;
    return pgs_lane_ensure_session(lane, error) ? pgs_runner_run(lane->session, step, flags, error)
                                                : NULL;
}

static PgsOutcome *
run_text(Run *run, const PgsStep *step, PgsRunFlags flags, GError **error)
{
    PgsLane *lane = run->lane;
    lane->was_used = TRUE;
    run->last = step;
    pgs_stage_note_step(lane->stage, lane, step->path);
    g_autoptr(PgsOutcome) outcome = step->send == PGS_SEND_PSQL
                                        ? run_by_psql(lane, step, error)
                                        : run_in_session(lane, step, flags, error);
    return take(run, outcome, error) ? g_steal_pointer(&outcome) : NULL;
}

/* ---- a revision's texts ---- */

/* On a server that is somebody's: nothing else there may be another than before. */
static gboolean
look_around(PgsLane *lane, GHashTable **state, GError **error)
{
    *state = NULL;
    if (!pgs_stage_is_foreign(lane->stage))
        return TRUE;
    if (pgs_lane_ensure_reader(lane, error))
        *state = pgs_territory_look(lane->reader, error);
    return *state != NULL;
}

static gboolean
judge_around(PgsLane *lane, const char *what, GHashTable *before, GError **error)
{
    g_autoptr(GHashTable) after = NULL;
    return before == NULL ||
           (look_around(lane, &after, error) && pgs_territory_judge(what, before, after, error));
}

/* Each text in turn; those before one that fails stay in effect. */
static PgsOutcome *
run_texts(Run *run, const PgsStep *step, GError **error)
{
    g_autoptr(PgsOutcome) outcome = NULL;
    for (; step != NULL; step = step->next) {
        g_autoptr(GHashTable) before = NULL;
        g_clear_pointer(&outcome, pgs_outcome_free);
        if (!look_around(run->lane, &before, error))
            return NULL;
        outcome = run_text(run, step, 0, error);
        if (outcome == NULL || !judge_around(run->lane, step->path, before, error))
            return NULL;
        if (!outcome->succeeded)
            break;
    }
    return g_steal_pointer(&outcome);
}

/* A repeatable one that is in effect is not run again. */
static void
remember(Run *run, gint index)
{
    if (run->asked->up && revision_at(run->lane, index)->repeatable)
        g_hash_table_add(run->lane->repeated, GINT_TO_POINTER(index));
}

static void
tell(const Run *run, gint index)
{
    if (run->asked->told != NULL)
        run->asked->told(index, run->asked->up, run->asked->data);
}

/* Each revision for itself. */
static PgsOutcome *
run_each(Run *run, GError **error)
{
    for (guint i = 0; i < run->asked->n_revisions; i++) {
        gint index = run->asked->revisions[i];
        const PgsStep *step = step_of(run, index);
        g_autoptr(PgsOutcome) outcome = step != NULL ? run_texts(run, step, error) : NULL;
        if (step != NULL && outcome == NULL)
            return NULL;
        tell(run, index);
        if (outcome != NULL && !outcome->succeeded) {
            outcome->revision = index;
            return g_steal_pointer(&outcome);
        }
        run->done = i + 1;
        remember(run, index);
    }
    return pgs_outcome_new();
}

/* ---- all in one transaction ---- */

/* The tool's own BEGIN or COMMIT; step: what it stands beside. */
static PgsOutcome *
control(Run *run, const char *command, const PgsStep *step, GError **error)
{
    if (!pgs_lane_ensure_session(run->lane, error))
        return NULL;
    g_autoptr(PgsOutcome) outcome = pgs_runner_control(run->lane->session, command, step, error);
    return take(run, outcome, error) ? g_steal_pointer(&outcome) : NULL;
}

/*
 * One text of a run in one transaction.  One that the tool does not wrap is run between a COMMIT
 * and a BEGIN (node-pg-migrate, migration.ts, _apply): *committed is set then.
 */
static PgsOutcome *
run_inside(Run *run, const PgsStep *step, gboolean *committed, GError **error)
{
    if (step->transaction)
        return run_text(run, step, PGS_RUN_WITHIN, error);
    g_autoptr(PgsOutcome) outcome = control(run, "COMMIT", step, error);
    if (outcome == NULL || !outcome->succeeded)
        return g_steal_pointer(&outcome);
    *committed = TRUE;
    g_clear_pointer(&outcome, pgs_outcome_free);
    outcome = run_text(run, step, 0, error);
    if (outcome == NULL || !outcome->succeeded)
        return g_steal_pointer(&outcome);
    return control(run, "BEGIN", step, error);
}

static PgsOutcome *
run_all_inside(Run *run, gint *at, GError **error)
{
    g_autoptr(PgsOutcome) outcome = pgs_outcome_new();
    for (guint i = 0; i < run->asked->n_revisions && outcome->succeeded; i++) {
        gint index = run->asked->revisions[i];
        gboolean committed = FALSE;
        for (const PgsStep *step = step_of(run, index); step != NULL && outcome->succeeded;
             step = step->next) {
            *at = index;
            g_clear_pointer(&outcome, pgs_outcome_free);
            outcome = run_inside(run, step, &committed, error);
            if (outcome == NULL)
                return NULL;
        }
        tell(run, index);
        if (committed)
            run->done = outcome->succeeded ? i + 1 : i;
    }
    return g_steal_pointer(&outcome);
}

static const PgsStep *
first_step(const Run *run)
{
    const PgsStep *step = NULL;
    for (guint i = 0; i < run->asked->n_revisions && step == NULL; i++)
        step = step_of(run, run->asked->revisions[i]);
    return step;
}

/* Who reads that one revision fails has to know of the others. */
static void
say_what_is_undone(const Run *run, PgsOutcome *outcome)
{
    if (run->asked->n_revisions < 2)
        return;
    PgsFailure *failure = outcome->failure;
    g_autofree char *detail = g_steal_pointer(&failure->detail);
    const char *end = run->done > 0 ? "what it had committed before" : NULL;
    failure->detail = g_strdup_printf(
        "%s%s%s runs all that is to be run in one transaction: nothing of this run stays%s%s",
        detail != NULL ? detail : "", detail != NULL ? "\n" : "", run->last->tool->name,
        end != NULL ? " but " : "", end != NULL ? end : "");
}

static PgsOutcome *
run_batch(Run *run, GError **error)
{
    const PgsStep *first = first_step(run);
    gint at = -1;
    g_autoptr(GHashTable) before = NULL;
    if (first == NULL) {
        run->done = run->asked->n_revisions;
        return pgs_outcome_new();
    }
    if (!look_around(run->lane, &before, error))
        return NULL;
    g_autoptr(PgsOutcome) outcome = control(run, "BEGIN", first, error);
    if (outcome != NULL && outcome->succeeded) {
        g_clear_pointer(&outcome, pgs_outcome_free);
        outcome = run_all_inside(run, &at, error);
    }
    if (outcome != NULL && outcome->succeeded) {
        g_clear_pointer(&outcome, pgs_outcome_free);
        outcome = control(run, "COMMIT", run->last, error);
    }
    if (outcome == NULL || !judge_around(run->lane, first->path, before, error))
        return NULL;
    if (outcome->succeeded) {
        run->done = run->asked->n_revisions;
    } else {
        outcome->revision = at;
        say_what_is_undone(run, outcome);
    }
    for (guint i = 0; i < run->done; i++)
        remember(run, run->asked->revisions[i]);
    return g_steal_pointer(&outcome);
}

/* ---- by the project's own tool ---- */

PgsDriver *
pgs_lane_driver(PgsLane *lane)
{
    const PgsHistory *history = pgs_stage_history(lane->stage);
    if (history->driver == PGS_DRIVER_SQL || lane->driver != NULL)
        return lane->driver;
    const PgsStageOptions *options = pgs_stage_options(lane->stage);
    PgsDriverOptions driver = {
        .history = history,
        .server = lane->server,
        .role = options->owner,
        .database = lane->database,
        .statement_timeout = options->statement_timeout,
        .cancellable = pgs_stage_cancellable(lane->stage),
    };
    lane->driver = pgs_driver_new(&driver);
    return lane->driver;
}

static void
tell_of_driver(gint revision, gpointer data)
{
    tell(data, revision);
}

static PgsOutcome *
run_by_driver(Run *run, GError **error)
{
    PgsLane *lane = run->lane;
    PgsDriverRun asked = {
        .up = run->asked->up,
        .revisions = run->asked->revisions,
        .n_revisions = run->asked->n_revisions,
        .told = tell_of_driver,
        .data = run,
    };
    const char *what = run->history->root != NULL ? run->history->root : run->history->folder;
    g_autoptr(GHashTable) before = NULL;
    if (!look_around(lane, &before, error))
        return NULL;
    lane->was_used = TRUE;
    pgs_stage_note_step(lane->stage, lane, what);
    g_autoptr(PgsOutcome) outcome =
        pgs_driver_run(pgs_lane_driver(lane), &asked, &run->done, error);
    if (!take(run, outcome, error) || !judge_around(lane, what, before, error))
        return NULL;
    return g_steal_pointer(&outcome);
}

/* ---- runs ---- */

PgsOutcome *
pgs_lane_run_some(PgsLane *lane, const PgsLaneRun *asked, guint *done, GError **error)
{
    g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func(g_free);
    Run run = {
        .lane = lane,
        .asked = asked,
        .history = pgs_stage_history(lane->stage),
        .notices = notices,
    };
    PgsOutcome *outcome;
    if (asked->n_revisions == 0)
        outcome = pgs_outcome_new();
    else if (run.history->driver != PGS_DRIVER_SQL)
        outcome = run_by_driver(&run, error);
    else if (run.history->is_batch)
        outcome = run_batch(&run, error);
    else
        outcome = run_each(&run, error);
    *done = run.done;
    if (outcome == NULL)
        return NULL;
    outcome->duration = run.duration;
    outcome->n_statements = run.n_statements;
    g_ptr_array_unref(outcome->notices);
    outcome->notices = g_steal_pointer(&notices);
    return outcome;
}

PgsOutcome *
pgs_lane_run(PgsLane *lane, gint revision, PgsLaneStepFunc told, gpointer data, GError **error)
{
    gboolean up = lane->revision < revision;
    guint n = (guint)ABS(revision - lane->revision);
    g_autofree gint *revisions = g_new(gint, MAX(n, 1));
    for (guint i = 0; i < n; i++)
        revisions[i] = up ? lane->revision + 1 + (gint)i : lane->revision - (gint)i;
    PgsLaneRun run = {up, revisions, n, told, data};
    guint done = 0;
    PgsOutcome *outcome = pgs_lane_run_some(lane, &run, &done, error);
    lane->revision += up ? (gint)done : -(gint)done;
    return outcome;
}

PgsOutcome *
pgs_lane_up(PgsLane *lane, GError **error)
{
    return pgs_lane_run(lane, lane->revision + 1, NULL, NULL, error);
}

PgsOutcome *
pgs_lane_down(PgsLane *lane, GError **error)
{
    return pgs_lane_run(lane, lane->revision - 1, NULL, NULL, error);
}

gboolean
pgs_lane_climb(PgsLane *lane, gint revision, PgsOutcome **failure, GError **error)
{
    *failure = NULL;
    if (lane->revision >= revision)
        return TRUE;
    g_autoptr(PgsOutcome) outcome = pgs_lane_run(lane, revision, NULL, NULL, error);
    if (outcome == NULL)
        return FALSE;
    if (outcome->succeeded)
        return TRUE;
    *failure = g_steal_pointer(&outcome);
    return FALSE;
}

PgsOutcome *
pgs_lane_repeat(PgsLane *lane, gint revision, GError **error)
{
    g_return_val_if_fail(revision_at(lane, revision)->repeatable, NULL);
    g_hash_table_remove(lane->repeated, GINT_TO_POINTER(revision));
    PgsLaneRun run = {.up = TRUE, .revisions = &revision, .n_revisions = 1};
    guint done;
    PgsOutcome *outcome = pgs_lane_run_some(lane, &run, &done, error);
    g_hash_table_add(lane->repeated, GINT_TO_POINTER(revision));
    return outcome;
}

/* ---- verify scripts ---- */

static PgsOutcome *
verify_in_session(PgsLane *lane, const PgsStep *step, GError **error)
{
    if (!pgs_lane_renew_session(lane, error) || !pgs_lane_ensure_session(lane, error))
        return NULL;
    g_autoptr(PgsOutcome) outcome = pgs_runner_run(lane->session, step, PGS_RUN_ALONE, error);
    if (outcome == NULL || (outcome->connection_lost && !pgs_lane_recover(lane, outcome, error)) ||
        !pgs_lane_renew_session(lane, error))
        return NULL;
    return g_steal_pointer(&outcome);
}

PgsOutcome *
pgs_lane_verify(PgsLane *lane, gint revision, GError **error)
{
    const PgsStep *step = revision_at(lane, revision)->verify;
    g_return_val_if_fail(step != NULL, NULL);
    lane->was_used = TRUE;
    pgs_stage_note_step(lane->stage, lane, step->path);
    g_autoptr(PgsOutcome) outcome = step->send == PGS_SEND_PSQL
                                        ? run_by_psql(lane, step, error)
                                        : verify_in_session(lane, step, error);
    if (outcome == NULL || pgs_trouble_is_shortage(lane->server, outcome, error))
        return NULL;
    pgs_stage_note_step(lane->stage, lane, NULL);
    return g_steal_pointer(&outcome);
}
