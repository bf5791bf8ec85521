#include "check/planning_run.h"

#include "check/beside.h"
#include "check/plan_volume.h"

#include <string.h>

struct _PgsPlanningRun {
    PgsBeside *beside;         /* its copy is what is filled */
    PgsConnection *connection; /* planning's */
    PgsPlanning *planning;
    GPtrArray *queries; /* PgsPlanResult, of the system's queries */
    GPtrArray *derived; /* PgsPlanResult, of indexes' own; or NULL */
};

/* Plans are costly: a run without "plans:" makes them when it is asked for them by name. */
static gboolean
is_named(const PgsCheckSelection *checks, const char *id)
{
    for (char **word = checks->only; word != NULL && *word != NULL; word++) {
        if (pgs_check_is_named(*word, id))
            return TRUE;
    }
    return FALSE;
}

static gboolean
wants_queries(const PgsSystem *system, const PgsCheckSelection *checks)
{
    return system->plans->queries->len > 0 && pgs_check_selection_has(checks, "plan.query");
}

static gboolean
wants_derived(const PgsSystem *system, const PgsCheckSelection *checks)
{
    const PgsPlanFacts *plans = system->plans;
    return pgs_check_selection_has(checks, "plan.index") &&
           (plans->derive || (is_named(checks, "plan.index") && !plans->derive_is_said));
}

gboolean
pgs_planning_run_is_wanted(const PgsSystem *system, const PgsCheckSelection *checks)
{
    return wants_queries(system, checks) || wants_derived(system, checks);
}

static void
note_progress(guint done, guint total, const char *what, gpointer data)
{
    PgsPlanningRun *run = data;
    pgs_beside_progress(run->beside, done, total, what);
}

static gboolean
ask_all(PgsPlanningRun *run, GError **error)
{
    const GPtrArray *queries = run->beside->system->plans->queries;
    for (guint i = 0; i < queries->len; i++) {
        const PgsPlanQuery *query = g_ptr_array_index(queries, i);
        note_progress(i, queries->len, query->title, run);
        PgsPlanResult *result = pgs_planning_ask(run->planning, query, error);
        if (result == NULL)
            return FALSE;
        g_ptr_array_add(run->queries, result);
    }
    return TRUE;
}

static gboolean
begin_planning(PgsPlanningRun *run, GError **error)
{
    const PgsBeside *beside = run->beside;
    const PgsPlanningOptions options = {
        .seed = beside->system->exercise->seed,
        .facts = beside->system->plans,
        .progress = note_progress,
        .progress_data = run,
    };
    run->connection = pgs_beside_connect(beside, beside->copy, error);
    if (run->connection == NULL)
        return FALSE;
    run->planning = pgs_planning_new(run->connection, &options, error);
    return run->planning != NULL;
}

static gboolean
plan(gpointer data, GError **error)
{
    PgsPlanningRun *run = data;
    const PgsSystem *system = run->beside->system;
    gboolean with_queries = wants_queries(system, run->beside->checks);
    gboolean with_derived = wants_derived(system, run->beside->checks);
    if (!begin_planning(run, error) ||
        !pgs_planning_fill(run->planning, with_queries ? system->plans->queries : NULL,
                           with_derived, error) ||
        (with_queries && !ask_all(run, error)))
        return FALSE;
    if (with_derived)
        run->derived = pgs_planning_derive(run->planning, NULL, error);
    return !with_derived || run->derived != NULL;
}

PgsPlanningRun *
pgs_planning_run_begin(PgsStage *stage, PgsLane *lane, const PgsSystem *system,
                       const PgsCheckSelection *checks, const PgsClimbOptions *options,
                       GError **error)
{
    PgsBeside *beside = pgs_beside_new("plan", stage, lane, system, checks, options, error);
    if (beside == NULL)
        return NULL;
    PgsPlanningRun *run = g_new0(PgsPlanningRun, 1);
    run->beside = beside;
    run->queries = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_plan_result_free);
    pgs_beside_start(beside, plan, run);
    return run;
}

void
pgs_planning_run_abandon(PgsPlanningRun *run)
{
    if (run == NULL)
        return;
    pgs_beside_wait(run->beside, NULL);
    g_ptr_array_unref(run->queries);
    g_clear_pointer(&run->derived, g_ptr_array_unref);
    g_clear_pointer(&run->planning, pgs_planning_free);
    g_clear_pointer(&run->connection, pgs_connection_close);
    pgs_beside_free(run->beside);
    g_free(run);
}

/* ---- what came of it ---- */

static void
add_findings(const PgsPlanningRun *run, const GPtrArray *expectations, GPtrArray *findings)
{
    const PgsSystem *system = run->beside->system;
    const PgsPlanContext context = {
        .system = system->name,
        .revision = pgs_beside_head(run->beside),
        .expectations = expectations,
        .requirements = system->plans->requirements,
        .settings = pgs_planning_settings(run->planning),
        .set = system->plans->settings,
        .tables = pgs_planning_tables(run->planning),
        .fill = system->plans->fill,
        .seed = pgs_planning_seed(run->planning),
    };
    for (guint i = 0; i < run->queries->len; i++)
        pgs_plan_findings_add_query(g_ptr_array_index(run->queries, i), &context, findings);
    for (guint i = 0; run->derived != NULL && i < run->derived->len; i++)
        g_ptr_array_add(findings,
                        pgs_plan_index_finding(g_ptr_array_index(run->derived, i), &context));
    g_ptr_array_add(findings, pgs_plan_volume_finding(&context, findings));
}

/* A finding for each query, and one for indexes, of which nothing is known; the new ones are at the
 * end of findings. */
static void
add_unjudged(const PgsSystem *system, const PgsCheckSelection *checks, PgsStatus status,
             GPtrArray *findings)
{
    const PgsPlanContext context = {
        .system = system->name,
        .requirements = system->plans->requirements,
    };
    for (guint i = 0; wants_queries(system, checks) && i < system->plans->queries->len; i++)
        g_ptr_array_add(findings,
                        pgs_plan_unasked_finding(g_ptr_array_index(system->plans->queries, i),
                                                 status, &context));
    if (wants_derived(system, checks))
        g_ptr_array_add(findings, pgs_finding_new("plan.index", status, system->name, NULL,
                                                  pgs_check_find("plan.index")->title));
}

/* What "plans:" says cannot be done: the rest of the run is worth as much as before.  That is told
 * once. */
static void
add_refused(const PgsBeside *beside, const GError *refusal, GPtrArray *findings)
{
    guint first = findings->len;
    const char *text = refusal->message, *hint = strstr(text, "\nHINT: ");
    add_unjudged(beside->system, beside->checks, PGS_STATUS_SKIPPED, findings);
    for (guint i = first + 1; i < findings->len; i++) {
        PgsFinding *finding = g_ptr_array_index(findings, i);
        finding->message = g_strdup("what \"plans:\" says is refused, see the first of them");
    }
    PgsFinding *finding = g_ptr_array_index(findings, first);
    finding->status = PGS_STATUS_ERROR;
    finding->message = hint != NULL ? g_strndup(text, (gsize)(hint - text)) : g_strdup(text);
    finding->hint = hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL;
}

gboolean
pgs_planning_run_end(PgsPlanningRun *run, const GPtrArray *expectations, GPtrArray *findings,
                     GError **error)
{
    g_autoptr(GError) local = NULL;
    gboolean ok = TRUE;
    if (pgs_beside_wait(run->beside, &local)) {
        add_findings(run, expectations, findings);
    } else if (local->domain == PGS_PLANNING_ERROR) {
        add_refused(run->beside, local, findings);
    } else {
        ok = FALSE;
        g_propagate_error(error, g_steal_pointer(&local));
    }
    pgs_planning_run_abandon(run);
    return ok;
}

void
pgs_planning_run_skip(const PgsSystem *system, const PgsCheckSelection *checks, const char *next,
                      const PgsOutcome *failure, GPtrArray *findings)
{
    guint first = findings->len;
    add_unjudged(system, checks, failure == NULL ? PGS_STATUS_SKIPPED : PGS_STATUS_ERROR, findings);
    for (guint i = first; i < findings->len; i++)
        pgs_beside_set_unreached(g_ptr_array_index(findings, i), next, failure);
}
