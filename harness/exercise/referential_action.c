#include "exercise/referential_action.h"

#include "exercise/proof.h"
#include "exercise/referential_besides.h"
#include "exercise/referential_never.h"
#include "exercise/referential_way.h"
#include "synthesis/synthesis.h"

#include <string.h>

enum {
    MAX_ROUNDS = 8, /* so many things in a trial's way are taken away */
};

/* A trial on its way. */
typedef struct {
    PgsReferentialTrial *trial;
    guint attempt, teller; /* in the round's batch */
    gboolean is_settled;
    gboolean triggers_are_off;
    gboolean is_alone;
    GPtrArray *cleared;             /* char *: what was taken out of its way */
    PgsReferentialOutcome *outcome; /* of the round */
} Run;

static Run *
run_new(PgsReferentialTrial *trial)
{
    Run *run = g_new0(Run, 1);
    run->trial = trial;
    run->cleared = g_ptr_array_new_with_free_func(g_free);
    return run;
}

static void
run_free(gpointer data)
{
    Run *run = data;
    g_ptr_array_unref(run->cleared);
    pgs_referential_outcome_free(run->outcome);
    g_free(run);
}

static PgsRuleResult *
result_of(const Run *run)
{
    return run->trial->rows->result;
}

static const char *
deed_of(const PgsReferentialTrial *trial)
{
    if (trial->event == PGS_REFERENTIAL_UPDATE)
        return "UPDATE of a parent row's key";
    return trial->is_deep ? "DELETE of a parent row, through all levels" : "DELETE of a parent row";
}

/* ---- verdicts ---- */

static void
add_evidence(const Run *run, gboolean as_expected)
{
    pgs_rule_result_add(result_of(run), deed_of(run->trial), run->trial->statement, as_expected,
                        g_strdup(run->outcome->words));
}

static void
note_cleared(const Run *run)
{
    g_autofree char *what = pgs_referential_declared(run->trial);
    for (guint i = 0; i < run->cleared->len; i++)
        pgs_rule_result_note(result_of(run), "%s: seen without %s", what,
                             (const char *)g_ptr_array_index(run->cleared, i));
}

/* The statements that lead there, for a person's psql. */
static char *
script_of(const PgsReferentialTrial *trial)
{
    g_autofree char *rows = pgs_synthesis_script(trial->rows->bench);
    return g_strdup_printf("BEGIN;\n%s%s%s;\nROLLBACK;", rows,
                           g_str_has_suffix(rows, "\n") || *rows == '\0' ? "" : "\n",
                           trial->statement);
}

/* "trigger keep on public.c prevents ON DELETE CASCADE: the parent row is gone and …" */
static char *
accusation(const char *what, const char *actual, const PgsReferentialWay *culprit)
{
    if (culprit != NULL)
        return g_strdup_printf("%s %s %s: %s", culprit->words,
                               culprit->is_many ? "together prevent" : "prevents", what, actual);
    if (g_str_has_prefix(actual, "can never act"))
        return g_strdup_printf("%s %s", what, actual);
    return g_strdup_printf("%s is not what happens: %s", what, actual);
}

/* actual: taken over; culprit: or NULL. */
static void
accuse(const Run *run, char *actual, const PgsReferentialWay *culprit, const char *hint)
{
    const PgsReferentialTrial *trial = run->trial;
    PgsRuleResult *result = result_of(run);
    add_evidence(run, FALSE);
    note_cleared(run);
    g_autofree char *actual_owned = actual;
    if (result->verdict == PGS_VERDICT_BROKEN)
        return;
    g_autofree char *what = pgs_referential_declared(trial);
    g_autofree char *message = accusation(what, actual, culprit);
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%s", message);
    g_free(result->expected);
    g_free(result->actual);
    g_free(result->sql);
    g_free(result->reproduce);
    g_free(result->hint);
    result->expected = g_steal_pointer(&what);
    result->actual = g_steal_pointer(&actual_owned);
    result->sql = g_strdup(trial->statement);
    result->reproduce = script_of(trial);
    result->hint = g_strdup(hint);
}

static void leave_unseen(const Run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* NO ACTION on UPDATE, which nobody has asked for, may stay unseen, and what is further below,
   since each key there is exercised by itself; it is said all the same. */
static void
leave_unseen(const Run *run, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *what = pgs_referential_declared(run->trial);
    if (run->trial->is_deep)
        pgs_rule_result_note(result_of(run), "%s through all levels was not seen: %s", what,
                             reason);
    else if (run->trial->action == 'a' && run->trial->event == PGS_REFERENTIAL_UPDATE)
        pgs_rule_result_note(result_of(run), "%s was not seen: %s", what, reason);
    else
        pgs_rule_result_judge(result_of(run), PGS_VERDICT_NOT_EXERCISED, "%s was not seen: %s",
                              what, reason);
}

/* ---- blame ---- */

static gboolean
is_cleared(const Run *run, const PgsReferentialWay *way)
{
    for (guint i = 0; i < way->statements->len; i++)
        if (!g_ptr_array_find_with_equal_func(
                run->trial->prelude, g_ptr_array_index(way->statements, i), g_str_equal, NULL))
            return FALSE;
    return TRUE;
}

/* way is taken over; FALSE: there is none, or it was gone already. */
static gboolean
clear(Run *run, PgsReferentialWay *way, const char *because)
{
    g_autoptr(PgsReferentialWay) owned = way;
    if (way == NULL || is_cleared(run, way))
        return FALSE;
    for (guint i = 0; i < way->statements->len; i++)
        g_ptr_array_add(run->trial->prelude, g_strdup(g_ptr_array_index(way->statements, i)));
    g_ptr_array_add(run->cleared, because != NULL ? g_strdup_printf("%s, %s", way->words, because)
                                                  : g_strdup(way->words));
    return TRUE;
}

static const char *
hint_for(const Run *run, const PgsReferentialWay *culprit)
{
    if (culprit == NULL)
        return "Run the statements below in psql and see what keeps the key from acting.";
    if (run->outcome->kind == PGS_CAME_TO_NOTHING)
        return "A DELETE that is turned into something else never reaches the rows that refer to "
               "the parent: have the trigger or rule do to them what the key says, or declare the "
               "key ON DELETE NO ACTION; when it is meant as it is, accept the finding "
               "(\"accept:\" in pgstair.yaml, with a reason).";
    if (strstr(culprit->words, "DISABLE TRIGGER ALL") != NULL)
        return "ENABLE TRIGGER ALL on that table, then look for the rows that came in meanwhile.";
    return "Mend it so that the key's own statements go through, or declare the key as it acts; "
           "when it is meant as it is, accept the finding (\"accept:\" in pgstair.yaml, with a "
           "reason).";
}

static gboolean
find_culprit(const Run *run, PgsReferentialWay **culprit, GError **error)
{
    g_autoptr(GPtrArray) suspects = pgs_referential_suspects(run->trial);
    const PgsReferentialWay *found;
    if (!pgs_referential_try_ways(run->trial, suspects, &found, error))
        return FALSE;
    guint index;
    if (found != NULL && g_ptr_array_find(suspects, found, &index)) {
        g_ptr_array_set_free_func(suspects, NULL);
        *culprit = g_ptr_array_remove_index(suspects, index);
        g_ptr_array_set_free_func(suspects, (GDestroyNotify)pgs_referential_way_free);
    }
    return TRUE;
}

/* An accusation needs somebody without whom the key acts as declared, or a row that points at
   nothing. */
static gboolean
blame(Run *run, GError **error)
{
    PgsReferentialWay *found = NULL;
    run->is_settled = TRUE;
    if (!find_culprit(run, &found, error))
        return FALSE;
    g_autoptr(PgsReferentialWay) culprit = found;
    const PgsReferentialOutcome *outcome = run->outcome;
    /* The key has done its part; the trigger may do more than that. */
    if (outcome->is_more && culprit != NULL && culprit->is_users) {
        g_autofree char *because = g_strdup_printf("with which %s", outcome->words);
        run->is_settled = FALSE;
        return clear(run, g_steal_pointer(&culprit), because);
    }
    if (culprit != NULL || !outcome->is_consistent) {
        accuse(run, g_strdup(outcome->words), culprit, hint_for(run, culprit));
        return TRUE;
    }
    g_autofree char *names = pgs_referential_suspect_names(run->trial);
    leave_unseen(run, "%s, and nothing was found without which the key acts otherwise%s%s",
                 outcome->words, names != NULL ? "; there are " : "", names != NULL ? names : "");
    return TRUE;
}

/* ---- rounds ---- */

static gboolean
clear_triggers(Run *run, const char *because)
{
    const PgsReferentialTrial *trial = run->trial;
    if (run->triggers_are_off)
        return FALSE;
    run->triggers_are_off = TRUE;
    return clear(run, pgs_referential_way_without_triggers(trial, trial->rows->rule->referenced),
                 because);
}

/* A refusal by something else: past it, unless it says that the action can never be. */
static gboolean
meet_refusal(Run *run, GError **error)
{
    const PgsReferentialTrial *trial = run->trial;
    const PgsFailure *failure = run->outcome->failure;
    char *never;
    if (!pgs_referential_never(trial, failure, &never, error))
        return FALSE;
    if (never != NULL) {
        accuse(run, never, NULL,
               "Let the column be NULL (or the rule agree), or declare another action.");
        run->is_settled = TRUE;
        return TRUE;
    }
    /* A rewrite rule has turned a key's own statement into something else. */
    if (failure->message != NULL && strcmp(failure->sqlstate, "XX000") == 0)
        return clear(run, pgs_referential_way_past_other_key(trial, failure),
                     "which is in its way") ||
               blame(run, error);
    if (clear(run, pgs_referential_way_past(trial, failure), "which is in its way"))
        return TRUE;
    leave_unseen(run, "%s", run->outcome->words);
    run->is_settled = TRUE;
    return TRUE;
}

/* A user's trigger on the parent that clears the children away is no lie about a key that only
   guards; nor is one that keeps keys as they are. */
static gboolean
is_harmless(const Run *run)
{
    const PgsReferentialTrial *trial = run->trial;
    const PgsReferentialOutcome *outcome = run->outcome;
    if (outcome->kind == PGS_CAME_TO_NOTHING)
        return trial->event == PGS_REFERENTIAL_UPDATE || trial->action == 'a';
    return outcome->kind == PGS_CAME_OTHERWISE && outcome->is_consistent &&
           (trial->action == 'a' || trial->action == 'r');
}

/* Before PostgreSQL 15 a row that goes to another partition is deleted and inserted. */
static gboolean
moves_between_partitions(const PgsReferentialTrial *trial)
{
    return trial->event == PGS_REFERENTIAL_UPDATE && trial->rows->rule->referenced->kind == 'p' &&
           pgs_bench_server_version(trial->rows->bench) < 150000;
}

static gboolean
meet_deviation(Run *run, GError **error)
{
    PgsReferentialTrial *trial = run->trial;
    if (is_harmless(run) && clear_triggers(run, "which acts first"))
        return TRUE;
    if (moves_between_partitions(trial)) {
        leave_unseen(run, "this server moves a row to another partition by DELETE and INSERT");
        run->is_settled = TRUE;
        return TRUE;
    }
    /* Other keys on the same rows may have acted first. */
    if (!run->is_alone) {
        run->is_alone = TRUE;
        g_autoptr(GPtrArray) ways =
            g_ptr_array_new_with_free_func((GDestroyNotify)pgs_referential_way_free);
        PgsReferentialWay *alone = pgs_referential_way_alone(trial);
        if (alone != NULL)
            g_ptr_array_add(ways, alone);
        const PgsReferentialWay *found = NULL;
        if (alone != NULL && !pgs_referential_try_ways(trial, ways, &found, error))
            return FALSE;
        if (found != NULL) {
            g_ptr_array_set_free_func(ways, NULL);
            return clear(run, alone, "which act on the same rows");
        }
    }
    return blame(run, error);
}

/* ---- NO ACTION or RESTRICT ---- */

/* 0: it cannot be told. */
static char
told_action(const Run *run, const PgsBatchResult *told)
{
    const PgsReferentialRows *rows = run->trial->rows;
    /* From PostgreSQL 18 on the server says so itself. */
    if (run->outcome->failure != NULL && strcmp(run->outcome->failure->sqlstate, "23001") == 0)
        return 'r';
    if (told->failure == NULL)
        return 'a';
    if (!pgs_rule_is_named(rows->bench, rows->rule, told->failure) ||
        told->refused_at != 1 + run->trial->prelude->len + run->trial->told_at)
        return 0;
    return pgs_bench_server_version(rows->bench) < 180000 ? 'r' : 0;
}

/* Whether the statement tells them apart at all here: of a key that is made anew, too.  Rows of the
   same table, another partition may have it refused for reasons of their own. */
static gboolean
tells_of_new_key(const Run *run, gboolean *tells, GError **error)
{
    const PgsReferentialTrial *trial = run->trial;
    g_autoptr(PgsReferentialWay) anew = pgs_referential_way_anew(trial);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_referential_trial_add_teller(trial, batch, anew->statements);
    if (!pgs_batch_run(batch, pgs_bench_connection(trial->rows->bench), error))
        return FALSE;
    const PgsBatchResult *told = pgs_batch_result(batch, 0);
    *tells = trial->action == 'a' ? told->failure == NULL : told->failure != NULL;
    return TRUE;
}

static gboolean
tell_refusals_apart(Run *run, const PgsBatchResult *told, GError **error)
{
    PgsReferentialTrial *trial = run->trial;
    char action = told_action(run, told);
    gboolean tells = action != 0;
    if (tells && action != trial->action && !tells_of_new_key(run, &tells, error))
        return FALSE;
    const char *statement = g_ptr_array_index(trial->teller, trial->told_at);
    g_autofree char *said = pgs_outcome_describe(told);
    if (!tells) {
        g_autofree char *what = pgs_referential_declared(trial);
        pgs_rule_result_note(result_of(run), "%s was not told from %s: %s", what,
                             trial->action == 'r' ? "NO ACTION" : "RESTRICT", said);
        return TRUE;
    }
    pgs_rule_result_add(result_of(run),
                        trial->told_at + 1 < trial->teller->len
                            ? "deleted while deferred, and there again before the check"
                            : "the key there again at the statement's end",
                        statement, action == trial->action, g_strdup(said));
    if (action != trial->action)
        accuse(run,
               g_strdup_printf("the server refuses it as %s", pgs_referential_action_name(action)),
               NULL, NULL);
    return TRUE;
}

/* ---- a round ---- */

static gboolean
settle_as_declared(Run *run, const PgsBatch *batch, GError **error)
{
    run->is_settled = TRUE;
    note_cleared(run);
    if (!pgs_referential_look_besides(run->trial, run->outcome, error))
        return FALSE;
    add_evidence(run, TRUE);
    pgs_referential_note_besides(run->trial, run->outcome);
    if (run->trial->teller != NULL &&
        !tell_refusals_apart(run, pgs_batch_result(batch, run->teller), error))
        return FALSE;
    return TRUE;
}

static gboolean
take_round(Run *run, const PgsBatch *batch, GError **error)
{
    g_clear_pointer(&run->outcome, pgs_referential_outcome_free);
    run->outcome =
        pgs_referential_trial_judge(run->trial, pgs_batch_result(batch, run->attempt), NULL);
    switch (run->outcome->kind) {
    case PGS_CAME_AS_DECLARED:
        return settle_as_declared(run, batch, error);
    case PGS_CAME_REFUSED:
        return meet_refusal(run, error);
    case PGS_CAME_UNUSABLE:
        run->is_settled = TRUE;
        leave_unseen(run, "%s", run->outcome->words);
        return TRUE;
    default:
        return meet_deviation(run, error);
    }
}

static gboolean
take_rounds(GPtrArray *runs, PgsBench *bench, GError **error)
{
    guint n_open = runs->len;
    for (guint round = 0; round < MAX_ROUNDS && n_open > 0; round++) {
        g_autoptr(PgsBatch) batch = pgs_batch_new();
        for (guint i = 0; i < runs->len; i++) {
            Run *run = g_ptr_array_index(runs, i);
            if (run->is_settled)
                continue;
            run->attempt = pgs_referential_trial_add(run->trial, batch, NULL);
            if (run->trial->teller != NULL)
                run->teller = pgs_referential_trial_add_teller(run->trial, batch, NULL);
        }
        if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
            return FALSE;
        n_open = 0;
        for (guint i = 0; i < runs->len; i++) {
            Run *run = g_ptr_array_index(runs, i);
            if (!run->is_settled && !take_round(run, batch, error))
                return FALSE;
            n_open += !run->is_settled;
        }
    }
    return TRUE;
}

gboolean
pgs_referential_act(GPtrArray *trials, GError **error)
{
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(run_free);
    for (guint i = 0; i < trials->len; i++) {
        Run *run = run_new(g_ptr_array_index(trials, i));
        run->is_settled = run->trial->reason != NULL;
        if (run->is_settled)
            leave_unseen(run, "%s", run->trial->reason);
        g_ptr_array_add(runs, run);
    }
    if (runs->len == 0)
        return TRUE;
    const PgsReferentialTrial *first = g_ptr_array_index(trials, 0);
    if (!take_rounds(runs, first->rows->bench, error))
        return FALSE;
    for (guint i = 0; i < runs->len; i++) {
        Run *run = g_ptr_array_index(runs, i);
        if (!run->is_settled)
            leave_unseen(run, "more is in its way than could be taken away; the last: %s",
                         run->outcome->words);
    }
    return TRUE;
}
