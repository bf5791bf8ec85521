#include "check/attempt.h"

#include "check/climb_findings.h"
#include "check/system_words.h"
#include "cycle/trouble.h"
#include "cycle/watch.h"

/* The parts of an attempt, each of which may have a thread of its own. */
typedef enum {
    PART_CYCLE,
    PART_STAIRWAY,
    PART_INSPECTION,
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
    gboolean wanted[N_PARTS];
    GError *errors[N_PARTS];
    PgsCycle *cycle;
    PgsStairway *stairway;
    PgsInspection *inspection;
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
    attempt->wanted[PART_INSPECTION] = pgs_inspection_is_wanted(system, checks);
    attempt->head_findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    attempt->cancellable = g_cancellable_new();
    g_mutex_init(&attempt->mutex);
    return attempt;
}

void
pgs_attempt_free(PgsAttempt *attempt)
{
    if (attempt == NULL)
        return;
    g_clear_pointer(&attempt->cycle, pgs_cycle_free);
    g_clear_pointer(&attempt->stairway, pgs_stairway_free);
    g_clear_pointer(&attempt->inspection, pgs_inspection_free);
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
    if (attempt->wanted[PART_CYCLE])
        cycle = g_thread_new("cycle", run_cycle, attempt);
    if (attempt->wanted[PART_INSPECTION])
        inspection = g_thread_new("inspection", run_inspection, attempt);
    if (attempt->wanted[PART_STAIRWAY])
        run_part(attempt, PART_STAIRWAY);
    if (cycle != NULL)
        g_thread_join(g_steal_pointer(&cycle));
    if (inspection != NULL)
        g_thread_join(g_steal_pointer(&inspection));
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
    return pgs_inspection_judge_head(attempt->stage, attempt->system, attempt->checks,
                                     pgs_attempt_head(attempt), attempt->head_findings, error);
}

static gboolean
run(PgsAttempt *attempt, GError **error)
{
    return run_parts(attempt, error) && judge_head(attempt, error);
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
    PgsStageOptions options = pgs_system_stage_options(attempt->system);
    attempt->stage = pgs_stage_new(&options, attempt->history, attempt->server, attempt->isolated,
                                   attempt->cancellable);
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

void
pgs_attempt_tell(PgsAttempt *attempt, const PgsSink *sink)
{
    if (attempt->cycle != NULL)
        pgs_findings_add_cycle(sink, attempt->cycle);
    if (attempt->stairway != NULL)
        pgs_findings_add_stairway(sink, attempt->stairway);
    if (attempt->inspection != NULL)
        pgs_sink_add_all(sink, attempt->inspection->findings);
    pgs_sink_add_all(sink, attempt->head_findings);
}

const char *
pgs_attempt_database(const PgsAttempt *attempt)
{
    return attempt->cycle != NULL ? attempt->cycle->database : NULL;
}
