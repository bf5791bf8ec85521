#include "exercise/cases_trial.h"

#include <string.h>

/* A row that has to be accepted, with these wishes.  NULL: *reason, or error. */
static PgsDraft *
draft(PgsCaseTrial *trial, const PgsRelation *relation, const GArray *wishes, char **reason,
      GError **error)
{
    return pgs_synthesis_draft(trial->bench, relation, (const PgsWish *)(void *)wishes->data,
                               wishes->len, reason, error);
}

static void
set_statement(PgsCaseTrial *trial, const PgsDraft *row)
{
    g_ptr_array_set_size(trial->statements, 0);
    g_ptr_array_add(trial->statements, pgs_draft_insert(row, NULL));
}

gboolean
pgs_case_prepare_insert(PgsCaseTrial *trial, GError **error)
{
    const PgsCaseRow *row = trial->of->row;
    const PgsRelation *relation = pgs_case_find_relation(trial, row);
    g_autoptr(GArray) wishes = relation != NULL ? pgs_case_wishes(trial, relation, row) : NULL;
    if (wishes == NULL)
        return TRUE;
    g_autofree char *reason = NULL;
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsDraft) made = draft(trial, relation, wishes, &reason, &local);
    if (made != NULL) {
        set_statement(trial, made);
        return TRUE;
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    trial->is_settled = TRUE;
    trial->result->expected = g_strdup("accepted");
    trial->result->actual = g_strdup(reason);
    pgs_rule_result_judge(trial->result, PGS_VERDICT_BROKEN, "no such row is accepted");
    return TRUE;
}

/* ---- A row that has to be refused ---- */

typedef gboolean (*WishFilter)(const PgsWish *wish, guint i, gconstpointer data);

static gboolean
is_none(G_GNUC_UNUSED const PgsWish *wish, G_GNUC_UNUSED guint i, G_GNUC_UNUSED gconstpointer data)
{
    return FALSE;
}

static gboolean
is_outside_rule(const PgsWish *wish, G_GNUC_UNUSED guint i, gconstpointer data)
{
    const PgsRule *rule = data;
    for (guint n = 0; n < rule->n_columns; n++) {
        if (rule->columns[n] == wish->column)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_another(G_GNUC_UNUSED const PgsWish *wish, guint i, gconstpointer data)
{
    return i != *(const guint *)data;
}

static GArray *
filter(const GArray *wishes, WishFilter keeps, gconstpointer data)
{
    GArray *kept = g_array_new(FALSE, FALSE, sizeof(PgsWish));
    for (guint i = 0; i < wishes->len; i++) {
        const PgsWish *wish = &g_array_index(wishes, PgsWish, i);
        if (keeps(wish, i, data))
            g_array_append_vals(kept, wish, 1);
    }
    return kept;
}

/* Accepted row and refused one, with what they differ in. */
static void
tell_pair(PgsCaseTrial *trial, const PgsDraft *base, const PgsDraft *row)
{
    g_autofree char *differences = pgs_draft_differences(base, row);
    g_autofree char *statement = pgs_draft_insert(base, NULL);
    g_autofree char *what = *differences != '\0'
                                ? g_strdup_printf("the same row but for %s", differences)
                                : g_strdup("the same row");
    pgs_rule_result_add(trial->result, what, statement, TRUE, g_strdup("accepted"));
}

/*
 * The wishes put on a row that is accepted without some of them: what refuses it then is about
 * these.  is_settled: it was refused as it should be.
 */
static gboolean
try_on_base(PgsCaseTrial *trial, const PgsRelation *relation, const GArray *wishes,
            const GArray *kept, GError **error)
{
    g_autofree char *reason = NULL;
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsDraft) base = draft(trial, relation, kept, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (base == NULL)
        return TRUE;
    g_autoptr(PgsDraft) row = pgs_draft_copy(base);
    for (guint i = 0; i < wishes->len; i++) {
        const PgsWish *wish = &g_array_index(wishes, PgsWish, i);
        pgs_draft_set(row, wish->column, wish->value);
    }
    set_statement(trial, row);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    PgsCaseAttempt attempt = pgs_case_add_attempt(trial, batch);
    if (!pgs_batch_run(batch, pgs_bench_connection(trial->bench), error))
        return FALSE;
    const PgsBatchResult *outcome = pgs_batch_result(batch, 0);
    gboolean is_expected = outcome->failure != NULL && outcome->refused_at >= attempt.first &&
                           pgs_case_is_expected(trial, relation, outcome->failure);
    if (is_expected)
        tell_pair(trial, base, row);
    if (is_expected || outcome->failure == NULL)
        pgs_case_judge_refusal(trial, relation, outcome, &attempt);
    return TRUE;
}

/* The trial is settled once one base shows it. */
static gboolean
try_bases(PgsCaseTrial *trial, const PgsRelation *relation, const GArray *wishes, GError **error)
{
    const char *constraint = trial->of->constraint;
    const PgsRule *rule =
        constraint != NULL ? pgs_case_find_rule(trial, relation, constraint) : NULL;
    if (rule != NULL) {
        g_autoptr(GArray) kept = filter(wishes, is_outside_rule, rule);
        if (!try_on_base(trial, relation, wishes, kept, error))
            return FALSE;
    }
    for (guint i = 0; i < wishes->len && !trial->is_settled; i++) {
        g_autoptr(GArray) kept = filter(wishes, is_another, &i);
        if (!try_on_base(trial, relation, wishes, kept, error))
            return FALSE;
    }
    g_autoptr(GArray) nothing = filter(wishes, is_none, NULL);
    return trial->is_settled || try_on_base(trial, relation, wishes, nothing, error);
}

/* None of the bases has led to the refusal that was asked for. */
static void
settle_otherwise(PgsCaseTrial *trial, const char *reason)
{
    const char *constraint = trial->of->constraint;
    gboolean is_unknown = constraint != NULL && pgs_case_find_rule(trial, NULL, constraint) == NULL;
    trial->is_settled = TRUE;
    trial->result->expected = pgs_case_expected(trial->of);
    trial->result->actual = g_strdup(reason);
    if (is_unknown) {
        trial->result->hint = pgs_case_hint_at_rules(trial, constraint);
        pgs_rule_result_judge(trial->result, PGS_VERDICT_BROKEN, "there is no constraint \"%s\"",
                              constraint);
    } else {
        pgs_rule_result_judge(trial->result, PGS_VERDICT_BROKEN,
                              "it is refused, but for another reason; expected: %s",
                              trial->result->expected);
    }
}

gboolean
pgs_case_refuse_insert(PgsCaseTrial *trial, GError **error)
{
    const PgsCaseRow *row = trial->of->row;
    const PgsRelation *relation = pgs_case_find_relation(trial, row);
    g_autoptr(GArray) wishes = relation != NULL ? pgs_case_wishes(trial, relation, row) : NULL;
    if (wishes == NULL)
        return TRUE;
    g_autofree char *reason = NULL;
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsDraft) accepted = draft(trial, relation, wishes, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (accepted != NULL) {
        set_statement(trial, accepted);
        return pgs_case_try(trial, error);
    }
    if (!try_bases(trial, relation, wishes, error))
        return FALSE;
    if (!trial->is_settled)
        settle_otherwise(trial, reason);
    return TRUE;
}
