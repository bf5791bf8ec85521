#include "suite/suite_planning.h"

struct _PgsSuitePlanning {
    PgsLane *lane;
    PgsConnection *connection;
    PgsPlanning *plans;
};

PgsSuitePlanning *
pgs_suite_planning_new(const PgsSubject *subject, PgsLane *lane, GError **error)
{
    g_autoptr(PgsSuitePlanning) planning = g_new0(PgsSuitePlanning, 1);
    const PgsPlanningOptions options = {
        .seed = subject->seed,
        .rows = subject->rows,
        .facts = subject->system->plans,
    };
    planning->lane = lane;
    planning->connection = pgs_connection_open(pgs_lane_conninfo(lane), pgs_lane_database(lane),
                                               subject->statement_timeout, NULL, error);
    if (planning->connection != NULL)
        planning->plans = pgs_planning_new(planning->connection, &options, error);
    return planning->plans != NULL ? g_steal_pointer(&planning) : NULL;
}

void
pgs_suite_planning_free(PgsSuitePlanning *planning)
{
    if (planning == NULL)
        return;
    g_clear_pointer(&planning->plans, pgs_planning_free);
    g_clear_pointer(&planning->connection, pgs_connection_close);
    pgs_lane_free(planning->lane);
    g_free(planning);
}

PgsPlanning *
pgs_suite_planning_plans(PgsSuitePlanning *planning)
{
    return planning->plans;
}

gboolean
pgs_suite_planning_is_alive(PgsSuitePlanning *planning)
{
    return pgs_connection_is_alive(planning->connection);
}
