#include "plan/verdict_judging.h"
#include "plan/verdict_trace.h"

/* The same plan as before, with what came of it. */
static void
take_plan(const PgsJudging *judging, PgsPlan *plan)
{
    PgsPlanEvidence *evidence = judging->judgement->evidence->pdata[0];
    pgs_plan_free(evidence->plan);
    evidence->plan = plan;
}

static gboolean
run_query(const PgsJudging *judging, const char *session, GError **error)
{
    PgsPlan *plan = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    PgsExplainFlags flags = pgs_judging_flags(judging->question) | PGS_EXPLAIN_ANALYZE;
    if (!pgs_judging_begin_all(judging, session, error) ||
        !pgs_judging_explain(judging, flags, &plan, &failure, error))
        return FALSE;
    if (plan != NULL)
        take_plan(judging, plan);
    else
        pgs_judging_note(judging, g_strdup_printf("it fails when it is run: %s", failure->message));
    return TRUE;
}

static gboolean
clean_up(const PgsJudging *judging, GHashTable *sizes, GError **error)
{
    g_autofree char *kept = NULL;
    if (!pgs_trace_clean_up(judging->connection, sizes, &kept, error))
        return FALSE;
    if (kept != NULL)
        pgs_judging_note(judging,
                         g_strdup_printf("what the query left behind when it was run could "
                                         "not be cleaned up in %s: plans that are made from "
                                         "now on count it",
                                         kept));
    return TRUE;
}

static gboolean
run_and_clean_up(const PgsJudging *judging, const char *session, GError **error)
{
    g_autoptr(GHashTable) sizes = pgs_trace_sizes(judging->connection, error);
    if (sizes == NULL)
        return FALSE;
    gboolean is_run = run_query(judging, session, error);
    pgs_judging_undo_all(judging);
    return is_run && clean_up(judging, sizes, error);
}

gboolean
pgs_plan_run(PgsConnection *connection, const PgsQuestion *question, const char *session,
             PgsJudgement *judgement, GError **error)
{
    const PgsJudging judging = {
        .connection = connection, .question = question, .judgement = judgement};
    GError *own_error = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    gboolean is_run =
        judgement->evidence->len == 0 || run_and_clean_up(&judging, session, &own_error);
    if (!pgs_judging_goes_on(&judging, &failure, &own_error)) {
        g_propagate_error(error, own_error);
        return FALSE;
    }
    if (!is_run)
        pgs_judging_note(&judging, g_strdup_printf("it could not be run: %s", failure->message));
    return TRUE;
}
