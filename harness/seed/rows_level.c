#include "seed/rows_level.h"

#include "seed/rows_hash.h"

/* What a level rests on. */
static const struct {
    PgsColour colour;
    gboolean by_matched;
} levels[] = {
    [PGS_LEVEL_DEEP] = {PGS_COLOUR_DEEP, FALSE},
    [PGS_LEVEL_PLACED] = {PGS_COLOUR_DOWNWARDS, TRUE},
    [PGS_LEVEL_MATCHED] = {PGS_COLOUR_VALUES, TRUE},
    [PGS_LEVEL_PARTLY] = {PGS_COLOUR_VALUES, TRUE},
    [PGS_LEVEL_UPWARDS] = {PGS_COLOUR_UPWARDS, FALSE},
    [PGS_LEVEL_DOWNWARDS] = {PGS_COLOUR_DOWNWARDS, FALSE},
    [PGS_LEVEL_VALUES] = {PGS_COLOUR_VALUES, FALSE},
    [PGS_LEVEL_STABLE] = {PGS_COLOUR_VALUES, TRUE},
};

/* Of a table pair. */
typedef struct {
    gboolean *is_stable; /* of each pair of columns */
    gboolean is_useful;
} Stable;

static void
stable_free(gpointer data)
{
    Stable *stable = data;
    g_free(stable->is_stable);
    g_free(stable);
}

PgsMatching *
pgs_matching_new(PgsPairing *pairing)
{
    PgsMatching *matching = g_new0(PgsMatching, 1);
    matching->pairing = pairing;
    matching->colours = pgs_colours_new(pairing);
    matching->order = g_ptr_array_new();
    matching->stable = g_ptr_array_new_with_free_func(stable_free);
    matching->unsettled = g_array_new(FALSE, FALSE, sizeof(PgsRowMatch));
    return matching;
}

void
pgs_matching_free(PgsMatching *matching)
{
    guint n = matching->pairing->references->len * PGS_N_SIDES;
    for (guint i = 0; matching->children != NULL && i < n; i++)
        g_array_unref(matching->children[i]);
    g_free(matching->children);
    g_array_unref(matching->unsettled);
    g_ptr_array_unref(matching->stable);
    g_ptr_array_unref(matching->order);
    pgs_colours_free(matching->colours);
    g_free(matching);
}

/* What a row's references say, by the rows that they lead to. */
static guint64
add_matched(const PgsMatching *matching, PgsLevel level, const PgsTablePair *pair, PgsSide side,
            guint row, guint64 hash)
{
    for (guint i = 0; i < pair->outgoing->len; i++) {
        const PgsReferencePair *reference = g_ptr_array_index(pair->outgoing, i);
        guint32 target = reference->target[side][row];
        guint64 part;
        if (target == PGS_NO_ROW)
            part = pgs_colours_dangling(reference, side, row);
        else if (pgs_table_pair_is_open(reference->parent, side, target))
            part = level == PGS_LEVEL_PARTLY || level == PGS_LEVEL_STABLE
                       ? PGS_NO_ROW
                       : pgs_colours_get(matching->colours, PGS_COLOUR_UPWARDS, reference->parent,
                                         side, target);
        else
            part = side == PGS_BEFORE ? target : reference->parent->match[side][target];
        hash = pgs_hash_mix(pgs_hash_mix(hash, i), part);
    }
    return hash;
}

static guint64
hash_stable(const PgsMatching *matching, const PgsTablePair *pair, PgsSide side, guint row)
{
    const Stable *stable = g_ptr_array_index(matching->stable, pair->index);
    guint64 hash = 0;
    for (guint i = 0; i < pair->columns->len; i++) {
        if (stable->is_stable[i])
            hash = pgs_hash_mix(hash, pgs_hash_value(pgs_table_pair_value(pair, side, row, i)));
    }
    return hash;
}

guint64
pgs_matching_signature(const PgsMatching *matching, PgsLevel level, const PgsTablePair *pair,
                       PgsSide side, guint row)
{
    guint64 hash = level == PGS_LEVEL_STABLE
                       ? hash_stable(matching, pair, side, row)
                       : pgs_colours_get(matching->colours, levels[level].colour, pair, side, row);
    return levels[level].by_matched ? add_matched(matching, level, pair, side, row, hash) : hash;
}

static GArray *
hash_open(const PgsTablePair *pair, PgsSide side, guint column)
{
    GArray *values = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = 0; i < pgs_table_pair_rows(pair, side); i++) {
        PgsHashedRow value = {.row = i};
        if (!pgs_table_pair_is_open(pair, side, i))
            continue;
        value.hash = pgs_hash_value(pgs_table_pair_value(pair, side, i, column));
        g_array_append_val(values, value);
    }
    pgs_hashed_rows_sort(values);
    return values;
}

/* Whether after's open rows have every value of before's, and as often. */
static gboolean
is_stable(const PgsTablePair *pair, guint column)
{
    g_autoptr(GArray) before = hash_open(pair, PGS_BEFORE, column);
    g_autoptr(GArray) after = hash_open(pair, PGS_AFTER, column);
    guint k = 0;
    for (guint i = 0; i < before->len; i++, k++) {
        guint64 hash = g_array_index(before, PgsHashedRow, i).hash;
        while (k < after->len && g_array_index(after, PgsHashedRow, k).hash < hash)
            k++;
        if (k == after->len || g_array_index(after, PgsHashedRow, k).hash != hash)
            return FALSE;
    }
    return TRUE;
}

void
pgs_matching_find_stable(PgsMatching *matching)
{
    for (guint i = 0; i < matching->pairing->tables->len; i++) {
        const PgsTablePair *pair = pgs_pairing_table(matching->pairing, i);
        Stable *stable = g_new0(Stable, 1);
        stable->is_stable = g_new0(gboolean, pair->columns->len);
        stable->is_useful = pair->outgoing->len > 0;
        for (guint k = 0; pgs_table_pair_has_open(pair) && k < pair->columns->len; k++) {
            stable->is_stable[k] = pgs_colours_is_content(pair, k) && is_stable(pair, k);
            stable->is_useful |= stable->is_stable[k];
        }
        g_ptr_array_add(matching->stable, stable);
    }
}

gboolean
pgs_matching_is_stable_useful(const PgsMatching *matching, const PgsTablePair *pair)
{
    const Stable *stable = g_ptr_array_index(matching->stable, pair->index);
    return stable->is_useful;
}
