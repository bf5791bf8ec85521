#include "plan/verdict.h"

#include "plan/control.h"
#include "plan/verdict_decide.h"
#include "plan/verdict_words.h"

/* ---- names, memory ---- */

const char *
pgs_served_name(PgsServed served)
{
    static const char *const names[] = {
        [PGS_SERVED_CHOSEN] = "chosen",
        [PGS_SERVED_SERVABLE] = "servable",
        [PGS_SERVED_USELESS] = "useless",
        [PGS_SERVED_UNKNOWN] = "unknown",
    };
    return names[served];
}

const char *
pgs_plan_role_name(PgsPlanRole role)
{
    static const char *const names[] = {
        [PGS_ROLE_VERDICT] = "verdict", [PGS_ROLE_GENERIC] = "generic",
        [PGS_ROLE_CONTROL] = "control", [PGS_ROLE_BARE] = "bare",
        [PGS_ROLE_ALONE] = "alone",     [PGS_ROLE_TRIAL] = "trial",
    };
    return names[role];
}

static void
evidence_free(gpointer data)
{
    PgsPlanEvidence *evidence = data;
    pgs_plan_free(evidence->plan);
    g_free(evidence->what);
    g_free(evidence);
}

PgsJudgement *
pgs_judgement_new(void)
{
    PgsJudgement *judgement = g_new0(PgsJudgement, 1);
    judgement->served = judgement->generic = PGS_SERVED_UNKNOWN;
    judgement->cost = judgement->alone_cost = judgement->control_cost = -1;
    judgement->substitutes = g_ptr_array_new();
    judgement->notes = g_ptr_array_new_with_free_func(g_free);
    judgement->evidence = g_ptr_array_new_with_free_func(evidence_free);
    return judgement;
}

void
pgs_judgement_free(PgsJudgement *judgement)
{
    if (judgement == NULL)
        return;
    g_free(judgement->reason);
    g_free(judgement->hint);
    g_free(judgement->trial_sql);
    g_ptr_array_unref(judgement->substitutes);
    g_ptr_array_unref(judgement->notes);
    g_ptr_array_unref(judgement->evidence);
    pgs_failure_free(judgement->failure);
    g_free(judgement);
}

void
pgs_judgement_add(PgsJudgement *judgement, PgsPlanRole role, PgsPlan *plan, char *what)
{
    PgsPlanEvidence *evidence = g_new0(PgsPlanEvidence, 1);
    evidence->role = role;
    evidence->plan = plan;
    evidence->what = what;
    g_ptr_array_add(judgement->evidence, evidence);
}

/* ---- for any values ---- */

static void
note_generic(const PgsJudging *judging, const PgsPlan *plan, const PgsReading *reading)
{
    if (reading->is_chosen || judging->judgement->served != PGS_SERVED_CHOSEN)
        return;
    g_autofree char *shown = pgs_words_plan(plan, reading);
    pgs_judging_note(judging, g_strdup_printf("a generic plan, for any values, would not take it: "
                                              "%s",
                                              shown));
}

/* Whether the index could serve, of a plan that decides nothing. */
static gboolean
look_at_generic(const PgsJudging *judging, const PgsPlan *reference, GError **error)
{
    g_autoptr(PgsAlone) alone = pgs_control_alone(judging, PGS_EXPLAIN_GENERIC, reference, error);
    if (alone == NULL)
        return FALSE;
    if (alone->reading != NULL)
        judging->judgement->generic = pgs_reading_is_chosen_where(alone->reading, alone->reading)
                                          ? PGS_SERVED_SERVABLE
                                          : PGS_SERVED_USELESS;
    return TRUE;
}

static gboolean
decide_generic(const PgsJudging *judging, const PgsPlan *plan, const PgsReading *reading,
               const PgsPlan *reference, GError **error)
{
    PgsJudgement *judgement = judging->judgement;
    if (!pgs_verdict_decide(judging, PGS_EXPLAIN_GENERIC, plan, reading, reference, error))
        return FALSE;
    judgement->generic = judgement->served;
    judgement->is_by_generic = TRUE;
    if (judgement->reason != NULL)
        pgs_verdict_set_reason(judgement, g_strdup_printf("with a generic plan, for any values: %s",
                                                          judgement->reason));
    return TRUE;
}

static gboolean
judge_generic(const PgsJudging *judging, const PgsPlan *reference, GError **error)
{
    PgsJudgement *judgement = judging->judgement;
    g_autoptr(PgsPlan) owned = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    if (!pgs_judging_explain(judging, PGS_EXPLAIN_GENERIC, &owned, &failure, error))
        return FALSE;
    if (owned == NULL)
        return TRUE;
    const PgsPlan *plan = owned;
    g_autoptr(PgsReading) reading = pgs_judging_read(judging, plan, reference);
    g_autofree char *shown = pgs_words_plan(plan, reading);
    pgs_judgement_add(judgement, PGS_ROLE_GENERIC, g_steal_pointer(&owned),
                      g_strdup_printf("for any values: %s", shown));
    if (reading->is_chosen) {
        judgement->generic = PGS_SERVED_CHOSEN;
        return TRUE;
    }
    /* The worse one counts. */
    if (judging->question->generic &&
        (judgement->served == PGS_SERVED_CHOSEN || judgement->served == PGS_SERVED_SERVABLE))
        return decide_generic(judging, plan, reading, reference, error);
    note_generic(judging, plan, reading);
    return look_at_generic(judging, reference, error);
}

/* ---- the whole of it ---- */

static gboolean
judge_plan(const PgsJudging *judging, PgsExplainFlags flags, const PgsPlan *plan, GError **error)
{
    const PgsPlan *reference = NULL;
    g_autoptr(PgsReading) first = pgs_judging_read(judging, plan, NULL);
    if (!first->is_empty && !pgs_control_without(judging, flags, first, &reference, error))
        return FALSE;
    g_autoptr(PgsReading) reading = pgs_judging_read(judging, plan, reference);
    if (!pgs_verdict_decide(judging, flags, plan, reading, reference, error))
        return FALSE;
    pgs_verdict_note_rows(judging);
    gboolean is_generic = (flags & PGS_EXPLAIN_GENERIC) != 0;
    if (is_generic)
        judging->judgement->generic = judging->judgement->served;
    return is_generic || judging->question->parameters->len == 0 ||
           judge_generic(judging, reference, error);
}

typedef struct {
    const PgsVerdictScope *own, *wide;
    gboolean reads_own, reads_beyond;
} Reach;

static gboolean
add_reach(const PgsPlanNode *node, gpointer data)
{
    Reach *reach = data;
    gboolean is_scan = pgs_plan_node_scan(node) != PGS_SCAN_NONE;
    gboolean is_own = is_scan && pgs_verdict_scope_table(reach->own, node) != NULL;
    reach->reads_own = reach->reads_own || is_own;
    reach->reads_beyond =
        reach->reads_beyond ||
        (is_scan && !is_own && pgs_verdict_scope_table(reach->wide, node) != NULL);
    return TRUE;
}

/* Of a partition's own index: other partitions count where the query reads them as well. */
static gboolean
widen_scope(PgsJudging *judging, PgsQuestion *question, PgsVerdictScope **scope,
            const PgsPlan *plan, GError **error)
{
    const PgsRelation *relation = question->index != NULL ? question->index->relation : NULL;
    if (relation == NULL || !relation->is_partition)
        return TRUE;
    while (relation->is_partition && relation->parent != NULL)
        relation = relation->parent;
    PgsQuestion whole = *question;
    whole.relation = relation->oid;
    g_autoptr(PgsVerdictScope) wide =
        pgs_verdict_scope_read(judging->connection, judging->indexes, &whole, error);
    if (wide == NULL)
        return FALSE;
    Reach reach = {.own = *scope, .wide = wide};
    pgs_plan_walk(plan, add_reach, &reach);
    if (!reach.reads_own || !reach.reads_beyond)
        return TRUE;
    *question = whole;
    pgs_verdict_scope_free(*scope);
    *scope = g_steal_pointer(&wide);
    judging->scope = *scope;
    return TRUE;
}

/* question: judging's own copy. */
static gboolean
judge(PgsJudging *judging, PgsQuestion *question, PgsVerdictScope **scope, GError **error)
{
    PgsJudgement *judgement = judging->judgement;
    PgsExplainFlags flags = pgs_judging_flags(judging->question);
    g_autoptr(PgsPlan) owned = NULL;
    if (!pgs_judging_explain(judging, flags, &owned, &judgement->failure, error))
        return FALSE;
    if (owned == NULL) {
        pgs_verdict_unknown(judging, g_strdup_printf("the server refuses the query: %s",
                                                     judgement->failure->message));
        return TRUE;
    }
    const PgsPlan *plan = owned;
    if (!widen_scope(judging, question, scope, plan, error))
        return FALSE;
    g_autoptr(PgsReading) reading = pgs_judging_read(judging, plan, NULL);
    g_autofree char *shown = pgs_words_plan(plan, reading);
    pgs_judgement_add(judgement, PGS_ROLE_VERDICT, g_steal_pointer(&owned),
                      g_strdup_printf("as it is: %s", shown));
    return judge_plan(judging, flags, plan, error);
}

static gboolean
judge_in_transaction(PgsJudging *judging, const char *session, GError **error)
{
    PgsQuestion question = *judging->question;
    if (!pgs_judging_begin_all(judging, session, error))
        return FALSE;
    g_autoptr(PgsVerdictScope) scope =
        pgs_verdict_scope_read(judging->connection, judging->indexes, &question, error);
    if (scope == NULL)
        return FALSE;
    const PgsQuestion *asked = judging->question;
    judging->question = &question;
    judging->scope = scope;
    gboolean is_judged = judge(judging, &question, &scope, error);
    judging->question = asked;
    judging->scope = NULL;
    return is_judged;
}

PgsJudgement *
pgs_plan_judge(PgsConnection *connection, const PgsIndexes *indexes, const PgsQuestion *question,
               const char *session, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(PgsJudgement) judgement = pgs_judgement_new();
    PgsJudging judging = {
        .connection = connection, .indexes = indexes, .question = question, .judgement = judgement};
    GError *own_error = NULL;
    g_autoptr(PgsFailure) failure = NULL;
    gboolean is_judged = judge_in_transaction(&judging, session, &own_error);
    if (!pgs_judging_goes_on(&judging, &failure, &own_error)) {
        g_propagate_error(error, own_error);
        return NULL;
    }
    if (!is_judged)
        pgs_verdict_unknown(&judging,
                            g_strdup_printf("it could not be judged: %s", failure->message));
    pgs_judging_undo_all(&judging);
    if (question->analyze && judgement->failure == NULL &&
        !pgs_plan_run(connection, question, session, judgement, error))
        return NULL;
    judgement->duration = g_get_monotonic_time() - start;
    return g_steal_pointer(&judgement);
}
