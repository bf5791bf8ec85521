#include "exercise/referential_action.h"
#include "exercise/referential_deferral.h"
#include "exercise/referential_orphan.h"
#include "exercise/referential_settle.h"
#include "exercise/referential_tree.h"
#include "exercise/referential_variant.h"
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
            return g_strdup_printf(
                "%s is computed: what makes it a parent's key is not searched for",
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
    gboolean stay = TRUE;
    if (rows->reason == NULL && !pgs_referential_rows_store(rows, error))
        return FALSE;
    if (rows->reason == NULL && !pgs_referential_rows_stay(rows, &stay, error))
        return FALSE;
    if (!stay)
        rows->reason = g_strdup("deferred triggers do away with the child row");
    rows->is_unsettled = !stay && !rows->settles_first;
    if (rows->reason == NULL)
        return TRUE;
    if (rows->is_unsettled)
        return FALSE;
    pgs_rule_result_judge(rows->result, PGS_VERDICT_NOT_EXERCISED, "%s", rows->reason);
    return FALSE;
}

/* Orphans, then the parent's DELETE and UPDATE. */
static gboolean
try_at_once(PgsReferentialRows *rows, GError **error)
{
    if (!pgs_referential_rows_prepare(rows, error))
        return FALSE;
    if (rows->reason == NULL && !rows->settles_first && !pgs_referential_orphans(rows, error))
        return FALSE;
    GError *local = NULL;
    if (!store(rows, &local)) {
        if (local != NULL)
            g_propagate_error(error, local);
        return local == NULL;
    }
    return pgs_referential_orphan_update(rows, error) && deeds_at_once(rows, error);
}

static gboolean
first_transaction(PgsReferentialRows *rows, GError **error)
{
    if (!try_at_once(rows, error))
        return FALSE;
    return rows->reason != NULL || rows->result->verdict == PGS_VERDICT_BROKEN ||
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
               gboolean (*func)(PgsReferentialRows *, GError **), gboolean settles_first,
               gboolean *is_worth_more, GError **error)
{
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    g_autoptr(PgsReferentialRows) rows = pgs_referential_rows_new(bench, result->rule, result);
    rows->settles_first = settles_first;
    gboolean ok = func(rows, error);
    note_remarks(bench, result);
    pgs_bench_rollback(bench);
    if (ok && rows->is_unsettled) {
        pgs_rule_result_note(result, "with one child row, made after deferred triggers had acted");
        return in_transaction(bench, result, func, TRUE, is_worth_more, error);
    }
    gboolean is_fine = ok && result->verdict == PGS_VERDICT_EXERCISED;
    *is_worth_more = is_fine && pgs_referential_tree_is_worth(rows, PGS_REFERENTIAL_UPDATE);
    if (is_fine && func == first_transaction)
        ok = pgs_referential_initially(rows, error);
    return ok;
}

/* ---- other rows ---- */

/* What was found on other rows, as the rule's own. */
static void
adopt(PgsRuleResult *result, PgsRuleResult *own, const char *words)
{
    for (guint i = 0; i < own->notes->len; i++)
        pgs_rule_result_note(result, "%s", (const char *)g_ptr_array_index(own->notes, i));
    for (guint i = 0; i < own->evidence->len; i++) {
        const PgsEvidence *evidence = g_ptr_array_index(own->evidence, i);
        if (evidence->as_expected)
            continue;
        g_autofree char *what = g_strdup_printf("with %s: %s", words, evidence->what);
        pgs_rule_result_add(result, what, evidence->statement, evidence->as_expected,
                            g_strdup(evidence->outcome));
    }
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "with %s: %s", words, own->message);
    char **texts[] = {&result->hint, &result->expected, &result->actual, &result->sql,
                      &result->reproduce};
    char **own_texts[] = {&own->hint, &own->expected, &own->actual, &own->sql, &own->reproduce};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_free(*texts[i]);
        *texts[i] = g_steal_pointer(own_texts[i]);
    }
}

static gboolean
exercise_variant(PgsBench *bench, PgsRuleResult *result, const PgsReferentialVariant *variant,
                 GError **error)
{
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    g_autoptr(PgsRuleResult) own = pgs_rule_result_new(result->rule);
    g_autoptr(PgsReferentialRows) rows = pgs_referential_rows_new(bench, result->rule, own);
    rows->place = &variant->place;
    gboolean ok = try_at_once(rows, error);
    pgs_bench_rollback(bench);
    if (ok && own->verdict == PGS_VERDICT_BROKEN)
        adopt(result, own, variant->words);
    else if (ok && own->verdict == PGS_VERDICT_EXERCISED)
        pgs_rule_result_add(result, variant->words, NULL, TRUE, g_strdup("as declared, too"));
    return ok;
}

static gboolean
exercise_variants(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    g_autoptr(GPtrArray) variants = pgs_referential_variants(bench, result->rule, error);
    if (variants == NULL)
        return FALSE;
    for (guint i = 0; i < variants->len && result->verdict == PGS_VERDICT_EXERCISED; i++)
        if (!exercise_variant(bench, result, g_ptr_array_index(variants, i), error))
            return FALSE;
    return TRUE;
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
    if (!in_transaction(bench, result, first_transaction, FALSE, &is_worth_more, error))
        return FALSE;
    if (is_worth_more && !in_transaction(bench, result, second_transaction, FALSE, &ignored, error))
        return FALSE;
    return exercise_variants(bench, result, error);
}
