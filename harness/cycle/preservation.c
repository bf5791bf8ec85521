#include "cycle/preservation.h"

#include "base/error.h"
#include "cycle/downs.h"
#include "cycle/ground.h"
#include "cycle/rows_state.h"
#include "cycle/territory.h"

#include <string.h>

typedef struct {
    PgsStage *stage;
    const PgsSystem *system;
    const PgsSnapshot *references;
    const PgsClimbOptions *options;
    PgsPreservation *preservation;
    PgsLane *lane;
    GArray *revisions;  /* gint: of each sample its revision */
    gboolean has_data;  /* a sample was loaded */
    PgsRowsState state; /* the lane's, once there is data */
} Run;

static void
load_free(gpointer data)
{
    PgsSampleLoad *load = data;
    g_free(load->unreached);
    g_free(load->note);
    pgs_seed_failure_free(load->failure);
    pgs_seed_failure_free(load->again_failure);
    g_clear_pointer(&load->again, g_ptr_array_unref);
    g_free(load->reason);
    g_free(load);
}

static void
part_clear(PgsRowsPart *part)
{
    pgs_outcome_free(part->outcome);
    g_clear_pointer(&part->lost, g_ptr_array_unref);
    g_free(part->reason);
}

static void
rung_free(gpointer data)
{
    PgsRowsRung *rung = data;
    part_clear(&rung->up);
    part_clear(&rung->down);
    part_clear(&rung->again);
    g_free(rung);
}

void
pgs_preservation_free(PgsPreservation *preservation)
{
    if (preservation == NULL)
        return;
    g_ptr_array_unref(preservation->loads);
    g_ptr_array_unref(preservation->rungs);
    pgs_lane_leave(preservation->lane);
    g_free(preservation);
}

static const PgsRevision *
revision_at(const Run *run, gint index)
{
    return g_ptr_array_index(pgs_stage_history(run->stage)->revisions, (guint)index);
}

/* ---- samples ---- */

static gboolean
find_revisions(Run *run, GError **error)
{
    for (guint i = 0; i < run->system->samples->len; i++) {
        const PgsSample *sample = g_ptr_array_index(run->system->samples, i);
        gint index;
        if (!pgs_history_find(pgs_stage_history(run->stage), sample->at, &index, error)) {
            if (sample->place.file != NULL)
                pgs_error_prefix(error, "%s:%u:%u: ", sample->place.file, sample->place.line,
                                 sample->place.column);
            return FALSE;
        }
        g_array_append_val(run->revisions, index);
    }
    return TRUE;
}

/* In a session of its own, as each run of an application has one. */
static gboolean
load_once(Run *run, const PgsSample *sample, PgsSeedFailure **failure, char **note,
          gint64 *duration, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_ground_connect(pgs_stage_options(run->stage), pgs_lane_server(run->lane),
                           pgs_lane_database(run->lane), pgs_stage_cancellable(run->stage), error);
    if (connection == NULL)
        return FALSE;
    PgsServer *server = pgs_lane_server(run->lane);
    GCancellable *cancellable = pgs_stage_cancellable(run->stage);
    g_autoptr(GHashTable) before = NULL;
    if (!pgs_territory_begin(server, &before, cancellable, error))
        return FALSE;
    gint64 start = g_get_monotonic_time();
    gboolean ok = pgs_seed_load(connection, sample, failure, note, error);
    *duration = g_get_monotonic_time() - start;
    return ok && pgs_territory_end(server, sample->pattern, before, cancellable, error);
}

static gboolean
read_state(Run *run, GError **error)
{
    return pgs_rows_state_read(run->stage, run->lane, &run->state, error);
}

/* The second load of an idempotent sample: nothing changes. */
static gboolean
load_again(Run *run, PgsSampleLoad *load, GError **error)
{
    g_auto(PgsRowsState) before = run->state;
    run->state = (PgsRowsState){0};
    return load_once(run, load->sample, &load->again_failure, NULL, &load->again_duration, error) &&
           read_state(run, error) &&
           pgs_rows_state_compare(run->stage, run->lane, &before, &run->state, run->references,
                                  PGS_ROWS_SAME, &load->again, &load->reason, error);
}

static gboolean
load_sample(Run *run, PgsSampleLoad *load, GError **error)
{
    if (!load_once(run, load->sample, &load->failure, &load->note, &load->duration, error) ||
        !read_state(run, error))
        return FALSE;
    if (load->failure != NULL)
        return TRUE;
    run->has_data = TRUE;
    load->n_rows = run->state.rows != NULL ? pgs_rows_count(run->state.rows) : 0;
    return !load->sample->idempotent || load_again(run, load, error);
}

static PgsSampleLoad *
add_load(Run *run, guint sample)
{
    PgsSampleLoad *load = g_new0(PgsSampleLoad, 1);
    load->sample = g_ptr_array_index(run->system->samples, sample);
    load->revision = g_array_index(run->revisions, gint, sample);
    g_ptr_array_add(run->preservation->loads, load);
    return load;
}

/* Those of the revision where the lane stands. */
static gboolean
load_samples(Run *run, GError **error)
{
    for (guint i = 0; i < run->revisions->len; i++) {
        if (g_array_index(run->revisions, gint, i) == pgs_lane_revision(run->lane) &&
            !load_sample(run, add_load(run, i), error))
            return FALSE;
    }
    return TRUE;
}

static void
give_up_samples(Run *run)
{
    const char *label = revision_at(run, pgs_lane_revision(run->lane) + 1)->label;
    for (guint i = 0; i < run->revisions->len; i++) {
        if (g_array_index(run->revisions, gint, i) > pgs_lane_revision(run->lane))
            add_load(run, i)->unreached =
                g_strdup_printf("not reached: the upgrade of %s fails", label);
    }
}

/* ---- rungs ---- */

/* One step as a run of the tool of its own. */
static gboolean
step(Run *run, PgsLane *lane, gboolean up, PgsRowsPart *part, GError **error)
{
    if (!pgs_lane_renew_session(lane, error))
        return FALSE;
    g_autoptr(PgsOutcome) outcome = up ? pgs_lane_up(lane, error) : pgs_lane_down(lane, error);
    if (outcome == NULL || !pgs_climb_check_failure(run->stage, outcome, error))
        return FALSE;
    part->duration = outcome->duration;
    part->state = outcome->succeeded ? PGS_PART_DONE : PGS_PART_FAILED;
    if (!outcome->succeeded)
        part->outcome = g_steal_pointer(&outcome);
    return TRUE;
}

static gboolean
compare(Run *run, PgsLane *lane, const PgsRowsState *before, const PgsRowsState *after,
        PgsRowsDemand demand, PgsRowsPart *part, GError **error)
{
    return pgs_rows_state_compare(run->stage, lane, before, after, run->references, demand,
                                  &part->lost, &part->reason, error);
}

static void
skip(PgsRowsPart *part, char *reason)
{
    part->state = PGS_PART_SKIPPED;
    part->reason = reason;
}

static gboolean
has_loss_of(const GPtrArray *losses, const char *table)
{
    for (guint i = 0; i < losses->len; i++) {
        const PgsLoss *loss = g_ptr_array_index(losses, i);
        if (strcmp(loss->table, table) == 0)
            return TRUE;
    }
    return FALSE;
}

/*
 * What the first upgrade made anew may be generated (keys, times), so that of its rows only the
 * numbers must come again; what was there before it has to survive as it did the first time.
 */
static gboolean
compare_again(Run *run, PgsLane *lane, const PgsRowsState *before, const PgsRowsState *first,
              const PgsRowsState *second, PgsRowsPart *part, GError **error)
{
    if (!compare(run, lane, before, second, PGS_ROWS_SURVIVE, part, error))
        return FALSE;
    if (part->lost == NULL || first->rows == NULL)
        return TRUE;
    PgsRowsPart counts = {0};
    if (!compare(run, lane, first, second, PGS_ROWS_COUNTS, &counts, error))
        return FALSE;
    while (counts.lost->len > 0) {
        PgsLoss *loss = g_ptr_array_index(counts.lost, 0);
        if (has_loss_of(part->lost, loss->table)) /* told in other words already */
            g_ptr_array_remove_index(counts.lost, 0);
        else
            g_ptr_array_add(part->lost, g_ptr_array_steal_index(counts.lost, 0));
    }
    part_clear(&counts);
    return TRUE;
}

/* Down and up again in a copy of the lane, which stands above the revision. */
static gboolean
go_down_and_up(Run *run, PgsLane *copy, const PgsRowsState *before, PgsRowsRung *rung,
               GError **error)
{
    g_auto(PgsRowsState) below = {0};
    if (!step(run, copy, FALSE, &rung->down, error))
        return FALSE;
    if (rung->down.state == PGS_PART_FAILED) {
        skip(&rung->again, g_strdup("the downgrade fails"));
        return TRUE;
    }
    if (!pgs_rows_state_read(run->stage, copy, &below, error) ||
        !compare(run, copy, before, &below, PGS_ROWS_SAME, &rung->down, error) ||
        !step(run, copy, TRUE, &rung->again, error))
        return FALSE;
    if (rung->again.state == PGS_PART_FAILED)
        return TRUE;
    g_auto(PgsRowsState) above = {0};
    return pgs_rows_state_read(run->stage, copy, &above, error) &&
           compare_again(run, copy, before, &run->state, &above, &rung->again, error);
}

static gboolean
try_downgrade(Run *run, const PgsRowsState *before, PgsRowsRung *rung, GError **error)
{
    const char *excuse = pgs_downs_excuse(pgs_stage_history(run->stage), rung->revision);
    if (revision_at(run, rung->revision)->repeatable)
        excuse = "it is run again and again: there is no way down";
    if (rung->revision <= run->options->floor) {
        const char *floor = revision_at(run, run->options->floor)->label;
        skip(&rung->down, g_strdup_printf("the floor is %s: no downgrade goes below it", floor));
        skip(&rung->again, g_strdup_printf("the floor is %s: no downgrade goes below it", floor));
        return TRUE;
    }
    if (excuse != NULL) {
        skip(&rung->down, g_strdup(excuse));
        skip(&rung->again, g_strdup(excuse));
        return TRUE;
    }
    if (revision_at(run, rung->revision)->down == NULL) {
        rung->down.state = PGS_PART_MISSING;
        skip(&rung->again, g_strdup("there is no downgrade"));
        return TRUE;
    }
    g_autoptr(PgsLane) copy = pgs_lane_clone(run->lane, "rows", error);
    return copy != NULL && go_down_and_up(run, copy, before, rung, error);
}

/* *goes_on FALSE when the upgrade fails. */
static gboolean
climb_rung(Run *run, PgsRowsRung *rung, gboolean *goes_on, GError **error)
{
    g_auto(PgsRowsState) before = run->state;
    run->state = (PgsRowsState){0};
    rung->n_rows = before.rows != NULL ? pgs_rows_count(before.rows) : 0;
    if (!step(run, run->lane, TRUE, &rung->up, error) || !read_state(run, error))
        return FALSE;
    *goes_on = rung->up.state == PGS_PART_DONE;
    if (!compare(run, run->lane, &before, &run->state, *goes_on ? PGS_ROWS_SURVIVE : PGS_ROWS_SAME,
                 &rung->up, error))
        return FALSE;
    if (*goes_on)
        return try_downgrade(run, &before, rung, error);
    skip(&rung->down, g_strdup("the upgrade fails"));
    skip(&rung->again, g_strdup("the upgrade fails"));
    return TRUE;
}

/* Below the first data, or what is verified: nothing is judged, the cycle and the stairway do that.
 */
static gboolean
climb_quietly(Run *run, gboolean *goes_on, GError **error)
{
    PgsRowsPart part = {0};
    gboolean ok =
        step(run, run->lane, TRUE, &part, error) && (!run->has_data || read_state(run, error));
    *goes_on = part.state == PGS_PART_DONE;
    part_clear(&part);
    return ok;
}

static gboolean
climb_one(Run *run, gboolean *goes_on, GError **error)
{
    guint next = (guint)(pgs_lane_revision(run->lane) + 1);
    if (!run->has_data || next < pgs_stage_options(run->stage)->n_given)
        return climb_quietly(run, goes_on, error);
    PgsRowsRung *rung = g_new0(PgsRowsRung, 1);
    rung->revision = pgs_lane_revision(run->lane) + 1;
    g_ptr_array_add(run->preservation->rungs, rung);
    return climb_rung(run, rung, goes_on, error);
}

/* A database in which all samples can be put in: from base on where one lies below what is
 * verified.
 */
static PgsLane *
open_lane(Run *run, GError **error)
{
    gint given = (gint)pgs_stage_options(run->stage)->n_given - 1;
    for (guint i = 0; i < run->revisions->len; i++) {
        if (g_array_index(run->revisions, gint, i) < given)
            return pgs_lane_new_at_base(run->stage, "data", error);
    }
    return pgs_lane_new(run->stage, "data", error);
}

static gboolean
climb(Run *run, GError **error)
{
    run->lane = open_lane(run, error);
    if (run->lane == NULL || !load_samples(run, error))
        return FALSE;
    gint head = (gint)pgs_stage_history(run->stage)->revisions->len - 1;
    while (pgs_lane_revision(run->lane) < head) {
        gboolean goes_on = FALSE;
        if (!climb_one(run, &goes_on, error))
            return FALSE;
        if (!goes_on) {
            give_up_samples(run);
            return TRUE;
        }
        if (!load_samples(run, error))
            return FALSE;
    }
    return TRUE;
}

PgsPreservation *
pgs_preservation_run(PgsStage *stage, const PgsSystem *system, const PgsSnapshot *references,
                     const PgsClimbOptions *options, GError **error)
{
    g_autoptr(PgsPreservation) preservation = g_new0(PgsPreservation, 1);
    preservation->loads = g_ptr_array_new_with_free_func(load_free);
    preservation->rungs = g_ptr_array_new_with_free_func(rung_free);
    Run run = {
        .stage = stage,
        .system = system,
        .references = references,
        .options = options,
        .preservation = preservation,
        .revisions = g_array_new(FALSE, FALSE, sizeof(gint)),
    };
    gboolean ok = system->samples->len == 0 || (find_revisions(&run, error) && climb(&run, error));
    pgs_rows_state_clear(&run.state);
    gint head = (gint)pgs_stage_history(stage)->revisions->len - 1;
    if (ok && run.has_data && pgs_lane_revision(run.lane) == head)
        preservation->lane = g_steal_pointer(&run.lane);
    pgs_lane_leave(run.lane);
    g_array_unref(run.revisions);
    return ok ? g_steal_pointer(&preservation) : NULL;
}
