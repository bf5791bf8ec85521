#ifndef PGS_TESTS_PLANNING_FIXTURE_H
#define PGS_TESTS_PLANNING_FIXTURE_H

#include "bench_fixture.h"
#include "plan/planning.h"

/* Few rows, so that a program's tests do not take long. */
enum {
    PLANNING_ROWS = 2000,
};

static inline PgsPlanning *
open_planning(const Fixture *fixture, const PgsPlanFacts *facts)
{
    g_autoptr(GError) error = NULL;
    PgsPlanningOptions options = {.rows = PLANNING_ROWS, .facts = facts};
    PgsPlanning *planning = pgs_planning_new(fixture->connection, &options, &error);
    if (planning == NULL)
        fail_msg("%s", error->message);
    return planning;
}

/* yaml: a query as pgstair.yaml has it. */
static inline PgsPlanQuery *
read_query(const char *yaml)
{
    g_autoptr(GError) error = NULL;
    PgsPlanQuery *query = pgs_plan_query_parse("test", yaml, &error);
    if (query == NULL)
        fail_msg("%s", error->message);
    return query;
}

static inline PgsPlanResult *
ask_query(PgsPlanning *planning, const PgsPlanQuery *query)
{
    g_autoptr(GError) error = NULL;
    PgsPlanResult *result = pgs_planning_ask(planning, query, &error);
    if (result == NULL)
        fail_msg("%s", error->message);
    return result;
}

/* "chosen ix_a; useless -": what was judged, or the trouble. */
static inline char *
describe_result(const PgsPlanResult *result)
{
    GString *text = g_string_new(NULL);
    if (result->trouble != NULL)
        g_string_append_printf(text, "%s%s", result->is_fault ? "fault: " : "", result->trouble);
    for (guint i = 0; i < result->judgements->len; i++) {
        const PgsJudgement *judgement = result->judgements->pdata[i];
        const PgsQuestion *question = result->questions->pdata[i];
        g_string_append_printf(text, "%s%s %s", text->len > 0 ? "; " : "",
                               pgs_served_name(judgement->served),
                               question->index != NULL ? question->index->name : "-");
    }
    return g_string_free(text, FALSE);
}

#endif
