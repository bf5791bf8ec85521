#include "synthesis/synthesis_state.h"

/* A trigger may take its time with each row; a loaded machine is no reason to give up. */
#define SEARCH_TIME (10 * G_USEC_PER_SEC)
#define KEY "synthesis.state"

static void
state_free(gpointer data)
{
    PgsSynthesisState *state = data;
    g_string_free(state->script, TRUE);
    g_hash_table_unref(state->parents);
    g_hash_table_unref(state->touched);
    g_hash_table_unref(state->readied);
    g_hash_table_unref(state->keys);
    g_hash_table_unref(state->remarks);
    g_hash_table_unref(state->spent);
    g_free(state);
}

static PgsSynthesisState *
state_new(void)
{
    PgsSynthesisState *state = g_new0(PgsSynthesisState, 1);
    state->script = g_string_new(NULL);
    state->parents =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)pgs_stored_free);
    state->touched = g_hash_table_new(NULL, NULL);
    state->readied = g_hash_table_new(NULL, NULL);
    state->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    state->remarks = g_hash_table_new(NULL, NULL);
    state->search_time = SEARCH_TIME;
    state->spent = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return state;
}

PgsSynthesisState *
pgs_synthesis_state(PgsBench *bench)
{
    PgsSynthesisState *state = pgs_bench_recall(bench, KEY);
    if (state == NULL) {
        state = state_new();
        pgs_bench_remember(bench, KEY, state, state_free);
    }
    if (state->transaction != pgs_bench_transaction(bench)) {
        state->transaction = pgs_bench_transaction(bench);
        g_string_truncate(state->script, 0);
        g_hash_table_remove_all(state->parents);
        g_hash_table_remove_all(state->touched);
        g_hash_table_remove_all(state->readied);
        g_hash_table_remove_all(state->keys);
    }
    return state;
}

void
pgs_synthesis_state_log(PgsSynthesisState *state, const char *statement)
{
    g_string_append_printf(state->script, "%s;\n", statement);
}

/* ---- marks ---- */

struct _PgsSynthesisMark {
    gsize script_length;
    GHashTable *parents, *touched, *readied; /* pointers only */
};

static GHashTable *
copy_table(GHashTable *table, GHashFunc hash, GEqualFunc equal, GBoxedCopyFunc copy_key,
           GDestroyNotify free_key)
{
    GHashTable *copy = g_hash_table_new_full(hash, equal, free_key, NULL);
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_hash_table_insert(copy, copy_key != NULL ? copy_key(key) : key, value);
    return copy;
}

static gpointer
copy_text(gpointer text)
{
    return g_strdup(text);
}

PgsSynthesisMark *
pgs_synthesis_mark_new(const PgsSynthesisState *state)
{
    PgsSynthesisMark *mark = g_new0(PgsSynthesisMark, 1);
    mark->script_length = state->script->len;
    mark->parents = copy_table(state->parents, g_str_hash, g_str_equal, copy_text, g_free);
    mark->touched = copy_table(state->touched, NULL, NULL, NULL, NULL);
    mark->readied = copy_table(state->readied, NULL, NULL, NULL, NULL);
    return mark;
}

/* What has come since. */
static gboolean
is_new(gpointer key, gpointer value, gpointer data)
{
    return g_hash_table_lookup(data, key) != value;
}

void
pgs_synthesis_mark_restore(const PgsSynthesisMark *mark, PgsSynthesisState *state)
{
    g_string_truncate(state->script, mark->script_length);
    g_hash_table_foreach_remove(state->parents, is_new, mark->parents);
    g_hash_table_foreach_remove(state->touched, is_new, mark->touched);
    g_hash_table_foreach_remove(state->readied, is_new, mark->readied);
}

void
pgs_synthesis_mark_free(PgsSynthesisMark *mark)
{
    if (mark == NULL)
        return;
    g_hash_table_unref(mark->parents);
    g_hash_table_unref(mark->touched);
    g_hash_table_unref(mark->readied);
    g_free(mark);
}
