#include "seed/rows_match.h"

#include "seed/rows_colour.h"
#include "seed/rows_hash.h"

/* A matching that runs. */
typedef struct {
    PgsPairing *pairing;
    PgsColours *colours;
    GPtrArray *order;  /* PgsTablePair: what is referred to first */
    GPtrArray *stable; /* of each table pair: gboolean for each column (levels' LEVEL_STABLE) */
    GArray **children; /* of each reference and side: PgsHashedRow, rows under what they refer to */
    GArray *open;      /* Match: matched, and their neighbours are not looked at yet */
} Run;

typedef struct {
    PgsTablePair *pair;
    guint32 row[PGS_N_SIDES];
} Match;

static gboolean
is_open(const PgsTablePair *pair, PgsSide side, guint row)
{
    return pair->match[side][row] == PGS_NO_ROW;
}

static void
match(PgsTablePair *pair, guint32 before, guint32 after)
{
    pair->match[PGS_BEFORE][before] = after;
    pair->match[PGS_AFTER][after] = before;
    pair->n_matched++;
}

/* Whether there are rows of both sides left. */
static gboolean
has_open(const PgsTablePair *pair)
{
    return pgs_table_pair_rows(pair, PGS_BEFORE) > pair->n_matched &&
           pgs_table_pair_rows(pair, PGS_AFTER) > pair->n_matched;
}

/* ---- by key ---- */

/* The pairs of the key's columns; FALSE when there is no key, or not all of it survives. */
static gboolean
find_key(const PgsTablePair *pair, GArray *key)
{
    const PgsRowTable *before = pair->table[PGS_BEFORE];
    for (guint i = 0; i < before->key->len; i++) {
        gint column = pair->pair_of[g_array_index(before->key, guint, i)];
        if (column < 0)
            return FALSE;
        guint index = (guint)column;
        g_array_append_val(key, index);
    }
    return key->len > 0;
}

static guint64
hash_key(const PgsTablePair *pair, PgsSide side, guint row, const GArray *key)
{
    guint64 hash = 0;
    for (guint i = 0; i < key->len; i++)
        hash = pgs_hash_mix(hash, pgs_hash_value(pgs_table_pair_value(
                                      pair, side, row, g_array_index(key, guint, i))));
    return hash;
}

static gboolean
has_key_of(const PgsTablePair *pair, guint before, guint after, const GArray *key)
{
    for (guint i = 0; i < key->len; i++) {
        guint column = g_array_index(key, guint, i);
        if (!pgs_row_value_equal(pgs_table_pair_value(pair, PGS_BEFORE, before, column),
                                 pgs_table_pair_value(pair, PGS_AFTER, after, column)))
            return FALSE;
    }
    return TRUE;
}

static void
match_by_key(PgsTablePair *pair)
{
    g_autoptr(GArray) key = g_array_new(FALSE, FALSE, sizeof(guint));
    if (pair->table[PGS_AFTER] == NULL || !find_key(pair, key))
        return;
    g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = 0; i < pgs_table_pair_rows(pair, PGS_AFTER); i++) {
        PgsHashedRow row = {.hash = hash_key(pair, PGS_AFTER, i, key), .row = i};
        g_array_append_val(rows, row);
    }
    pgs_hashed_rows_sort(rows);
    for (guint i = 0; i < pgs_table_pair_rows(pair, PGS_BEFORE); i++) {
        guint64 hash = hash_key(pair, PGS_BEFORE, i, key);
        for (guint k = pgs_hashed_rows_find(rows, hash);
             is_open(pair, PGS_BEFORE, i) && k < rows->len &&
             g_array_index(rows, PgsHashedRow, k).hash == hash;
             k++) {
            guint32 row = g_array_index(rows, PgsHashedRow, k).row;
            if (is_open(pair, PGS_AFTER, row) && has_key_of(pair, i, row, key))
                match(pair, i, row);
        }
    }
    pair->n_matched_by_key = pair->n_matched;
}

/* ---- levels, from the finest ---- */

typedef enum {
    LEVEL_DEEP,
    LEVEL_PLACED,  /* what refers to a row, and the rows that those it refers to are matched with */
    LEVEL_MATCHED, /* values, and those rows */
    LEVEL_PARTLY,  /* the same, whatever the rows are that are not matched */
    LEVEL_UPWARDS,
    LEVEL_DOWNWARDS,
    LEVEL_VALUES,
    LEVEL_STABLE, /* as LEVEL_PARTLY, of those columns alone whose values are all there again */
} Level;

/* What a level rests on. */
static const struct {
    PgsColour colour;
    gboolean by_matched;
} levels[] = {
    [LEVEL_DEEP] = {PGS_COLOUR_DEEP, FALSE},
    [LEVEL_PLACED] = {PGS_COLOUR_DOWNWARDS, TRUE},
    [LEVEL_MATCHED] = {PGS_COLOUR_VALUES, TRUE},
    [LEVEL_PARTLY] = {PGS_COLOUR_VALUES, TRUE},
    [LEVEL_UPWARDS] = {PGS_COLOUR_UPWARDS, FALSE},
    [LEVEL_DOWNWARDS] = {PGS_COLOUR_DOWNWARDS, FALSE},
    [LEVEL_VALUES] = {PGS_COLOUR_VALUES, FALSE},
    [LEVEL_STABLE] = {PGS_COLOUR_VALUES, TRUE},
};

/* Per table pair, for LEVEL_STABLE. */
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

/* What a row's references say, by the rows that they lead to. */
static guint64
add_matched(const Run *run, Level level, const PgsTablePair *pair, PgsSide side, guint row,
            guint64 hash)
{
    for (guint i = 0; i < run->pairing->references->len; i++) {
        const PgsReferencePair *reference = pgs_pairing_reference(run->pairing, i);
        if (reference->child != pair)
            continue;
        guint32 target = reference->target[side][row];
        guint64 part;
        if (target == PGS_NO_ROW)
            part = pgs_colours_dangling(reference, side, row);
        else if (is_open(reference->parent, side, target))
            part = level == LEVEL_PARTLY || level == LEVEL_STABLE
                       ? PGS_NO_ROW
                       : pgs_colours_get(run->colours, PGS_COLOUR_UPWARDS, reference->parent, side,
                                         target);
        else
            part = side == PGS_BEFORE ? target : reference->parent->match[side][target];
        hash = pgs_hash_mix(pgs_hash_mix(hash, i), part);
    }
    return hash;
}

static guint64
hash_stable(const Run *run, const PgsTablePair *pair, PgsSide side, guint row)
{
    const Stable *stable = g_ptr_array_index(run->stable, pair->index);
    guint64 hash = 0;
    for (guint i = 0; i < pair->columns->len; i++) {
        if (stable->is_stable[i])
            hash = pgs_hash_mix(hash, pgs_hash_value(pgs_table_pair_value(pair, side, row, i)));
    }
    return hash;
}

static guint64
signature(const Run *run, Level level, const PgsTablePair *pair, PgsSide side, guint row)
{
    guint64 hash = level == LEVEL_STABLE
                       ? hash_stable(run, pair, side, row)
                       : pgs_colours_get(run->colours, levels[level].colour, pair, side, row);
    return levels[level].by_matched ? add_matched(run, level, pair, side, row, hash) : hash;
}

static GArray *
sign_open(const Run *run, Level level, const PgsTablePair *pair, PgsSide side)
{
    GArray *rows = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = 0; i < pgs_table_pair_rows(pair, side); i++) {
        PgsHashedRow row = {.row = i};
        if (!is_open(pair, side, i))
            continue;
        row.hash = signature(run, level, pair, side, i);
        g_array_append_val(rows, row);
    }
    pgs_hashed_rows_sort(rows);
    return rows;
}

/* The end of the run of one hash that begins at from. */
static guint
group_end(const GArray *rows, guint from)
{
    guint64 hash = g_array_index(rows, PgsHashedRow, from).hash;
    guint end = from;
    while (end < rows->len && g_array_index(rows, PgsHashedRow, end).hash == hash)
        end++;
    return end;
}

static void spread(Run *run, PgsTablePair *pair, guint32 before, guint32 after);

typedef enum {
    GROUP_ALONE, /* only groups of one row on either side */
    GROUP_ANY,   /* of more rows, the first with the first */
} Group;

/* One signature's rows.  spreads: their neighbours are settled with them. */
static void
match_group(Run *run, gboolean spreads, PgsTablePair *pair, const PgsHashedRow *before,
            guint n_before, const PgsHashedRow *after, guint n_after)
{
    guint k = 0;
    for (guint i = 0; i < n_before; i++) {
        if (!is_open(pair, PGS_BEFORE, before[i].row))
            continue;
        while (k < n_after && !is_open(pair, PGS_AFTER, after[k].row))
            k++;
        if (k == n_after)
            return;
        match(pair, before[i].row, after[k].row);
        if (spreads)
            spread(run, pair, before[i].row, after[k].row);
    }
}

/* TRUE when any row was matched. */
static gboolean
match_level(Run *run, Level level, PgsTablePair *pair, Group which)
{
    if (!has_open(pair))
        return FALSE;
    guint known = pair->n_matched;
    g_autoptr(GArray) before = sign_open(run, level, pair, PGS_BEFORE);
    g_autoptr(GArray) after = sign_open(run, level, pair, PGS_AFTER);
    for (guint i = 0; i < before->len;) {
        guint end = group_end(before, i);
        guint k = pgs_hashed_rows_find(after, g_array_index(before, PgsHashedRow, i).hash);
        guint k_end = k < after->len ? group_end(after, k) : k;
        gboolean is_alone = end - i == 1 && k_end - k == 1;
        if (k < k_end && (is_alone || which == GROUP_ANY))
            match_group(run, level == LEVEL_DEEP && which == GROUP_ANY, pair,
                        &g_array_index(before, PgsHashedRow, i), end - i,
                        &g_array_index(after, PgsHashedRow, k), k_end - k);
        i = end;
    }
    return pair->n_matched > known;
}

/* ---- neighbours of rows that nothing told apart ---- */

/*
 * Of rows of one colour any may be paired with any, as long as their neighbours are then paired
 * alike: two rows that were paired so settle what theirs are.
 */

static GArray *
children_of(const Run *run, const PgsReferencePair *reference, PgsSide side)
{
    return run->children[reference->index * PGS_N_SIDES + side];
}

static void
index_children(Run *run)
{
    guint n = run->pairing->references->len;
    run->children = g_new0(GArray *, n * PGS_N_SIDES + 1);
    for (guint i = 0; i < n * PGS_N_SIDES; i++) {
        const PgsReferencePair *reference = pgs_pairing_reference(run->pairing, i / PGS_N_SIDES);
        PgsSide side = i % PGS_N_SIDES;
        run->children[i] = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
        for (guint row = 0; row < pgs_table_pair_rows(reference->child, side); row++) {
            PgsHashedRow child = {.hash = reference->target[side][row], .row = row};
            if (child.hash != PGS_NO_ROW)
                g_array_append_val(run->children[i], child);
        }
        pgs_hashed_rows_sort(run->children[i]);
    }
}

static void
settle(Run *run, PgsTablePair *pair, guint32 before, guint32 after)
{
    if (!is_open(pair, PGS_BEFORE, before) || !is_open(pair, PGS_AFTER, after) ||
        signature(run, LEVEL_DEEP, pair, PGS_BEFORE, before) !=
            signature(run, LEVEL_DEEP, pair, PGS_AFTER, after))
        return;
    match(pair, before, after);
    Match next = {.pair = pair, .row = {before, after}};
    g_array_append_val(run->open, next);
}

/* The open rows that refer to a row, under their colours. */
static GArray *
open_children(const Run *run, const PgsReferencePair *reference, PgsSide side, guint32 target)
{
    const GArray *all = children_of(run, reference, side);
    GArray *open = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = pgs_hashed_rows_find(all, target);
         i < all->len && g_array_index(all, PgsHashedRow, i).hash == target; i++) {
        PgsHashedRow child = {.row = g_array_index(all, PgsHashedRow, i).row};
        if (!is_open(reference->child, side, child.row))
            continue;
        child.hash = signature(run, LEVEL_DEEP, reference->child, side, child.row);
        g_array_append_val(open, child);
    }
    pgs_hashed_rows_sort(open);
    return open;
}

static void
settle_children(Run *run, const PgsReferencePair *reference, const Match *parents)
{
    g_autoptr(GArray) before = open_children(run, reference, PGS_BEFORE, parents->row[PGS_BEFORE]);
    g_autoptr(GArray) after = open_children(run, reference, PGS_AFTER, parents->row[PGS_AFTER]);
    for (guint i = 0, k = 0; i < before->len && k < after->len;) {
        const PgsHashedRow *first = &g_array_index(before, PgsHashedRow, i);
        const PgsHashedRow *second = &g_array_index(after, PgsHashedRow, k);
        if (first->hash == second->hash)
            settle(run, reference->child, first->row, second->row);
        i += first->hash <= second->hash;
        k += second->hash <= first->hash;
    }
}

static void
settle_neighbours(Run *run, const Match *rows)
{
    for (guint i = 0; i < run->pairing->references->len; i++) {
        const PgsReferencePair *reference = pgs_pairing_reference(run->pairing, i);
        if (reference->child == rows->pair) {
            guint32 before = reference->target[PGS_BEFORE][rows->row[PGS_BEFORE]];
            guint32 after = reference->target[PGS_AFTER][rows->row[PGS_AFTER]];
            if (before != PGS_NO_ROW && after != PGS_NO_ROW)
                settle(run, reference->parent, before, after);
        }
        if (reference->parent == rows->pair)
            settle_children(run, reference, rows);
    }
}

static void
spread(Run *run, PgsTablePair *pair, guint32 before, guint32 after)
{
    Match first = {.pair = pair, .row = {before, after}};
    g_array_append_val(run->open, first);
    while (run->open->len > 0) {
        Match next = g_array_index(run->open, Match, run->open->len - 1);
        g_array_set_size(run->open, run->open->len - 1);
        settle_neighbours(run, &next);
    }
}

/* ---- rows that those which refer to them tell apart ---- */

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
add_votes(const Run *run, const PgsReferencePair *reference, GArray *votes)
{
    const PgsTablePair *child = reference->child;
    PgsTablePair *parent = reference->parent;
    for (guint row = 0; has_open(parent) && row < pgs_table_pair_rows(child, PGS_BEFORE); row++) {
        guint32 other = child->match[PGS_BEFORE][row];
        if (other == PGS_NO_ROW)
            continue;
        Vote vote = {.pair = parent, .n = 1};
        vote.row[PGS_BEFORE] = reference->target[PGS_BEFORE][row];
        vote.row[PGS_AFTER] = reference->target[PGS_AFTER][other];
        if (vote.row[PGS_BEFORE] == PGS_NO_ROW || vote.row[PGS_AFTER] == PGS_NO_ROW ||
            !is_open(parent, PGS_BEFORE, vote.row[PGS_BEFORE]) ||
            !is_open(parent, PGS_AFTER, vote.row[PGS_AFTER]) ||
            signature(run, LEVEL_VALUES, parent, PGS_BEFORE, vote.row[PGS_BEFORE]) !=
                signature(run, LEVEL_VALUES, parent, PGS_AFTER, vote.row[PGS_AFTER]))
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

/* TRUE when any row was matched. */
static gboolean
match_by_children(Run *run)
{
    g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(Vote));
    for (guint i = 0; i < run->pairing->references->len; i++)
        add_votes(run, pgs_pairing_reference(run->pairing, i), votes);
    g_array_sort(votes, compare_votes);
    count_votes(votes);
    for (guint i = 0; i < votes->len; i++) {
        const Vote *vote = &g_array_index(votes, Vote, i);
        if (is_open(vote->pair, PGS_BEFORE, vote->row[PGS_BEFORE]) &&
            is_open(vote->pair, PGS_AFTER, vote->row[PGS_AFTER]))
            match(vote->pair, vote->row[PGS_BEFORE], vote->row[PGS_AFTER]);
    }
    return votes->len > 0;
}

/* ---- columns whose values are all there again ---- */

static GArray *
hash_open(const PgsTablePair *pair, PgsSide side, guint column)
{
    GArray *values = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = 0; i < pgs_table_pair_rows(pair, side); i++) {
        PgsHashedRow value = {.row = i};
        if (!is_open(pair, side, i))
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

static void
find_stable(Run *run)
{
    for (guint i = 0; i < run->pairing->tables->len; i++) {
        const PgsTablePair *pair = pgs_pairing_table(run->pairing, i);
        Stable *stable = g_new0(Stable, 1);
        stable->is_stable = g_new0(gboolean, pair->columns->len);
        for (guint k = 0; has_open(pair) && k < pair->columns->len; k++) {
            stable->is_stable[k] = pgs_colours_is_content(pair, k) && is_stable(pair, k);
            stable->is_useful |= stable->is_stable[k];
        }
        g_ptr_array_add(run->stable, stable);
    }
    for (guint i = 0; i < run->pairing->references->len; i++) {
        const PgsTablePair *child = pgs_pairing_reference(run->pairing, i)->child;
        Stable *stable = g_ptr_array_index(run->stable, child->index);
        stable->is_useful = TRUE;
    }
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
put_in_order(Run *run)
{
    guint n = run->pairing->tables->len;
    g_autofree guint *depths = g_new0(guint, n);
    gboolean has_changed = TRUE;
    for (guint round = 0; has_changed && round < n; round++) {
        has_changed = FALSE;
        for (guint i = 0; i < run->pairing->references->len; i++) {
            const PgsReferencePair *reference = pgs_pairing_reference(run->pairing, i);
            guint child = reference->child->index, parent = reference->parent->index;
            if (child != parent && depths[child] <= depths[parent] && depths[parent] < n) {
                depths[child] = depths[parent] + 1;
                has_changed = TRUE;
            }
        }
    }
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(run->order, pgs_pairing_table(run->pairing, i));
    g_ptr_array_sort_with_data(run->order, compare_depths, depths);
}

static gboolean
match_all(Run *run, Level level, Group which)
{
    gboolean has_progress = FALSE;
    for (guint i = 0; i < run->order->len; i++)
        has_progress |= match_level(run, level, g_ptr_array_index(run->order, i), which);
    return has_progress;
}

/* Whatever only one row of either side can be; each row that is found may tell others. */
static void
match_certain(Run *run)
{
    gboolean has_progress;
    do {
        has_progress = match_by_children(run);
        for (Level level = LEVEL_DEEP; level <= LEVEL_VALUES; level++)
            has_progress |= match_all(run, level, GROUP_ALONE);
    } while (has_progress);
}

/* A table at a time, so that what refers to it is found by its rows. */
static gboolean
match_any(Run *run)
{
    for (Level level = LEVEL_DEEP; level <= LEVEL_VALUES; level++) {
        for (guint i = 0; i < run->order->len; i++) {
            if (match_level(run, level, g_ptr_array_index(run->order, i), GROUP_ANY))
                return TRUE;
        }
    }
    return FALSE;
}

/* Rows of which some value has changed. */
static void
match_stable(Run *run)
{
    find_stable(run);
    for (guint i = 0; i < run->order->len; i++) {
        PgsTablePair *pair = g_ptr_array_index(run->order, i);
        const Stable *stable = g_ptr_array_index(run->stable, pair->index);
        if (stable->is_useful && match_level(run, LEVEL_STABLE, pair, GROUP_ALONE))
            match_certain(run);
    }
}

static gboolean
is_done(const PgsPairing *pairing)
{
    for (guint i = 0; i < pairing->tables->len; i++) {
        if (has_open(pgs_pairing_table(pairing, i)))
            return FALSE;
    }
    return TRUE;
}

void
pgs_rows_match(PgsPairing *pairing)
{
    for (guint i = 0; i < pairing->tables->len; i++)
        match_by_key(pgs_pairing_table(pairing, i));
    if (is_done(pairing))
        return;
    Run run = {
        .pairing = pairing,
        .colours = pgs_colours_new(pairing),
        .order = g_ptr_array_new(),
        .stable = g_ptr_array_new_with_free_func(stable_free),
        .open = g_array_new(FALSE, FALSE, sizeof(Match)),
    };
    index_children(&run);
    put_in_order(&run);
    do
        match_certain(&run);
    while (match_any(&run));
    match_stable(&run);
    for (guint i = 0; i < pairing->references->len * PGS_N_SIDES; i++)
        g_array_unref(run.children[i]);
    g_free(run.children);
    g_array_unref(run.open);
    g_ptr_array_unref(run.stable);
    g_ptr_array_unref(run.order);
    pgs_colours_free(run.colours);
}
