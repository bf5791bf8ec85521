#include "check/beside.h"

enum {
    PROGRESS_PAUSE = G_USEC_PER_SEC,
};

PgsBeside *
pgs_beside_new(const char *name, PgsStage *stage, PgsLane *lane, const PgsSystem *system,
               const PgsCheckSelection *checks, const PgsClimbOptions *options, GError **error)
{
    PgsLane *copy = pgs_lane_copy(lane, name, error);
    if (copy == NULL)
        return NULL;
    PgsBeside *beside = g_new0(PgsBeside, 1);
    beside->copy = copy;
    beside->stage = stage;
    beside->system = system;
    beside->checks = checks;
    beside->options = options;
    beside->name = name;
    return beside;
}

static gpointer
run(gpointer data)
{
    PgsBeside *beside = data;
    beside->work(beside->data, &beside->error);
    return NULL;
}

void
pgs_beside_start(PgsBeside *beside, gboolean (*work)(gpointer data, GError **error), gpointer data)
{
    beside->work = work;
    beside->data = data;
    beside->told = g_get_monotonic_time();
    beside->thread = g_thread_new(beside->name, run, beside);
}

gboolean
pgs_beside_wait(PgsBeside *beside, GError **error)
{
    if (beside->thread != NULL)
        g_thread_join(g_steal_pointer(&beside->thread));
    if (beside->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&beside->error));
    return FALSE;
}

void
pgs_beside_free(PgsBeside *beside)
{
    pgs_beside_wait(beside, NULL);
    pgs_lane_leave(beside->copy);
    g_free(beside);
}

PgsConnection *
pgs_beside_connect(const PgsBeside *beside, const PgsLane *lane, GError **error)
{
    return pgs_connection_open(pgs_lane_conninfo(lane), pgs_lane_database(lane),
                               pgs_stage_options(beside->stage)->server.statement_timeout,
                               pgs_stage_cancellable(beside->stage), error);
}

void
pgs_beside_progress(PgsBeside *beside, guint done, guint total, const char *what)
{
    gint64 now = g_get_monotonic_time();
    if (beside->options->aside == NULL || now - beside->told < PROGRESS_PAUSE)
        return;
    beside->told = now;
    g_autofree char *text = g_strdup_printf("%s, %u of %u: %s", beside->name, done, total, what);
    beside->options->aside(done, total, text, beside->options->progress_data);
}

const char *
pgs_beside_head(const PgsBeside *beside)
{
    const GPtrArray *revisions = pgs_stage_history(beside->stage)->revisions;
    const PgsRevision *head =
        revisions->len > 0 ? g_ptr_array_index(revisions, revisions->len - 1) : NULL;
    return head != NULL ? head->label : NULL;
}

void
pgs_beside_set_unreached(PgsFinding *finding, const char *next, const PgsOutcome *failure)
{
    finding->message = g_strdup_printf("head was not reached: the upgrade of %s fails", next);
    if (failure == NULL)
        return;
    finding->detail = pgs_failure_to_string(failure->failure);
    g_free(finding->file);
    finding->file = g_strdup(failure->path);
    finding->line = failure->line;
    finding->column = failure->column;
}
