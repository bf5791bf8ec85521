#include "exercise/rule_check_rows.h"

#include "base/text.h"
#include "synthesis/grid_order.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_EDGES = 8,     /* of a column beside the same others: two rows each */
    MAX_LISTED = 200,  /* values that a rule's list names */
    MAX_REFUSED = 16,  /* each costs a change of the table */
    ENOUGH = 8,        /* of each sort: no further ones are added */
    MAX_PATTERNS = 16, /* of NULLs */
    CONTEXTS = 4, /* of the other columns' values, in which one column's edges are looked for */
};

/* A row of the grid, as far as choosing goes. */
typedef struct {
    const PgsGridRow *row;
    guint number;
    guint distance; /* columns in which it differs from the base */
    guint column;   /* the one, when it is one */
    gboolean refused;
    gboolean alone;   /* no other rule of the grid refuses it */
    gboolean trusted; /* nothing but rules stands against it, as far as is known */
    gboolean chosen;
} Item;

typedef struct {
    PgsBench *bench;
    const PgsGrid *grid;
    const PgsRule *rule;
    const PgsDraft *base;
    const PgsCheckChoice *choice; /* or NULL */
    GPtrArray *orders;
    GPtrArray *items;  /* Item: rows that may be given, best first */
    GPtrArray *chosen; /* Item, in order */
    guint n_refused;
} Choosing;

/* ---- items ---- */

/* Of a column that may vary or not. */
static PgsValue
row_value(const Choosing *choosing, const PgsGridRow *row, const PgsColumn *column)
{
    guint i;
    return g_ptr_array_find(choosing->grid->columns, column, &i)
               ? row->values[i]
               : pgs_draft_get(choosing->base, column);
}

/* A row that it refers to is there: another one, or it is itself that row. */
static gboolean
has_parent(const Choosing *choosing, const PgsGridRow *row, const PgsColumn *column, PgsValue value)
{
    GHashTable *there = g_hash_table_lookup(choosing->choice->trusted, column);
    const PgsColumn *own = g_hash_table_lookup(choosing->choice->own, column);
    if (own != NULL && pgs_value_equal(value, row_value(choosing, row, own)))
        return TRUE;
    return there == NULL || (value.text != NULL && g_hash_table_contains(there, value.text));
}

/* What it refers to is there, and its key is not. */
static gboolean
is_trusted(const Choosing *choosing, const PgsGridRow *row)
{
    for (guint i = 0; choosing->choice != NULL && i < choosing->grid->columns->len; i++) {
        const PgsColumn *column = choosing->grid->columns->pdata[i];
        GHashTable *taken = g_hash_table_lookup(choosing->choice->taken, column);
        PgsValue value = row->values[i];
        if (value.kind == PGS_VALUE_NULL ||
            pgs_value_equal(value, pgs_draft_get(choosing->base, column)))
            continue;
        if (!has_parent(choosing, row, column, value) ||
            (taken != NULL && value.text != NULL && g_hash_table_contains(taken, value.text)))
            return FALSE;
    }
    return TRUE;
}

static void
add_item(Choosing *choosing, guint number, guint target)
{
    const PgsGridRow *row = choosing->grid->rows->pdata[number];
    PgsGridAnswer answer = row->answers[target];
    gboolean refused = answer == PGS_GRID_FALSE;
    if (!refused && answer != PGS_GRID_TRUE && answer != PGS_GRID_NULL)
        return;
    gboolean alone = pgs_grid_row_passes(choosing->grid, row, (gint)target);
    if (!refused && !alone)
        return;
    Item *item = g_new0(Item, 1);
    item->row = row;
    item->number = number;
    item->refused = refused;
    item->alone = alone;
    item->trusted = is_trusted(choosing, row);
    for (guint i = 0; i < choosing->grid->columns->len; i++) {
        const PgsColumn *column = choosing->grid->columns->pdata[i];
        if (!pgs_value_equal(row->values[i], pgs_draft_get(choosing->base, column))) {
            item->distance++;
            item->column = i;
        }
    }
    g_ptr_array_add(choosing->items, item);
}

static int
compare_items(gconstpointer a, gconstpointer b)
{
    const Item *x = *(const Item *const *)a, *y = *(const Item *const *)b;
    if (x->alone != y->alone)
        return x->alone ? -1 : 1;
    if (x->trusted != y->trusted)
        return x->trusted ? -1 : 1;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* What refers to nothing is worth a row only where nothing else can be had. */
static void
leave_out_untrusted(GPtrArray *items, gboolean refused)
{
    gboolean has_trusted = FALSE;
    for (guint i = 0; i < items->len; i++) {
        const Item *item = items->pdata[i];
        has_trusted =
            has_trusted || (item->refused == refused && item->trusted && item->distance > 0);
    }
    for (guint i = items->len; has_trusted && i-- > 0;) {
        const Item *item = items->pdata[i];
        if (item->refused == refused && !item->trusted)
            g_ptr_array_remove_index(items, i);
    }
}

static void
choose(Choosing *choosing, Item *item)
{
    if (item->chosen || (item->refused && choosing->n_refused >= MAX_REFUSED))
        return;
    item->chosen = TRUE;
    choosing->n_refused += item->refused;
    g_ptr_array_add(choosing->chosen, item);
}

/* ---- edges ---- */

/* The values of the columns but one: rows with the same ones belong together. */
static char *
context_key(const Choosing *choosing, const Item *item, guint column)
{
    GString *key = g_string_new(NULL);
    for (guint i = 0; i < choosing->grid->columns->len; i++) {
        PgsValue value = item->row->values[i];
        if (i != column)
            g_string_append_printf(key, "%d%s\n", (int)value.kind,
                                   value.text != NULL ? value.text : "");
    }
    return g_string_free(key, FALSE);
}

typedef struct {
    Item *item;
    guint place;
} Placed;

static int
compare_placed(gconstpointer a, gconstpointer b)
{
    const Placed *x = a, *y = b;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The rows on both sides of each edge; TRUE when there is any. */
static gboolean
choose_between(Choosing *choosing, GArray *line)
{
    guint n_edges = 0;
    g_array_sort(line, compare_placed);
    for (guint i = 0; i + 1 < line->len && n_edges < MAX_EDGES; i++) {
        Item *left = g_array_index(line, Placed, i).item;
        Item *right = g_array_index(line, Placed, i + 1).item;
        if (left->refused == right->refused)
            continue;
        choose(choosing, left);
        choose(choosing, right);
        n_edges++;
    }
    return n_edges > 0;
}

static GArray *
line_of(Choosing *choosing, guint column, const GPtrArray *keys, const char *context)
{
    GArray *line = g_array_new(FALSE, FALSE, sizeof(Placed));
    for (guint i = 0; i < choosing->items->len; i++) {
        Item *item = choosing->items->pdata[i];
        Placed placed = {
            item, pgs_grid_order_place(choosing->orders->pdata[column], item->row->values[column])};
        if (placed.place > 0 && strcmp(keys->pdata[i], context) == 0)
            g_array_append_val(line, placed);
    }
    return line;
}

/* With the base's values beside it first, then with others. */
static void
choose_edges(Choosing *choosing, guint column)
{
    const PgsGridOrder *order = choosing->orders->pdata[column];
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    guint n_found = 0;
    for (guint i = 0; order->places != NULL && i < choosing->items->len; i++)
        g_ptr_array_add(keys, context_key(choosing, choosing->items->pdata[i], column));
    for (guint i = 0; i < keys->len; i++) {
        if (n_found >= CONTEXTS || g_hash_table_size(seen) >= 4 * CONTEXTS)
            break;
        if (!g_hash_table_add(seen, keys->pdata[i]))
            continue;
        g_autoptr(GArray) line = line_of(choosing, column, keys, keys->pdata[i]);
        n_found += choose_between(choosing, line);
    }
}

/* ---- what is said ---- */

static gboolean
is_said(const char *expression, const char *text)
{
    g_autoptr(GString) literal = g_string_new(NULL);
    pgs_text_append_literal(literal, text);
    if (strstr(expression, literal->str) != NULL)
        return TRUE;
    /* '{a,b}'::text[] */
    const char *open = strstr(expression, "'{");
    const char *found = open != NULL ? strstr(open, text) : NULL;
    return found != NULL && *text != '\0' && strchr("{,\"", found[-1]) != NULL &&
           strchr("},\"", found[strlen(text)]) != NULL && found[strlen(text)] != '\0';
}

static gboolean
is_number(const char *text)
{
    const char *p = *text == '-' ? text + 1 : text;
    return *p != '\0' && p[strspn(p, "0123456789.")] == '\0';
}

/* What a list of the rule's names: each value that the rule speaks of and accepts. */
static void
choose_listed(Choosing *choosing)
{
    guint n = 0;
    for (guint i = 0; i < choosing->items->len && n < MAX_LISTED; i++) {
        Item *item = choosing->items->pdata[i];
        const char *text = item->distance == 1 ? item->row->values[item->column].text : NULL;
        if (text == NULL || item->refused || is_number(text) ||
            !is_said(choosing->rule->expression, text))
            continue;
        choose(choosing, item);
        n++;
    }
}

static gboolean
is_blank(PgsValue value)
{
    return value.kind == PGS_VALUE_TEXT && value.text[strspn(value.text, " \t\n")] == '\0';
}

/* What other rules refuse as well is worth a row only where there is no better. */
static gboolean
is_worth(const Choosing *choosing, const Item *item)
{
    return item->alone || choosing->n_refused == 0;
}

/* NULL, and blank texts, one column at a time. */
static void
choose_empty(Choosing *choosing)
{
    for (guint i = 0; i < choosing->items->len; i++) {
        Item *item = choosing->items->pdata[i];
        if (item->distance != 1 || !is_worth(choosing, item))
            continue;
        PgsValue value = item->row->values[item->column];
        if (value.kind == PGS_VALUE_NULL || is_blank(value))
            choose(choosing, item);
    }
}

/* Which columns are NULL, in the nearest row of each such pattern. */
static void
choose_patterns(Choosing *choosing)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < choosing->items->len && g_hash_table_size(seen) < MAX_PATTERNS; i++) {
        Item *item = choosing->items->pdata[i];
        guint pattern = item->refused;
        if (!is_worth(choosing, item))
            continue;
        for (guint k = 0; k < MIN(choosing->grid->columns->len, 30); k++)
            pattern |= (guint)(item->row->values[k].kind == PGS_VALUE_NULL) << (k + 1);
        if (g_hash_table_add(seen, GUINT_TO_POINTER(pattern)))
            choose(choosing, item);
    }
}

static void
choose_plain(Choosing *choosing, gboolean refused)
{
    guint n = refused ? choosing->n_refused : choosing->chosen->len - choosing->n_refused;
    for (guint i = 0; i < choosing->items->len && n < ENOUGH; i++) {
        Item *item = choosing->items->pdata[i];
        if (item->refused != refused || item->chosen || !is_worth(choosing, item))
            continue;
        choose(choosing, item);
        n++;
    }
}

/* ---- rows ---- */

PgsDraft *
pgs_grid_row_draft(const PgsGrid *grid, const PgsGridRow *row, const PgsDraft *base)
{
    PgsDraft *draft = pgs_draft_copy(base);
    for (guint i = 0; i < grid->columns->len; i++) {
        const PgsColumn *column = grid->columns->pdata[i];
        if (column->generated == 0)
            pgs_draft_set(draft, column, row->values[i]);
    }
    return draft;
}

/* "a = 5, b = NULL": what differs from the base; of the base itself all columns. */
static char *
describe(const Choosing *choosing, const Item *item)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < choosing->grid->columns->len; i++) {
        const PgsColumn *column = choosing->grid->columns->pdata[i];
        if (item->distance > 0 &&
            pgs_value_equal(item->row->values[i], pgs_draft_get(choosing->base, column)))
            continue;
        g_autofree char *value = pgs_value_describe(item->row->values[i]);
        g_string_append_printf(text, "%s%s = %s", text->len > 0 ? ", " : "", column->name, value);
    }
    return g_string_free(text, FALSE);
}

static PgsProofRow *
make_row(const Choosing *choosing, const Item *item)
{
    g_autofree char *what = describe(choosing, item);
    PgsProofRow *row = pgs_proof_row_new(
        pgs_grid_row_draft(choosing->grid, item->row, choosing->base), item->refused, "%s", what);
    if (item->distance == 1)
        row->watched = choosing->grid->columns->pdata[item->column];
    return row;
}

static GPtrArray *
make_rows(const Choosing *choosing)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_proof_row_free);
    for (guint i = 0; i < choosing->chosen->len; i++)
        g_ptr_array_add(rows, make_row(choosing, choosing->chosen->pdata[i]));
    return rows;
}

GPtrArray *
pgs_check_rows(PgsBench *bench, const PgsGrid *grid, guint target, const PgsDraft *base,
               const PgsCheckChoice *choice, GError **error)
{
    g_autoptr(GPtrArray) orders = pgs_grid_orders(bench, grid, error);
    if (orders == NULL)
        return NULL;
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    Choosing choosing = {
        .bench = bench,
        .grid = grid,
        .rule = grid->rules->pdata[target],
        .base = base,
        .choice = choice,
        .orders = orders,
        .items = items,
        .chosen = chosen,
    };
    for (guint i = 0; i < grid->rows->len; i++)
        add_item(&choosing, i, target);
    leave_out_untrusted(items, FALSE);
    leave_out_untrusted(items, TRUE);
    g_ptr_array_sort(items, compare_items);
    for (guint i = 0; i < grid->columns->len; i++)
        choose_edges(&choosing, i);
    choose_empty(&choosing);
    choose_patterns(&choosing);
    choose_listed(&choosing);
    choose_plain(&choosing, TRUE);
    choose_plain(&choosing, FALSE);
    return make_rows(&choosing);
}
