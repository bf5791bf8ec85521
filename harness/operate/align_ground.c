#include "operate/align_ground.h"

#include "base/error.h"
#include "check/drift.h"
#include "check/drift_scope.h"
#include "check/system_words.h"
#include "operate/operate_error.h"
#include "operate/throwaway.h"
#include "server/options.h"

void
pgs_align_ground_free(PgsAlignGround *ground)
{
    if (ground == NULL)
        return;
    g_clear_pointer(&ground->snapshots, g_ptr_array_unref);
    g_clear_pointer(&ground->stage, pgs_stage_free);
    g_clear_pointer(&ground->server, pgs_server_stop);
    pgs_target_roles_clear(&ground->roles);
    g_free(ground);
}

PgsSnapshot *
pgs_align_ground_at(const PgsAlignGround *ground, gint revision)
{
    return g_ptr_array_index(ground->snapshots, (guint)(revision + 1));
}

static gboolean
take_snapshot(PgsAlignGround *ground, PgsLane *lane, GError **error)
{
    PgsSnapshot *snapshot = pgs_lane_snapshot(lane, error);
    if (snapshot != NULL)
        g_ptr_array_add(ground->snapshots, snapshot);
    return snapshot != NULL;
}

static gboolean
refuse(const PgsHistory *history, gint revision, const PgsOutcome *outcome, GError **error)
{
    const PgsRevision *failed = g_ptr_array_index(history->revisions, (guint)revision);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED,
                  "\"pgstair verify\" says more about it",
                  "%s does not even run on an empty throwaway database: %s", failed->label,
                  outcome->failure->message);
    return FALSE;
}

static gboolean
climb(PgsAlignGround *ground, const PgsHistory *history, GError **error)
{
    g_autoptr(PgsLane) lane = pgs_lane_new_at_base(ground->stage, "align", error);
    if (lane == NULL || !take_snapshot(ground, lane, error))
        return FALSE;
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        g_autoptr(PgsOutcome) outcome = pgs_lane_up(lane, error);
        if (outcome == NULL)
            return FALSE;
        if (!outcome->succeeded)
            return refuse(history, i, outcome, error);
        if (!take_snapshot(ground, lane, error))
            return FALSE;
    }
    return TRUE;
}

/* NULL: both are of the same. */
static char *
note_version(const PgsAlignGround *ground, const PgsDatabase *target)
{
    int own = pgs_server_version_number(ground->server) / 10000;
    int version = pgs_server_version_number(target->server) / 10000;
    if (own == version)
        return NULL;
    return g_strdup_printf("the throwaway server is PostgreSQL %d, the database's is %d: --server "
                           "docker:%d takes one of the same version",
                           own, version, version);
}

PgsAlignGround *
pgs_align_ground_new(const PgsDatabase *target, const PgsSystem *system, const PgsHistory *history,
                     const char *spec, char **note, GError **error)
{
    g_autoptr(PgsAlignGround) ground = g_new0(PgsAlignGround, 1);
    GCancellable *cancellable = target->cancellable;
    *note = NULL;
    if (!pgs_target_roles_init(&ground->roles, target, system, history, error))
        return NULL;
    PgsStageOptions options = pgs_system_stage_options(&ground->roles.system);
    ground->system = system;
    g_autofree char *same = spec == NULL ? pgs_throwaway_server(target, system) : NULL;
    if (spec != NULL || same != NULL)
        options.server = pgs_system_server_options(system, spec != NULL ? spec : same);
    ground->snapshots = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_snapshot_unref);
    ground->server = pgs_server_start(&options.server, cancellable, error);
    if (ground->server == NULL)
        return NULL;
    *note = note_version(ground, target);
    gboolean isolated = (pgs_history_flags(history) & PGS_STATEMENT_CLUSTER) != 0;
    ground->stage = pgs_stage_new(&options, history, ground->server, isolated, cancellable);
    return climb(ground, history, error) ? g_steal_pointer(&ground) : NULL;
}

static PgsSnapshot *
without_books(const PgsAlignGround *ground, const PgsSnapshot *should, PgsSnapshot *is)
{
    return pgs_drift_without_books(is, should, pgs_stage_history(ground->stage)->books_schemas);
}

PgsDiff *
pgs_align_ground_compare(const PgsAlignGround *ground, gint revision, PgsSnapshot *is)
{
    PgsSnapshot *should = pgs_align_ground_at(ground, revision);
    PgsDriftScope scope = pgs_drift_scope_between(should, is);
    if (!ground->system->strict)
        scope |= PGS_DRIFT_LIVE;
    PgsTolerances tolerances = 0;
    pgs_system_tolerances(ground->system, NULL, &tolerances, NULL);
    g_autoptr(PgsSnapshot) a = pgs_drift_narrow(should, scope, NULL);
    g_autoptr(PgsSnapshot) told = without_books(ground, should, is);
    g_autoptr(PgsSnapshot) b = pgs_drift_narrow(told, scope, NULL);
    return pgs_diff_new(a, b, tolerances);
}

/* What is only called differently is two lines of a diff: the first counts. */
gboolean
pgs_align_ground_counts(const PgsAlignGround *ground, const PgsDifference *difference)
{
    gboolean is_told = difference->change == PGS_CHANGE_ADDED && difference->renamed != NULL;
    return difference->tolerated == NULL && !is_told &&
           (difference->nature == PGS_NATURE_REAL || ground->system->strict);
}

guint
pgs_align_ground_count(const PgsAlignGround *ground, const PgsDiff *diff)
{
    PgsDiffCounts counts = pgs_diff_counts(diff);
    return counts.real + (ground->system->strict ? counts.cosmetic : 0);
}

/* An object that is only on one side stands for all that belongs to it, of which the diff lists
 * nothing: a missing table is not as near as a missing column. */
static guint
weigh(const PgsSnapshot *snapshot, const PgsObject *object)
{
    guint n = 1;
    for (guint i = 0; object != NULL && i < pgs_snapshot_n_objects(snapshot); i++)
        n += g_strcmp0(pgs_snapshot_object(snapshot, i)->parent, object->identity) == 0;
    return n;
}

static guint
distance_of(const PgsAlignGround *ground, const PgsDiff *diff, const PgsSnapshot *should,
            const PgsSnapshot *is)
{
    guint n = 0;
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (!pgs_align_ground_counts(ground, difference))
            continue;
        if (difference->change == PGS_CHANGE_REMOVED)
            n += weigh(should, difference->before);
        else if (difference->change == PGS_CHANGE_ADDED)
            n += weigh(is, difference->after);
        else
            n++;
    }
    return n;
}

gint
pgs_align_ground_find(const PgsAlignGround *ground, PgsSnapshot *is, gboolean *differs)
{
    gint nearest = -1;
    guint fewest = G_MAXUINT;
    for (gint i = (gint)ground->snapshots->len - 2; i >= -1 && fewest > 0; i--) {
        g_autoptr(PgsDiff) diff = pgs_align_ground_compare(ground, i, is);
        guint n = distance_of(ground, diff, pgs_align_ground_at(ground, i), is);
        if (n < fewest) {
            fewest = n;
            nearest = i;
        }
    }
    *differs = fewest > 0;
    return nearest;
}

gboolean
pgs_align_ground_judge_models(const PgsAlignGround *ground, PgsSnapshot *is, char **why,
                              GError **error)
{
    *why = NULL;
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    const PgsSnapshot *head = g_ptr_array_index(ground->snapshots, ground->snapshots->len - 1);
    g_autoptr(PgsSnapshot) told = without_books(ground, head, is);
    if (!pgs_drift_judge_models(ground->stage, ground->system, told, findings, error))
        return FALSE;
    for (guint i = 0; i < findings->len && *why == NULL; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        if (finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR)
            *why = g_strdup_printf("%s: %s", finding->title,
                                   finding->message != NULL ? finding->message : "");
    }
    return TRUE;
}
