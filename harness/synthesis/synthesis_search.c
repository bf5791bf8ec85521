#include "synthesis/synthesis_search.h"

#include "synthesis/synthesis_learn.h"

#include <string.h>

enum {
    MAX_STATES = 24,
};

/* A row that was refused in a way that was new. */
typedef struct {
    PgsDraft *draft;
    PgsTry *try;
    guint stage; /* what is to be tried with it next; PGS_N_STAGES: nothing */
    guint depth; /* how many refusals in a row led to it */
} State;

typedef struct {
    PgsBuild *build;
    GPtrArray *states;    /* State */
    GHashTable *refusals; /* char *: in what ways rows were refused */
    PgsDraft *accepted;
    guint *n_tried;
    guint n_before; /* of these, tried before it began */
    gint64 start, limit;
} Search;

static void
state_free(gpointer data)
{
    State *state = data;
    pgs_draft_free(state->draft);
    pgs_try_free(state->try);
    g_free(state);
}

/* ---- in which way it was refused ---- */

/* What the message says, values aside. */
static char *
describe(const PgsTry *try)
{
    if (try->failure == NULL)
        return g_strdup("swallowed");
    GString *text = g_string_new(try->failure->sqlstate);
    g_string_append_printf(text, " %s %s ",
                           try->failure->constraint != NULL ? try->failure->constraint : "",
                           try->failure->column != NULL ? try->failure->column : "");
    char quote = '\0';
    for (const char *p = try->failure->message; *p != '\0'; p++) {
        if (quote != '\0' && *p == quote)
            quote = '\0';
        else if (quote == '\0' && *p == '"')
            quote = *p;
        else if (quote == '\0' && !g_ascii_isdigit(*p))
            g_string_append_c(text, *p);
    }
    return g_string_free(text, FALSE);
}

/* How far the server came with the row: it looks at values, then triggers act, then rules of the
   row itself, keys, and at last foreign keys. */
static guint
measure(const PgsTry *try)
{
    static const struct {
        const char *sqlstate;
        guint progress;
    } steps[] = {
        {"22", 1},    {"42", 0},    {"0A", 0},    {"23502", 2},
        {"23514", 3}, {"23505", 4}, {"23P01", 4}, {"23503", 5},
    };
    for (guint i = 0; try->failure != NULL && i < G_N_ELEMENTS(steps); i++) {
        if (g_str_has_prefix(try->failure->sqlstate, steps[i].sqlstate))
            return steps[i].progress;
    }
    return 1;
}

/* Takes all but search over. */
static void
add_state(Search *search, PgsDraft *draft, PgsTry *try, guint depth, char *way)
{
    State *state = g_new0(State, 1);
    state->draft = draft;
    state->try = try;
    state->depth = depth;
    g_ptr_array_add(search->states, state);
    g_hash_table_add(search->refusals, way);
}

static gboolean
is_by_value(const PgsTry *try)
{
    return try->failure != NULL && g_str_has_prefix(try->failure->sqlstate, "22");
}

/*
 * Errors that rules' expressions raise are alike: after a rule was seen to, another one is another
 * step.  But what a value taken at random is refused for says nothing of the row.
 */
static void
note_refusal(Search *search, const State *before, const PgsDraft *draft, const PgsTry *try)
{
    gboolean is_random = before->stage > PGS_STAGE_ANY;
    guint depth = before->depth + 1;
    g_autofree char *way = describe(try);
    if (is_by_value(try)) {
        char *step = g_strdup_printf("%s %u", way, depth);
        g_free(way);
        way = step;
    }
    if (measure(try) == 0 || (is_random && is_by_value(try)) || search->states->len >= MAX_STATES ||
        g_hash_table_contains(search->refusals, way))
        return;
    add_state(search, pgs_draft_copy(draft), pgs_try_new(try->failure, 0), depth,
              g_steal_pointer(&way));
}

/* What was tried least, and of those the one that came furthest. */
static State *
next_state(const Search *search)
{
    State *best = NULL;
    for (guint i = 0; i < search->states->len; i++) {
        State *state = g_ptr_array_index(search->states, i);
        if (state->stage >= PGS_N_STAGES)
            continue;
        if (best == NULL || state->stage < best->stage ||
            (state->stage == best->stage && measure(state->try) > measure(best->try)))
            best = state;
    }
    return best;
}

/* ---- trying ---- */

/* The drafts from start on, as many as n. */
static gboolean
try_some(Search *search, PgsVariation *variation, const State *state, guint start, guint n,
         GError **error)
{
    g_autoptr(GPtrArray) drafts = g_ptr_array_new();
    for (guint i = start; i < start + n; i++)
        g_ptr_array_add(drafts, g_ptr_array_index(variation->drafts, i));
    g_autoptr(GPtrArray) tries = pgs_build_try(search->build, drafts, error);
    if (tries == NULL)
        return FALSE;
    *search->n_tried += n;
    const State *first = g_ptr_array_index(search->states, 0);
    for (guint i = 0; i < n; i++) {
        const PgsDraft *draft = g_ptr_array_index(drafts, i);
        const PgsTry *try = g_ptr_array_index(tries, i);
        if (!try->accepted) {
            note_refusal(search, state, draft, try);
            pgs_build_note_refusal(search->build, draft, try);
            continue;
        }
        search->accepted = pgs_draft_copy(draft);
        return pgs_recipe_learn(variation, first->draft, draft,
                                g_array_index(variation->shifts, guint, start + i), error);
    }
    return TRUE;
}

/* ---- time ---- */

static gint64
time_spent(const PgsBuild *build)
{
    const gint64 *spent = g_hash_table_lookup(build->state->spent, build->relation);
    return spent != NULL ? *spent : 0;
}

static void
note_time(const Search *search)
{
    PgsBuild *build = search->build;
    gint64 *spent = g_new(gint64, 1);
    *spent = time_spent(build) + g_get_monotonic_time() - search->start;
    g_hash_table_replace(build->state->spent, (gpointer)build->relation, spent);
}

/* How many of n the time is enough for, as they went so far; 0: it is over. */
static guint
cut_to_time(const Search *search, guint n)
{
    gint64 elapsed = g_get_monotonic_time() - search->start;
    guint done = *search->n_tried - search->n_before;
    if (elapsed >= search->limit)
        return 0;
    if (done == 0 || elapsed == 0)
        return n;
    gint64 left = (search->limit - elapsed) * done / elapsed;
    return (guint)CLAMP(left, 1, (gint64)n);
}

/* A few at first, for those are the most promising ones. */
static gboolean
try_all(Search *search, PgsVariation *variation, const State *state, GError **error)
{
    static const guint sizes[] = {4, 40, 200};
    guint done = 0;
    for (guint i = 0; done < variation->drafts->len && search->accepted == NULL; i++) {
        guint n = sizes[MIN(i, G_N_ELEMENTS(sizes) - 1)];
        n = cut_to_time(search, MIN(n, variation->drafts->len - done));
        if (n == 0 || *search->n_tried + n > PGS_SEARCH_LIMIT)
            return TRUE;
        if (!try_some(search, variation, state, done, n, error))
            return FALSE;
        done += n;
    }
    return TRUE;
}

/* A stage that is passed over has nothing to try for such a refusal. */
static gboolean
expand(Search *search, State *state, GError **error)
{
    g_auto(PgsVariation) variation;
    pgs_variation_init(&variation, search->build, state->draft, state->try);
    PgsVariationStage stage = (PgsVariationStage)state->stage++;
    if (pgs_variation_is_wished(&variation)) {
        state->stage = PGS_N_STAGES;
        return TRUE;
    }
    return pgs_variation_fill(&variation, stage, error) &&
           try_all(search, &variation, state, error);
}

static PgsTry *
furthest(const Search *search)
{
    const State *best = g_ptr_array_index(search->states, 0);
    for (guint i = 1; i < search->states->len; i++) {
        const State *state = g_ptr_array_index(search->states, i);
        if (measure(state->try) > measure(best->try))
            best = state;
    }
    return pgs_try_new(best->try->failure, 0);
}

PgsDraft *
pgs_build_search(PgsBuild *build, PgsDraft *draft, PgsTry *try, PgsTry **last, guint *n_tried,
                 GError **error)
{
    Search search = {
        .build = build,
        .states = g_ptr_array_new_with_free_func(state_free),
        .refusals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .n_tried = n_tried,
        .n_before = *n_tried,
        .start = g_get_monotonic_time(),
        .limit = MIN(build->state->search_time, 2 * build->state->search_time - time_spent(build)),
    };
    add_state(&search, draft, try, 0, describe(try));
    gboolean ok = TRUE;
    State *state = g_ptr_array_index(search.states, 0);
    while (ok && search.accepted == NULL && state != NULL && *n_tried < PGS_SEARCH_LIMIT &&
           cut_to_time(&search, 1) > 0) {
        ok = expand(&search, state, error);
        state = next_state(&search);
    }
    if (ok && search.accepted == NULL) {
        build->is_out_of_time = cut_to_time(&search, 1) == 0;
        note_time(&search);
        *last = furthest(&search);
    }
    if (!ok)
        g_clear_pointer(&search.accepted, pgs_draft_free);
    g_hash_table_unref(search.refusals);
    g_ptr_array_unref(search.states);
    return search.accepted;
}
