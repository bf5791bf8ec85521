#include "cycle/foundation.h"

#include "base/error.h"
#include "cycle/climb.h"

struct _PgsFoundation {
    GMutex mutex; /* it is copied once at a time: nobody may be connected to it */
    PgsLane *lane;
};

PgsFoundation *
pgs_foundation_new(void)
{
    PgsFoundation *foundation = g_new0(PgsFoundation, 1);
    g_mutex_init(&foundation->mutex);
    return foundation;
}

void
pgs_foundation_free(PgsFoundation *foundation)
{
    if (foundation == NULL)
        return;
    pgs_lane_free(foundation->lane);
    g_mutex_clear(&foundation->mutex);
    g_free(foundation);
}

/* A failing step may be another lane's doing: as in climb.h. */
static gboolean
climb(PgsStage *stage, PgsLane *lane, PgsOutcome **failure, GError **error)
{
    g_autoptr(PgsOutcome) failed = NULL;
    g_autoptr(PgsSnapshot) base = pgs_lane_snapshot(lane, error);
    if (base == NULL)
        return FALSE;
    gint given = (gint)pgs_stage_options(stage)->n_given - 1;
    if (pgs_stage_options(stage)->start_is_given)
        pgs_lane_place(lane, given);
    if (!pgs_lane_climb(lane, given, &failed, error)) {
        if (failed != NULL && pgs_climb_check_failure(stage, failed, error))
            *failure = g_steal_pointer(&failed);
        return FALSE;
    }
    g_autoptr(PgsSnapshot) top = pgs_lane_snapshot(lane, error);
    return top != NULL && pgs_climb_check_cluster(stage, base, top, error);
}

/* Under its mutex. */
static gboolean
lay(PgsStage *stage, PgsFoundation *foundation, PgsOutcome **failure, GError **error)
{
    if (foundation->lane != NULL)
        return TRUE;
    g_autoptr(PgsLane) lane = pgs_lane_new_at_base(stage, "given", error);
    if (lane == NULL || !climb(stage, lane, failure, error))
        return FALSE;
    foundation->lane = g_steal_pointer(&lane);
    return TRUE;
}

gboolean
pgs_foundation_lay(PgsStage *stage, PgsOutcome **failure, GError **error)
{
    PgsFoundation *foundation = pgs_stage_foundation(stage);
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&foundation->mutex);
    *failure = NULL;
    return lay(stage, foundation, failure, error);
}

PgsLane *
pgs_foundation_copy(PgsStage *stage, const char *name, GError **error)
{
    PgsFoundation *foundation = pgs_stage_foundation(stage);
    g_autoptr(PgsOutcome) failure = NULL;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&foundation->mutex);
    if (lay(stage, foundation, &failure, error))
        return pgs_lane_clone(foundation->lane, name, error);
    if (failure != NULL) {
        g_autofree char *text = pgs_failure_to_string(failure->failure);
        pgs_error_set(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_FOUNDATION, NULL,
                      "what is there already cannot be applied: %s:%u: %s", failure->path,
                      failure->line, text);
    }
    return NULL;
}
