#include "seed/rows_key.h"

#include "seed/rows_hash.h"

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

void
pgs_rows_match_by_key(PgsTablePair *pair)
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
             pgs_table_pair_is_open(pair, PGS_BEFORE, i) && k < rows->len &&
             g_array_index(rows, PgsHashedRow, k).hash == hash;
             k++) {
            guint32 row = g_array_index(rows, PgsHashedRow, k).row;
            if (pgs_table_pair_is_open(pair, PGS_AFTER, row) && has_key_of(pair, i, row, key))
                pgs_table_pair_match(pair, i, row);
        }
    }
    pair->n_matched_by_key = pair->n_matched;
}
