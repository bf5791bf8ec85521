#include "synthesis/grid_choice.h"

#include <string.h>

enum {
    MAX_PAIRS = 40000, /* that are kept account of */
};

void
pgs_grid_choice_free(PgsGridChoice *choice)
{
    if (choice == NULL)
        return;
    g_array_unref(choice->rows);
    g_free(choice);
}

/* Stops at limit + 1. */
static guint
count_combinations(const guint *sizes, guint n, guint limit)
{
    guint64 count = 1;
    for (guint i = 0; i < n && count <= limit; i++)
        count *= sizes[i];
    return (guint)MIN(count, (guint64)limit + 1);
}

/* The last column turns fastest, so that the first rows have the others' usual values. */
static void
add_all(PgsGridChoice *choice, const guint *sizes, guint count)
{
    g_autofree guint *row = g_new0(guint, choice->n + 1);
    choice->n_rows = count;
    for (guint k = 0; k < count; k++) {
        g_array_append_vals(choice->rows, row, choice->n);
        for (guint i = choice->n; i-- > 0;) {
            if (++row[i] < sizes[i])
                break;
            row[i] = 0;
        }
    }
}

/* ---- a choice of them ---- */

typedef struct {
    PgsBench *bench;
    const char *stream;
    PgsGridChoice *choice;
    const guint *sizes;
    guint limit;
    GHashTable *seen; /* rows, as bytes */
    /* Pairs of values that no row has had yet. */
    guint8 *is_open;
    guint *offsets; /* of the pairs of columns i < j, in is_open */
    guint n_open;
} Chooser;

static gboolean
add_row(Chooser *chooser, const guint *row)
{
    guint n = chooser->choice->n;
    g_autoptr(GBytes) bytes = g_bytes_new(row, n * sizeof *row);
    if (g_hash_table_contains(chooser->seen, bytes))
        return FALSE;
    g_hash_table_add(chooser->seen, g_steal_pointer(&bytes));
    g_array_append_vals(chooser->choice->rows, row, n);
    chooser->choice->n_rows++;
    return TRUE;
}

static gboolean
is_full(const Chooser *chooser)
{
    return g_hash_table_size(chooser->seen) >= chooser->limit;
}

/* Round by round, so that each column gets its most telling values in. */
static void
add_singles(Chooser *chooser)
{
    guint n = chooser->choice->n, longest = 0;
    g_autofree guint *row = g_new0(guint, n);
    for (guint i = 0; i < n; i++)
        longest = MAX(longest, chooser->sizes[i]);
    for (guint k = 0; k < longest; k++) {
        for (guint i = 0; i < n && !is_full(chooser); i++) {
            if (k >= chooser->sizes[i])
                continue;
            row[i] = k;
            add_row(chooser, row);
            row[i] = 0;
        }
    }
}

/* Pairs of values, early ones first, with the usual ones beside them: what a rule on two columns
   needs, when other rules would refuse most of what the other columns may have. */
static void
add_near_pairs(Chooser *chooser)
{
    guint n = chooser->choice->n, longest = 0, limit = chooser->limit / 2;
    g_autofree guint *row = g_new0(guint, n);
    for (guint i = 0; i < n; i++)
        longest = MAX(longest, chooser->sizes[i]);
    for (guint sum = 2; sum <= 2 * longest && g_hash_table_size(chooser->seen) < limit; sum++) {
        for (guint i = 0; i < n; i++) {
            for (guint j = i + 1; j < n; j++) {
                for (guint a = 1; a < MIN(sum, chooser->sizes[i]); a++) {
                    row[i] = a;
                    row[j] = sum - a;
                    if (row[j] < chooser->sizes[j] && g_hash_table_size(chooser->seen) < limit)
                        add_row(chooser, row);
                }
                row[i] = row[j] = 0;
            }
        }
    }
}

static guint8 *
pair(const Chooser *chooser, guint i, guint a, guint j, guint b)
{
    guint n = chooser->choice->n;
    return i < j ? &chooser->is_open[chooser->offsets[i * n + j] + a * chooser->sizes[j] + b]
                 : &chooser->is_open[chooser->offsets[j * n + i] + b * chooser->sizes[i] + a];
}

static void
close_pairs(Chooser *chooser, const guint *row)
{
    for (guint i = 0; i < chooser->choice->n; i++) {
        for (guint j = i + 1; j < chooser->choice->n; j++) {
            guint8 *open = pair(chooser, i, row[i], j, row[j]);
            chooser->n_open -= *open;
            *open = 0;
        }
    }
}

static gboolean
open_pairs(Chooser *chooser)
{
    guint n = chooser->choice->n;
    guint64 count = 0;
    chooser->offsets = g_new0(guint, n * n);
    for (guint i = 0; i < n; i++) {
        for (guint j = i + 1; j < n; j++) {
            chooser->offsets[i * n + j] = (guint)count;
            count += (guint64)chooser->sizes[i] * chooser->sizes[j];
            if (count > MAX_PAIRS)
                return FALSE;
        }
    }
    if (count == 0)
        return FALSE;
    chooser->n_open = (guint)count;
    chooser->is_open = g_malloc(count);
    memset(chooser->is_open, 1, count);
    const guint *rows = (const guint *)(gpointer)chooser->choice->rows->data;
    for (guint k = 0; k < chooser->choice->n_rows; k++)
        close_pairs(chooser, rows + (gsize)k * n);
    return TRUE;
}

/* The value of column i that has the most open pairs with what the row has (fixed) so far; where
   none has any, one by chance, so that rows differ. */
static guint
best_value(Chooser *chooser, const guint *row, const gboolean *fixed, guint i)
{
    guint best = pgs_bench_random(chooser->bench, chooser->stream, chooser->sizes[i]);
    guint most = 0;
    for (guint k = 0; k < chooser->sizes[i]; k++) {
        guint n_open = 0;
        for (guint j = 0; j < chooser->choice->n; j++)
            n_open += fixed[j] && j != i ? *pair(chooser, i, k, j, row[j]) : 0;
        if (n_open > most) {
            most = n_open;
            best = k;
        }
    }
    return best;
}

static void
add_pairs_of(Chooser *chooser, guint i, guint a, guint j, guint b)
{
    guint n = chooser->choice->n;
    g_autofree guint *row = g_new0(guint, n);
    g_autofree gboolean *fixed = g_new0(gboolean, n);
    row[i] = a;
    row[j] = b;
    fixed[i] = fixed[j] = TRUE;
    for (guint k = 0; k < n; k++) {
        if (!fixed[k])
            row[k] = best_value(chooser, row, fixed, k);
        fixed[k] = TRUE;
    }
    add_row(chooser, row);
    close_pairs(chooser, row);
}

static void
add_pairs(Chooser *chooser)
{
    guint n = chooser->choice->n;
    for (guint i = 0; i < n; i++) {
        for (guint j = i + 1; j < n; j++) {
            guint count = chooser->sizes[i] * chooser->sizes[j];
            for (guint k = 0; k < count && chooser->n_open > 0 && !is_full(chooser); k++) {
                guint a = k / chooser->sizes[j], b = k % chooser->sizes[j];
                if (*pair(chooser, i, a, j, b))
                    add_pairs_of(chooser, i, a, j, b);
            }
        }
    }
}

/* Combinations are many more than limit here, so that few tries are in vain. */
static void
add_random(Chooser *chooser)
{
    guint n = chooser->choice->n;
    g_autofree guint *row = g_new0(guint, n);
    for (guint tries = 0; tries < 4 * chooser->limit && !is_full(chooser); tries++) {
        for (guint i = 0; i < n; i++)
            row[i] = pgs_bench_random(chooser->bench, chooser->stream, chooser->sizes[i]);
        add_row(chooser, row);
    }
}

static void
add_some(Chooser *chooser)
{
    chooser->seen =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    add_singles(chooser);
    add_near_pairs(chooser);
    if (open_pairs(chooser))
        add_pairs(chooser);
    add_random(chooser);
    g_hash_table_unref(chooser->seen);
    g_free(chooser->is_open);
    g_free(chooser->offsets);
}

PgsGridChoice *
pgs_grid_choice_new(PgsBench *bench, const char *stream, const guint *sizes, guint n, guint limit)
{
    PgsGridChoice *choice = g_new0(PgsGridChoice, 1);
    choice->n = n;
    choice->rows = g_array_new(FALSE, FALSE, sizeof(guint));
    guint count = count_combinations(sizes, n, limit);
    choice->is_exhaustive = count <= limit;
    Chooser chooser = {
        .bench = bench, .stream = stream, .choice = choice, .sizes = sizes, .limit = limit};
    if (choice->is_exhaustive)
        add_all(choice, sizes, count);
    else
        add_some(&chooser);
    return choice;
}
