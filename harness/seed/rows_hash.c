#include "seed/rows_hash.h"

static gint
compare(gconstpointer a, gconstpointer b)
{
    const PgsHashedRow *first = a, *second = b;
    if (first->hash != second->hash)
        return first->hash < second->hash ? -1 : 1;
    return first->row < second->row ? -1 : first->row > second->row;
}

void
pgs_hashed_rows_sort(GArray *rows)
{
    g_array_sort(rows, compare);
}

guint
pgs_hashed_rows_find(const GArray *rows, guint64 hash)
{
    guint low = 0, high = rows->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(rows, PgsHashedRow, middle).hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->len && g_array_index(rows, PgsHashedRow, low).hash == hash ? low : rows->len;
}
