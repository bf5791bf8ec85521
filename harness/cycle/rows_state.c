#include "cycle/rows_state.h"

#include "cycle/climb.h"
#include "driver/login.h"

void
pgs_rows_state_clear(PgsRowsState *state)
{
    g_clear_pointer(&state->catalog, pgs_snapshot_unref);
    g_clear_pointer(&state->rows, pgs_rows_free);
    g_clear_pointer(&state->reason, g_free);
}

/* One who sees every row.  Not kept: a lane that is copied must have nobody in its database. */
static PgsConnection *
connect_reader(PgsStage *stage, PgsLane *lane, GError **error)
{
    return pgs_login_reader(pgs_lane_server(lane), pgs_lane_database(lane),
                            pgs_stage_options(stage)->server.statement_timeout,
                            pgs_stage_cancellable(stage), error);
}

gboolean
pgs_rows_state_read(PgsStage *stage, PgsLane *lane, PgsRowsState *state, GError **error)
{
    pgs_rows_state_clear(state);
    state->catalog = pgs_lane_snapshot(lane, error);
    if (state->catalog == NULL || !pgs_climb_check_cluster(stage, NULL, state->catalog, error))
        return FALSE;
    g_autoptr(PgsConnection) connection = connect_reader(stage, lane, error);
    if (connection == NULL)
        return FALSE;
    g_autoptr(GError) cause = NULL;
    if (pgs_rows_read(connection, state->catalog, &state->rows, &state->reason, &cause))
        return TRUE;
    if (!g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    state->reason = g_strdup_printf("the rows cannot be read: %s", cause->message);
    return TRUE;
}

gboolean
pgs_rows_state_compare(PgsStage *stage, PgsLane *lane, const PgsRowsState *before,
                       const PgsRowsState *after, const PgsSnapshot *references,
                       PgsRowsDemand demand, GPtrArray **losses, char **reason, GError **error)
{
    *losses = NULL;
    *reason = NULL;
    if (before->rows == NULL || after->rows == NULL) {
        *reason = g_strdup(before->rows == NULL ? before->reason : after->reason);
        return TRUE;
    }
    g_autoptr(PgsConnection) connection = connect_reader(stage, lane, error);
    if (connection == NULL)
        return FALSE;
    *losses = pgs_rows_compare(before->rows, after->rows, references, demand, connection, error);
    return *losses != NULL;
}
