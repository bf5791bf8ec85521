#include "seed/rows_colour.h"

#include "seed/rows_hash.h"

#include <stdlib.h>
#include <string.h>

/* Colours are mostly stable after as many rounds as references stand in a row; this many are
 * enough for any schema, and end what a chain of rows (a list linked by references) would take. */
#define MAX_ROUNDS 32

enum {
    SEED_MATCHED = 11,
    SEED_VALUES,
    SEED_UP,
    SEED_DOWN,
    SEED_NOTHING,
};

gboolean
pgs_colours_is_content(const PgsTablePair *pair, guint column)
{
    const PgsColumnPair *columns = pgs_table_pair_column(pair, column);
    const PgsRowColumn *own =
        pgs_row_table_column(pair->table[PGS_BEFORE], columns->index[PGS_BEFORE]);
    return !columns->is_key && !columns->is_reference && columns->is_sure && !own->is_generated;
}

guint64
pgs_colours_dangling(const PgsReferencePair *reference, PgsSide side, guint row)
{
    guint64 hash = pgs_hash_mix(SEED_NOTHING, reference->index);
    for (guint i = 0; i < reference->n; i++) {
        guint column = reference->child_columns[i];
        PgsRowValue value = pgs_table_pair_value(reference->child, side, row, column);
        /* That there is one can always be compared. */
        if (pgs_reference_pair_is_comparable(reference, i))
            hash = pgs_hash_mix(hash, pgs_hash_value(value));
        else
            hash = pgs_hash_mix(hash, value == NULL);
    }
    return hash;
}

static guint64 **
new_level(const PgsPairing *pairing, PgsSide side)
{
    guint64 **level = g_new(guint64 *, pairing->tables->len);
    for (guint i = 0; i < pairing->tables->len; i++)
        level[i] = g_new(guint64, pgs_table_pair_rows(pgs_pairing_table(pairing, i), side));
    return level;
}

static void
free_level(const PgsPairing *pairing, guint64 **level)
{
    for (guint i = 0; level != NULL && i < pairing->tables->len; i++)
        g_free(level[i]);
    g_free(level);
}

static guint64 **
copy_level(const PgsPairing *pairing, PgsSide side, guint64 **from)
{
    guint64 **level = new_level(pairing, side);
    for (guint i = 0; i < pairing->tables->len; i++) {
        gsize n = pgs_table_pair_rows(pgs_pairing_table(pairing, i), side);
        if (n > 0)
            memcpy(level[i], from[i], n * sizeof(guint64));
    }
    return level;
}

static guint64
colour_of_values(const PgsTablePair *pair, PgsSide side, guint row)
{
    guint32 match = pair->match[side][row];
    if (match != PGS_NO_ROW) /* the same on both sides */
        return pgs_hash_mix(pgs_hash_mix(SEED_MATCHED, pair->index),
                            side == PGS_BEFORE ? row : match);
    guint64 hash = pgs_hash_mix(SEED_VALUES, pair->index);
    for (guint i = 0; i < pair->columns->len; i++) {
        if (pgs_colours_is_content(pair, i))
            hash = pgs_hash_mix(hash, pgs_hash_value(pgs_table_pair_value(pair, side, row, i)));
    }
    return hash;
}

static void
colour_values(const PgsPairing *pairing, PgsSide side, guint64 **level)
{
    for (guint i = 0; i < pairing->tables->len; i++) {
        const PgsTablePair *pair = pgs_pairing_table(pairing, i);
        for (guint row = 0; row < pgs_table_pair_rows(pair, side); row++)
            level[i][row] = colour_of_values(pair, side, row);
    }
}

/* Whose colours look in a direction. */
static gboolean
looks_up(PgsColour colour)
{
    return colour == PGS_COLOUR_UPWARDS || colour == PGS_COLOUR_DEEP;
}

static gboolean
looks_down(PgsColour colour)
{
    return colour == PGS_COLOUR_DOWNWARDS || colour == PGS_COLOUR_DEEP;
}

/* What a reference adds to the rows that have it, and to those that it leads to. */
static void
add_reference(const PgsReferencePair *reference, PgsSide side, PgsColour colour, guint64 **from,
              guint64 **to)
{
    guint child = reference->child->index, parent = reference->parent->index;
    guint64 up = pgs_hash_mix(SEED_UP, reference->index);
    guint64 down = pgs_hash_mix(SEED_DOWN, reference->index);
    for (guint row = 0; row < pgs_table_pair_rows(reference->child, side); row++) {
        guint32 target = reference->target[side][row];
        /* Sums, so that the order of the rows does not matter. */
        if (looks_up(colour))
            to[child][row] += target != PGS_NO_ROW ? pgs_hash_mix(up, from[parent][target])
                                                   : pgs_colours_dangling(reference, side, row);
        if (looks_down(colour) && target != PGS_NO_ROW)
            to[parent][target] += pgs_hash_mix(down, from[child][row]);
    }
}

/* One round: each row's colour with its neighbours'. */
static void
refine(const PgsPairing *pairing, PgsSide side, PgsColour colour, guint64 **level)
{
    guint64 **sums = new_level(pairing, side);
    for (guint i = 0; i < pairing->tables->len; i++) {
        gsize n = pgs_table_pair_rows(pgs_pairing_table(pairing, i), side);
        if (n > 0)
            memset(sums[i], 0, n * sizeof(guint64));
    }
    for (guint i = 0; i < pairing->references->len; i++)
        add_reference(pgs_pairing_reference(pairing, i), side, colour, level, sums);
    for (guint i = 0; i < pairing->tables->len; i++) {
        const PgsTablePair *pair = pgs_pairing_table(pairing, i);
        for (guint row = 0; row < pgs_table_pair_rows(pair, side); row++) {
            if (pair->match[side][row] == PGS_NO_ROW)
                level[i][row] = pgs_hash_mix(level[i][row], sums[i][row]);
        }
    }
    free_level(pairing, sums);
}

static int
compare_colours(const void *a, const void *b)
{
    guint64 first = *(const guint64 *)a, second = *(const guint64 *)b;
    return first < second ? -1 : first > second;
}

/* How many colours before's rows have that are not matched. */
static guint
count_colours(const PgsPairing *pairing, guint64 **level)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(guint64));
    for (guint i = 0; i < pairing->tables->len; i++) {
        const PgsTablePair *pair = pgs_pairing_table(pairing, i);
        for (guint row = 0; row < pgs_table_pair_rows(pair, PGS_BEFORE); row++) {
            if (pair->match[PGS_BEFORE][row] == PGS_NO_ROW)
                g_array_append_val(all, level[i][row]);
        }
    }
    if (all->len == 0)
        return 0;
    qsort(all->data, all->len, sizeof(guint64), compare_colours);
    guint n = 1;
    for (guint i = 1; i < all->len; i++)
        n += g_array_index(all, guint64, i) != g_array_index(all, guint64, i - 1);
    return n;
}

/* From one kind of colours to the next, until a round tells no more rows apart. */
static void
refine_to(PgsColours *colours, PgsColour from, PgsColour to)
{
    const PgsPairing *pairing = colours->pairing;
    for (PgsSide side = PGS_BEFORE; side <= PGS_AFTER; side++)
        colours->colour[to][side] = copy_level(pairing, side, colours->colour[from][side]);
    guint known = 0;
    for (guint round = 0; round < MAX_ROUNDS; round++) {
        guint n = count_colours(pairing, colours->colour[to][PGS_BEFORE]);
        if (n == known)
            return;
        known = n;
        for (PgsSide side = PGS_BEFORE; side <= PGS_AFTER; side++)
            refine(pairing, side, to, colours->colour[to][side]);
    }
}

PgsColours *
pgs_colours_new(const PgsPairing *pairing)
{
    PgsColours *colours = g_new0(PgsColours, 1);
    colours->pairing = pairing;
    for (PgsSide side = PGS_BEFORE; side <= PGS_AFTER; side++) {
        colours->colour[PGS_COLOUR_VALUES][side] = new_level(pairing, side);
        colour_values(pairing, side, colours->colour[PGS_COLOUR_VALUES][side]);
    }
    refine_to(colours, PGS_COLOUR_VALUES, PGS_COLOUR_UPWARDS);
    refine_to(colours, PGS_COLOUR_VALUES, PGS_COLOUR_DOWNWARDS);
    refine_to(colours, PGS_COLOUR_UPWARDS, PGS_COLOUR_DEEP);
    return colours;
}

void
pgs_colours_free(PgsColours *colours)
{
    for (guint i = 0; i < PGS_N_COLOURS; i++) {
        for (PgsSide side = PGS_BEFORE; side <= PGS_AFTER; side++)
            free_level(colours->pairing, colours->colour[i][side]);
    }
    g_free(colours);
}
