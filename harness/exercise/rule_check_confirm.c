#include "exercise/rule_check_confirm.h"

#include "exercise/tautology.h"

/* Whether the rule's expression is false for the row as it is stored. */
static gboolean
is_confirmed(const PgsBatchResult *answer)
{
    if (answer->failure != NULL)
        return FALSE;
    const PGresult *stored = answer->results->pdata[0];
    return PQntuples(stored) == 1 && !PQgetisnull(stored, 0, 0) && *PQgetvalue(stored, 0, 0) == 'f';
}

static gboolean
is_accused(const GPtrArray *rows, const GPtrArray *evidence, guint i)
{
    return ((const PgsProofRow *)rows->pdata[i])->refused &&
           !((const PgsEvidence *)evidence->pdata[i])->as_expected;
}

static gboolean
ask(PgsBench *bench, const PgsRule *rule, const GPtrArray *rows, const GPtrArray *evidence,
    gboolean *is_proven, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    g_autofree char *returning = g_strdup_printf("(%s)", rule->expression);
    for (guint i = 0; i < rows->len && i < evidence->len; i++) {
        if (!is_accused(rows, evidence, i))
            continue;
        const PgsProofRow *row = rows->pdata[i];
        g_autofree char *insert = pgs_draft_insert(row->draft, returning);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, insert);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    for (guint i = 0; i < pgs_batch_length(batch); i++)
        *is_proven = *is_proven || is_confirmed(pgs_batch_result(batch, i));
    return TRUE;
}

static gboolean
has_shown(const GPtrArray *rows, const GPtrArray *evidence, gboolean refused)
{
    for (guint i = 0; i < rows->len && i < evidence->len; i++) {
        const PgsProofRow *row = rows->pdata[i];
        if (row->refused == refused && ((const PgsEvidence *)evidence->pdata[i])->as_expected)
            return TRUE;
    }
    return FALSE;
}

static void
withdraw(const GPtrArray *rows, PgsRuleResult *result)
{
    g_clear_pointer(&result->message, g_free);
    g_clear_pointer(&result->expected, g_free);
    g_clear_pointer(&result->actual, g_free);
    g_clear_pointer(&result->reproduce, g_free);
    result->verdict = PGS_VERDICT_NOT_EXERCISED;
    if (has_shown(rows, result->evidence, TRUE) && has_shown(rows, result->evidence, FALSE)) {
        pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, NULL);
        pgs_rule_result_note(result, "what it says of a row is not the same at all times");
    } else {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED,
                              "what it says of a row is not the same at all times");
    }
}

gboolean
pgs_check_confirm(PgsBench *bench, const GPtrArray *rows, PgsRuleResult *result, GError **error)
{
    PgsSteadiness steadiness;
    gboolean is_proven = FALSE;
    if (!pgs_check_steadiness(bench, result->rule, &steadiness, error))
        return FALSE;
    if (steadiness != PGS_STEADINESS_NONE &&
        !ask(bench, result->rule, rows, result->evidence, &is_proven, error))
        return FALSE;
    if (!is_proven)
        withdraw(rows, result);
    return TRUE;
}
