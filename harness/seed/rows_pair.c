#include "seed/rows_pair.h"

#include "seed/rows_cast.h"
#include "seed/rows_hash.h"
#include "seed/rows_reference.h"

#include <string.h>

static void
column_pair_clear(gpointer data)
{
    PgsColumnPair *columns = data;
    g_free(columns->cast);
}

static void
table_pair_free(gpointer data)
{
    PgsTablePair *pair = data;
    g_array_unref(pair->columns);
    g_ptr_array_unref(pair->outgoing);
    g_free(pair->pair_of);
    g_free(pair->match[PGS_BEFORE]);
    g_free(pair->match[PGS_AFTER]);
    g_free(pair);
}

static void
reference_pair_free(gpointer data)
{
    PgsReferencePair *reference = data;
    g_free(reference->child_columns);
    g_free(reference->parent_columns);
    g_free(reference->target[PGS_BEFORE]);
    g_free(reference->target[PGS_AFTER]);
    g_free(reference);
}

void
pgs_pairing_free(PgsPairing *pairing)
{
    if (pairing == NULL)
        return;
    g_ptr_array_unref(pairing->references);
    g_ptr_array_unref(pairing->tables);
    g_string_chunk_free(pairing->texts);
    g_free(pairing);
}

/* ---- tables ---- */

/* Whether the table looks like before's: it has half of its columns or more, by name. */
static gboolean
is_like(const PgsRowTable *table, const PgsRowTable *before)
{
    guint n = 0;
    for (guint i = 0; i < before->columns->len; i++)
        n += pgs_row_table_find(table, pgs_row_table_column(before, i)->name) >= 0;
    return 2 * n >= before->columns->len;
}

/*
 * The table that before's is now.  Of the name and of the OID there may be two: the rows were
 * copied into a new table that has taken the name, or the table was renamed and something else has
 * its name.
 */
static const PgsRowTable *
find_table(const PgsRows *after, const PgsRowTable *before)
{
    const PgsRowTable *named = g_hash_table_lookup(after->names, before->identity);
    const PgsRowTable *same = g_hash_table_lookup(after->oids, GUINT_TO_POINTER(before->oid));
    if (named == NULL || same == NULL || named == same)
        return named != NULL ? named : same;
    return is_like(named, before) ? named : same;
}

/* The column of the same relation with that number; -1: it is gone, or the table is another one. */
static gint
find_number(const PgsTablePair *pair, guint number)
{
    const PgsRowTable *after = pair->table[PGS_AFTER];
    for (guint i = 0; after->oid == pair->table[PGS_BEFORE]->oid && i < after->columns->len; i++) {
        if (pgs_row_table_column(after, i)->number == number)
            return (gint)i;
    }
    return -1;
}

static void
pair_column(PgsTablePair *pair, guint index)
{
    const PgsRowTable *before = pair->table[PGS_BEFORE], *after = pair->table[PGS_AFTER];
    const PgsRowColumn *column = pgs_row_table_column(before, index);
    gint named = pgs_row_table_find(after, column->name);
    gint renamed = find_number(pair, column->number);
    if (renamed == named ||
        (renamed >= 0 &&
         pgs_row_table_find(before, pgs_row_table_column(after, (guint)renamed)->name) >= 0))
        renamed = -1; /* it is the one of the name, or some other column's */
    gint found = named >= 0 ? named : renamed;
    pair->pair_of[index] = found >= 0 ? (gint)pair->columns->len : -1;
    if (found < 0)
        return;
    const PgsRowColumn *other = pgs_row_table_column(after, (guint)found);
    PgsColumnPair columns = {
        .index = {index, (guint)found},
        .alternative = named >= 0 ? renamed : -1,
        .is_retyped = strcmp(column->type, other->type) != 0,
        .is_sure = TRUE,
        .is_key = column->key_position > 0 || other->key_position > 0,
    };
    g_array_append_val(pair->columns, columns);
}

static guint32 *
new_matches(guint n)
{
    guint32 *matches = g_new(guint32, n);
    for (guint i = 0; i < n; i++)
        matches[i] = PGS_NO_ROW;
    return matches;
}

static void
pair_table(PgsPairing *pairing, const PgsRowTable *before)
{
    PgsTablePair *pair = g_new0(PgsTablePair, 1);
    pair->index = pairing->tables->len;
    pair->table[PGS_BEFORE] = before;
    pair->table[PGS_AFTER] = find_table(pairing->rows[PGS_AFTER], before);
    pair->columns = g_array_new(FALSE, TRUE, sizeof(PgsColumnPair));
    g_array_set_clear_func(pair->columns, column_pair_clear);
    pair->outgoing = g_ptr_array_new();
    pair->pair_of = g_new(gint, before->columns->len);
    for (guint i = 0; i < before->columns->len; i++) {
        pair->pair_of[i] = -1;
        if (pair->table[PGS_AFTER] != NULL)
            pair_column(pair, i);
    }
    for (PgsSide side = PGS_BEFORE; side <= PGS_AFTER; side++)
        pair->match[side] = new_matches(pgs_table_pair_rows(pair, side));
    g_ptr_array_add(pairing->tables, pair);
}

/* ---- values whose type changed ---- */

/* Before's values that after has nowhere in the column, each once. */
static GPtrArray *
values_to_cast(const PgsTablePair *pair, guint column)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < pgs_table_pair_rows(pair, PGS_AFTER); i++) {
        PgsRowValue value = pgs_table_pair_own(pair, PGS_AFTER, i, column);
        if (value != NULL)
            g_hash_table_add(known, (gpointer)value);
    }
    GPtrArray *values = g_ptr_array_new();
    for (guint i = 0; i < pgs_table_pair_rows(pair, PGS_BEFORE); i++) {
        PgsRowValue value = pgs_table_pair_own(pair, PGS_BEFORE, i, column);
        if (value != NULL && g_hash_table_add(known, (gpointer)value))
            g_ptr_array_add(values, (gpointer)value);
    }
    return values;
}

static void
keep_casts(PgsTablePair *pair, guint column, GHashTable *casts)
{
    guint n = pgs_table_pair_rows(pair, PGS_BEFORE);
    PgsRowValue *cast = g_new(PgsRowValue, n);
    for (guint i = 0; i < n; i++) {
        PgsRowValue own = pgs_table_pair_own(pair, PGS_BEFORE, i, column);
        PgsRowValue known = own != NULL ? g_hash_table_lookup(casts, own) : NULL;
        cast[i] = known != NULL ? known : own;
    }
    pgs_table_pair_column(pair, column)->cast = cast;
}

static gboolean
cast_column(PgsPairing *pairing, PgsTablePair *pair, guint column, PgsConnection *connection,
            GError **error)
{
    PgsColumnPair *columns = pgs_table_pair_column(pair, column);
    g_autoptr(GPtrArray) values = values_to_cast(pair, column);
    if (values->len == 0)
        return TRUE;
    g_autoptr(GHashTable) casts = g_hash_table_new(g_str_hash, g_str_equal);
    if (connection != NULL &&
        !pgs_rows_cast(
            connection,
            pgs_row_table_column(pair->table[PGS_BEFORE], columns->index[PGS_BEFORE])->type,
            pgs_row_table_column(pair->table[PGS_AFTER], columns->index[PGS_AFTER])->type, values,
            pairing->texts, casts, error))
        return FALSE;
    columns->is_sure = g_hash_table_size(casts) == values->len;
    if (g_hash_table_size(casts) > 0)
        keep_casts(pair, column, casts);
    return TRUE;
}

static gboolean
cast_columns(PgsPairing *pairing, PgsConnection *connection, GError **error)
{
    for (guint i = 0; i < pairing->tables->len; i++) {
        PgsTablePair *pair = pgs_pairing_table(pairing, i);
        for (guint k = 0; k < pair->columns->len; k++) {
            if (pgs_table_pair_column(pair, k)->is_retyped &&
                !cast_column(pairing, pair, k, connection, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* ---- references ---- */

/* The pair of that side's table. */
static PgsTablePair *
find_pair(const PgsPairing *pairing, PgsSide side, const char *identity)
{
    for (guint i = 0; i < pairing->tables->len; i++) {
        PgsTablePair *pair = pgs_pairing_table(pairing, i);
        if (pair->table[PGS_AFTER] != NULL && strcmp(pair->table[side]->identity, identity) == 0)
            return pair;
    }
    return NULL;
}

/* The pairs of the columns with these names; NULL when one of them is not in both. */
static guint *
find_columns(const PgsTablePair *pair, PgsSide side, char **names)
{
    g_autofree guint *found = g_new(guint, g_strv_length(names));
    for (guint i = 0; names[i] != NULL; i++) {
        guint k = 0;
        while (k < pair->columns->len &&
               strcmp(pgs_row_table_column(pair->table[side],
                                           pgs_table_pair_column(pair, k)->index[side])
                          ->name,
                      names[i]) != 0)
            k++;
        if (k == pair->columns->len)
            return NULL;
        found[i] = k;
    }
    return g_steal_pointer(&found);
}

static gboolean
is_known(const PgsPairing *pairing, const PgsReferencePair *reference)
{
    for (guint i = 0; i < pairing->references->len; i++) {
        const PgsReferencePair *known = pgs_pairing_reference(pairing, i);
        gsize size = reference->n * sizeof(guint);
        if (known->child == reference->child && known->parent == reference->parent &&
            known->n == reference->n &&
            memcmp(known->child_columns, reference->child_columns, size) == 0 &&
            memcmp(known->parent_columns, reference->parent_columns, size) == 0)
            return TRUE;
    }
    return FALSE;
}

/* names: of the side whose names the reference has.  FALSE when it is not in both. */
static gboolean
pair_reference(PgsPairing *pairing, PgsSide names, const PgsReference *reference)
{
    PgsTablePair *child = find_pair(pairing, names, reference->table);
    PgsTablePair *parent = find_pair(pairing, names, reference->target);
    if (child == NULL || parent == NULL)
        return FALSE;
    PgsReferencePair *pair = g_new0(PgsReferencePair, 1);
    pair->index = pairing->references->len;
    pair->child = child;
    pair->parent = parent;
    pair->n = g_strv_length(reference->columns);
    pair->child_columns = find_columns(child, names, reference->columns);
    pair->parent_columns = find_columns(parent, names, reference->target_columns);
    gboolean is_whole = pair->child_columns != NULL && pair->parent_columns != NULL;
    if (!is_whole || is_known(pairing, pair)) {
        reference_pair_free(pair);
        return is_whole;
    }
    for (guint i = 0; i < pair->n; i++)
        pgs_table_pair_column(child, pair->child_columns[i])->is_reference = TRUE;
    g_ptr_array_add(child->outgoing, pair);
    g_ptr_array_add(pairing->references, pair);
    return TRUE;
}

static void
pair_references(PgsPairing *pairing, const PgsSnapshot *snapshot, PgsSide first)
{
    g_autoptr(GPtrArray) references = pgs_references_new(snapshot);
    for (guint i = 0; i < references->len; i++) {
        const PgsReference *reference = g_ptr_array_index(references, i);
        if (!pair_reference(pairing, first, reference))
            pair_reference(pairing, first == PGS_BEFORE ? PGS_AFTER : PGS_BEFORE, reference);
    }
}

/* The hash of a row's own values in these columns; FALSE when one of them is NULL. */
static gboolean
hash_columns(const PgsTablePair *pair, PgsSide side, guint row, const guint *columns, guint n,
             guint64 *hash)
{
    *hash = n;
    for (guint i = 0; i < n; i++) {
        PgsRowValue value = pgs_table_pair_own(pair, side, row, columns[i]);
        if (value == NULL)
            return FALSE;
        *hash = pgs_hash_mix(*hash, pgs_hash_value(value));
    }
    return TRUE;
}

static gboolean
refers_to(const PgsReferencePair *reference, PgsSide side, guint row, guint target)
{
    for (guint i = 0; i < reference->n; i++) {
        if (!pgs_row_value_equal(
                pgs_table_pair_own(reference->child, side, row, reference->child_columns[i]),
                pgs_table_pair_own(reference->parent, side, target, reference->parent_columns[i])))
            return FALSE;
    }
    return TRUE;
}

/* Of several rows that a row may mean, where nothing makes them unique, the first. */
static void
find_targets(PgsReferencePair *reference, PgsSide side)
{
    g_autoptr(GArray) parents = g_array_new(FALSE, TRUE, sizeof(PgsHashedRow));
    for (guint i = 0; i < pgs_table_pair_rows(reference->parent, side); i++) {
        PgsHashedRow parent = {.row = i};
        if (hash_columns(reference->parent, side, i, reference->parent_columns, reference->n,
                         &parent.hash))
            g_array_append_val(parents, parent);
    }
    pgs_hashed_rows_sort(parents);
    guint n = pgs_table_pair_rows(reference->child, side);
    guint32 *targets = new_matches(n);
    for (guint i = 0; i < n; i++) {
        guint64 hash;
        if (!hash_columns(reference->child, side, i, reference->child_columns, reference->n, &hash))
            continue;
        for (guint k = pgs_hashed_rows_find(parents, hash);
             targets[i] == PGS_NO_ROW && k < parents->len &&
             g_array_index(parents, PgsHashedRow, k).hash == hash;
             k++) {
            guint32 target = g_array_index(parents, PgsHashedRow, k).row;
            if (refers_to(reference, side, i, target))
                targets[i] = target;
        }
    }
    reference->target[side] = targets;
}

gboolean
pgs_reference_pair_is_comparable(const PgsReferencePair *reference, guint i)
{
    const PgsColumnPair *columns =
        pgs_table_pair_column(reference->child, reference->child_columns[i]);
    const PgsTablePair *parent = reference->parent;
    gboolean is_rekeyed =
        pgs_table_pair_rows(parent, PGS_BEFORE) > 0 && parent->n_matched_by_key == 0;
    return columns->is_sure && !(columns->is_retyped && is_rekeyed);
}

PgsPairing *
pgs_pairing_new(const PgsRows *before, const PgsRows *after, const PgsSnapshot *references,
                PgsConnection *connection, GError **error)
{
    g_autoptr(PgsPairing) pairing = g_new0(PgsPairing, 1);
    pairing->rows[PGS_BEFORE] = before;
    pairing->rows[PGS_AFTER] = after;
    pairing->tables = g_ptr_array_new_with_free_func(table_pair_free);
    pairing->references = g_ptr_array_new_with_free_func(reference_pair_free);
    pairing->texts = g_string_chunk_new(4096);
    for (guint i = 0; i < before->tables->len; i++)
        pair_table(pairing, g_ptr_array_index(before->tables, i));
    if (!cast_columns(pairing, connection, error))
        return NULL;
    pair_references(pairing, before->snapshot, PGS_BEFORE);
    pair_references(pairing, after->snapshot, PGS_AFTER);
    if (references != NULL)
        pair_references(pairing, references, PGS_BEFORE);
    for (guint i = 0; i < pairing->references->len; i++) {
        find_targets(pgs_pairing_reference(pairing, i), PGS_BEFORE);
        find_targets(pgs_pairing_reference(pairing, i), PGS_AFTER);
    }
    return g_steal_pointer(&pairing);
}
