#include "synthesis/synthesis.h"

#include "base/text.h"
#include "synthesis/synthesis_learn.h"
#include "synthesis/synthesis_search.h"

enum {
    STORES = 3, /* attempts to store what was accepted */
};

/* ---- reasons and remarks ---- */

/* What may have swallowed a row. */
static void
append_rewrites(GString *text, const PgsTry *try, const PgsRelation *relation)
{
    for (guint i = 0; try->swallowed && i < relation->rewrites->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "; rules on it: " : ", ",
                               (const char *)g_ptr_array_index(relation->rewrites, i));
}

static char *
explain(const PgsBuild *build, const PgsTry *last, guint n_tried)
{
    g_autofree char *tries = pgs_text_count(n_tried, "try", "tries");
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "no row of %s was accepted in %s%s; the server last said: %s",
                           build->relation->identity, tries,
                           build->is_out_of_time ? ", for which the time was up" : "", last->words);
    append_rewrites(text, last, build->relation);
    return g_strdup(text->str);
}

/* Triggers that act on an INSERT, as "set_owner, audit"; NULL: there are none. */
static char *
name_triggers(const PgsRelation *relation)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        if (trigger->on_insert && trigger->enabled != 'D')
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", trigger->name);
    }
    return names->len > 0 ? g_strdup(names->str) : NULL;
}

static void
remark(PgsBuild *build)
{
    const PgsRecipe *recipe = build->recipe;
    g_autofree char *triggers = name_triggers(build->relation);
    const char *text = NULL;
    if (recipe->without_triggers)
        text = pgs_bench_keep_printf(build->bench, "with its triggers off: %s lets no row in%s",
                                     triggers != NULL ? triggers : "one of them",
                                     recipe->emptied ? ", and its rows deleted" : "");
    else if (recipe->emptied)
        text = "after its rows were deleted: they leave no room for another";
    else
        text = "after the row was deleted that a trigger makes with the row it refers to";
    g_hash_table_insert(build->state->remarks, (gpointer)build->relation, (gpointer)text);
}

const char *
pgs_synthesis_remark(PgsBench *bench, const PgsRelation *relation)
{
    return g_hash_table_lookup(pgs_synthesis_state(bench)->remarks, relation);
}

/* ---- what stands in the way ---- */

static gboolean
has_insert_triggers(const PgsRelation *relation)
{
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        if (trigger->on_insert && trigger->enabled != 'D')
            return TRUE;
    }
    for (guint i = 0; i < relation->children->len; i++) {
        if (has_insert_triggers(g_ptr_array_index(relation->children, i)))
            return TRUE;
    }
    return FALSE;
}

/* Whether the row in the way may have been made by a trigger, together with the one referred to. */
static gboolean
is_displaceable(const PgsBuild *build)
{
    gboolean has_triggers = FALSE;
    for (guint i = 0; i < build->relation->references->len; i++) {
        const PgsRule *reference = g_ptr_array_index(build->relation->references, i);
        has_triggers = has_triggers || (reference->referenced != NULL &&
                                        has_insert_triggers(reference->referenced));
    }
    return has_triggers && build->is_key_taken;
}

/* The statement itself is wrong, or not permitted; what a trigger raises has a context. */
static gboolean
is_of_statement(const PgsTry *try)
{
    return try->failure != NULL && g_str_has_prefix(try->failure->sqlstate, "42") &&
           try->failure->context == NULL;
}

/* FALSE: there is nothing more that could be done.  build->recipe says what. */
static gboolean
escalate(PgsBuild *build, const PgsTry *last)
{
    PgsRecipe *recipe = build->recipe;
    if (build->state->is_gentle || is_of_statement(last))
        return FALSE;
    gboolean has_triggers = !recipe->without_triggers && has_insert_triggers(build->relation);
    if (!recipe->displaces && is_displaceable(build)) {
        recipe->displaces = TRUE;
        return TRUE;
    }
    if (has_triggers && build->is_of_trigger) {
        recipe->without_triggers = TRUE;
    } else if (!recipe->emptied && build->relation->has_rows && build->outer == NULL &&
               !g_hash_table_contains(build->state->touched, build->relation)) {
        recipe->emptied = TRUE;
    } else if (has_triggers) {
        /* A rule of its own refuses what a trigger may have written. */
        recipe->without_triggers = TRUE;
    } else {
        return FALSE;
    }
    g_hash_table_remove(build->state->readied, build->relation);
    return TRUE;
}

static char *
find_obstacle(const PgsRelation *relation)
{
    if (relation->kind == 'f')
        return g_strdup_printf("%s is a foreign table: its rows are on another server",
                               relation->identity);
    if (relation->kind == 'p' && relation->children->len == 0)
        return g_strdup_printf("%s has no partition that could take a row", relation->identity);
    return NULL;
}

/* ---- drafts ---- */

static PgsTry *
try_one(PgsBuild *build, PgsDraft *draft, GError **error)
{
    g_autoptr(GPtrArray) drafts = g_ptr_array_new();
    g_ptr_array_add(drafts, draft);
    g_autoptr(GPtrArray) tries = pgs_build_try(build, drafts, error);
    return tries != NULL ? g_ptr_array_steal_index(tries, 0) : NULL;
}

/*
 * One round: a row as the recipe has it now, or else a search.  NULL without error: *last is the
 * server's word, or *reason says why there is nothing to ask it about.
 */
static PgsDraft *
find_draft(PgsBuild *build, PgsTry **last, guint *n_tried, char **reason, GError **error)
{
    g_autoptr(PgsDraft) draft = pgs_build_draft(build, reason, error);
    if (draft == NULL)
        return NULL;
    g_autoptr(PgsTry) try = try_one(build, draft, error);
    if (try == NULL)
        return NULL;
    if (!try->accepted)
        pgs_build_note_refusal(build, draft, try);
    if (++*n_tried == 1)
        build->script_length = build->state->script->len;
    if (try->accepted)
        return g_steal_pointer(&draft);
    if (build->recipe->hopeless & pgs_recipe_stance(build->recipe)) {
        *last = g_steal_pointer(&try);
        return NULL;
    }
    return pgs_build_search(build, g_steal_pointer(&draft), g_steal_pointer(&try), last, n_tried,
                            error);
}

static void
accept(PgsBuild *build)
{
    build->recipe->is_tried = TRUE;
    build->recipe->hopeless = 0;
    build->recipe->words = NULL;
    if (build->recipe->without_triggers || build->recipe->emptied || build->recipe->displaces)
        remark(build);
}

/*
 * Nothing more is tried, for the server does not let the relation be changed, or it was of no use.
 * When it was known to be hopeless, what the search has found that made it so says more than the
 * one row of now.
 */
static void
give_up(PgsBuild *build, const PgsTry *last, guint n_tried, gboolean is_known, char **reason)
{
    PgsRecipe *recipe = build->recipe;
    recipe->without_triggers = recipe->emptied = recipe->displaces = FALSE;
    if (is_known && recipe->words != NULL) {
        *reason = g_strdup(recipe->words);
        return;
    }
    *reason = explain(build, last, n_tried);
    if (recipe->hopeless != 0 && recipe->words == NULL)
        recipe->words = pgs_bench_keep(build->bench, *reason);
}

/*
 * Rounds of finding a draft, each after something more was done about what stands in the way.  NULL
 * without error: *reason says why.
 */
static PgsDraft *
find_by_rounds(PgsBuild *build, guint *n_tried, char **reason, GError **error)
{
    g_autoptr(PgsTry) last = NULL;
    gboolean is_known = TRUE; /* each round was hopeless */
    for (;;) {
        GError *local = NULL;
        gboolean is_ready = pgs_build_ready(build, &local);
        if (local != NULL) {
            g_propagate_error(error, local);
            return NULL;
        }
        if (!is_ready && last != NULL)
            break;
        g_clear_pointer(&last, pgs_try_free);
        is_known = is_known && (build->recipe->hopeless & pgs_recipe_stance(build->recipe)) != 0;
        PgsDraft *draft = find_draft(build, &last, n_tried, reason, error);
        if (draft != NULL)
            accept(build);
        if (draft != NULL || last == NULL)
            return draft;
        if (build->n_wishes == 0 && !g_hash_table_contains(build->state->touched, build->relation))
            build->recipe->hopeless |= pgs_recipe_stance(build->recipe);
        if (!escalate(build, last))
            break;
    }
    give_up(build, last, *n_tried, is_known, reason);
    return NULL;
}

/*
 * What a search leaves behind (rows that were referred to by what was refused) goes; the draft is
 * made again, by what was learnt.
 */
static gboolean
tidy_up(PgsBuild *build, const PgsSynthesisMark *mark, PgsDraft **draft, char **reason,
        GError **error)
{
    if (*draft != NULL && !build->is_wasteful && build->script_length == build->state->script->len)
        return TRUE;
    if (!pgs_connection_run(pgs_bench_connection(build->bench), "ROLLBACK TO SAVEPOINT pgs_search",
                            error))
        return FALSE;
    pgs_synthesis_mark_restore(mark, build->state);
    if (*draft == NULL)
        return TRUE;
    guint n_tried = 0;
    pgs_draft_free(*draft);
    *draft = find_by_rounds(build, &n_tried, reason, error);
    return *draft != NULL || *reason != NULL;
}

/* What a recipe that has been tried gives.  NULL without error and reason: it was refused. */
static PgsDraft *
find_at_once(PgsBuild *build, char **reason, GError **error)
{
    gboolean is_ready = pgs_build_ready(build, error);
    g_autoptr(PgsDraft) draft = is_ready ? pgs_build_draft(build, reason, error) : NULL;
    if (draft == NULL)
        return NULL;
    g_autoptr(PgsTry) try = try_one(build, draft, error);
    return try != NULL && try->accepted ? g_steal_pointer(&draft) : NULL;
}

static PgsDraft *
find_accepted(PgsBuild *build, char **reason, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(build->bench);
    guint n_tried = 0;
    *reason = find_obstacle(build->relation);
    if (*reason != NULL || !pgs_recipe_settle(build, error))
        return NULL;
    GError *local = NULL;
    PgsDraft *present = build->recipe->is_tried ? find_at_once(build, reason, &local) : NULL;
    if (local != NULL)
        g_propagate_error(error, local);
    if (present != NULL || *reason != NULL || local != NULL)
        return present;
    g_autoptr(PgsSynthesisMark) mark = pgs_synthesis_mark_new(build->state);
    if (!pgs_connection_run(connection, "SAVEPOINT pgs_search", error))
        return NULL;
    g_autoptr(PgsDraft) draft = find_by_rounds(build, &n_tried, reason, error);
    if (draft == NULL && *reason == NULL)
        return NULL;
    if (!tidy_up(build, mark, &draft, reason, error) ||
        !pgs_connection_run(connection, "RELEASE SAVEPOINT pgs_search", error)) {
        g_clear_pointer(reason, g_free);
        return NULL;
    }
    return g_steal_pointer(&draft);
}

/*
 * Wishes can stand in the way of finding out what the relation's rows are like: a row without any
 * is looked for, and not kept.  FALSE without error: nothing came of it.
 */
static gboolean
learn_without_wishes(PgsBuild *build, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(build->bench);
    PgsBuild plain;
    pgs_build_init(&plain, build->bench, build->outer, build->relation, NULL, 0);
    g_autoptr(PgsSynthesisMark) mark = pgs_synthesis_mark_new(build->state);
    if (!plain.recipe->is_tried) {
        g_autofree char *reason = NULL;
        if (!pgs_connection_run(connection, "SAVEPOINT pgs_plain", error))
            return FALSE;
        g_autoptr(PgsDraft) draft = find_accepted(&plain, &reason, error);
        if ((draft == NULL && reason == NULL) ||
            !pgs_connection_run(
                connection, "ROLLBACK TO SAVEPOINT pgs_plain; RELEASE SAVEPOINT pgs_plain", error))
            return FALSE;
        pgs_synthesis_mark_restore(mark, build->state);
    }
    return pgs_build_learn(build);
}

PgsDraft *
pgs_build_accepted(PgsBuild *build, char **reason, GError **error)
{
    PgsDraft *draft = find_accepted(build, reason, error);
    if (draft != NULL || *reason == NULL || !pgs_build_may_learn(build))
        return draft;
    GError *local = NULL;
    gboolean is_wiser = learn_without_wishes(build, &local);
    if (is_wiser || local != NULL)
        g_clear_pointer(reason, g_free);
    if (local != NULL)
        g_propagate_error(error, local);
    return is_wiser ? find_accepted(build, reason, error) : NULL;
}

/* As the recipe has it.  NULL without error and reason: it was refused. */
static PgsStored *
store_at_once(PgsBuild *build, char **reason, GError **error)
{
    g_autoptr(PgsTry) try = NULL;
    gboolean is_ready = pgs_build_ready(build, error);
    g_autoptr(PgsDraft) draft = is_ready ? pgs_build_draft(build, reason, error) : NULL;
    return draft != NULL ? pgs_build_insert(build->bench, draft, &try, error) : NULL;
}

/* A recipe that has been tried needs no other try than the row itself.  What was accepted may be
   refused the next time: what a trigger does can depend on a sequence. */
PgsStored *
pgs_build_stored(PgsBuild *build, char **reason, GError **error)
{
    GError *local = NULL;
    PgsStored *stored = build->recipe->is_tried ? store_at_once(build, reason, &local) : NULL;
    for (guint i = 0; i < STORES && stored == NULL && *reason == NULL && local == NULL; i++) {
        g_autoptr(PgsDraft) draft = pgs_build_accepted(build, reason, &local);
        if (draft == NULL)
            break;
        stored = pgs_synthesis_store(build->bench, draft, reason, &local);
        if (stored == NULL && i + 1 < STORES)
            g_clear_pointer(reason, g_free);
    }
    if (local != NULL) {
        g_clear_pointer(reason, g_free);
        g_propagate_error(error, local);
    }
    return stored;
}

/* ---- the public functions ---- */

PgsDraft *
pgs_synthesis_draft(PgsBench *bench, const PgsRelation *relation, const PgsWish *wishes,
                    guint n_wishes, char **reason, GError **error)
{
    PgsBuild build;
    pgs_build_init(&build, bench, NULL, relation, wishes, n_wishes);
    *reason = NULL;
    return pgs_build_accepted(&build, reason, error);
}

PgsStored *
pgs_synthesis_make(PgsBench *bench, const PgsRelation *relation, const PgsWish *wishes,
                   guint n_wishes, char **reason, GError **error)
{
    PgsBuild build;
    pgs_build_init(&build, bench, NULL, relation, wishes, n_wishes);
    *reason = NULL;
    return pgs_build_stored(&build, reason, error);
}

PgsStored *
pgs_synthesis_store(PgsBench *bench, const PgsDraft *draft, char **reason, GError **error)
{
    g_autoptr(PgsTry) try = NULL;
    *reason = NULL;
    PgsStored *stored = pgs_build_insert(bench, draft, &try, error);
    if (try != NULL) {
        g_autoptr(GString) text = g_string_new(draft->relation->identity);
        g_string_append_printf(text, ": %s", try->words);
        append_rewrites(text, try, draft->relation);
        *reason = g_strdup(text->str);
    }
    return stored;
}

void
pgs_synthesis_be_gentle(PgsBench *bench)
{
    pgs_synthesis_state(bench)->is_gentle = TRUE;
}

char *
pgs_synthesis_script(PgsBench *bench)
{
    return g_strdup(pgs_synthesis_state(bench)->script->str);
}
