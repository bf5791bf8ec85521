#include "cycle/cycle.h"

#include "base/error.h"
#include "cycle/lane.h"

/* A cycle that runs. */
typedef struct {
    PgsStage *stage;
    const PgsClimbOptions *options;
    PgsLane *lane;
    PgsCycle *cycle;
    PgsSnapshot *bottom; /* at base, or at the floor once it was reached */
    guint steps;
} Run;

static const PgsRevision *
revision_at(const Run *run, gint index)
{
    return g_ptr_array_index(pgs_stage_history(run->stage)->revisions, (guint)index);
}

static gint
head_index(const Run *run)
{
    return (gint)pgs_stage_history(run->stage)->revisions->len - 1;
}

static void
tell(Run *run, const char *verb, gint index)
{
    if (run->options->progress == NULL)
        return;
    guint total = 3 * pgs_stage_history(run->stage)->revisions->len;
    g_autofree char *what = g_strdup_printf("%s %s", verb, revision_at(run, index)->label);
    run->options->progress(++run->steps, total, what, run->options->progress_data);
}

/* Takes a step's outcome into its leg; *ends TRUE when the leg ends with it. */
static gboolean
take_outcome(Run *run, PgsPart *part, PgsOutcome *outcome, gint index, gboolean *ends,
             GError **error)
{
    g_autoptr(PgsOutcome) taken = outcome;
    part->duration += taken->duration;
    *ends = !taken->succeeded;
    if (!*ends)
        return TRUE;
    if (!pgs_climb_check_failure(run->stage, taken, error))
        return FALSE;
    part->state = PGS_PART_FAILED;
    part->revision = index;
    part->outcome = g_steal_pointer(&taken);
    return TRUE;
}

/* Up to head; a failing step ends it. */
static gboolean
go_up(Run *run, PgsPart *part, GError **error)
{
    if (!pgs_lane_renew_session(run->lane, error))
        return FALSE;
    while (pgs_lane_revision(run->lane) < head_index(run)) {
        gint index = pgs_lane_revision(run->lane) + 1;
        PgsOutcome *outcome = pgs_lane_up(run->lane, error);
        if (outcome == NULL)
            return FALSE;
        tell(run, "up", index);
        gboolean ends;
        if (!take_outcome(run, part, outcome, index, &ends, error))
            return FALSE;
        if (ends)
            return TRUE;
        if (part == &run->cycle->up && index == run->options->floor) {
            pgs_snapshot_unref(run->bottom);
            run->bottom = pgs_lane_snapshot(run->lane, error);
            if (run->bottom == NULL)
                return FALSE;
        }
    }
    return TRUE;
}

/* Down to the floor; a failing or missing downgrade ends it. */
static gboolean
go_down(Run *run, PgsPart *part, GError **error)
{
    if (!pgs_lane_renew_session(run->lane, error))
        return FALSE;
    while (pgs_lane_revision(run->lane) > run->options->floor) {
        gint index = pgs_lane_revision(run->lane);
        if (revision_at(run, index)->down == NULL) {
            part->state = PGS_PART_MISSING;
            part->revision = index;
            return TRUE;
        }
        PgsOutcome *outcome = pgs_lane_down(run->lane, error);
        if (outcome == NULL)
            return FALSE;
        tell(run, "down", index);
        gboolean ends;
        if (!take_outcome(run, part, outcome, index, &ends, error))
            return FALSE;
        if (ends)
            return TRUE;
    }
    return TRUE;
}

/* The leg's end compared with what it should be. */
static gboolean
compare(Run *run, PgsPart *part, PgsSnapshot *wanted, GError **error)
{
    g_autoptr(PgsSnapshot) now = pgs_lane_snapshot(run->lane, error);
    if (now == NULL || !pgs_climb_check_cluster(run->stage, NULL, now, error))
        return FALSE;
    pgs_climb_compare(part, wanted, now, run->options);
    return TRUE;
}

static gboolean
run_legs(Run *run, GError **error)
{
    PgsCycle *cycle = run->cycle;
    g_autoptr(PgsSnapshot) base = pgs_lane_snapshot(run->lane, error);
    if (base == NULL)
        return FALSE;
    run->bottom = pgs_snapshot_ref(base);
    if (!go_up(run, &cycle->up, error))
        return FALSE;
    if (cycle->up.state != PGS_PART_DONE) {
        pgs_part_block(&cycle->down, "cycle.up", "the upgrade does not reach head");
        pgs_part_block(&cycle->again, "cycle.up", "the upgrade does not reach head");
        return TRUE;
    }
    cycle->head = pgs_lane_snapshot(run->lane, error);
    if (cycle->head == NULL || !pgs_climb_prove_reading(run->lane, error) ||
        !pgs_climb_check_cluster(run->stage, base, cycle->head, error))
        return FALSE;
    cycle->n_objects = pgs_snapshot_n_objects(cycle->head);
    if (run->options->floor >= head_index(run)) {
        pgs_part_skip(&cycle->down, "head is the floor: there is nothing to downgrade");
        pgs_part_skip(&cycle->again, "head is the floor: there is nothing to upgrade again");
        return TRUE;
    }
    if (!go_down(run, &cycle->down, error))
        return FALSE;
    if (cycle->down.state == PGS_PART_FAILED) {
        g_autofree char *reason = g_strdup_printf("the downgrade fails at %s",
                                                  revision_at(run, cycle->down.revision)->label);
        pgs_part_block(&cycle->again, "cycle.down", reason);
        return TRUE;
    }
    if (cycle->down.state == PGS_PART_DONE && !compare(run, &cycle->down, run->bottom, error))
        return FALSE;
    return go_up(run, &cycle->again, error) &&
           (cycle->again.state != PGS_PART_DONE || compare(run, &cycle->again, cycle->head, error));
}

PgsCycle *
pgs_cycle_run(PgsStage *stage, const PgsClimbOptions *options, GError **error)
{
    g_autoptr(PgsCycle) cycle = g_new0(PgsCycle, 1);
    cycle->up.revision = cycle->down.revision = cycle->again.revision = -1;
    Run run = {.stage = stage, .options = options, .cycle = cycle};
    run.lane = pgs_lane_new(stage, "cycle", error);
    if (run.lane == NULL)
        return NULL;
    gboolean ok = run_legs(&run, error);
    if (!pgs_stage_is_isolated(stage))
        cycle->database = g_strdup(pgs_lane_database(run.lane));
    pgs_lane_leave(run.lane);
    g_clear_pointer(&run.bottom, pgs_snapshot_unref);
    return ok ? g_steal_pointer(&cycle) : NULL;
}

void
pgs_cycle_free(PgsCycle *cycle)
{
    if (cycle == NULL)
        return;
    pgs_part_clear(&cycle->up);
    pgs_part_clear(&cycle->down);
    pgs_part_clear(&cycle->again);
    g_clear_pointer(&cycle->head, pgs_snapshot_unref);
    g_free(cycle->database);
    g_free(cycle);
}
