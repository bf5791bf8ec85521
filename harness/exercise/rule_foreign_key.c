#include "exercise/referential_action.h"
#include "exercise/referential_deferral.h"
#include "exercise/referential_orphan.h"
#include "exercise/referential_tree.h"
#include "exercise/rules.h"
#include "synthesis/synthesis.h"

/* Why it is not tried at all; or NULL. */
static char *
reason_to_skip(const PgsRule *rule)
{
    if (!rule->enforced)
        return g_strdup("it is NOT ENFORCED: the server holds no row to it");
    if (rule->referenced == NULL)
        return g_strdup("the table that it refers to is none of the schema's");
    if (rule->period)
        return g_strdup("a key with PERIOD: one child may need several parents");
    for (guint i = 0; i < rule->n_columns; i++)
        if (rule->columns[i]->generated != 0)
            return g_strdup_printf("%s is computed: no statement can give it a parent's key",
                                   rule->columns[i]->quoted);
    return NULL;
}

/* ---- one transaction ---- */

static gboolean
deeds_at_once(PgsReferentialRows *rows, GError **error)
{
    g_autoptr(GPtrArray) trials =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_referential_trial_free);
    for (guint event = PGS_REFERENTIAL_DELETE; event <= PGS_REFERENTIAL_UPDATE; event++) {
        PgsReferentialTrial *trial = NULL;
        if (!pgs_referential_trial_new(rows, event, &trial, error))
            return FALSE;
        g_ptr_array_add(trials, trial);
    }
    return pgs_referential_act(trials, error);
}

static gboolean
deed_through_all_levels(PgsReferentialRows *rows, PgsReferentialEvent event, GError **error)
{
    g_autoptr(GPtrArray) below = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_stored_free);
    g_autoptr(GPtrArray) trials =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_referential_trial_free);
    PgsReferentialTrial *trial = NULL;
    if (!pgs_referential_trial_new(rows, event, &trial, error))
        return FALSE;
    g_ptr_array_add(trials, trial);
    if (trial->reason != NULL)
        return TRUE; /* said once */
    return pgs_referential_tree_grow(trial, below, error) && pgs_referential_act(trials, error);
}

/* FALSE: they were not had, and the result says why, or error. */
static gboolean
store(PgsReferentialRows *rows, GError **error)
{
    if (rows->reason == NULL && !pgs_referential_rows_store(rows, error))
        return FALSE;
    if (rows->reason == NULL)
        return TRUE;
    pgs_rule_result_judge(rows->result, PGS_VERDICT_NOT_EXERCISED, "%s", rows->reason);
    return FALSE;
}

static gboolean
first_transaction(PgsReferentialRows *rows, GError **error)
{
    if (!pgs_referential_rows_prepare(rows, error))
        return FALSE;
    if (rows->reason == NULL && !pgs_referential_orphans(rows, error))
        return FALSE;
    GError *local = NULL;
    if (!store(rows, &local)) {
        if (local != NULL)
            g_propagate_error(error, local);
        return local == NULL;
    }
    if (!deeds_at_once(rows, error))
        return FALSE;
    return rows->result->verdict == PGS_VERDICT_BROKEN ||
           !pgs_referential_tree_is_worth(rows, PGS_REFERENTIAL_DELETE) ||
           deed_through_all_levels(rows, PGS_REFERENTIAL_DELETE, error);
}

/* What refers to a child may forbid a new key: rows of its own. */
static gboolean
second_transaction(PgsReferentialRows *rows, GError **error)
{
    guint n_notes = rows->result->notes->len;
    if (!pgs_referential_rows_prepare(rows, error))
        return FALSE;
    GError *local = NULL;
    if (!store(rows, &local)) {
        if (local != NULL)
            g_propagate_error(error, local);
        return local == NULL;
    }
    g_ptr_array_set_size(rows->result->notes, (gint)n_notes);
    return deed_through_all_levels(rows, PGS_REFERENTIAL_UPDATE, error);
}

/* How the rows came about, when that took more than an INSERT. */
static void
note_remarks(PgsBench *bench, PgsRuleResult *result)
{
    const PgsRelation *relations[] = {result->rule->referenced, result->rule->relation};
    for (guint i = 0; i < G_N_ELEMENTS(relations); i++) {
        const char *remark = pgs_synthesis_remark(bench, relations[i]);
        if (remark != NULL)
            pgs_rule_result_note(result, "%s: %s", relations[i]->identity, remark);
    }
}

static gboolean
in_transaction(PgsBench *bench, PgsRuleResult *result,
               gboolean (*func)(PgsReferentialRows *, GError **), gboolean *is_worth_more,
               GError **error)
{
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    g_autoptr(PgsReferentialRows) rows = pgs_referential_rows_new(bench, result->rule, result);
    gboolean ok = func(rows, error);
    note_remarks(bench, result);
    pgs_bench_rollback(bench);
    gboolean is_fine = ok && result->verdict == PGS_VERDICT_EXERCISED;
    *is_worth_more = is_fine && pgs_referential_tree_is_worth(rows, PGS_REFERENTIAL_UPDATE);
    if (is_fine && func == first_transaction)
        ok = pgs_referential_initially(rows, error);
    return ok;
}

gboolean
pgs_rule_foreign_key_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    g_autofree char *reason = reason_to_skip(result->rule);
    if (reason != NULL) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s", reason);
        return TRUE;
    }
    if (!result->rule->validated)
        pgs_rule_result_note(result, "NOT VALID: rows that were there before are not held to it "
                                     "(exercise.rows tells of them)");
    gboolean is_worth_more, ignored;
    if (!in_transaction(bench, result, first_transaction, &is_worth_more, error))
        return FALSE;
    return !is_worth_more || in_transaction(bench, result, second_transaction, &ignored, error);
}
