#include "exercise/cases_trial.h"

#include <stdlib.h>
#include <string.h>

/* ---- Attempts ---- */

/* Constraints that are deferred until the commit, as a session of anybody's finds them. */
static char *
deferred_constraints(const PgsBench *bench)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(bench));
    PgsConnection *connection = pgs_bench_connection(bench);
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(rules, i);
        if (!rule->deferred || rule->relation == NULL || rule->name == NULL)
            continue;
        g_autofree char *schema = pgs_connection_quote(connection, rule->relation->schema);
        g_autofree char *name = pgs_connection_quote(connection, rule->name);
        g_string_append_printf(names, "%s%s.%s", names->len > 0 ? ", " : "", schema, name);
    }
    return g_string_free(names, FALSE);
}

PgsCaseAttempt
pgs_case_add_attempt(const PgsCaseTrial *trial, PgsBatch *batch)
{
    PgsCaseAttempt attempt = {.first = 1};
    g_autofree char *deferred = deferred_constraints(trial->bench);
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE"); /* the given rows obey all rules */
    if (*deferred != '\0') {
        pgs_batch_add_printf(batch, "SET CONSTRAINTS %s DEFERRED", deferred);
        attempt.first++;
    }
    for (guint i = 0; i < trial->statements->len; i++)
        pgs_batch_add(batch, g_ptr_array_index(trial->statements, i));
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    attempt.behind = attempt.first + trial->statements->len;
    return attempt;
}

/* All of them, for a person. */
static char *
statements_text(const PgsCaseTrial *trial)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (guint i = 0; i < trial->statements->len; i++)
        g_ptr_array_add(texts, g_ptr_array_index(trial->statements, i));
    g_ptr_array_add(texts, NULL);
    return g_strjoinv(";\n", (char **)texts->pdata);
}

static void
tell_statements(PgsCaseTrial *trial)
{
    g_free(trial->result->sql);
    trial->result->sql = statements_text(trial);
}

void
pgs_case_settle(PgsCaseTrial *trial, PgsVerdict verdict, const char *message)
{
    trial->is_settled = TRUE;
    pgs_rule_result_judge(trial->result, verdict, "%s", message);
}

/* ---- Refusals ---- */

/* From 18 on RESTRICT has an SQLSTATE of its own. */
static gboolean
is_same_state(const char *asked, const char *is)
{
    static const char *const foreign_keys[] = {"23503", "23001", NULL};
    return strcmp(asked, is) == 0 ||
           (g_strv_contains(foreign_keys, asked) && g_strv_contains(foreign_keys, is));
}

gboolean
pgs_case_is_expected(const PgsCaseTrial *trial, const PgsRelation *relation,
                     const PgsFailure *failure)
{
    const PgsExerciseCase *of = trial->of;
    if (of->sqlstate != NULL && !is_same_state(of->sqlstate, failure->sqlstate))
        return FALSE;
    if (of->constraint == NULL || g_strcmp0(of->constraint, failure->constraint) == 0)
        return TRUE;
    /* A partition's constraint may go by another name than its parent's. */
    const PgsRule *rule = pgs_case_find_rule(trial, relation, of->constraint);
    return rule != NULL && pgs_rule_is_named(trial->bench, rule, failure);
}

char *
pgs_case_expected(const PgsExerciseCase *of)
{
    if (!of->refused)
        return g_strdup("accepted");
    GString *text = g_string_new("refused");
    if (of->constraint != NULL)
        g_string_append_printf(text, " by %s", of->constraint);
    if (of->sqlstate != NULL)
        g_string_append_printf(text, " with SQLSTATE %s", of->sqlstate);
    return g_string_free(text, FALSE);
}

/* How many rows the last statement of the trial has changed; -1: it is no command that does. */
static long
n_affected(const PgsBatchResult *outcome, const PgsCaseAttempt *attempt)
{
    if (outcome->results->len < attempt->behind)
        return -1;
    PGresult *last = g_ptr_array_index(outcome->results, attempt->behind - 1);
    const char *text = PQcmdTuples(last);
    return *text != '\0' ? atol(text) : -1;
}

static char *
describe_accepted(const PgsBatchResult *outcome, const PgsCaseAttempt *attempt)
{
    long n = n_affected(outcome, attempt);
    if (n < 0)
        return g_strdup("accepted");
    return g_strdup_printf("accepted: %ld %s", n, n == 1 ? "row" : "rows");
}

/* What the case itself did was refused, or accepted. */
static void
tell_outcome(PgsCaseTrial *trial, const PgsBatchResult *outcome, const PgsCaseAttempt *attempt,
             gboolean as_expected)
{
    gboolean is_refused = outcome->failure != NULL && outcome->refused_at <= attempt->behind;
    g_autofree char *text =
        is_refused ? pgs_outcome_describe(outcome) : describe_accepted(outcome, attempt);
    tell_statements(trial);
    pgs_rule_result_add(trial->result, trial->what, trial->result->sql, as_expected,
                        g_strdup(text));
    if (as_expected)
        return;
    g_free(trial->result->expected);
    trial->result->expected = pgs_case_expected(trial->of);
    g_free(trial->result->actual);
    trial->result->actual = g_steal_pointer(&text);
}

/* The rows that were given break a rule that is checked late. */
static gboolean
is_given_refused(PgsCaseTrial *trial, const PgsBatchResult *outcome, const PgsCaseAttempt *attempt)
{
    if (outcome->failure == NULL || outcome->refused_at >= attempt->first)
        return FALSE;
    g_autofree char *words = pgs_outcome_describe(outcome);
    trial->is_settled = TRUE;
    pgs_rule_result_judge(trial->result, PGS_VERDICT_NOT_EXERCISED, "the given rows are %s", words);
    return TRUE;
}

/* With what was asked for, which is what a person looks for first. */
static void
settle_unexpected(PgsCaseTrial *trial, const char *what)
{
    g_autofree char *expected = pgs_case_expected(trial->of);
    g_autofree char *message = g_strdup_printf("%s; expected: %s", what, expected);
    pgs_case_settle(trial, PGS_VERDICT_BROKEN, message);
}

static void
settle_other_refusal(PgsCaseTrial *trial)
{
    const char *constraint = trial->of->constraint;
    if (constraint == NULL || pgs_case_find_rule(trial, NULL, constraint) != NULL) {
        settle_unexpected(trial, "it is refused, but for another reason");
        return;
    }
    g_autofree char *message = g_strdup_printf("there is no constraint \"%s\"", constraint);
    trial->result->hint = pgs_case_hint_at_rules(trial, constraint);
    pgs_case_settle(trial, PGS_VERDICT_BROKEN, message);
}

void
pgs_case_judge_refusal(PgsCaseTrial *trial, const PgsRelation *relation,
                       const PgsBatchResult *outcome, const PgsCaseAttempt *attempt)
{
    if (is_given_refused(trial, outcome, attempt))
        return;
    gboolean is_refused = outcome->failure != NULL && outcome->refused_at <= attempt->behind;
    gboolean as_expected = is_refused && pgs_case_is_expected(trial, relation, outcome->failure);
    tell_outcome(trial, outcome, attempt, as_expected);
    if (as_expected)
        pgs_case_settle(trial, PGS_VERDICT_EXERCISED, "");
    else if (is_refused)
        settle_other_refusal(trial);
    else
        settle_unexpected(trial, "it is accepted");
}

/* ---- The whole ---- */

/* The statement for the value of a "stays" is refused: no value of its column's type. */
static void
settle_bad_look(PgsCaseTrial *trial, const PgsBatchResult *outcome)
{
    g_autofree char *words = pgs_outcome_describe(outcome);
    g_autofree char *message =
        g_strdup_printf("what the rows are to have cannot be compared: %s", words);
    pgs_case_settle(trial, PGS_VERDICT_BROKEN, message);
}

static gboolean
judge_acceptance(PgsCaseTrial *trial, const GArray *looks, const PgsBatchResult *outcome,
                 const PgsCaseAttempt *attempt, GError **error)
{
    if (is_given_refused(trial, outcome, attempt))
        return TRUE;
    if (outcome->failure != NULL && outcome->refused_at > attempt->behind) {
        settle_bad_look(trial, outcome);
        return TRUE;
    }
    gboolean is_swallowed =
        outcome->failure == NULL && trial->needs_row && n_affected(outcome, attempt) == 0;
    gboolean as_expected = outcome->failure == NULL && !is_swallowed;
    tell_outcome(trial, outcome, attempt, as_expected);
    if (as_expected)
        return pgs_case_judge_looks(trial, looks, outcome, error);
    pgs_case_settle(trial, PGS_VERDICT_BROKEN,
                    is_swallowed ? "no row is changed: a trigger or a rule swallows it"
                                 : "it is refused");
    return TRUE;
}

gboolean
pgs_case_try(PgsCaseTrial *trial, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    g_autoptr(GArray) looks = pgs_case_looks_new();
    PgsCaseAttempt attempt = pgs_case_add_attempt(trial, batch);
    pgs_case_add_looks(trial, batch, attempt.behind + 1, looks);
    if (trial->is_settled)
        return TRUE;
    if (!pgs_batch_run(batch, pgs_bench_connection(trial->bench), error))
        return FALSE;
    const PgsBatchResult *outcome = pgs_batch_result(batch, 0);
    if (!trial->of->refused)
        return judge_acceptance(trial, looks, outcome, &attempt, error);
    const PgsRelation *relation = NULL;
    if (trial->of->row != NULL && trial->of->row->name != NULL)
        relation = pgs_case_find_stored(trial, trial->of->row->name)->draft->relation;
    pgs_case_judge_refusal(trial, relation, outcome, &attempt);
    return TRUE;
}
