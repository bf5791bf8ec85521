#include "seed/rows_neighbour.h"

#include "seed/rows_hash.h"

/* ---- rows of one colour ---- */

static GArray *
children_of(const PgsMatching *matching, const PgsReferencePair *reference, PgsSide side)
{
    return matching->children[reference->index * PGS_N_SIDES + side];
}

void
pgs_matching_index_children(PgsMatching *matching)
{
    guint n = matching->pairing->references->len;
    matching->children = g_new0(GArray *, n * PGS_N_SIDES + 1);
    for (guint i = 0; i < n * PGS_N_SIDES; i++) {
        const PgsReferencePair *reference =
            pgs_pairing_reference(matching->pairing, i / PGS_N_SIDES);
        PgsSide side = i % PGS_N_SIDES;
        matching->children[i] = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
        for (guint row = 0; row < pgs_table_pair_rows(reference->child, side); row++) {
            PgsHashedRow child = {.hash = reference->target[side][row], .row = row};
            if (child.hash != PGS_NO_ROW)
                g_array_append_val(matching->children[i], child);
        }
        pgs_hashed_rows_sort(matching->children[i]);
    }
}

static void
settle(PgsMatching *matching, PgsTablePair *pair, guint32 before, guint32 after)
{
    if (!pgs_table_pair_is_open(pair, PGS_BEFORE, before) ||
        !pgs_table_pair_is_open(pair, PGS_AFTER, after) ||
        pgs_matching_signature(matching, PGS_LEVEL_DEEP, pair, PGS_BEFORE, before) !=
            pgs_matching_signature(matching, PGS_LEVEL_DEEP, pair, PGS_AFTER, after))
        return;
    pgs_table_pair_match(pair, before, after);
    PgsRowMatch next = {.pair = pair, .row = {before, after}};
    g_array_append_val(matching->unsettled, next);
}

/* The open rows that refer to a row, under their colours. */
static GArray *
open_children(const PgsMatching *matching, const PgsReferencePair *reference, PgsSide side,
              guint32 target)
{
    const GArray *all = children_of(matching, reference, side);
    GArray *open = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = pgs_hashed_rows_find(all, target);
         i < all->len && g_array_index(all, PgsHashedRow, i).hash == target; i++) {
        PgsHashedRow child = {.row = g_array_index(all, PgsHashedRow, i).row};
        if (!pgs_table_pair_is_open(reference->child, side, child.row))
            continue;
        child.hash =
            pgs_matching_signature(matching, PGS_LEVEL_DEEP, reference->child, side, child.row);
        g_array_append_val(open, child);
    }
    pgs_hashed_rows_sort(open);
    return open;
}

static void
settle_children(PgsMatching *matching, const PgsReferencePair *reference,
                const PgsRowMatch *parents)
{
    g_autoptr(GArray) before =
        open_children(matching, reference, PGS_BEFORE, parents->row[PGS_BEFORE]);
    g_autoptr(GArray) after =
        open_children(matching, reference, PGS_AFTER, parents->row[PGS_AFTER]);
    for (guint i = 0, k = 0; i < before->len && k < after->len;) {
        const PgsHashedRow *first = &g_array_index(before, PgsHashedRow, i);
        const PgsHashedRow *second = &g_array_index(after, PgsHashedRow, k);
        if (first->hash == second->hash)
            settle(matching, reference->child, first->row, second->row);
        i += first->hash <= second->hash;
        k += second->hash <= first->hash;
    }
}

static void
settle_neighbours(PgsMatching *matching, const PgsRowMatch *rows)
{
    for (guint i = 0; i < matching->pairing->references->len; i++) {
        const PgsReferencePair *reference = pgs_pairing_reference(matching->pairing, i);
        if (reference->child == rows->pair) {
            guint32 before = reference->target[PGS_BEFORE][rows->row[PGS_BEFORE]];
            guint32 after = reference->target[PGS_AFTER][rows->row[PGS_AFTER]];
            if (before != PGS_NO_ROW && after != PGS_NO_ROW)
                settle(matching, reference->parent, before, after);
        }
        if (reference->parent == rows->pair)
            settle_children(matching, reference, rows);
    }
}

void
pgs_matching_settle_around(PgsMatching *matching, PgsTablePair *pair, guint32 before, guint32 after)
{
    PgsRowMatch first = {.pair = pair, .row = {before, after}};
    g_array_append_val(matching->unsettled, first);
    GArray *unsettled = matching->unsettled;
    while (unsettled->len > 0) {
        PgsRowMatch next = g_array_index(unsettled, PgsRowMatch, unsettled->len - 1);
        g_array_set_size(unsettled, unsettled->len - 1);
        settle_neighbours(matching, &next);
    }
}

/* ---- votes ---- */

/* A row that refers to one of before's, and is found, refers to one of after's now. */
typedef struct {
    PgsTablePair *pair;
    guint32 row[PGS_N_SIDES];
    guint n; /* how many do so */
} Vote;

static gint
compare_votes(gconstpointer a, gconstpointer b)
{
    const Vote *first = a, *second = b;
    const guint keys[][2] = {
        {second->n, first->n}, /* the most first */
        {first->pair->index, second->pair->index},
        {first->row[PGS_BEFORE], second->row[PGS_BEFORE]},
        {first->row[PGS_AFTER], second->row[PGS_AFTER]},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    }
    return 0;
}

static void
add_votes(const PgsMatching *matching, const PgsReferencePair *reference, GArray *votes)
{
    const PgsTablePair *child = reference->child;
    PgsTablePair *parent = reference->parent;
    for (guint row = 0;
         pgs_table_pair_has_open(parent) && row < pgs_table_pair_rows(child, PGS_BEFORE); row++) {
        guint32 other = child->match[PGS_BEFORE][row];
        if (other == PGS_NO_ROW)
            continue;
        Vote vote = {.pair = parent, .n = 1};
        vote.row[PGS_BEFORE] = reference->target[PGS_BEFORE][row];
        vote.row[PGS_AFTER] = reference->target[PGS_AFTER][other];
        if (vote.row[PGS_BEFORE] == PGS_NO_ROW || vote.row[PGS_AFTER] == PGS_NO_ROW ||
            !pgs_table_pair_is_open(parent, PGS_BEFORE, vote.row[PGS_BEFORE]) ||
            !pgs_table_pair_is_open(parent, PGS_AFTER, vote.row[PGS_AFTER]) ||
            pgs_matching_signature(matching, PGS_LEVEL_VALUES, parent, PGS_BEFORE,
                                   vote.row[PGS_BEFORE]) !=
                pgs_matching_signature(matching, PGS_LEVEL_VALUES, parent, PGS_AFTER,
                                       vote.row[PGS_AFTER]))
            continue;
        g_array_append_val(votes, vote);
    }
}

/* The same votes as one, with their number; votes: sorted. */
static void
count_votes(GArray *votes)
{
    guint n = 0;
    for (guint i = 0; i < votes->len; i++) {
        Vote vote = g_array_index(votes, Vote, i);
        Vote *last = n > 0 ? &g_array_index(votes, Vote, n - 1) : NULL;
        if (last != NULL && last->pair == vote.pair && last->row[0] == vote.row[0] &&
            last->row[1] == vote.row[1])
            last->n++;
        else
            g_array_index(votes, Vote, n++) = vote;
    }
    g_array_set_size(votes, n);
    g_array_sort(votes, compare_votes);
}

gboolean
pgs_matching_match_by_children(PgsMatching *matching)
{
    g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(Vote));
    for (guint i = 0; i < matching->pairing->references->len; i++)
        add_votes(matching, pgs_pairing_reference(matching->pairing, i), votes);
    g_array_sort(votes, compare_votes);
    count_votes(votes);
    for (guint i = 0; i < votes->len; i++) {
        const Vote *vote = &g_array_index(votes, Vote, i);
        if (pgs_table_pair_is_open(vote->pair, PGS_BEFORE, vote->row[PGS_BEFORE]) &&
            pgs_table_pair_is_open(vote->pair, PGS_AFTER, vote->row[PGS_AFTER]))
            pgs_table_pair_match(vote->pair, vote->row[PGS_BEFORE], vote->row[PGS_AFTER]);
    }
    return votes->len > 0;
}
