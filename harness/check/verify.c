#include "check/verify.h"

#include "base/error.h"
#include "base/text.h"
#include "check/climb_findings.h"

/* One attempt at a system: on a shared server, or (isolated) with a server a lane. */
typedef struct {
    const PgsSystem *system;
    const PgsVerifyOptions *options;
    const PgsHistory *history;
    PgsStage *stage;
    PgsClimbOptions climb;
    gboolean wants_cycle, wants_stairway;
    PgsCycle *cycle;
    PgsStairway *stairway;
    GError *cycle_error, *stairway_error;
    /* The cycle and the stairway are climbed side by side; their progress is told as one. */
    GMutex mutex;
    guint done;
    /* Cancelled by the caller, or when one of the two has to be given up. */
    GCancellable *cancellable;
} Attempt;

static void
attempt_clear(Attempt *attempt)
{
    g_clear_pointer(&attempt->cycle, pgs_cycle_free);
    g_clear_pointer(&attempt->stairway, pgs_stairway_free);
    g_clear_error(&attempt->cycle_error);
    g_clear_error(&attempt->stairway_error);
    g_clear_pointer(&attempt->stage, pgs_stage_free);
    g_clear_object(&attempt->cancellable);
    g_mutex_clear(&attempt->mutex);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attempt, attempt_clear)

static void
note_progress(G_GNUC_UNUSED guint done, guint total, const char *what, gpointer data)
{
    Attempt *attempt = data;
    if (attempt->options->progress == NULL)
        return;
    guint parts = attempt->wants_cycle + attempt->wants_stairway;
    g_mutex_lock(&attempt->mutex);
    attempt->options->progress(++attempt->done, total * parts, what,
                               attempt->options->progress_data);
    g_mutex_unlock(&attempt->mutex);
}

static gpointer
climb_cycle(gpointer data)
{
    Attempt *attempt = data;
    attempt->cycle = pgs_cycle_run(attempt->stage, &attempt->climb, &attempt->cycle_error);
    if (attempt->cycle == NULL)
        g_cancellable_cancel(attempt->cancellable);
    return NULL;
}

static void
climb_stairway(Attempt *attempt)
{
    attempt->stairway = pgs_stairway_run(attempt->stage, &attempt->climb, &attempt->stairway_error);
    if (attempt->stairway == NULL)
        g_cancellable_cancel(attempt->cancellable);
}

/* Of two errors the one that was there first: the other was cancelled because of it. */
static gboolean
take_errors(Attempt *attempt, GError **error)
{
    GError **first = &attempt->cycle_error;
    if (*first == NULL || (attempt->stairway_error != NULL && pgs_climb_is_cancellation(*first)))
        first = &attempt->stairway_error;
    if (*first == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(first));
    return FALSE;
}

static void
forward_cancellation(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    g_cancellable_cancel(data);
}

static gboolean
climb(Attempt *attempt, GError **error)
{
    g_autoptr(GThread) thread = NULL;
    if (attempt->wants_cycle)
        thread = g_thread_new("cycle", climb_cycle, attempt);
    if (attempt->wants_stairway)
        climb_stairway(attempt);
    if (thread != NULL)
        g_thread_join(g_steal_pointer(&thread));
    return take_errors(attempt, error);
}

static gboolean
run_attempt(Attempt *attempt, PgsServer *server, gboolean isolated, GError **error)
{
    PgsStageOptions stage_options = {
        .server = {.spec = attempt->system->server},
        .statement_timeout = attempt->system->statement_timeout,
        .name = attempt->system->name,
    };
    g_mutex_init(&attempt->mutex);
    attempt->cancellable = g_cancellable_new();
    attempt->climb.progress = note_progress;
    attempt->climb.progress_data = attempt;
    attempt->stage =
        pgs_stage_new(&stage_options, attempt->history, server, isolated, attempt->cancellable);
    GCancellable *outer = attempt->options->cancellable;
    gulong handler = 0;
    if (outer != NULL)
        handler = g_cancellable_connect(outer, G_CALLBACK(forward_cancellation),
                                        attempt->cancellable, NULL);
    gboolean ok = climb(attempt, error);
    if (outer != NULL)
        g_cancellable_disconnect(outer, handler);
    return ok;
}

static void
note_facts(PgsRecordSystem *facts, const PgsSystem *system, const PgsHistory *history,
           PgsServer *server)
{
    facts->format = g_strdup(history->format);
    facts->format_reason = g_strdup(history->reason);
    facts->n_revisions = history->revisions->len;
    for (char **name = system->tolerances; *name != NULL; name++)
        g_ptr_array_add(facts->tolerances, g_strdup(*name));
    if (server != NULL) {
        facts->server = g_strdup(pgs_server_description(server));
        facts->server_version = g_strdup(pgs_server_version(server));
    }
}

static gboolean
parse_tolerances(const PgsSystem *system, PgsTolerances *tolerances, GError **error)
{
    for (char **name = system->tolerances; *name != NULL; name++) {
        if (pgs_tolerances_add(tolerances, *name))
            continue;
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++)
            g_ptr_array_add(names, (gpointer)info->name);
        g_ptr_array_add(names, NULL);
        g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
        g_autofree char *hint = g_strdup_printf("there are: %s", all);
        pgs_error_set(error, PGS_CHECK_ERROR, PGS_CHECK_ERROR_UNKNOWN, hint,
                      "there is no tolerance called \"%s\"", *name);
        return FALSE;
    }
    return TRUE;
}

/* On a shared server one lane's migration may end the sessions of all others, or the server itself.
 */
static gboolean
needs_isolation(const GError *error, gboolean isolated)
{
    return error != NULL && !isolated && !pgs_climb_is_cancellation(error) &&
           (g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION) ||
            error->domain == PGS_PG_ERROR || error->domain == PGS_SERVER_ERROR);
}

/* *database: the cycle's, or NULL.  On a shared server if that will do, else (or once it turns out
 * not to) with a server a lane. */
static gboolean
verify_on_server(Attempt *attempt, PgsServer *server, const PgsFindingSink *sink, char **database,
                 GError **error)
{
    gboolean isolated = (pgs_history_flags(attempt->history) & PGS_STATEMENT_CLUSTER) != 0;
    g_autoptr(GError) local = NULL;
    Attempt first = *attempt;
    gboolean ok = run_attempt(&first, server, isolated, &local);
    if (needs_isolation(local, isolated)) {
        g_clear_error(&local);
        attempt_clear(&first);
        first = *attempt;
        ok = run_attempt(&first, server, TRUE, &local);
    }
    if (ok && first.cycle != NULL)
        pgs_findings_add_cycle(sink, first.cycle);
    if (ok && first.stairway != NULL)
        pgs_findings_add_stairway(sink, first.stairway);
    if (first.cycle != NULL)
        *database = g_strdup(first.cycle->database);
    attempt_clear(&first);
    if (ok)
        return TRUE;
    g_autofree char *log = pgs_server_log_tail(server, 20);
    if (g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_LOST) && *log != '\0') {
        g_autofree char *message = g_steal_pointer(&local->message);
        local->message = g_strdup_printf("%s\nThe server's log ends:\n%s", message, log);
    }
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

gboolean
pgs_verify_system(const PgsSystem *system, const PgsVerifyOptions *options, PgsRecord *record,
                  char **kept, GError **error)
{
    gint64 start = g_get_monotonic_time();
    Attempt attempt = {
        .system = system,
        .options = options,
        .wants_cycle = pgs_check_selection_has_group(&options->checks, "cycle"),
        .wants_stairway = pgs_check_selection_has_group(&options->checks, "stairway"),
        /* One more than there are processors: flights are not equally long, and each waits for its
           server. */
        .climb = {.floor = -1, .jobs = g_get_num_processors() + 1},
    };
    *kept = NULL;
    if (!parse_tolerances(system, &attempt.climb.tolerances, error))
        return FALSE;
    g_autoptr(PgsHistory) history = pgs_history_read(system->folder, system->format, error);
    if (history == NULL)
        return FALSE;
    attempt.history = history;
    if (system->floor != NULL &&
        !pgs_history_find(history, system->floor, &attempt.climb.floor, error))
        return FALSE;
    g_autoptr(PgsServer) server = NULL;
    if (attempt.wants_cycle || attempt.wants_stairway) {
        PgsServerOptions server_options = {.spec = system->server};
        server = pgs_server_start(&server_options, options->cancellable, error);
        if (server == NULL)
            return FALSE;
        if (options->started != NULL)
            options->started(pgs_server_description(server), options->progress_data);
    }
    PgsRecordSystem *facts = pgs_record_add_system(record, system->name, system->folder);
    note_facts(facts, system, history, server);
    PgsFindingSink sink = {system, history, &options->checks, record, facts};
    pgs_findings_add_notes(&sink);
    g_autofree char *database = NULL;
    if (server != NULL && !verify_on_server(&attempt, server, &sink, &database, error))
        return FALSE;
    if (server != NULL && options->keep) {
        *kept = pgs_server_keep(server, database, error);
        if (*kept == NULL)
            return FALSE;
    }
    facts->duration = g_get_monotonic_time() - start;
    return TRUE;
}
