#include "seed/rows_match.h"

#include "seed/rows_hash.h"
#include "seed/rows_key.h"
#include "seed/rows_neighbour.h"

/* ---- a level of one table ---- */

static GArray *
sign_open(const PgsMatching *matching, PgsLevel level, const PgsTablePair *pair, PgsSide side)
{
    GArray *rows = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = 0; i < pgs_table_pair_rows(pair, side); i++) {
        PgsHashedRow row = {.row = i};
        if (!pgs_table_pair_is_open(pair, side, i))
            continue;
        row.hash = pgs_matching_signature(matching, level, pair, side, i);
        g_array_append_val(rows, row);
    }
    pgs_hashed_rows_sort(rows);
    return rows;
}

/* The end of those with one hash that begin at from. */
static guint
group_end(const GArray *rows, guint from)
{
    guint64 hash = g_array_index(rows, PgsHashedRow, from).hash;
    guint end = from;
    while (end < rows->len && g_array_index(rows, PgsHashedRow, end).hash == hash)
        end++;
    return end;
}

typedef enum {
    GROUP_ALONE, /* only groups of one row on either side */
    GROUP_ANY,   /* of more rows, the first with the first */
} Group;

/* One signature's rows.  spreads: their neighbours are settled with them. */
static void
match_group(PgsMatching *matching, gboolean spreads, PgsTablePair *pair, const PgsHashedRow *before,
            guint n_before, const PgsHashedRow *after, guint n_after)
{
    guint k = 0;
    for (guint i = 0; i < n_before; i++) {
        if (!pgs_table_pair_is_open(pair, PGS_BEFORE, before[i].row))
            continue;
        while (k < n_after && !pgs_table_pair_is_open(pair, PGS_AFTER, after[k].row))
            k++;
        if (k == n_after)
            return;
        pgs_table_pair_match(pair, before[i].row, after[k].row);
        if (spreads)
            pgs_matching_settle_around(matching, pair, before[i].row, after[k].row);
    }
}

/* TRUE when any row was matched. */
static gboolean
match_level(PgsMatching *matching, PgsLevel level, PgsTablePair *pair, Group which)
{
    if (!pgs_table_pair_has_open(pair))
        return FALSE;
    guint known = pair->n_matched;
    g_autoptr(GArray) before = sign_open(matching, level, pair, PGS_BEFORE);
    g_autoptr(GArray) after = sign_open(matching, level, pair, PGS_AFTER);
    for (guint i = 0; i < before->len;) {
        guint end = group_end(before, i);
        guint k = pgs_hashed_rows_find(after, g_array_index(before, PgsHashedRow, i).hash);
        guint k_end = k < after->len ? group_end(after, k) : k;
        gboolean is_alone = end - i == 1 && k_end - k == 1;
        if (k < k_end && (is_alone || which == GROUP_ANY))
            match_group(matching, level == PGS_LEVEL_DEEP && which == GROUP_ANY, pair,
                        &g_array_index(before, PgsHashedRow, i), end - i,
                        &g_array_index(after, PgsHashedRow, k), k_end - k);
        i = end;
    }
    return pair->n_matched > known;
}

/* ---- all of it ---- */

static gint
compare_depths(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgsTablePair *const *first = a, *const *second = b;
    const guint *depths = data;
    if (depths[(*first)->index] != depths[(*second)->index])
        return depths[(*first)->index] < depths[(*second)->index] ? -1 : 1;
    return (*first)->index < (*second)->index ? -1 : (*first)->index > (*second)->index;
}

/* What is referred to first; a cycle is cut somewhere. */
static void
put_in_order(PgsMatching *matching)
{
    guint n = matching->pairing->tables->len;
    g_autofree guint *depths = g_new0(guint, n);
    gboolean has_changed = TRUE;
    for (guint round = 0; has_changed && round < n; round++) {
        has_changed = FALSE;
        for (guint i = 0; i < matching->pairing->references->len; i++) {
            const PgsReferencePair *reference = pgs_pairing_reference(matching->pairing, i);
            guint child = reference->child->index, parent = reference->parent->index;
            if (child != parent && depths[child] <= depths[parent] && depths[parent] < n) {
                depths[child] = depths[parent] + 1;
                has_changed = TRUE;
            }
        }
    }
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(matching->order, pgs_pairing_table(matching->pairing, i));
    g_ptr_array_sort_with_data(matching->order, compare_depths, depths);
}

static gboolean
match_all(PgsMatching *matching, PgsLevel level, Group which)
{
    gboolean has_progress = FALSE;
    for (guint i = 0; i < matching->order->len; i++)
        has_progress |= match_level(matching, level, g_ptr_array_index(matching->order, i), which);
    return has_progress;
}

/* Whatever only one row of either side can be; each row that is found may tell others. */
static void
match_certain(PgsMatching *matching)
{
    gboolean has_progress;
    do {
        has_progress = pgs_matching_match_by_children(matching);
        for (PgsLevel level = PGS_LEVEL_DEEP; level <= PGS_LEVEL_VALUES; level++)
            has_progress |= match_all(matching, level, GROUP_ALONE);
    } while (has_progress);
}

/* A table at a time, so that what refers to it is found by its rows. */
static gboolean
match_any(PgsMatching *matching)
{
    for (PgsLevel level = PGS_LEVEL_DEEP; level <= PGS_LEVEL_VALUES; level++) {
        for (guint i = 0; i < matching->order->len; i++) {
            if (match_level(matching, level, g_ptr_array_index(matching->order, i), GROUP_ANY))
                return TRUE;
        }
    }
    return FALSE;
}

/* Rows of which some value has changed. */
static void
match_stable(PgsMatching *matching)
{
    pgs_matching_find_stable(matching);
    for (guint i = 0; i < matching->order->len; i++) {
        PgsTablePair *pair = g_ptr_array_index(matching->order, i);
        if (pgs_matching_is_stable_useful(matching, pair) &&
            match_level(matching, PGS_LEVEL_STABLE, pair, GROUP_ALONE))
            match_certain(matching);
    }
}

static gboolean
is_done(const PgsPairing *pairing)
{
    for (guint i = 0; i < pairing->tables->len; i++) {
        if (pgs_table_pair_has_open(pgs_pairing_table(pairing, i)))
            return FALSE;
    }
    return TRUE;
}

void
pgs_rows_match(PgsPairing *pairing)
{
    for (guint i = 0; i < pairing->tables->len; i++)
        pgs_rows_match_by_key(pgs_pairing_table(pairing, i));
    if (is_done(pairing))
        return;
    PgsMatching *matching = pgs_matching_new(pairing);
    pgs_matching_index_children(matching);
    put_in_order(matching);
    do
        match_certain(matching);
    while (match_any(matching));
    match_stable(matching);
    pgs_matching_free(matching);
}
