#include "base/text.h"
#include "seed/rows_match.h"

#include <stdarg.h>
#include <string.h>

/* Characters of a value that are shown. */
#define SHOWN 40

/* A comparison that runs. */
typedef struct {
    PgsPairing *pairing;
    PgsRowsDemand demand;
    GPtrArray *losses;
} Run;

static void
loss_free(gpointer data)
{
    PgsLoss *loss = data;
    g_free(loss->table);
    g_free(loss->column);
    g_free(loss->message);
    g_free(loss->example);
    g_free(loss);
}

/* Adds one; its message is "table: …" or "table.column: …". */
static PgsLoss *add_loss(Run *run, PgsLossKind kind, const PgsRowTable *table, const char *column,
                         guint64 n, const char *format, ...) G_GNUC_PRINTF(6, 7);

static PgsLoss *
add_loss(Run *run, PgsLossKind kind, const PgsRowTable *table, const char *column, guint64 n,
         const char *format, ...)
{
    PgsLoss *loss = g_new0(PgsLoss, 1);
    loss->kind = kind;
    loss->table = g_strdup(table->identity);
    loss->column = g_strdup(column);
    loss->n = n;
    loss->total = table->n_rows;
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    loss->message = column != NULL ? g_strdup_printf("%s.%s: %s", table->identity, column, text)
                                   : g_strdup_printf("%s: %s", table->identity, text);
    g_ptr_array_add(run->losses, loss);
    return loss;
}

/* ---- words ---- */

/* "3 of 10 rows", "the one row", "all 10 rows" */
static char *
share(guint64 n, guint64 total)
{
    if (n == total)
        return total == 1 ? g_strdup("the one row")
                          : g_strdup_printf("all %" G_GUINT64_FORMAT " rows", total);
    return g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " rows", n, total);
}

static char *
show(PgsRowValue value)
{
    if (value == NULL)
        return g_strdup("NULL");
    g_autofree char *visible = pgs_text_visible(value, -1);
    g_autofree char *folded = g_strdelimit(g_strdup(visible), "\n\t", ' ');
    g_autofree char *cut = pgs_text_ellipsize(folded, SHOWN);
    return g_strdup_printf("'%s'", cut);
}

static void
append_value(GString *out, const PgsRowTable *table, guint row, guint column)
{
    g_autofree char *value = show(pgs_row_table_value(table, row, column));
    g_string_append_printf(out, "%s%s=%s", out->len > 0 ? ", " : "",
                           pgs_row_table_column(table, column)->name, value);
}

/* A row by its key, or by its first columns. */
static char *
name_row(const PgsRowTable *table, guint row)
{
    GString *name = g_string_new(NULL);
    for (guint i = 0; i < table->key->len; i++)
        append_value(name, table, row, g_array_index(table->key, guint, i));
    for (guint i = 0; table->key->len == 0 && i < MIN(table->columns->len, 3); i++)
        append_value(name, table, row, i);
    if (name->len == 0)
        g_string_append(name, "a row without columns");
    return g_string_free(name, FALSE);
}

/* ---- rows ---- */

static const PgsRowTable *
before_of(const PgsTablePair *pair)
{
    return pair->table[PGS_BEFORE];
}

/* The first row of a side that has no match, or PGS_NO_ROW. */
static guint32
first_open(const PgsTablePair *pair, PgsSide side)
{
    for (guint i = 0; i < pgs_table_pair_rows(pair, side); i++) {
        if (pair->match[side][i] == PGS_NO_ROW)
            return i;
    }
    return PGS_NO_ROW;
}

/* Keys of all rows became others: those that are not found again may be there. */
static gboolean
is_rekeyed(const PgsTablePair *pair)
{
    const PgsRowTable *before = before_of(pair);
    return before->key->len > 0 && pair->n_matched_by_key == 0 &&
           pgs_table_pair_rows(pair, PGS_AFTER) >= before->n_rows;
}

static void
add_lost_rows(Run *run, const PgsTablePair *pair)
{
    const PgsRowTable *before = before_of(pair);
    guint n = before->n_rows - pair->n_matched;
    if (n == 0)
        return;
    g_autofree char *some = share(n, before->n_rows);
    PgsLoss *loss;
    if (pair->table[PGS_AFTER] == NULL)
        loss = add_loss(run, PGS_LOSS_TABLE, before, NULL, n, "the table is gone, with %s", some);
    else if (pgs_table_pair_rows(pair, PGS_AFTER) == 0)
        loss = add_loss(run, PGS_LOSS_TABLE, before, NULL, n, "the table is empty now, %s %s gone",
                        some, n == 1 ? "is" : "are");
    else if (is_rekeyed(pair))
        loss = add_loss(run, PGS_LOSS_KEY, before, NULL, n,
                        "keys have changed, and %s cannot be found again by %s other columns", some,
                        n == 1 ? "its" : "their");
    else
        loss = add_loss(run, PGS_LOSS_ROWS, before, NULL, n, "%s %s gone", some,
                        n == 1 ? "is" : "are");
    loss->example = name_row(before, first_open(pair, PGS_BEFORE));
}

static void
add_new_rows(Run *run, const PgsTablePair *pair)
{
    guint n = pgs_table_pair_rows(pair, PGS_AFTER) - pair->n_matched;
    if (pair->table[PGS_AFTER] == NULL || n == 0)
        return;
    PgsLoss *loss =
        add_loss(run, PGS_LOSS_ADDED, before_of(pair), NULL, n, "%u row%s there that %s not before",
                 n, n == 1 ? " is" : "s are", n == 1 ? "was" : "were");
    loss->example = name_row(pair->table[PGS_AFTER], first_open(pair, PGS_AFTER));
}

/* Tables of after that are no table of before's. */
static void
add_new_tables(Run *run)
{
    const PgsRows *after = run->pairing->rows[PGS_AFTER];
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < run->pairing->tables->len; i++)
        g_hash_table_add(known, (gpointer)pgs_pairing_table(run->pairing, i)->table[PGS_AFTER]);
    for (guint i = 0; i < after->tables->len; i++) {
        const PgsRowTable *table = g_ptr_array_index(after->tables, i);
        if (table->n_rows == 0 || g_hash_table_contains(known, table))
            continue;
        PgsLoss *loss = add_loss(run, PGS_LOSS_ADDED, table, NULL, table->n_rows,
                                 "a table that was not there before, with %u row%s", table->n_rows,
                                 table->n_rows == 1 ? "" : "s");
        loss->total = 0;
        loss->example = name_row(table, 0);
    }
}

/* ---- keys and values ---- */

static gboolean
is_kept(const PgsTablePair *pair, guint row, guint column)
{
    guint32 other = pair->match[PGS_BEFORE][row];
    PgsRowValue after = pgs_table_pair_own(pair, PGS_AFTER, other, column);
    return pgs_row_value_equal(pgs_table_pair_own(pair, PGS_BEFORE, row, column), after) ||
           pgs_row_value_equal(pgs_table_pair_value(pair, PGS_BEFORE, row, column), after);
}

static gboolean
is_alternative_kept(const PgsTablePair *pair, const PgsColumnPair *columns)
{
    for (guint row = 0; columns->alternative >= 0 && row < before_of(pair)->n_rows; row++) {
        guint32 other = pair->match[PGS_BEFORE][row];
        if (other != PGS_NO_ROW &&
            !pgs_row_value_equal(
                pgs_row_table_value(before_of(pair), row, columns->index[PGS_BEFORE]),
                pgs_row_table_value(pair->table[PGS_AFTER], other, (guint)columns->alternative)))
            return FALSE;
    }
    return columns->alternative >= 0;
}

/* The place of the column in the reference, or -1. */
static gint
place_in(const PgsReferencePair *reference, guint column)
{
    for (guint i = 0; i < reference->n; i++) {
        if (reference->child_columns[i] == column)
            return (gint)i;
    }
    return -1;
}

/*
 * Whether a row's value is judged as a part of this reference: it led to a row.  Where it led to
 * none and cannot be compared, only that there is one can be asked.
 */
static gboolean
is_judged_by(const Run *run, const PgsReferencePair *reference, guint row, guint column)
{
    const PgsTablePair *pair = reference->child;
    guint32 other = pair->match[PGS_BEFORE][row];
    guint32 before = reference->target[PGS_BEFORE][row];
    guint32 after = reference->target[PGS_AFTER][other];
    gint place = place_in(reference, column);
    if (place < 0)
        return FALSE;
    if (before != PGS_NO_ROW) /* where all has to be the same, a broken one is not told twice */
        return run->demand == PGS_ROWS_SURVIVE || after == PGS_NO_ROW ||
               reference->parent->match[PGS_BEFORE][before] != after;
    return run->demand == PGS_ROWS_SURVIVE && after == PGS_NO_ROW &&
           !pgs_reference_pair_is_comparable(reference, (guint)place) &&
           pgs_table_pair_own(pair, PGS_BEFORE, row, column) != NULL &&
           pgs_table_pair_own(pair, PGS_AFTER, other, column) != NULL;
}

static gboolean
is_judged_as_reference(const Run *run, const PgsTablePair *pair, guint row, guint column)
{
    for (guint i = 0; i < pair->outgoing->len; i++) {
        if (is_judged_by(run, g_ptr_array_index(pair->outgoing, i), row, column))
            return TRUE;
    }
    return FALSE;
}

/* Rows may get other keys where they are only asked to survive; what is computed is nobody's. */
static gboolean
is_judged(const Run *run, const PgsTablePair *pair, guint column)
{
    const PgsColumnPair *columns = pgs_table_pair_column(pair, column);
    const PgsRowColumn *own = pgs_row_table_column(before_of(pair), columns->index[PGS_BEFORE]);
    if (own->is_generated)
        return FALSE;
    return run->demand == PGS_ROWS_SAME || own->key_position == 0 || pair->n_matched_by_key > 0;
}

static void
add_values(Run *run, const PgsTablePair *pair, guint column)
{
    const PgsColumnPair *columns = pgs_table_pair_column(pair, column);
    const PgsRowTable *before = before_of(pair);
    const PgsRowColumn *own = pgs_row_table_column(before, columns->index[PGS_BEFORE]);
    guint n = 0, first = 0;
    for (guint row = 0; row < before->n_rows; row++) {
        if (pair->match[PGS_BEFORE][row] == PGS_NO_ROW || is_kept(pair, row, column) ||
            is_judged_as_reference(run, pair, row, column))
            continue;
        if (n++ == 0)
            first = row;
    }
    if (n == 0 || is_alternative_kept(pair, columns))
        return;
    gboolean is_key = own->key_position > 0;
    g_autofree char *some = share(n, before->n_rows);
    PgsLoss *loss = add_loss(run, is_key ? PGS_LOSS_KEY : PGS_LOSS_VALUES, before, own->name, n,
                             "%s %s %s", some, n == 1 ? "has" : "have",
                             is_key   ? (n == 1 ? "another key" : "other keys")
                             : n == 1 ? "another value"
                                      : "other values");
    g_autofree char *name = name_row(before, first);
    g_autofree char *old = show(pgs_table_pair_own(pair, PGS_BEFORE, first, column));
    g_autofree char *new =
        show(pgs_table_pair_own(pair, PGS_AFTER, pair->match[PGS_BEFORE][first], column));
    loss->example = g_strdup_printf("%s: %s is %s now", name, old, new);
}

/* A column that is gone, with values in so many rows. */
static void
add_lost_column(Run *run, const PgsTablePair *pair, guint index)
{
    const PgsRowTable *before = before_of(pair);
    const PgsRowColumn *column = pgs_row_table_column(before, index);
    guint n = 0, first = 0;
    for (guint row = 0; row < before->n_rows; row++) {
        if (pgs_row_table_value(before, row, index) != NULL && n++ == 0)
            first = row;
    }
    if (n == 0 || column->is_generated)
        return;
    g_autofree char *some = share(n, before->n_rows);
    PgsLoss *loss = add_loss(run, PGS_LOSS_COLUMN, before, column->name, n,
                             "the column is gone, with the value%s of %s", n == 1 ? "" : "s", some);
    g_autofree char *name = name_row(before, first);
    g_autofree char *value = show(pgs_row_table_value(before, first, index));
    loss->example = g_strdup_printf("%s: %s", name, value);
}

/* ---- references ---- */

/* Whether the row refers to another row than before, or to none; when the one that it referred to
 * is lost itself, that is told already. */
static gboolean
is_broken(const PgsReferencePair *reference, guint row)
{
    guint32 other = reference->child->match[PGS_BEFORE][row];
    guint32 target = reference->target[PGS_BEFORE][row];
    if (other == PGS_NO_ROW || target == PGS_NO_ROW)
        return FALSE;
    guint32 should = reference->parent->match[PGS_BEFORE][target];
    return should != PGS_NO_ROW && reference->target[PGS_AFTER][other] != should;
}

/* The plain names of the reference's columns in before. */
static char *
name_columns(const PgsReferencePair *reference)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < reference->n; i++) {
        guint index =
            pgs_table_pair_column(reference->child, reference->child_columns[i])->index[PGS_BEFORE];
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
                               pgs_row_table_column(before_of(reference->child), index)->name);
    }
    return g_string_free(names, FALSE);
}

static char *
describe_broken(const PgsReferencePair *reference, guint row)
{
    const PgsTablePair *parent = reference->parent;
    g_autofree char *name = name_row(before_of(reference->child), row);
    g_autofree char *old = name_row(before_of(parent), reference->target[PGS_BEFORE][row]);
    guint32 target = reference->target[PGS_AFTER][reference->child->match[PGS_BEFORE][row]];
    if (target == PGS_NO_ROW)
        return g_strdup_printf("%s: referred to %s, refers to no row now", name, old);
    g_autofree char *new = name_row(parent->table[PGS_AFTER], target);
    guint32 known = parent->match[PGS_AFTER][target];
    g_autofree char *was = known != PGS_NO_ROW ? name_row(before_of(parent), known) : NULL;
    return g_strdup_printf("%s: referred to %s, refers to %s now, which %s%s", name, old, new,
                           was != NULL ? "was " : "is a new row", was != NULL ? was : "");
}

static void
add_broken_references(Run *run, const PgsReferencePair *reference)
{
    const PgsRowTable *before = before_of(reference->child);
    guint n = 0, first = 0;
    for (guint row = 0; row < before->n_rows; row++) {
        if (is_broken(reference, row) && n++ == 0)
            first = row;
    }
    if (n == 0)
        return;
    g_autofree char *columns = name_columns(reference);
    g_autofree char *some = share(n, before->n_rows);
    PgsLoss *loss = add_loss(run, PGS_LOSS_REFERENCE, before, columns, n,
                             "%s %s to another row of %s than before, or to none", some,
                             n == 1 ? "refers" : "refer", before_of(reference->parent)->identity);
    loss->example = describe_broken(reference, first);
}

/* ---- all of it ---- */

static void
compare_table(Run *run, const PgsTablePair *pair)
{
    const PgsRowTable *before = before_of(pair);
    add_lost_rows(run, pair);
    if (run->demand == PGS_ROWS_SAME)
        add_new_rows(run, pair);
    if (pair->table[PGS_AFTER] == NULL)
        return;
    for (guint i = 0; run->demand == PGS_ROWS_SAME && i < before->columns->len; i++) {
        if (pair->pair_of[i] < 0)
            add_lost_column(run, pair, i);
    }
    for (guint i = 0; i < pair->outgoing->len; i++)
        add_broken_references(run, g_ptr_array_index(pair->outgoing, i));
    for (guint i = 0; i < pair->columns->len; i++) {
        if (is_judged(run, pair, i))
            add_values(run, pair, i);
    }
}

/* Numbers alone. */
static void
compare_counts(Run *run, const PgsRows *before, const PgsRows *after)
{
    for (guint i = 0; i < before->tables->len; i++) {
        const PgsRowTable *table = g_ptr_array_index(before->tables, i);
        const PgsRowTable *other = g_hash_table_lookup(after->names, table->identity);
        guint n = other != NULL ? other->n_rows : 0;
        if (n == table->n_rows)
            continue;
        add_loss(run, n < table->n_rows ? PGS_LOSS_ROWS : PGS_LOSS_ADDED, table, NULL,
                 n < table->n_rows ? table->n_rows - n : n - table->n_rows,
                 "%u row%s the first time, %u the second", table->n_rows,
                 table->n_rows == 1 ? "" : "s", n);
    }
}

GPtrArray *
pgs_rows_compare(const PgsRows *before, const PgsRows *after, const PgsSnapshot *references,
                 PgsRowsDemand demand, PgsConnection *connection, GError **error)
{
    g_autoptr(GPtrArray) losses = g_ptr_array_new_with_free_func(loss_free);
    Run run = {.demand = demand, .losses = losses};
    if (demand == PGS_ROWS_COUNTS) {
        compare_counts(&run, before, after);
        return g_steal_pointer(&losses);
    }
    g_autoptr(PgsPairing) pairing = pgs_pairing_new(before, after, references, connection, error);
    if (pairing == NULL)
        return NULL;
    pgs_rows_match(pairing);
    run.pairing = pairing;
    for (guint i = 0; i < pairing->tables->len; i++)
        compare_table(&run, pgs_pairing_table(pairing, i));
    if (demand == PGS_ROWS_SAME)
        add_new_tables(&run);
    return g_steal_pointer(&losses);
}
