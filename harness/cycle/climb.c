#include "cycle/climb.h"

#include "base/error.h"

#include <string.h>

G_DEFINE_QUARK(pgs_cycle_error, pgs_cycle_error)

void
pgs_part_clear(PgsPart *part)
{
    g_clear_pointer(&part->outcome, pgs_outcome_free);
    g_clear_pointer(&part->diff, pgs_diff_free);
    g_clear_pointer(&part->reason, g_free);
}

void
pgs_part_skip(PgsPart *part, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    part->reason = g_strdup_vprintf(format, args);
    va_end(args);
    part->state = PGS_PART_SKIPPED;
    part->revision = -1;
}

void
pgs_climb_compare(PgsPart *part, PgsSnapshot *should, PgsSnapshot *is,
                  const PgsClimbOptions *options)
{
    g_autoptr(PgsDiff) diff = pgs_diff_new(should, is, options->tolerances);
    if (pgs_diff_n_differences(diff) > 0)
        part->diff = g_steal_pointer(&diff);
}

gboolean
pgs_climb_prove_reading(PgsLane *lane, GError **error)
{
    g_autoptr(PgsSnapshot) incremental = pgs_lane_snapshot(lane, error);
    if (incremental == NULL)
        return FALSE;
    g_autoptr(PgsSnapshot) whole = pgs_lane_snapshot_whole(lane, error);
    if (whole == NULL)
        return FALSE;
    if (pgs_snapshot_equal(incremental, whole))
        return TRUE;
    g_autoptr(PgsDiff) diff = pgs_diff_new(incremental, whole, 0);
    g_autofree char *text = pgs_diff_to_text(diff, FALSE);
    pgs_error_set(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_INCONSISTENT,
                  "this is a fault of pgstair's; please report it with the lines above",
                  "the catalog read step by step is not the catalog read at once:\n%s", text);
    return FALSE;
}

gboolean
pgs_climb_is_cancellation(const GError *error)
{
    return g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED) ||
           g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED);
}

void
pgs_part_block(PgsPart *part, const char *check, const char *reason)
{
    pgs_part_skip(part, "%s", reason);
    part->blocked_by = check;
}

/* Kinds of objects that belong to the cluster (snapshot/kinds.c). */
static gboolean
is_cluster_wide(const PgsObject *object)
{
    static const char *const kinds[] = {"role", "role membership", "tablespace", "parameter"};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(object->kind, kinds[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The one role of a fresh server: the superuser that pgstair is there. */
static gboolean
is_servers_own(const PgsObject *object)
{
    return strcmp(object->kind, "role") == 0 && strcmp(object->identity, PGS_SERVER_SUPERUSER) == 0;
}

static void
set_needs_isolation(const PgsObject *object, GError **error)
{
    pgs_error_set(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION, NULL,
                  "a migration changes the %s %s, which belongs to the whole server", object->kind,
                  object->identity);
}

/* Whether the server had the object before the first migration, just so.  Without a baseline that
 * is its own role, which may not be in a snapshot from before. */
static gboolean
was_there(const PgsObject *object, const PgsSnapshot *baseline, const PgsSnapshot *before)
{
    const PgsSnapshot *known_by = baseline != NULL ? baseline : before;
    const PgsObject *known =
        known_by != NULL ? pgs_snapshot_find(known_by, object->kind, object->identity) : NULL;
    if (baseline == NULL && !is_servers_own(object))
        return FALSE;
    return known != NULL ? pgs_object_equal(known, object) : baseline == NULL;
}

gboolean
pgs_climb_check_cluster(PgsStage *stage, const PgsSnapshot *before, const PgsSnapshot *after,
                        GError **error)
{
    /* On a server that is somebody's the lanes look after that (territory.h). */
    if (pgs_stage_is_isolated(stage) || pgs_stage_is_foreign(stage))
        return TRUE;
    const PgsSnapshot *baseline = pgs_stage_baseline(stage);
    for (guint i = 0; i < pgs_snapshot_n_objects(after); i++) {
        const PgsObject *object = pgs_snapshot_object(after, i);
        if (is_cluster_wide(object) && !was_there(object, baseline, before)) {
            set_needs_isolation(object, error);
            return FALSE;
        }
    }
    for (guint i = 0; baseline != NULL && i < pgs_snapshot_n_objects(baseline); i++) {
        const PgsObject *object = pgs_snapshot_object(baseline, i);
        if (is_cluster_wide(object) &&
            pgs_snapshot_find(after, object->kind, object->identity) == NULL) {
            set_needs_isolation(object, error);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
pgs_climb_check_failure(const PgsStage *stage, const PgsOutcome *outcome, GError **error)
{
    if (pgs_stage_is_isolated(stage) || pgs_stage_is_foreign(stage) || outcome->succeeded)
        return TRUE;
    const PgsFailure *failure = outcome->failure;
    /* duplicate_object, unique_violation, undefined_object, dependent_objects_still_exist,
     * object_in_use */
    static const char *const sqlstates[] = {"42710", "23505", "42704", "2BP01", "55006", NULL};
    gboolean is_shared_object =
        g_strv_contains(sqlstates, failure->sqlstate) &&
        g_regex_match_simple("\\brole\\b|pg_auth|tablespace|replication (slot|origin)|database",
                             failure->message, G_REGEX_CASELESS, 0);
    if (!outcome->connection_lost && !is_shared_object)
        return TRUE;
    pgs_error_set(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION, NULL, "%s",
                  failure->message);
    return FALSE;
}
