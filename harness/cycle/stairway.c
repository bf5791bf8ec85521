#include "cycle/stairway.h"

#include "base/error.h"
#include "cycle/changes.h"
#include "cycle/downs.h"
#include "cycle/lane.h"

/* What a database at some revision looks like: its catalog and its rows. */
typedef struct {
    PgsSnapshot *catalog;
    char *contents; /* NULL: not known, or too much to tell */
} State;

/* Fewer rungs are not worth a lane of their own, which has to climb to them first. */
#define MIN_RUNGS_A_FLIGHT 24

#define PROOF_RUNGS 8

/* A flight of the stairway: some rungs in a row, climbed in a lane of its own. */
typedef struct {
    PgsStage *stage;
    const PgsClimbOptions *options;
    guint n_rungs; /* of all flights */
    gint from, to; /* indexes of its first revision and of the one behind its last */
    PgsLane *lane;
    /* Only ever climbs, and only as far as some rung had to be restored; so all restoring together
     * costs one more climb. */
    PgsLane *trail;
    State below;   /* the lane's state at the revision before the rung */
    GArray *rungs; /* PgsRung, those that were tried */
    GArray *at_head;
    gint failed; /* as the stairway's */
    guint n_verified;
    guint n_restored;
    guint steps;
    GError *error;
} Flight;

static void
state_clear(State *state)
{
    g_clear_pointer(&state->catalog, pgs_snapshot_unref);
    g_clear_pointer(&state->contents, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(State, state_clear)

/* Only the catalog: what a downgrade is judged by. */
static gboolean
state_take_catalog(Flight *flight, State *state, GError **error)
{
    state->catalog = pgs_lane_snapshot(flight->lane, error);
    return state->catalog != NULL &&
           pgs_climb_check_cluster(flight->stage, flight->below.catalog, state->catalog, error);
}

static gboolean
state_take(Flight *flight, State *state, GError **error)
{
    return state_take_catalog(flight, state, error) &&
           pgs_lane_contents(flight->lane, &state->contents, error);
}

static gboolean
state_equal(const State *a, const State *b)
{
    return pgs_snapshot_equal(a->catalog, b->catalog) && a->contents != NULL &&
           b->contents != NULL && g_str_equal(a->contents, b->contents);
}

/* The same, as far as it is known. */
static gboolean
is_unchanged(const State *a, const State *b)
{
    return pgs_snapshot_equal(a->catalog, b->catalog) &&
           (a->contents == NULL || b->contents == NULL || g_str_equal(a->contents, b->contents));
}

static const PgsRevision *
revision_at(const Flight *flight, gint index)
{
    return g_ptr_array_index(pgs_stage_history(flight->stage)->revisions, (guint)index);
}

static void
tell(Flight *flight, const char *verb, gint index)
{
    if (flight->options->progress == NULL)
        return;
    g_autofree char *what = g_strdup_printf("%s %s", verb, revision_at(flight, index)->label);
    flight->options->progress(++flight->steps, 3 * flight->n_rungs, what,
                              flight->options->progress_data);
}

/* TRUE when it ran, well or not. */
static gboolean
take_outcome(Flight *flight, PgsPart *part, gint index, PgsOutcome *outcome, GError **error)
{
    g_autoptr(PgsOutcome) taken = outcome;
    if (taken == NULL || !pgs_climb_check_failure(flight->stage, taken, error))
        return FALSE;
    part->duration += taken->duration;
    if (!taken->succeeded) {
        part->state = PGS_PART_FAILED;
        part->revision = index;
        part->outcome = g_steal_pointer(&taken);
    }
    return TRUE;
}

/* One step as a run of the tool of its own.  TRUE when it ran, well or not. */
static gboolean
step(Flight *flight, PgsPart *part, gint index, gboolean up, GError **error)
{
    if (!pgs_lane_renew_session(flight->lane, error))
        return FALSE;
    PgsOutcome *outcome =
        up ? pgs_lane_up(flight->lane, error) : pgs_lane_down(flight->lane, error);
    if (outcome != NULL)
        tell(flight, up ? "up" : "down", index);
    return take_outcome(flight, part, index, outcome, error);
}

/* A repeatable revision's second run. */
static gboolean
repeat(Flight *flight, PgsPart *part, gint index, GError **error)
{
    if (!pgs_lane_renew_session(flight->lane, error))
        return FALSE;
    PgsOutcome *outcome = pgs_lane_repeat(flight->lane, index, error);
    if (outcome != NULL)
        tell(flight, "again", index);
    return take_outcome(flight, part, index, outcome, error);
}

/*
 * Puts a clean database at the revision in the lane's place: a copy of the trail, which is brought
 * there first.  above: what a clean one looked like before.
 */
static gboolean
restore(Flight *flight, gint index, GError **error)
{
    if (flight->trail == NULL)
        flight->trail = pgs_lane_new(flight->stage, "trail", error);
    g_autoptr(PgsOutcome) failure = NULL;
    if (flight->trail == NULL)
        return FALSE;
    if (!pgs_lane_climb(flight->trail, index, &failure, error)) {
        if (failure != NULL) {
            g_autofree char *text = pgs_failure_to_string(failure->failure);
            pgs_error_set(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_INCONSISTENT, NULL,
                          "%s: an upgrade that succeeded before fails on another database: %s",
                          revision_at(flight, pgs_lane_revision(flight->trail) + 1)->label, text);
        }
        return FALSE;
    }
    PgsLane *clean = pgs_lane_clone(flight->trail, "stairway", error);
    if (clean == NULL)
        return FALSE;
    pgs_lane_free(flight->lane);
    flight->lane = clean;
    flight->n_restored++;
    return TRUE;
}

/* ---- verify scripts ---- */

/*
 * The revision's verify script, where it has one and has not failed yet, against the catalog that
 * it finds; *clean FALSE when it changed that.  when: of a failure; NULL: after the first upgrade.
 */
static gboolean
verify(Flight *flight, PgsRung *rung, const State *found, const char *when, gboolean *clean,
       GError **error)
{
    PgsPart *part = &rung->verify;
    rung->has_verify = revision_at(flight, rung->revision)->verify != NULL;
    if (!rung->has_verify || part->state == PGS_PART_FAILED || part->diff != NULL)
        return TRUE;
    PgsOutcome *outcome = pgs_lane_verify(flight->lane, rung->revision, error);
    g_auto(State) left = {0};
    if (!take_outcome(flight, part, rung->revision, outcome, error) ||
        !state_take(flight, &left, error))
        return FALSE;
    pgs_climb_compare(part, found->catalog, left.catalog, flight->options);
    if (part->state == PGS_PART_FAILED || part->diff != NULL)
        part->reason = g_strdup(when);
    if (!is_unchanged(found, &left))
        *clean = FALSE;
    return TRUE;
}

/* At head, as the tool verifies a database: without those that a later revision has replaced. */
static gboolean
verify_head(Flight *flight, GError **error)
{
    for (gint i = 0; i <= pgs_lane_revision(flight->lane); i++) {
        const PgsRevision *revision = revision_at(flight, i);
        if (revision->verify == NULL || revision->is_reworked)
            continue;
        PgsPart part = {.revision = -1};
        PgsOutcome *outcome = pgs_lane_verify(flight->lane, i, error);
        if (!take_outcome(flight, &part, i, outcome, error))
            return FALSE;
        flight->n_verified++;
        if (part.state == PGS_PART_FAILED)
            g_array_append_val(flight->at_head, part);
    }
    return TRUE;
}

static gboolean
has_verify(const Flight *flight)
{
    const PgsHistory *history = pgs_stage_history(flight->stage);
    for (guint i = 0; i < history->revisions->len; i++) {
        if (revision_at(flight, (gint)i)->verify != NULL)
            return TRUE;
    }
    return FALSE;
}

/* ---- rungs ---- */

/* The way down and up again, from a clean state above to whatever is left; *clean: it is above
 * again. */
static gboolean
down_and_up(Flight *flight, PgsRung *rung, const State *above, gboolean *clean, GError **error)
{
    g_auto(State) lower = {0};
    if (!step(flight, &rung->down, rung->revision, FALSE, error) ||
        !state_take_catalog(flight, &lower, error))
        return FALSE;
    if (rung->down.state == PGS_PART_FAILED) {
        pgs_part_block(&rung->again, "stairway.down", "the downgrade fails");
        if (!pgs_lane_contents(flight->lane, &lower.contents, error))
            return FALSE;
        *clean = state_equal(&lower, above);
        return TRUE;
    }
    pgs_climb_compare(&rung->down, flight->below.catalog, lower.catalog, flight->options);
    g_auto(State) upper = {0};
    if (!step(flight, &rung->again, rung->revision, TRUE, error) ||
        !state_take(flight, &upper, error))
        return FALSE;
    *clean = FALSE;
    if (rung->again.state != PGS_PART_DONE)
        return TRUE;
    pgs_climb_compare(&rung->again, above->catalog, upper.catalog, flight->options);
    *clean = state_equal(&upper, above);
    return verify(flight, rung, &upper, "after the second upgrade", clean, error);
}

/* A second run of a repeatable revision must change nothing. */
static gboolean
run_twice(Flight *flight, PgsRung *rung, const State *above, gboolean *clean, GError **error)
{
    g_auto(State) second = {0};
    pgs_part_skip(&rung->down, "it is run again and again: there is no way down");
    if (!repeat(flight, &rung->again, rung->revision, error) || !state_take(flight, &second, error))
        return FALSE;
    if (rung->again.state == PGS_PART_DONE)
        pgs_climb_compare(&rung->again, above->catalog, second.catalog, flight->options);
    *clean = state_equal(&second, above);
    return TRUE;
}

/* What follows on an upgrade, from a clean state above; *clean: it is above again. */
static gboolean
try_downgrade(Flight *flight, PgsRung *rung, const State *above, gboolean *clean, GError **error)
{
    const PgsHistory *history = pgs_stage_history(flight->stage);
    const PgsRevision *revision = revision_at(flight, rung->revision);
    const char *excuse = pgs_downs_excuse(history, rung->revision);
    if (revision->repeatable)
        return run_twice(flight, rung, above, clean, error);
    if (rung->revision <= flight->options->floor) {
        const char *floor = revision_at(flight, flight->options->floor)->label;
        pgs_part_skip(&rung->down, "the floor is %s: no downgrade goes below it", floor);
        pgs_part_skip(&rung->again, "the floor is %s: no downgrade goes below it", floor);
    } else if (excuse != NULL) {
        pgs_part_skip(&rung->down, "%s", excuse);
        pgs_part_skip(&rung->again, "%s", excuse);
    } else if (revision->down == NULL) {
        rung->down.state = PGS_PART_MISSING;
        rung->down.revision = rung->revision;
        pgs_part_block(&rung->again, "stairway.down", "there is no downgrade");
    } else {
        return down_and_up(flight, rung, above, clean, error);
    }
    return TRUE;
}

/* Whether what follows on the rung has to find it clean. */
static gboolean
matters(const Flight *flight, const PgsRung *rung)
{
    return rung->revision + 1 < flight->to ||
           (pgs_stage_history(flight->stage)->revisions->len == (guint)flight->to &&
            has_verify(flight));
}

/* A clean database in the place of what is left on the rung; above: taken anew. */
static gboolean
restore_rung(Flight *flight, PgsRung *rung, State *above, GError **error)
{
    rung->restored = TRUE;
    state_clear(above);
    return restore(flight, rung->revision, error) && state_take(flight, above, error);
}

/* One revision: FALSE with error when the run cannot go on; *goes_on FALSE when its upgrade fails.
 */
static gboolean
climb_rung(Flight *flight, PgsRung *rung, gboolean *goes_on, GError **error)
{
    if (!step(flight, &rung->up, rung->revision, TRUE, error))
        return FALSE;
    *goes_on = rung->up.state == PGS_PART_DONE;
    if (!*goes_on) {
        pgs_part_block(&rung->down, "stairway.up", "the upgrade fails");
        pgs_part_block(&rung->again, "stairway.up", "the upgrade fails");
        return TRUE;
    }
    g_auto(State) above = {0};
    if (!state_take(flight, &above, error))
        return FALSE;
    rung->changes = pgs_changes_new(flight->below.catalog, above.catalog, &rung->n_changes_left);
    gboolean clean = TRUE;
    if (!verify(flight, rung, &above, NULL, &clean, error) ||
        /* What the verify script has left is not the downgrade's fault. */
        (!clean && !restore_rung(flight, rung, &above, error)))
        return FALSE;
    clean = TRUE;
    if (!try_downgrade(flight, rung, &above, &clean, error) ||
        (!clean && matters(flight, rung) && !restore_rung(flight, rung, &above, error)))
        return FALSE;
    state_clear(&flight->below);
    flight->below = above;
    above = (State){0};
    return TRUE;
}

/* Up to where the flight begins, in one run of the tool; *begins FALSE when an upgrade below it
 * fails. */
static gboolean
climb_to_flight(Flight *flight, gboolean *begins, GError **error)
{
    flight->lane = pgs_lane_new(flight->stage, "stairway", error);
    if (flight->lane == NULL)
        return FALSE;
    g_autoptr(PgsOutcome) failure = NULL;
    *begins = pgs_lane_climb(flight->lane, flight->from - 1, &failure, error);
    if (!*begins) {
        if (failure != NULL)
            flight->failed =
                failure->revision >= 0 ? failure->revision : pgs_lane_revision(flight->lane) + 1;
        return failure != NULL && pgs_climb_check_failure(flight->stage, failure, error);
    }
    return state_take_catalog(flight, &flight->below, error);
}

static gboolean
climb(Flight *flight, GError **error)
{
    gboolean goes_on;
    if (!climb_to_flight(flight, &goes_on, error))
        return FALSE;
    for (gint i = flight->from; goes_on && i < flight->to; i++) {
        PgsRung rung = {.revision = i};
        rung.up.revision = rung.down.revision = rung.again.revision = rung.verify.revision = -1;
        gboolean ok = climb_rung(flight, &rung, &goes_on, error);
        g_array_append_val(flight->rungs, rung);
        flight->failed = goes_on ? -1 : i;
        if (!ok)
            return FALSE;
    }
    if (goes_on &&
        pgs_lane_revision(flight->lane) + 1 ==
            (gint)pgs_stage_history(flight->stage)->revisions->len &&
        !verify_head(flight, error))
        return FALSE;
    /* The cycle has proven the reading; on a long climb more can go wrong than it saw. */
    return flight->rungs->len < PROOF_RUNGS || pgs_climb_prove_reading(flight->lane, error);
}

static gpointer
climb_in_thread(gpointer data)
{
    Flight *flight = data;
    if (!climb(flight, &flight->error) && pgs_stage_cancellable(flight->stage) != NULL)
        g_cancellable_cancel(pgs_stage_cancellable(flight->stage));
    g_clear_pointer(&flight->lane, pgs_lane_leave);
    g_clear_pointer(&flight->trail, pgs_lane_leave);
    state_clear(&flight->below);
    return NULL;
}

static void
rung_clear(gpointer data)
{
    PgsRung *rung = data;
    pgs_part_clear(&rung->up);
    pgs_part_clear(&rung->down);
    pgs_part_clear(&rung->again);
    pgs_part_clear(&rung->verify);
    g_clear_pointer(&rung->changes, g_ptr_array_unref);
}

static void
part_clear(gpointer part)
{
    pgs_part_clear(part);
}

static GArray *
new_parts(void)
{
    GArray *parts = g_array_new(FALSE, TRUE, sizeof(PgsPart));
    g_array_set_clear_func(parts, part_clear);
    return parts;
}

static GArray *
new_rungs(void)
{
    GArray *rungs = g_array_new(FALSE, TRUE, sizeof(PgsRung));
    g_array_set_clear_func(rungs, rung_clear);
    return rungs;
}

/* The part of the stairway in flights of about the same length, one after the other. */
static GArray *
cut_into_flights(PgsStage *stage, const PgsClimbOptions *options, guint first, guint n)
{
    guint n_flights = CLAMP(n / MIN_RUNGS_A_FLIGHT, 1, MAX(options->jobs, 1));
    GArray *flights = g_array_new(FALSE, TRUE, sizeof(Flight));
    for (guint i = 0; i < n_flights; i++) {
        Flight flight = {
            .stage = stage,
            .options = options,
            .n_rungs = n,
            .failed = -1,
            .from = (gint)(first + n * i / n_flights),
            .to = (gint)(first + n * (i + 1) / n_flights),
            .rungs = new_rungs(),
            .at_head = new_parts(),
        };
        g_array_append_val(flights, flight);
    }
    return flights;
}

static void
climb_flights(GArray *flights)
{
    g_autoptr(GPtrArray) threads = g_ptr_array_new();
    for (guint i = 1; i < flights->len; i++)
        g_ptr_array_add(
            threads, g_thread_new("flight", climb_in_thread, &g_array_index(flights, Flight, i)));
    climb_in_thread(&g_array_index(flights, Flight, 0));
    for (guint i = 0; i < threads->len; i++)
        g_thread_join(g_ptr_array_index(threads, i));
}

/* The error that was there first: others were cancelled because of it. */
static gboolean
take_errors(GArray *flights, GError **error)
{
    GError *first = NULL;
    for (guint i = 0; i < flights->len; i++) {
        GError *own = g_array_index(flights, Flight, i).error;
        if (own != NULL && (first == NULL || pgs_climb_is_cancellation(first)))
            first = own;
    }
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, g_error_copy(first));
    return FALSE;
}

/* The flights' rungs as one; behind a failing upgrade there are none. */
static void
join_flights(GArray *flights, PgsStairway *stairway)
{
    for (guint i = 0; i < flights->len; i++) {
        Flight *flight = &g_array_index(flights, Flight, i);
        stairway->n_restored += flight->n_restored;
        g_array_append_vals(stairway->rungs, flight->rungs->data, flight->rungs->len);
        /* They are the stairway's now. */
        g_array_set_clear_func(flight->rungs, NULL);
        g_array_append_vals(stairway->at_head, flight->at_head->data, flight->at_head->len);
        g_array_set_clear_func(flight->at_head, NULL);
        stairway->n_verified += flight->n_verified;
        if (flight->failed >= 0 && (stairway->failed < 0 || flight->failed < stairway->failed))
            stairway->failed = flight->failed;
    }
}

static PgsStairway *
new_stairway(const PgsStage *stage, guint from)
{
    PgsStairway *stairway = g_new0(PgsStairway, 1);
    guint n_given = pgs_stage_options(stage)->n_given;
    stairway->rungs = new_rungs();
    stairway->at_head = new_parts();
    stairway->first = (gint)n_given;
    stairway->n_revisions = pgs_stage_history(stage)->revisions->len - n_given;
    stairway->from = (gint)from;
    stairway->failed = -1;
    return stairway;
}

PgsStairway *
pgs_stairway_run(PgsStage *stage, const PgsClimbOptions *options, GError **error)
{
    guint n_given = pgs_stage_options(stage)->n_given;
    guint head = pgs_stage_history(stage)->revisions->len;
    guint to = options->to > 0 ? MIN(options->to, head) : head;
    guint from = CLAMP(options->from, n_given, to);
    g_autoptr(PgsStairway) stairway = new_stairway(stage, from);
    g_autoptr(GArray) flights = cut_into_flights(stage, options, from, to - from);
    climb_flights(flights);
    gboolean ok = take_errors(flights, error);
    if (ok)
        join_flights(flights, stairway);
    stairway->has_end = to == head || stairway->failed >= 0;
    for (guint i = 0; i < flights->len; i++) {
        Flight *flight = &g_array_index(flights, Flight, i);
        g_array_unref(flight->rungs);
        g_array_unref(flight->at_head);
        g_clear_error(&flight->error);
    }
    return ok ? g_steal_pointer(&stairway) : NULL;
}

void
pgs_stairway_free(PgsStairway *stairway)
{
    if (stairway == NULL)
        return;
    g_array_unref(stairway->rungs);
    g_array_unref(stairway->at_head);
    g_free(stairway);
}
