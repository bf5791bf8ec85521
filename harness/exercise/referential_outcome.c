#include "exercise/referential_outcome.h"

#include "base/text.h"
#include "exercise/proof.h"

/* While it is made. */
typedef struct {
    const PgsReferentialTrial *trial;
    GPtrArray *states;   /* PgsWatchedState, as trial->watch */
    gboolean had_effect; /* the deed found a row to be done to */
    PgsReferentialOutcome *outcome;
} Verdict;

static const PgsWatchedState *
state_of(const Verdict *verdict, guint i)
{
    return g_ptr_array_index(verdict->states, i);
}

static const PgsWatched *
watched_of(const Verdict *verdict, guint i)
{
    return g_ptr_array_index(verdict->trial->watch, i);
}

static gboolean
is_delete(const Verdict *verdict)
{
    return verdict->trial->event == PGS_REFERENTIAL_DELETE;
}

static void
say(Verdict *verdict, PgsReferentialKind kind, char *words)
{
    verdict->outcome->kind = kind;
    g_free(verdict->outcome->words);
    verdict->outcome->words = words;
}

/* ---- the parent and its child ---- */

/* "deleted_at, status" */
static char *
names_of(const GPtrArray *columns)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(columns, i);
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    return g_string_free(names, FALSE);
}

/* TRUE: the parent row is not what the deed should have made of it. */
static gboolean
parent_stays(Verdict *verdict)
{
    const PgsWatchedState *parent = state_of(verdict, 0);
    if (parent->is_as_wanted)
        return FALSE;
    g_autofree char *names = names_of(parent->touched);
    if (!is_delete(verdict)) {
        say(verdict, parent->is_gone ? PGS_CAME_OTHERWISE : PGS_CAME_TO_NOTHING,
            g_strdup(parent->is_gone ? "the UPDATE of its key removed the parent row"
                                     : "the UPDATE did not change the parent's key"));
        return TRUE;
    }
    if (verdict->had_effect)
        say(verdict, PGS_CAME_OTHERWISE,
            g_strdup("the parent row is there again after the DELETE"));
    else if (*names != '\0')
        say(verdict, PGS_CAME_TO_NOTHING,
            g_strdup_printf("the DELETE removed nothing: the parent row is there, with another %s",
                            names));
    else
        say(verdict, PGS_CAME_TO_NOTHING, g_strdup("the DELETE removed nothing"));
    return TRUE;
}

static char *
child_words(const Verdict *verdict)
{
    const PgsWatchedState *child = state_of(verdict, 1);
    const char *parent = is_delete(verdict) ? "the parent row is gone" : "the parent's key is new";
    if (child->is_gone)
        return g_strdup_printf("%s and the child row is gone (CASCADE)", parent);
    if (!child->key_changed)
        return g_strdup_printf("%s and the child row still points at %s", parent,
                               is_delete(verdict) ? "it" : "the old one");
    return g_strdup_printf("%s and the child row is there with %s", parent, child->now);
}

/* ---- the others ---- */

/* The first row beyond the first parent and its child that is not as it should be; or NULL. */
static char *
words_of_others(const Verdict *verdict, gboolean is_other)
{
    for (guint i = 2; i < verdict->states->len; i++) {
        const PgsWatchedState *state = state_of(verdict, i);
        const PgsWatched *watched = watched_of(verdict, i);
        if (state->is_as_wanted || watched->is_other != is_other)
            continue;
        g_autofree char *name = pgs_watched_name(watched);
        if (state->is_gone)
            return g_strdup_printf("%s is gone too", name);
        if (watched->fate == PGS_FATE_GONE)
            return g_strdup_printf("%s is still there, with %s", name, state->now);
        return g_strdup_printf("%s is there with %s", name, state->now);
    }
    return NULL;
}

static void
note_touched(Verdict *verdict)
{
    for (guint i = 1; i < verdict->states->len; i++) {
        const PgsWatchedState *state = state_of(verdict, i);
        /* What is set further below is the matter of the key that sets it. */
        const PgsWatched *watched = watched_of(verdict, i);
        if (state->touched->len == 0 || (watched->level > 1 && watched->fate == PGS_FATE_SET))
            continue;
        if (i == 1) {
            for (guint j = 0; j < state->touched->len; j++)
                g_ptr_array_add(verdict->outcome->touched, g_ptr_array_index(state->touched, j));
            continue;
        }
        g_autofree char *names = names_of(state->touched);
        g_autofree char *row = pgs_watched_name(watched);
        g_ptr_array_add(verdict->outcome->others, g_strdup_printf("%s of %s", names, row));
    }
}

/* ---- as declared ---- */

static void
append_count(GString *text, guint n, const char *singular, const char *plural)
{
    if (n == 0)
        return;
    g_autofree char *count = pgs_text_count(n, singular, plural);
    g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", count);
}

/* "the child row is gone, 2 rows below it are gone, 1 row below it is set, 4 other rows untouched"
 */
static char *
words_as_declared(const Verdict *verdict)
{
    guint n_gone = 0, n_set = 0, n_others = 0;
    for (guint i = 1; i < verdict->states->len; i++) {
        const PgsWatched *watched = watched_of(verdict, i);
        n_gone += watched->level > 1 && watched->fate == PGS_FATE_GONE;
        n_set += watched->level > 1 && watched->fate == PGS_FATE_SET;
        n_others += watched->is_other;
    }
    const PgsWatchedState *child = state_of(verdict, 1);
    GString *text = g_string_new(NULL);
    const char *table = verdict->trial->rows->rule->relation->identity;
    if (child->is_gone)
        g_string_append_printf(text, "its 1 row in %s is gone", table);
    else
        g_string_append_printf(text, "its 1 row in %s has %s", table, child->now);
    append_count(text, n_gone, "row below it is gone", "rows below it are gone");
    append_count(text, n_set, "row below it is set", "rows below it are set");
    append_count(text, n_others, "other row untouched", "other rows untouched");
    return g_string_free(text, FALSE);
}

/* ---- the whole ---- */

static void
judge_states(Verdict *verdict)
{
    const PgsReferentialTrial *trial = verdict->trial;
    const PgsWatchedState *parent = state_of(verdict, 0), *child = state_of(verdict, 1);
    gboolean is_refusing = trial->action == 'a' || trial->action == 'r';
    note_touched(verdict);
    verdict->outcome->is_consistent = !parent->is_as_wanted || child->is_gone || child->key_changed;
    if (parent_stays(verdict))
        return;
    if (is_refusing || !child->is_as_wanted) {
        say(verdict, PGS_CAME_OTHERWISE, child_words(verdict));
        return;
    }
    char *others = words_of_others(verdict, FALSE);
    if (others == NULL) {
        others = words_of_others(verdict, TRUE);
        verdict->outcome->is_more = others != NULL;
    }
    if (others != NULL)
        say(verdict, PGS_CAME_OTHERWISE, others);
    else
        say(verdict, PGS_CAME_AS_DECLARED, words_as_declared(verdict));
}

static void
judge_refusal(Verdict *verdict, const PgsBatchResult *result)
{
    const PgsReferentialTrial *trial = verdict->trial;
    gboolean is_own = pgs_rule_is_named(trial->rows->bench, trial->rows->rule, result->failure);
    gboolean is_refusing = trial->action == 'a' || trial->action == 'r';
    verdict->outcome->failure = result->failure;
    verdict->outcome->is_consistent = TRUE;
    PgsReferentialKind kind = PGS_CAME_REFUSED;
    if (is_own)
        kind = is_refusing ? PGS_CAME_AS_DECLARED : PGS_CAME_REFUSED_BY_KEY;
    g_autofree char *said = pgs_outcome_describe(result);
    /* Rows of this very transaction are checked again when they are not what they should be: a
       child that goes on pointing at nothing shows so here, where older rows would just stay. */
    if (kind == PGS_CAME_REFUSED_BY_KEY)
        say(verdict, kind,
            g_strdup_printf("the child row does not follow, so the %s is %s",
                            is_delete(verdict) ? "DELETE" : "UPDATE", said));
    else
        say(verdict, kind, g_steal_pointer(&said));
}

static gint64
number_of(const GPtrArray *results, guint i)
{
    return g_ascii_strtoll(PQgetvalue(g_ptr_array_index(results, i), 0, 0), NULL, 10);
}

PgsReferentialOutcome *
pgs_referential_trial_judge(const PgsReferentialTrial *trial, const PgsBatchResult *result,
                            const GPtrArray *extra)
{
    PgsReferentialOutcome *outcome = g_new0(PgsReferentialOutcome, 1);
    outcome->touched = g_ptr_array_new();
    outcome->others = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) states =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_watched_state_free);
    Verdict verdict = {.trial = trial, .states = states, .outcome = outcome};
    /* Behind SET CONSTRAINTS and what clears the way; after the deed come the deferred checks. */
    guint deed = 1 + (extra != NULL ? extra->len : 0) + trial->prelude->len;
    if (result->failure != NULL && (result->refused_at < deed || result->refused_at > deed + 1)) {
        outcome->failure = result->failure;
        say(&verdict, PGS_CAME_UNUSABLE, pgs_outcome_describe(result));
        return outcome;
    }
    if (result->failure != NULL) {
        judge_refusal(&verdict, result);
        return outcome;
    }
    PGresult *done = g_ptr_array_index(result->results, deed);
    verdict.had_effect = g_strcmp0(PQcmdTuples(done), "0") != 0 && *PQcmdTuples(done) != '\0';
    for (guint i = 0; i < trial->watch->len; i++)
        g_ptr_array_add(states, pgs_watched_look(g_ptr_array_index(trial->watch, i), trial->watch,
                                                 g_ptr_array_index(result->results, deed + 2 + i)));
    if (trial->count != NULL)
        outcome->n_inserted = number_of(result->results, result->results->len - 1) -
                              number_of(result->results, 1 + (extra != NULL ? extra->len : 0));
    judge_states(&verdict);
    return outcome;
}

void
pgs_referential_outcome_free(PgsReferentialOutcome *outcome)
{
    if (outcome == NULL)
        return;
    g_ptr_array_unref(outcome->touched);
    g_ptr_array_unref(outcome->others);
    g_free(outcome->words);
    g_free(outcome);
}
