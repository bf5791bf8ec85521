#include "cycle/graph.h"

#include <string.h>

struct _PgsGraph {
    guint n;
    GArray **edges; /* of each revision those named by it, of gint */
    GArray **below; /* the same without those that another one needs; NULL: not made yet */
};

static void
add_edges(GArray *edges, GHashTable *by_id, char **ids)
{
    for (; ids != NULL && *ids != NULL; ids++) {
        gpointer found;
        if (g_hash_table_lookup_extended(by_id, *ids, NULL, &found)) {
            gint index = GPOINTER_TO_INT(found);
            g_array_append_val(edges, index);
        }
    }
}

static gint
compare_indexes(gconstpointer a, gconstpointer b)
{
    return *(const gint *)a - *(const gint *)b;
}

static GArray *
read_edges(const PgsHistory *history, gint index, GHashTable *by_id)
{
    const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)index);
    GArray *edges = g_array_new(FALSE, FALSE, sizeof(gint));
    gint before = index - 1;
    add_edges(edges, by_id, revision->parents);
    if (revision->parents == NULL && before >= 0)
        g_array_append_val(edges, before);
    add_edges(edges, by_id, revision->depends);
    g_array_sort(edges, compare_indexes);
    return edges;
}

PgsGraph *
pgs_graph_new(const PgsHistory *history)
{
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
    PgsGraph *graph = g_new0(PgsGraph, 1);
    graph->n = history->revisions->len;
    graph->edges = g_new0(GArray *, graph->n);
    graph->below = g_new0(GArray *, graph->n);
    for (guint i = 0; i < graph->n; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_hash_table_insert(by_id, revision->id, GUINT_TO_POINTER(i));
    }
    for (guint i = 0; i < graph->n; i++)
        graph->edges[i] = read_edges(history, (gint)i, by_id);
    return graph;
}

void
pgs_graph_free(PgsGraph *graph)
{
    if (graph == NULL)
        return;
    for (guint i = 0; i < graph->n; i++) {
        g_array_unref(graph->edges[i]);
        g_clear_pointer(&graph->below[i], g_array_unref);
    }
    g_free(graph->edges);
    g_free(graph->below);
    g_free(graph);
}

/* Marks a revision and all that it needs.  What it needs stands before it in the list. */
static void
mark(const PgsGraph *graph, gint revision, guint8 *marks)
{
    marks[revision] = 1;
    for (gint i = revision; i >= 0; i--) {
        for (guint j = 0; marks[i] != 0 && j < graph->edges[i]->len; j++)
            marks[g_array_index(graph->edges[i], gint, j)] = 1;
    }
}

/* Whether another edge of the revision needs that one anyway. */
static gboolean
is_needed_by_another(const PgsGraph *graph, gint revision, gint below)
{
    const GArray *edges = graph->edges[revision];
    g_autofree guint8 *marks = g_new0(guint8, graph->n);
    for (guint i = 0; i < edges->len; i++) {
        gint other = g_array_index(edges, gint, i);
        if (other != below)
            mark(graph, other, marks);
    }
    return marks[below] != 0;
}

const GArray *
pgs_graph_below(PgsGraph *graph, gint revision)
{
    GArray **below = &graph->below[revision];
    const GArray *edges = graph->edges[revision];
    if (*below != NULL)
        return *below;
    *below = g_array_new(FALSE, FALSE, sizeof(gint));
    for (guint i = 0; i < edges->len; i++) {
        gint edge = g_array_index(edges, gint, i);
        gboolean is_double = i > 0 && g_array_index(edges, gint, i - 1) == edge;
        if (!is_double && !is_needed_by_another(graph, revision, edge))
            g_array_append_val(*below, edge);
    }
    return *below;
}

GArray *
pgs_graph_order(const PgsGraph *graph, gint revision, gint by)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(gint));
    g_autofree guint8 *first = g_new0(guint8, graph->n);
    g_autofree guint8 *all = g_new0(guint8, graph->n);
    if (by >= 0)
        mark(graph, by, first);
    mark(graph, revision, all);
    for (gint i = 0; i <= by; i++) {
        if (first[i] != 0)
            g_array_append_val(order, i);
    }
    for (gint i = 0; i <= revision; i++) {
        if (all[i] != 0 && first[i] == 0)
            g_array_append_val(order, i);
    }
    return order;
}
