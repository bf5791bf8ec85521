#include "exercise/referential_tree.h"

#include "exercise/referential_default.h"

#include <string.h>

enum {
    MAX_ROWS = 60, /* in both trees */
};

/* A row that others refer to, its like in the other tree, and what becomes of it. */
typedef struct {
    const PgsStored *row, *other; /* other may be NULL */
    const PgsWatched *watched;
    guint level;
} Node;

typedef struct {
    PgsReferentialTrial *trial;
    GPtrArray *below;
    GQueue queue;     /* Node */
    GHashTable *seen; /* const PgsRule * */
    gboolean is_cut;
} Tree;

static char
action_of(const PgsRule *rule, PgsReferentialEvent event)
{
    return event == PGS_REFERENTIAL_DELETE ? rule->on_delete : rule->on_update;
}

static gboolean
follows(const PgsRule *rule, PgsReferentialEvent event)
{
    char action = action_of(rule, event);
    return rule->enforced && !rule->period && action != 'a' && action != 'r';
}

/* A new key matters only to what refers to its columns. */
static gboolean
points_at(const PgsRule *rule, const PgsColumn *const *changed, guint n)
{
    for (guint i = 0; i < rule->n_columns; i++)
        for (guint j = 0; j < n; j++)
            if (rule->referenced_columns[i] == changed[j])
                return TRUE;
    return FALSE;
}

static char *
memory_key(const PgsRelation *relation)
{
    return g_strdup_printf("referential_tree:%s", relation->identity);
}

gboolean
pgs_referential_tree_is_worth(const PgsReferentialRows *rows, PgsReferentialEvent event)
{
    const PgsRule *rule = rows->rule;
    if (action_of(rule, event) != 'c' || rows->children[0] == NULL)
        return FALSE;
    g_autofree char *key = memory_key(rule->relation);
    if (event == PGS_REFERENTIAL_DELETE && pgs_bench_recall(rows->bench, key) != NULL)
        return FALSE;
    const GPtrArray *rules = rule->relation->referenced_by;
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *below = g_ptr_array_index(rules, i);
        if (follows(below, event) &&
            (event == PGS_REFERENTIAL_DELETE || points_at(below, rule->columns, rule->n_columns)))
            return TRUE;
    }
    return FALSE;
}

/* ---- one row ---- */

/* The parent's texts as they will be. */
static char **
texts_after(const PgsWatched *watched)
{
    guint n = watched->row->draft->relation->columns->len;
    char **texts = g_new0(char *, n);
    for (guint i = 0; i < n; i++)
        texts[i] = watched->row->stored[i];
    for (guint i = 0; watched->columns != NULL && i < watched->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(watched->columns, i);
        texts[column->index] = g_ptr_array_index(watched->values, i);
    }
    return texts;
}

/* What the columns hold then; NULL and *reason, or error. */
static gboolean
values_after(const Tree *tree, const PgsRule *rule, const Node *node, const PgsStored *row,
             const PgsColumn *const *set, guint n_set, GPtrArray **values, char **reason,
             GError **error)
{
    PgsBench *bench = tree->trial->rows->bench;
    char action = action_of(rule, tree->trial->event);
    g_autoptr(GPtrArray) key = NULL;
    *values = NULL;
    if (action == 'c') {
        g_autofree char **after = texts_after(node->watched);
        return pgs_referential_key(bench, rule, (const char *const *)after, values, error);
    }
    if (action == 'd') {
        g_autoptr(GPtrArray) now =
            pgs_referential_texts(rule->columns, rule->n_columns, (const char *const *)row->stored);
        if (!pgs_referential_default_key(bench, rule, now, set, n_set, &key, reason, error))
            return FALSE;
        if (key == NULL)
            return TRUE;
    }
    *values = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n_set; i++) {
        const char *text = NULL;
        for (guint j = 0; key != NULL && j < rule->n_columns; j++)
            if (rule->columns[j] == set[i])
                text = g_ptr_array_index(key, j);
        g_ptr_array_add(*values, g_strdup(text));
    }
    return TRUE;
}

static PgsWatched *
watch(Tree *tree, const PgsStored *row, const PgsRule *rule, PgsFate fate, guint level,
      gboolean is_other, GPtrArray *columns, GPtrArray *values)
{
    PgsWatched *watched = pgs_watched_new(row, fate, level, is_other, rule->columns,
                                          rule->n_columns, columns, values);
    g_ptr_array_add(tree->trial->watch, watched);
    return watched;
}

static gboolean
keep(Tree *tree, PgsStored *stored, const char *reason, GError *local, GError **error)
{
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (stored != NULL)
        g_ptr_array_add(tree->below, stored);
    else
        pgs_rule_result_note(tree->trial->rows->result, "a row below was not had: %s",
                             reason != NULL ? reason : "");
    return TRUE;
}

/* The rows that refer by a key to a node's two. */
static gboolean
grow_one(Tree *tree, const PgsRule *rule, const Node *node, GError **error)
{
    PgsBench *bench = tree->trial->rows->bench;
    PgsReferentialEvent event = tree->trial->event;
    g_autofree char *reason = NULL, *other_reason = NULL, *value_reason = NULL;
    GError *local = NULL;
    PgsStored *row = pgs_referential_follow(bench, rule, node->row, &reason, &local);
    if (!keep(tree, row, reason, local, error) || row == NULL)
        return row == NULL && local == NULL;
    PgsStored *other = NULL;
    if (node->other != NULL) {
        other = pgs_referential_follow(bench, rule, node->other, &other_reason, &local);
        if (!keep(tree, other, other_reason, local, error))
            return FALSE;
    }
    guint n_set;
    const PgsColumn **set = pgs_referential_set_columns(rule, event, &n_set);
    gboolean is_gone = event == PGS_REFERENTIAL_DELETE && action_of(rule, event) == 'c';
    GPtrArray *values = NULL;
    if (!is_gone && !values_after(tree, rule, node, row, set, n_set, &values, &value_reason, error))
        return FALSE;
    if (!is_gone && values == NULL)
        return keep(tree, NULL, value_reason, NULL, error);
    g_ptr_array_add(tree->trial->edges, (gpointer)rule);
    const PgsWatched *watched =
        watch(tree, row, rule, is_gone ? PGS_FATE_GONE : PGS_FATE_SET, node->level + 1, FALSE,
              is_gone ? NULL : pgs_referential_columns(set, n_set), values);
    if (other != NULL)
        watch(tree, other, rule, PGS_FATE_SAME, node->level + 1, TRUE, NULL, NULL);
    Node *next = g_new0(Node, 1);
    *next = (Node){.row = row, .other = other, .watched = watched, .level = node->level + 1};
    g_queue_push_tail(&tree->queue, next);
    return TRUE;
}

/* ---- rows that go by another way ---- */

/* Whether the one refers to the other by a key that takes it along. */
static gboolean
goes_with(const PgsWatched *watched, const PgsWatched *gone)
{
    const PgsRelation *relation = watched->row->draft->relation;
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->references, i);
        gboolean is_same = rule->enforced && rule->on_delete == 'c' &&
                           rule->referenced == gone->row->draft->relation;
        for (guint j = 0; is_same && j < rule->n_columns; j++) {
            const PgsColumn *own = pgs_relation_column(relation, rule->columns[j]->name);
            const char *text = own != NULL ? watched->row->stored[own->index] : NULL;
            is_same = text != NULL &&
                      strcmp(text, gone->row->stored[rule->referenced_columns[j]->index]) == 0;
        }
        if (is_same)
            return TRUE;
    }
    return FALSE;
}

static gboolean
goes_with_any(const GPtrArray *watch, const PgsWatched *watched)
{
    for (guint i = 0; i < watch->len; i++) {
        const PgsWatched *gone = g_ptr_array_index(watch, i);
        if (gone != watched && gone->fate == PGS_FATE_GONE && goes_with(watched, gone))
            return TRUE;
    }
    return FALSE;
}

/* A row that was to be set may be taken along by another key; one of the other tree's says nothing
   then. */
static void
settle_other_ways(GPtrArray *watch)
{
    for (guint i = 2; i < watch->len; i++) {
        const PgsWatched *watched = g_ptr_array_index(watch, i);
        if (watched->fate == PGS_FATE_GONE || !goes_with_any(watch, watched))
            continue;
        PgsWatched *now = watched->is_other
                              ? NULL
                              : pgs_watched_new(watched->row, PGS_FATE_GONE, watched->level, FALSE,
                                                watched->key, watched->n_key, NULL, NULL);
        g_ptr_array_remove_index(watch, i);
        if (now != NULL)
            g_ptr_array_insert(watch, (gint)i, now);
        i = 1; /* what refers to it goes as well */
    }
}

/* ---- all of them ---- */

static gboolean
grow_node(Tree *tree, const Node *node, GError **error)
{
    PgsReferentialEvent event = tree->trial->event;
    const PgsRelation *relation = node->row->draft->relation;
    const PgsWatched *watched = node->watched;
    if (event == PGS_REFERENTIAL_DELETE && watched->fate != PGS_FATE_GONE)
        return TRUE;
    for (guint i = 0; i < relation->referenced_by->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->referenced_by, i);
        gboolean matters = event == PGS_REFERENTIAL_DELETE ||
                           points_at(rule, (const PgsColumn *const *)watched->columns->pdata,
                                     watched->columns->len);
        if (!follows(rule, event) || !matters || g_hash_table_contains(tree->seen, rule))
            continue;
        if (tree->below->len + 2 > MAX_ROWS) {
            tree->is_cut = TRUE;
            return TRUE;
        }
        g_hash_table_add(tree->seen, (gpointer)rule);
        if (!grow_one(tree, rule, node, error))
            return FALSE;
    }
    return TRUE;
}

static void
remember(const Tree *tree)
{
    const PgsReferentialRows *rows = tree->trial->rows;
    if (tree->is_cut || tree->trial->event != PGS_REFERENTIAL_DELETE)
        return;
    g_autofree char *key = memory_key(rows->rule->relation);
    pgs_bench_remember(rows->bench, key, GINT_TO_POINTER(TRUE), NULL);
    for (guint i = 0; i < tree->trial->watch->len; i++) {
        const PgsWatched *watched = g_ptr_array_index(tree->trial->watch, i);
        if (watched->level < 2 || watched->fate != PGS_FATE_GONE)
            continue;
        g_autofree char *below = memory_key(watched->row->draft->relation);
        pgs_bench_remember(rows->bench, below, GINT_TO_POINTER(TRUE), NULL);
    }
}

gboolean
pgs_referential_tree_grow(PgsReferentialTrial *trial, GPtrArray *below, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    Tree tree = {.trial = trial, .below = below, .queue = G_QUEUE_INIT, .seen = seen};
    Node *root = g_new0(Node, 1);
    *root = (Node){.row = trial->rows->children[0],
                   .other = trial->rows->children[1],
                   .watched = g_ptr_array_index(trial->watch, 1),
                   .level = 1};
    g_queue_push_tail(&tree.queue, root);
    gboolean ok = TRUE;
    for (Node *node; ok && (node = g_queue_pop_head(&tree.queue)) != NULL; g_free(node))
        ok = grow_node(&tree, node, error);
    g_queue_clear_full(&tree.queue, g_free);
    trial->is_deep = TRUE;
    if (ok && trial->event == PGS_REFERENTIAL_DELETE)
        settle_other_ways(trial->watch);
    if (ok)
        remember(&tree);
    return ok;
}
