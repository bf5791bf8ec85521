#include "check/attempt.h"

#include "check/climb_findings.h"
#include "check/evidence.h"
#include "check/path_findings.h"
#include "check/system_words.h"
#include "cycle/foundation.h"
#include "cycle/trouble.h"
#include "cycle/watch.h"

/* The parts of an attempt, each of which may have a thread of its own. */
typedef enum {
    PART_CYCLE,
    PART_STAIRWAY,
    PART_INSPECTION,
    PART_PATHS,
    N_PARTS,
} Part;

struct _PgsAttempt {
    const PgsSystem *system;
    const PgsHistory *history;
    const PgsVerifyOptions *options;
    const PgsCheckSelection *checks;
    PgsClimbOptions climb;
    PgsServer *server;
    gboolean isolated;
    PgsStage *stage;
    guint n_given;
    PgsOutcome *given_failure; /* of one of the revisions that are there already, or NULL */
    gboolean wanted[N_PARTS];
    gboolean without_rungs; /* only the block of a split system */
    gboolean without_block; /* only some rungs */
    GError *errors[N_PARTS];
    PgsCycle *cycle;
    PgsStairway *stairway;
    PgsInspection *inspection;
    PgsPaths *paths;
    GPtrArray *head_findings; /* PgsFinding: what follows from head alone */
    /* The parts' progress is told as one. */
    GMutex mutex;
    guint done;
    /* Cancelled by the caller, or when one of the parts has to be given up. */
    GCancellable *cancellable;
};

static void
note_progress(G_GNUC_UNUSED guint done, guint total, const char *what, gpointer data)
{
    PgsAttempt *attempt = data;
    if (attempt->options->progress == NULL)
        return;
    guint parts = attempt->wanted[PART_CYCLE] + attempt->wanted[PART_STAIRWAY];
    g_mutex_lock(&attempt->mutex);
    attempt->done++;
    attempt->options->progress(attempt->done, MAX(attempt->done, total * parts), what,
                               attempt->options->progress_data);
    g_mutex_unlock(&attempt->mutex);
}

static void
note_aside(guint done, guint total, const char *what, gpointer data)
{
    PgsAttempt *attempt = data;
    if (attempt->options->progress == NULL)
        return;
    g_mutex_lock(&attempt->mutex);
    attempt->options->progress(done, total, what, attempt->options->progress_data);
    g_mutex_unlock(&attempt->mutex);
}

PgsAttempt *
pgs_attempt_new(const PgsSystem *system, const PgsHistory *history, const PgsVerifyOptions *options,
                const PgsCheckSelection *checks, const PgsClimbOptions *climb, PgsServer *server,
                gboolean isolated)
{
    PgsAttempt *attempt = g_new0(PgsAttempt, 1);
    attempt->system = system;
    attempt->history = history;
    attempt->options = options;
    attempt->checks = checks;
    attempt->server = server;
    attempt->isolated = isolated;
    attempt->climb = *climb;
    attempt->climb.progress = note_progress;
    attempt->climb.aside = note_aside;
    attempt->climb.progress_data = attempt;
    attempt->wanted[PART_CYCLE] = pgs_check_selection_has_group(checks, "cycle");
    attempt->wanted[PART_STAIRWAY] = pgs_check_selection_has_group(checks, "stairway");
    attempt->wanted[PART_INSPECTION] = pgs_inspection_is_wanted(system, history, checks);
    attempt->wanted[PART_PATHS] =
        pgs_check_selection_has_group(checks, "graph") && pgs_paths_are_there(history, 0);
    attempt->head_findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    attempt->cancellable = g_cancellable_new();
    g_mutex_init(&attempt->mutex);
    return attempt;
}

void
pgs_attempt_set_given(PgsAttempt *attempt, guint n_given)
{
    attempt->n_given = n_given;
    attempt->wanted[PART_PATHS] &= pgs_paths_are_there(attempt->history, n_given);
}

void
pgs_attempt_set_part(PgsAttempt *attempt, const PgsShardPart *part)
{
    attempt->without_rungs = part->from >= part->to;
    attempt->without_block = !part->block;
    attempt->wanted[PART_STAIRWAY] &= !attempt->without_rungs;
    attempt->wanted[PART_CYCLE] &= part->block;
    attempt->wanted[PART_INSPECTION] &= part->block;
    attempt->wanted[PART_PATHS] &= part->block;
}

void
pgs_attempt_free(PgsAttempt *attempt)
{
    if (attempt == NULL)
        return;
    g_clear_pointer(&attempt->cycle, pgs_cycle_free);
    g_clear_pointer(&attempt->stairway, pgs_stairway_free);
    g_clear_pointer(&attempt->inspection, pgs_inspection_free);
    g_clear_pointer(&attempt->paths, pgs_paths_free);
    g_clear_pointer(&attempt->given_failure, pgs_outcome_free);
    g_ptr_array_unref(attempt->head_findings);
    for (guint part = 0; part < N_PARTS; part++)
        g_clear_error(&attempt->errors[part]);
    g_clear_pointer(&attempt->stage, pgs_stage_free);
    g_clear_object(&attempt->cancellable);
    g_mutex_clear(&attempt->mutex);
    g_free(attempt);
}

/* A part that has to be given up ends the others too. */
static void
run_part(PgsAttempt *attempt, Part part)
{
    GError **error = &attempt->errors[part];
    gboolean ok = TRUE;
    switch (part) {
    case PART_CYCLE:
        attempt->cycle = pgs_cycle_run(attempt->stage, &attempt->climb, error);
        ok = attempt->cycle != NULL;
        break;
    case PART_STAIRWAY:
        attempt->stairway = pgs_stairway_run(attempt->stage, &attempt->climb, error);
        ok = attempt->stairway != NULL;
        break;
    case PART_INSPECTION:
        attempt->inspection = pgs_inspection_run(attempt->stage, attempt->system, attempt->checks,
                                                 &attempt->climb, error);
        ok = attempt->inspection != NULL;
        break;
    case PART_PATHS:
        attempt->paths = pgs_paths_run(attempt->stage, &attempt->climb, error);
        ok = attempt->paths != NULL;
        break;
    case N_PARTS:
        break;
    }
    if (!ok)
        g_cancellable_cancel(attempt->cancellable);
}

static gpointer
run_cycle(gpointer data)
{
    run_part(data, PART_CYCLE);
    return NULL;
}

static gpointer
run_inspection(gpointer data)
{
    run_part(data, PART_INSPECTION);
    return NULL;
}

static gpointer
run_paths(gpointer data)
{
    run_part(data, PART_PATHS);
    return NULL;
}

/* The less, the nearer to the cause: one lane's migration can be what the others stumble over, and
 * an error that only says "cancelled" follows from another one. */
static guint
error_rank(const GError *error)
{
    if (pgs_climb_is_cancellation(error))
        return 4;
    if (g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_GONE))
        return 0;
    if (g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SHORTAGE))
        return 1;
    return g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION) ? 2 : 3;
}

static gboolean
take_errors(PgsAttempt *attempt, GError **error)
{
    GError **first = NULL;
    for (guint part = 0; part < N_PARTS; part++) {
        GError **this = &attempt->errors[part];
        if (*this != NULL && (first == NULL || error_rank(*this) < error_rank(*first)))
            first = this;
    }
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(first));
    return FALSE;
}

static gboolean
run_parts(PgsAttempt *attempt, GError **error)
{
    g_autoptr(GThread) cycle = NULL;
    g_autoptr(GThread) inspection = NULL;
    g_autoptr(GThread) paths = NULL;
    if (attempt->wanted[PART_CYCLE])
        cycle = g_thread_new("cycle", run_cycle, attempt);
    if (attempt->wanted[PART_INSPECTION])
        inspection = g_thread_new("inspection", run_inspection, attempt);
    if (attempt->wanted[PART_PATHS])
        paths = g_thread_new("paths", run_paths, attempt);
    if (attempt->wanted[PART_STAIRWAY])
        run_part(attempt, PART_STAIRWAY);
    if (cycle != NULL)
        g_thread_join(g_steal_pointer(&cycle));
    if (inspection != NULL)
        g_thread_join(g_steal_pointer(&inspection));
    if (paths != NULL)
        g_thread_join(g_steal_pointer(&paths));
    return take_errors(attempt, error);
}

PgsSnapshot *
pgs_attempt_head(const PgsAttempt *attempt)
{
    PgsSnapshot *head = attempt->cycle != NULL ? attempt->cycle->head : NULL;
    return head == NULL && attempt->inspection != NULL ? attempt->inspection->head : head;
}

static gboolean
judge_head(PgsAttempt *attempt, GError **error)
{
    if (attempt->without_block)
        return TRUE;
    return pgs_inspection_judge_head(attempt->stage, attempt->system, attempt->checks,
                                     pgs_attempt_head(attempt), attempt->head_findings, error);
}

static void
make_stage(PgsAttempt *attempt, guint n_given)
{
    PgsStageOptions options = pgs_system_stage_options(attempt->system);
    options.n_given = n_given;
    g_clear_pointer(&attempt->stage, pgs_stage_free);
    attempt->stage = pgs_stage_new(&options, attempt->history, attempt->server, attempt->isolated,
                                   attempt->cancellable);
}

/*
 * What is there already, applied once.  Where that fails nothing new can be judged: the cycle tells
 * of it, and so does what else wants to get to head.
 */
static gboolean
lay_foundation(PgsAttempt *attempt, GError **error)
{
    if (attempt->n_given == 0 || pgs_foundation_lay(attempt->stage, &attempt->given_failure, error))
        return TRUE;
    if (attempt->given_failure == NULL)
        return FALSE;
    make_stage(attempt, 0);
    attempt->wanted[PART_STAIRWAY] = attempt->wanted[PART_PATHS] = FALSE;
    return TRUE;
}

static gboolean
run(PgsAttempt *attempt, GError **error)
{
    return lay_foundation(attempt, error) && run_parts(attempt, error) &&
           judge_head(attempt, error);
}

/* The lanes of an isolated attempt have servers of their own. */
static gboolean
run_watched(PgsAttempt *attempt, GError **error)
{
    if (attempt->isolated)
        return run(attempt, error);
    g_autoptr(GError) local = NULL;
    PgsWatch *watch = pgs_watch_begin(attempt->server, attempt->cancellable);
    gboolean ok = run(attempt, &local);
    g_autofree char *gone = pgs_watch_end(watch);
    if (ok)
        return TRUE;
    if (gone != NULL && pgs_climb_is_cancellation(local)) {
        g_autofree char *during = pgs_stage_describe_steps(attempt->stage);
        pgs_trouble_set_gone(attempt->server, gone, during, error);
    } else {
        g_propagate_error(error, g_steal_pointer(&local));
    }
    return FALSE;
}

static void
forward_cancellation(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    g_cancellable_cancel(data);
}

gboolean
pgs_attempt_run(PgsAttempt *attempt, GError **error)
{
    make_stage(attempt, attempt->n_given);
    GCancellable *outer = attempt->options->cancellable;
    gulong handler = 0;
    if (outer != NULL)
        handler = g_cancellable_connect(outer, G_CALLBACK(forward_cancellation),
                                        attempt->cancellable, NULL);
    gboolean ok = run_watched(attempt, error);
    if (outer != NULL)
        g_cancellable_disconnect(outer, handler);
    return ok;
}

char *
pgs_attempt_describe_steps(const PgsAttempt *attempt)
{
    return attempt->stage != NULL ? pgs_stage_describe_steps(attempt->stage) : NULL;
}

static void
tell_given_failure(const PgsAttempt *attempt, const PgsSink *sink)
{
    static const char *const checks[] = {"stairway.up", "graph.path"};
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        gboolean is_there = i == 0 ? !attempt->without_rungs
                                   : !attempt->without_block &&
                                         pgs_paths_are_there(attempt->history, attempt->n_given);
        if (is_there && pgs_check_selection_has(attempt->checks, checks[i]))
            pgs_findings_add_unreached(sink, checks[i], attempt->given_failure);
    }
}

void
pgs_attempt_tell(PgsAttempt *attempt, const PgsSink *sink)
{
    if (attempt->cycle != NULL)
        pgs_findings_add_cycle(sink, attempt->cycle);
    if (attempt->stairway != NULL)
        pgs_findings_add_stairway(sink, attempt->stairway);
    if (attempt->given_failure != NULL)
        tell_given_failure(attempt, sink);
    if (attempt->paths != NULL)
        pgs_findings_add_paths(sink, attempt->paths);
    if (attempt->inspection != NULL)
        pgs_sink_add_all(sink, attempt->inspection->findings);
    pgs_sink_add_all(sink, attempt->head_findings);
}

void
pgs_attempt_note_evidence(const PgsAttempt *attempt, PgsRecordSystem *facts)
{
    PgsSnapshot *head = pgs_attempt_head(attempt);
    if (attempt->stairway != NULL)
        pgs_evidence_note_changes(facts, attempt->history, attempt->stairway);
    if (head != NULL)
        pgs_evidence_note_schema(facts, head);
}

const char *
pgs_attempt_database(const PgsAttempt *attempt)
{
    return attempt->cycle != NULL ? attempt->cycle->database : NULL;
}
