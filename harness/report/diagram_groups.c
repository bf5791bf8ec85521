#include "report/diagram_groups.h"

/* A cluster of tables, while they are merged. */
typedef struct {
    GPtrArray *tables;      /* PgsDiagramTable; NULL: it went into another */
    GHashTable *neighbours; /* cluster's index to double *: keys between both */
    double degree;          /* ends of keys */
} Cluster;

static void
cluster_clear(gpointer data)
{
    Cluster *cluster = data;
    g_clear_pointer(&cluster->tables, g_ptr_array_unref);
    g_clear_pointer(&cluster->neighbours, g_hash_table_unref);
}

static Cluster *
cluster_at(GArray *clusters, guint index)
{
    return &g_array_index(clusters, Cluster, index);
}

static void
add_weight(GArray *clusters, guint from, guint to, double weight)
{
    GHashTable *neighbours = cluster_at(clusters, from)->neighbours;
    double *known = g_hash_table_lookup(neighbours, GUINT_TO_POINTER(to));
    if (known == NULL) {
        known = g_new0(double, 1);
        g_hash_table_insert(neighbours, GUINT_TO_POINTER(to), known);
    }
    *known += weight;
}

static void
add_keys(GArray *clusters, const GPtrArray *tables, GHashTable *places)
{
    for (guint i = 0; i < tables->len; i++) {
        const PgsDiagramTable *table = tables->pdata[i];
        for (guint j = 0; j < table->keys_out->len; j++) {
            const PgsDiagramKey *key = table->keys_out->pdata[j];
            gpointer to = NULL;
            if (key->to == table || !g_hash_table_lookup_extended(places, key->to, NULL, &to))
                continue;
            add_weight(clusters, i, GPOINTER_TO_UINT(to), 1);
            add_weight(clusters, GPOINTER_TO_UINT(to), i, 1);
            cluster_at(clusters, i)->degree++;
            cluster_at(clusters, GPOINTER_TO_UINT(to))->degree++;
        }
    }
}

/* One cluster a table. */
static GArray *
make_clusters(const GPtrArray *tables)
{
    GArray *clusters = g_array_sized_new(FALSE, TRUE, sizeof(Cluster), tables->len);
    g_array_set_clear_func(clusters, cluster_clear);
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < tables->len; i++) {
        Cluster cluster = {.tables = g_ptr_array_new()};
        cluster.neighbours = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        g_ptr_array_add(cluster.tables, tables->pdata[i]);
        g_array_append_val(clusters, cluster);
        g_hash_table_insert(places, tables->pdata[i], GUINT_TO_POINTER(i));
    }
    add_keys(clusters, tables, places);
    return clusters;
}

typedef struct {
    guint a, b; /* a < b */
    double gain;
} Merging;

/* The best of one cluster's; of equal ones the first, whatever the order of the table. */
static void
find_best_of(GArray *clusters, guint a, double ends, guint max_size, Merging *best)
{
    const Cluster *cluster = cluster_at(clusters, a);
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, cluster->neighbours);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        guint b = GPOINTER_TO_UINT(key);
        const Cluster *other = cluster_at(clusters, b);
        if (b <= a || cluster->tables->len + other->tables->len > max_size)
            continue;
        double gain = *(double *)value / ends - cluster->degree * other->degree / (ends * ends);
        gboolean earlier = a < best->a || (a == best->a && b < best->b);
        if (gain > best->gain || (gain == best->gain && gain > 0 && earlier))
            *best = (Merging){a, b, gain};
    }
}

static void
merge_clusters(GArray *clusters, guint a, guint b)
{
    Cluster *into = cluster_at(clusters, a), *from = cluster_at(clusters, b);
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, from->neighbours);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        guint other = GPOINTER_TO_UINT(key);
        g_hash_table_remove(cluster_at(clusters, other)->neighbours, GUINT_TO_POINTER(b));
        if (other == a)
            continue;
        add_weight(clusters, a, other, *(double *)value);
        add_weight(clusters, other, a, *(double *)value);
    }
    into->degree += from->degree;
    g_ptr_array_extend(into->tables, from->tables, NULL, NULL);
    cluster_clear(from);
}

static void
merge_all(GArray *clusters, guint max_size)
{
    double ends = 0;
    for (guint i = 0; i < clusters->len; i++)
        ends += cluster_at(clusters, i)->degree;
    for (;;) {
        Merging best = {0};
        for (guint i = 0; i < clusters->len; i++) {
            if (cluster_at(clusters, i)->tables != NULL)
                find_best_of(clusters, i, ends, max_size, &best);
        }
        if (best.gain <= 0)
            return;
        merge_clusters(clusters, best.a, best.b);
    }
}

/* ---- groups of them ---- */

static int
compare_sizes(gconstpointer a, gconstpointer b)
{
    const Cluster *first = *(Cluster *const *)a, *second = *(Cluster *const *)b;
    if (first->tables->len != second->tables->len)
        return first->tables->len > second->tables->len ? -1 : 1;
    return first < second ? -1 : first > second;
}

static int
compare_tables(gconstpointer a, gconstpointer b)
{
    const PgsDiagramTable *first = *(PgsDiagramTable *const *)a;
    const PgsDiagramTable *second = *(PgsDiagramTable *const *)b;
    return (first->index > second->index) - (first->index < second->index);
}

/* The larger ones first, each where it still fits. */
static void
put_together(GPtrArray *groups, const Cluster *cluster, guint max_size)
{
    for (guint i = 0; i < groups->len; i++) {
        GPtrArray *group = groups->pdata[i];
        if (group->len + cluster->tables->len > max_size)
            continue;
        g_ptr_array_extend(group, cluster->tables, NULL, NULL);
        return;
    }
    GPtrArray *group = g_ptr_array_new();
    g_ptr_array_extend(group, cluster->tables, NULL, NULL);
    g_ptr_array_add(groups, group);
}

GPtrArray *
pgs_diagram_group(const GPtrArray *tables, guint max_size)
{
    g_autoptr(GArray) clusters = make_clusters(tables);
    merge_all(clusters, max_size);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < clusters->len; i++) {
        if (cluster_at(clusters, i)->tables != NULL)
            g_ptr_array_add(sorted, cluster_at(clusters, i));
    }
    g_ptr_array_sort(sorted, compare_sizes);
    GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < sorted->len; i++)
        put_together(groups, sorted->pdata[i], max_size);
    for (guint i = 0; i < groups->len; i++)
        g_ptr_array_sort(groups->pdata[i], compare_tables);
    return groups;
}

const PgsDiagramTable *
pgs_diagram_find_hub(const GPtrArray *tables)
{
    const PgsDiagramTable *hub = NULL;
    guint most = 0;
    for (guint i = 0; i < tables->len; i++) {
        const PgsDiagramTable *table = tables->pdata[i];
        guint n = table->keys_out->len + table->keys_in->len;
        if (hub == NULL || n > most) {
            hub = table;
            most = n;
        }
    }
    return hub;
}
