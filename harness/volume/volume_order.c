#include "volume/volume_order.h"

#include "synthesis/synthesis_recipe.h"

const PgsRelation *
pgs_relation_root(const PgsRelation *relation)
{
    while (relation->is_partition && relation->parent != NULL)
        relation = relation->parent;
    return relation;
}

static void
add_leaves(const PgsRelation *relation, GPtrArray *leaves)
{
    if (relation->kind != 'p') {
        g_ptr_array_add(leaves, (gpointer)relation);
        return;
    }
    for (guint i = 0; i < relation->children->len; i++)
        add_leaves(g_ptr_array_index(relation->children, i), leaves);
}

GPtrArray *
pgs_relation_leaves(const PgsRelation *relation)
{
    GPtrArray *leaves = g_ptr_array_new();
    add_leaves(relation, leaves);
    return leaves;
}

/* ---- what is needed ---- */

static void
step_free(gpointer data)
{
    PgsVolumeStep *step = data;
    g_ptr_array_unref(step->late);
    g_free(step);
}

static PgsVolumeStep *
find_step(const GPtrArray *steps, const PgsRelation *relation)
{
    for (guint i = 0; i < steps->len; i++) {
        PgsVolumeStep *step = g_ptr_array_index(steps, i);
        if (step->relation == relation)
            return step;
    }
    return NULL;
}

/* The foreign keys of a table and of its partitions, each once. */
static GPtrArray *
all_references(const PgsRelation *root)
{
    GPtrArray *references = g_ptr_array_new();
    g_autoptr(GPtrArray) leaves = pgs_relation_leaves(root);
    g_ptr_array_add(leaves, (gpointer)root);
    for (guint i = 0; i < leaves->len; i++) {
        const PgsRelation *leaf = g_ptr_array_index(leaves, i);
        for (guint j = 0; j < leaf->references->len; j++) {
            gpointer rule = g_ptr_array_index(leaf->references, j);
            if (!g_ptr_array_find(references, rule, NULL))
                g_ptr_array_add(references, rule);
        }
    }
    return references;
}

static PgsVolumeStep *
add_step(GPtrArray *steps, const PgsRelation *relation)
{
    PgsVolumeStep *step = find_step(steps, relation);
    if (step != NULL)
        return step;
    step = g_new0(PgsVolumeStep, 1);
    step->relation = relation;
    step->late = g_ptr_array_new();
    g_ptr_array_add(steps, step);
    return step;
}

static int
compare_steps(gconstpointer a, gconstpointer b)
{
    const PgsVolumeStep *first = *(PgsVolumeStep *const *)a;
    const PgsVolumeStep *second = *(PgsVolumeStep *const *)b;
    return g_strcmp0(first->relation->identity, second->relation->identity);
}

static GPtrArray *
all_steps(const GPtrArray *relations)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func(step_free);
    for (guint i = 0; i < relations->len; i++)
        add_step(steps, pgs_relation_root(g_ptr_array_index(relations, i)))->is_asked = TRUE;
    for (guint i = 0; i < steps->len; i++) {
        const PgsVolumeStep *step = g_ptr_array_index(steps, i);
        g_autoptr(GPtrArray) references = all_references(step->relation);
        for (guint j = 0; j < references->len; j++) {
            const PgsRule *rule = g_ptr_array_index(references, j);
            if (rule->referenced != NULL)
                add_step(steps, pgs_relation_root(rule->referenced));
        }
    }
    g_ptr_array_sort(steps, compare_steps);
    return steps;
}

/* ---- the order ---- */

/* How much is missing before a step's turn: those that must not be NULL weigh more than all others
 * together.  missing: gets these foreign keys, or NULL. */
static guint
count_missing(const PgsVolumeStep *step, GHashTable *placed, GPtrArray *missing)
{
    guint weight = 0;
    g_autoptr(GPtrArray) references = all_references(step->relation);
    for (guint i = 0; i < references->len; i++) {
        const PgsRule *rule = g_ptr_array_index(references, i);
        const PgsRelation *parent =
            rule->referenced != NULL ? pgs_relation_root(rule->referenced) : NULL;
        if (parent == NULL || parent == step->relation || g_hash_table_contains(placed, parent))
            continue;
        weight += pgs_reference_is_nullable(rule) ? 1 : 1000;
        if (missing != NULL)
            g_ptr_array_add(missing, (gpointer)rule);
    }
    return weight;
}

/*
 * What lacks least is next: in a cycle that is a table whose missing foreign keys can be NULL,
 * until the others are there.
 */
GPtrArray *
pgs_volume_order(const GPtrArray *relations)
{
    g_autoptr(GPtrArray) rest = all_steps(relations);
    g_autoptr(GHashTable) placed = g_hash_table_new(NULL, NULL);
    GPtrArray *order = g_ptr_array_new_with_free_func(step_free);
    while (rest->len > 0) {
        guint best = 0, least = G_MAXUINT;
        for (guint i = 0; i < rest->len && least > 0; i++) {
            guint weight = count_missing(g_ptr_array_index(rest, i), placed, NULL);
            if (weight < least) {
                best = i;
                least = weight;
            }
        }
        PgsVolumeStep *step = g_ptr_array_steal_index(rest, best);
        count_missing(step, placed, step->late);
        g_hash_table_add(placed, (gpointer)step->relation);
        g_ptr_array_add(order, step);
    }
    return order;
}
