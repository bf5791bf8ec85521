#include "cycle/cycle.h"

#include "base/error.h"
#include "cycle/downs.h"
#include "cycle/lane.h"

/* A cycle that runs. */
typedef struct {
    PgsStage *stage;
    const PgsHistory *history;
    const PgsClimbOptions *options;
    gint floor; /* that no downgrade goes below */
    PgsLane *lane;
    PgsCycle *cycle;
    PgsSnapshot *bottom; /* where the lane begins, or at the floor once it was reached */
    GHashTable *kept;    /* "kind identity" of what repeatable revisions have made: a set */
    guint steps;
} Run;

static const PgsRevision *
revision_at(const Run *run, gint index)
{
    return g_ptr_array_index(run->history->revisions, (guint)index);
}

static gint
head_index(const Run *run)
{
    return (gint)run->history->revisions->len - 1;
}

static void
tell(gint index, gboolean up, gpointer data)
{
    Run *run = data;
    if (run->options->progress == NULL)
        return;
    guint n = run->history->revisions->len - pgs_stage_options(run->stage)->n_given;
    g_autofree char *what =
        g_strdup_printf("%s %s", up ? "up" : "down", revision_at(run, index)->label);
    run->options->progress(++run->steps, 3 * n, what, run->options->progress_data);
}

/* Takes an outcome into its leg.  TRUE when the leg goes on; else it ends, or error is set. */
static gboolean
take_outcome(Run *run, PgsPart *part, PgsOutcome *outcome, GError **error)
{
    g_autoptr(PgsOutcome) taken = outcome;
    part->duration += taken->duration;
    if (taken->succeeded)
        return TRUE;
    if (!pgs_climb_check_failure(run->stage, taken, error))
        return FALSE;
    part->state = PGS_PART_FAILED;
    part->revision = taken->revision;
    part->outcome = g_steal_pointer(&taken);
    return FALSE;
}

/* One run of the tool up or down to a revision.  As take_outcome(). */
static gboolean
run_to(Run *run, PgsPart *part, gint revision, GError **error)
{
    PgsOutcome *outcome = pgs_lane_run(run->lane, revision, tell, run, error);
    return outcome != NULL && take_outcome(run, part, outcome, error);
}

/* ---- up ---- */

static gboolean
take_bottom(Run *run, GError **error)
{
    g_clear_pointer(&run->bottom, pgs_snapshot_unref);
    run->bottom = pgs_lane_snapshot(run->lane, error);
    return run->bottom != NULL;
}

static char *
name_of(const PgsObject *object)
{
    return g_strdup_printf("%s %s", object->kind, object->identity);
}

/*
 * Repeatable revisions from where the lane stands up to one: what they make has no downgrade that
 * would take it away.
 */
static gboolean
run_repeatable(Run *run, PgsPart *part, gint revision, GError **error)
{
    g_autoptr(PgsSnapshot) before = pgs_lane_snapshot(run->lane, error);
    if (before == NULL || !run_to(run, part, revision, error))
        return FALSE;
    g_autoptr(PgsSnapshot) after = pgs_lane_snapshot(run->lane, error);
    for (guint i = 0; after != NULL && i < pgs_snapshot_n_objects(after); i++) {
        const PgsObject *object = pgs_snapshot_object(after, i);
        if (pgs_snapshot_find(before, object->kind, object->identity) == NULL)
            g_hash_table_add(run->kept, name_of(object));
    }
    return after != NULL;
}

/* The end of the revisions above the lane's that are repeatable as the next one is, or are not. */
static gint
next_stop(const Run *run)
{
    gint from = pgs_lane_revision(run->lane) + 1, to = from;
    gint end = from <= run->floor ? run->floor : head_index(run);
    gboolean repeatable = revision_at(run, from)->repeatable;
    while (to < end && revision_at(run, to + 1)->repeatable == repeatable)
        to++;
    return to;
}

/*
 * The first way up, which stops where a snapshot is needed: at the floor, and around repeatable
 * revisions where there is a way down.
 */
static gboolean
go_up_first(Run *run, PgsPart *part, GError **error)
{
    gboolean goes_down = run->floor < head_index(run) && !pgs_downs_is_forward_only(run->history);
    if (!goes_down)
        return run_to(run, part, head_index(run), error);
    while (pgs_lane_revision(run->lane) < head_index(run)) {
        gint stop = next_stop(run);
        if (revision_at(run, stop)->repeatable ? !run_repeatable(run, part, stop, error)
                                               : !run_to(run, part, stop, error))
            return FALSE;
        if (stop == run->floor && !take_bottom(run, error))
            return FALSE;
    }
    return TRUE;
}

/* FALSE only with error: a step that fails ends the leg. */
static gboolean
go_up(Run *run, PgsPart *part, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (!pgs_lane_renew_session(run->lane, error))
        return FALSE;
    gboolean first = part == &run->cycle->up;
    if (!(first ? go_up_first(run, part, &local) : run_to(run, part, head_index(run), &local)) &&
        local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    return TRUE;
}

/* ---- down ---- */

/* The lowest revision that the lane can go down to: above the first downgrade that is missing. */
static gint
lowest(const Run *run)
{
    gint revision = pgs_lane_revision(run->lane);
    while (revision > run->floor && !pgs_downs_is_missing(run->history, revision))
        revision--;
    return revision;
}

/* Down to the floor; a failing or missing downgrade ends it. */
static gboolean
go_down(Run *run, PgsPart *part, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (!pgs_lane_renew_session(run->lane, error))
        return FALSE;
    gint end = lowest(run);
    if (!run_to(run, part, end, &local)) {
        if (local != NULL)
            g_propagate_error(error, g_steal_pointer(&local));
        return part->state == PGS_PART_FAILED;
    }
    if (end > run->floor) {
        part->state = PGS_PART_MISSING;
        part->revision = end;
    }
    return TRUE;
}

/* bottom, with what repeatable revisions have made and what of it is there now. */
static PgsSnapshot *
with_kept(const Run *run, PgsSnapshot *now)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < pgs_snapshot_n_objects(run->bottom); i++)
        g_ptr_array_add(objects, pgs_object_ref((PgsObject *)pgs_snapshot_object(run->bottom, i)));
    for (guint i = 0; i < pgs_snapshot_n_objects(now); i++) {
        const PgsObject *object = pgs_snapshot_object(now, i);
        g_autofree char *name = name_of(object);
        if (g_hash_table_contains(run->kept, name) &&
            pgs_snapshot_find(run->bottom, object->kind, object->identity) == NULL)
            g_ptr_array_add(objects, pgs_object_ref((PgsObject *)object));
    }
    return pgs_snapshot_new(g_steal_pointer(&objects), pgs_snapshot_server_version(run->bottom));
}

/* ---- comparing ---- */

/* The leg's end compared with what it should be. */
static gboolean
compare(Run *run, PgsPart *part, PgsSnapshot *wanted, GError **error)
{
    g_autoptr(PgsSnapshot) now = pgs_lane_snapshot(run->lane, error);
    if (now == NULL || !pgs_climb_check_cluster(run->stage, NULL, now, error))
        return FALSE;
    g_autoptr(PgsSnapshot) full = wanted == run->bottom && g_hash_table_size(run->kept) > 0
                                      ? with_kept(run, now)
                                      : pgs_snapshot_ref(wanted);
    pgs_climb_compare(part, full, now, run->options);
    return TRUE;
}

static gboolean
go_down_and_up(Run *run, GError **error)
{
    PgsCycle *cycle = run->cycle;
    if (!go_down(run, &cycle->down, error))
        return FALSE;
    if (cycle->down.state == PGS_PART_FAILED) {
        gint at = cycle->down.revision;
        g_autofree char *reason =
            at >= 0 ? g_strdup_printf("the downgrade fails at %s", revision_at(run, at)->label)
                    : g_strdup("the downgrade fails");
        pgs_part_block(&cycle->again, "cycle.down", reason);
        return TRUE;
    }
    if (cycle->down.state == PGS_PART_DONE && !compare(run, &cycle->down, run->bottom, error))
        return FALSE;
    return go_up(run, &cycle->again, error) &&
           (cycle->again.state != PGS_PART_DONE || compare(run, &cycle->again, cycle->head, error));
}

/* ---- forward only ---- */

/* All repeatable revisions once more, as when each text has changed. */
static gboolean
repeat_all(Run *run, PgsPart *part, GError **error)
{
    for (guint i = 0; i < run->history->revisions->len; i++) {
        if (!revision_at(run, (gint)i)->repeatable)
            continue;
        PgsOutcome *outcome = pgs_lane_repeat(run->lane, (gint)i, error);
        if (outcome == NULL || !take_outcome(run, part, outcome, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
climb_another(Run *run, PgsPart *part, GError **error)
{
    if (!run_to(run, part, head_index(run), error) || !compare(run, part, run->cycle->head, error))
        return FALSE;
    return part->diff != NULL ||
           (repeat_all(run, part, error) && compare(run, part, run->cycle->head, error));
}

/* The same climb in a second database. */
static gboolean
climb_twice(Run *run, GError **error)
{
    PgsPart *part = &run->cycle->again;
    g_autoptr(GError) local = NULL;
    PgsLane *first = run->lane;
    run->lane = pgs_lane_new(run->stage, "again", error);
    gboolean ok = run->lane != NULL;
    if (ok && !climb_another(run, part, &local) && local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        ok = FALSE;
    }
    pgs_lane_free(run->lane);
    run->lane = first;
    run->cycle->is_second = TRUE;
    return ok;
}

/* ---- legs ---- */

static gboolean
reach_head(Run *run, GError **error)
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
    return TRUE;
}

static gboolean
run_legs(Run *run, GError **error)
{
    PgsCycle *cycle = run->cycle;
    if (!reach_head(run, error))
        return FALSE;
    if (cycle->head == NULL)
        return TRUE;
    if (pgs_downs_is_forward_only(run->history)) {
        pgs_part_skip(&cycle->down, "no revision has a downgrade: the folder only goes forward");
        return climb_twice(run, error);
    }
    if (run->floor < head_index(run))
        return go_down_and_up(run, error);
    const char *excuse = head_index(run) >= 0 && run->options->floor < run->floor
                             ? pgs_downs_excuse(run->history, head_index(run))
                             : NULL;
    if (excuse != NULL) {
        pgs_part_skip(&cycle->down, "%s: %s", revision_at(run, head_index(run))->label, excuse);
        return climb_twice(run, error);
    }
    pgs_part_skip(&cycle->down, "head is the floor: there is nothing to downgrade");
    pgs_part_skip(&cycle->again, "head is the floor: there is nothing to upgrade again");
    return TRUE;
}

PgsCycle *
pgs_cycle_run(PgsStage *stage, const PgsClimbOptions *options, GError **error)
{
    g_autoptr(PgsCycle) cycle = g_new0(PgsCycle, 1);
    cycle->up.revision = cycle->down.revision = cycle->again.revision = -1;
    Run run = {
        .stage = stage,
        .history = pgs_stage_history(stage),
        .options = options,
        .floor = pgs_downs_floor(pgs_stage_history(stage), options->floor),
        .cycle = cycle,
    };
    run.lane = pgs_lane_new(stage, "cycle", error);
    if (run.lane == NULL)
        return NULL;
    cycle->start = pgs_lane_revision(run.lane);
    cycle->bottom = MAX(run.floor, pgs_lane_revision(run.lane));
    run.kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean ok = run_legs(&run, error);
    if (!pgs_stage_is_isolated(stage))
        cycle->database = g_strdup(pgs_lane_database(run.lane));
    pgs_lane_leave(run.lane);
    g_hash_table_unref(run.kept);
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
