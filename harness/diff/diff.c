#include "diff/diff.h"

#include "diff/entry.h"
#include "diff/nature.h"

#include <string.h>

struct _PgsDiff {
    PgsSnapshot *before, *after;
    GPtrArray *entries; /* PgsEntry, in the order in which they are given out */
    PgsDiffCounts counts;
};

void
pgs_entry_free(PgsEntry *entry)
{
    g_clear_pointer(&entry->children, g_ptr_array_unref);
    g_free(entry);
}

static void
entry_free(gpointer data)
{
    pgs_entry_free(data);
}

static PgsEntry *
add_entry(GPtrArray *entries, PgsChange change, const PgsObject *before, const PgsObject *after)
{
    PgsEntry *entry = g_new0(PgsEntry, 1);
    entry->difference.change = change;
    entry->difference.nature = PGS_NATURE_REAL;
    entry->difference.before = before;
    entry->difference.after = after;
    g_ptr_array_add(entries, entry);
    return entry;
}

/* ---- merging two sorted snapshots ---- */

/* Attribute names are interned. */
static const char *
get_value(const PgsObject *object, const char *name)
{
    for (guint i = 0; i < object->n_attributes; i++) {
        if (object->attributes[i].name == name)
            return object->attributes[i].value;
    }
    return NULL;
}

static void
compare_attribute(GPtrArray *entries, const PgsObject *before, const PgsObject *after,
                  const char *name, const char *before_value, const char *after_value)
{
    PgsNature nature = PGS_NATURE_REAL;
    if (g_strcmp0(before_value, after_value) == 0 ||
        !pgs_nature_judge(after, name, before_value, after_value, &nature))
        return;
    PgsEntry *entry = add_entry(entries, PGS_CHANGE_ATTRIBUTE, before, after);
    entry->difference.nature = nature;
    entry->difference.attribute = name;
    entry->difference.before_value = before_value;
    entry->difference.after_value = after_value;
}

static void
compare_attributes(GPtrArray *entries, const PgsObject *before, const PgsObject *after)
{
    for (guint i = 0; i < before->n_attributes; i++) {
        const PgsAttribute *attribute = &before->attributes[i];
        compare_attribute(entries, before, after, attribute->name, attribute->value,
                          get_value(after, attribute->name));
    }
    for (guint i = 0; i < after->n_attributes; i++) {
        const PgsAttribute *attribute = &after->attributes[i];
        if (get_value(before, attribute->name) == NULL)
            compare_attribute(entries, before, after, attribute->name, NULL, attribute->value);
    }
}

static void
merge(GPtrArray *entries, const PgsSnapshot *before, const PgsSnapshot *after)
{
    guint n = before != NULL ? pgs_snapshot_n_objects(before) : 0;
    guint m = after != NULL ? pgs_snapshot_n_objects(after) : 0;
    guint i = 0, j = 0;
    while (i < n || j < m) {
        const PgsObject *a = i < n ? pgs_snapshot_object(before, i) : NULL;
        const PgsObject *b = j < m ? pgs_snapshot_object(after, j) : NULL;
        /* Snapshots of one stairway share what did not change: nearly everything ends here. */
        if (a == b) {
            i++;
            j++;
            continue;
        }
        int order = a == NULL ? 1 : b == NULL ? -1 : pgs_object_compare(a, b);
        if (order < 0)
            add_entry(entries, PGS_CHANGE_REMOVED, a, NULL);
        else if (order > 0)
            add_entry(entries, PGS_CHANGE_ADDED, NULL, b);
        else
            compare_attributes(entries, a, b);
        i += order <= 0;
        j += order >= 0;
    }
}

/* ---- children go with their parents ---- */

static GHashTable *
by_identity(const GPtrArray *entries, PgsChange change)
{
    GHashTable *found = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < entries->len; i++) {
        PgsEntry *entry = entries->pdata[i];
        const PgsObject *object = pgs_entry_object(entry);
        /* A relation is nobody's child, and its name may be that of a child of another one. */
        if (entry->difference.change == change &&
            (object->parent == NULL || !g_hash_table_contains(found, object->identity)))
            g_hash_table_insert(found, object->identity, entry);
    }
    return found;
}

/* The identity of the relation that an object goes with, or NULL.  Free with g_free(). */
static char *
find_parent(const PgsObject *object)
{
    const char *column = pgs_object_get(object, "owned-by");
    if (object->parent != NULL || column == NULL)
        return g_strdup(object->parent);
    /* A sequence that belongs to a column. */
    gboolean quoted = FALSE;
    gsize length = 0;
    for (gsize i = 0; column[i] != '\0'; i++) {
        quoted ^= column[i] == '"';
        if (column[i] == '.' && !quoted)
            length = i;
    }
    return g_strndup(column, length);
}

static void
fold_child(GHashTable *parents, PgsEntry *entry)
{
    const PgsObject *object = pgs_entry_object(entry);
    g_autofree char *identity = find_parent(object);
    PgsEntry *parent = identity != NULL ? g_hash_table_lookup(parents, identity) : NULL;
    if (parent == NULL || parent == entry)
        return;
    if (parent->children == NULL)
        parent->children = g_ptr_array_new();
    g_ptr_array_add(parent->children, (gpointer)object);
    entry->is_folded = TRUE;
}

/* A relation's own parts first, then what only belongs to it. */
static void
fold_children(GPtrArray *entries, PgsChange change)
{
    g_autoptr(GHashTable) parents = by_identity(entries, change);
    for (int parts = TRUE; parts >= FALSE; parts--) {
        for (guint i = 0; i < entries->len; i++) {
            PgsEntry *entry = entries->pdata[i];
            gboolean is_part = pgs_entry_object(entry)->parent != NULL;
            if (entry->difference.change == change && is_part == parts)
                fold_child(parents, entry);
        }
    }
}

/* ---- the order of the result ---- */

typedef enum {
    RANK_REAL,
    RANK_COSMETIC,
    RANK_TOLERATED,
    N_RANKS,
} Rank;

static Rank
rank_of(const PgsDifference *difference)
{
    if (difference->tolerated != NULL)
        return RANK_TOLERATED;
    return difference->nature == PGS_NATURE_REAL ? RANK_REAL : RANK_COSMETIC;
}

static void
count(PgsDiffCounts *counts, const PgsEntry *entry)
{
    if (pgs_entry_is_second_half(entry))
        return;
    guint *const places[N_RANKS] = {&counts->real, &counts->cosmetic, &counts->tolerated};
    (*places[rank_of(&entry->difference)])++;
}

/* Real ones first; within a rank the order of the snapshots.  Takes the entries over. */
static void
arrange(PgsDiff *diff, GPtrArray *merged)
{
    for (guint i = 0; i < merged->len; i++) {
        PgsEntry *entry = merged->pdata[i];
        if (entry->is_folded)
            g_clear_pointer(&merged->pdata[i], pgs_entry_free);
        else
            count(&diff->counts, entry);
    }
    for (Rank rank = RANK_REAL; rank < N_RANKS; rank++) {
        for (guint i = 0; i < merged->len; i++) {
            PgsEntry *entry = merged->pdata[i];
            if (entry != NULL && rank_of(&entry->difference) == rank)
                g_ptr_array_add(diff->entries, g_steal_pointer(&merged->pdata[i]));
        }
    }
}

PgsDiff *
pgs_diff_new(PgsSnapshot *before, PgsSnapshot *after, PgsTolerances tolerances)
{
    PgsDiff *diff = g_new0(PgsDiff, 1);
    diff->before = before != NULL ? pgs_snapshot_ref(before) : NULL;
    diff->after = after != NULL ? pgs_snapshot_ref(after) : NULL;
    diff->entries = g_ptr_array_new_with_free_func(entry_free);

    g_autoptr(GPtrArray) merged = g_ptr_array_new();
    merge(merged, before, after);
    if (merged->len == 0)
        return diff;
    fold_children(merged, PGS_CHANGE_ADDED);
    fold_children(merged, PGS_CHANGE_REMOVED);
    pgs_entry_find_renamed(merged, before, after);
    for (guint i = 0; i < merged->len; i++) {
        PgsDifference *difference = &((PgsEntry *)merged->pdata[i])->difference;
        difference->tolerated = pgs_tolerance_match(tolerances, difference);
    }
    arrange(diff, merged);
    return diff;
}

void
pgs_diff_free(PgsDiff *diff)
{
    if (diff == NULL)
        return;
    g_ptr_array_unref(diff->entries);
    g_clear_pointer(&diff->before, pgs_snapshot_unref);
    g_clear_pointer(&diff->after, pgs_snapshot_unref);
    g_free(diff);
}

guint
pgs_diff_n_differences(const PgsDiff *diff)
{
    return diff->entries->len;
}

const PgsDifference *
pgs_diff_difference(const PgsDiff *diff, guint index)
{
    return diff->entries->pdata[index];
}

const PgsSnapshot *
pgs_diff_side(const PgsDiff *diff, PgsChange change)
{
    return change == PGS_CHANGE_ADDED ? diff->after : diff->before;
}

PgsDiffCounts
pgs_diff_counts(const PgsDiff *diff)
{
    return diff->counts;
}
