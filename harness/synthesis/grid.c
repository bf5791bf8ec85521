#include "synthesis/grid.h"

#include "synthesis/grid_cell.h"
#include "synthesis/grid_choice.h"
#include "synthesis/grid_query.h"
#include "synthesis/synthesis_recipe.h"
#include "values/candidates.h"

#include <string.h>

/* A column with the values that it takes in the grid. */
typedef struct {
    const PgsColumn *column;
    GArray *values;   /* PgsValue: those that are of its type, the base's first */
    GPtrArray *cells; /* const PgsGridCell *, for each */
    GArray *outside;  /* PgsValue: those that are not */
    gboolean is_complete;
} Axis;

typedef struct {
    PgsGridQuery query;
    const PgsDraft *base;
    GPtrArray *axes;     /* Axis, one for each of the grid's columns */
    GString *fixed_json; /* the fixed columns' members of each row's object */
    gboolean is_fixed_input;
} Making;

static void
axis_free(gpointer data)
{
    Axis *axis = data;
    g_array_unref(axis->values);
    g_array_unref(axis->outside);
    g_ptr_array_unref(axis->cells);
    g_free(axis);
}

static void
row_free(gpointer data)
{
    PgsGridRow *row = data;
    g_free(row->values);
    g_free(row->answers);
    g_free(row);
}

void
pgs_grid_free(PgsGrid *grid)
{
    if (grid == NULL)
        return;
    g_ptr_array_unref(grid->columns);
    g_ptr_array_unref(grid->rules);
    g_ptr_array_unref(grid->rows);
    g_free(grid);
}

gboolean
pgs_grid_row_passes(const PgsGrid *grid, const PgsGridRow *row, gint except)
{
    for (guint i = 0; i < grid->rules->len; i++) {
        if ((gint)i != except && row->answers[i] != PGS_GRID_TRUE &&
            row->answers[i] != PGS_GRID_NULL)
            return FALSE;
    }
    return TRUE;
}

static void
making_clear(Making *making)
{
    g_ptr_array_unref(making->axes);
    g_ptr_array_unref(making->query.fixed);
    g_ptr_array_unref(making->query.generated);
    g_ptr_array_unref(making->query.objects);
    g_array_unref(making->query.numbers);
    g_string_free(making->fixed_json, TRUE);
}

/* ---- which columns take part ---- */

static void
add_fixed(Making *making, const PgsColumn *column)
{
    if (column == NULL || g_ptr_array_find(making->query.fixed, column, NULL) ||
        g_ptr_array_find(making->query.generated, column, NULL))
        return;
    if (column->generated != 0)
        g_ptr_array_add(making->query.generated, (gpointer)column);
    else if (!g_ptr_array_find(making->query.grid->columns, column, NULL))
        g_ptr_array_add(making->query.fixed, (gpointer)column);
}

/* "t.*", as pg_get_expr() prints the row as a whole; a text that holds it by chance does no harm.
 */
static gboolean
reads_whole_row(const PgsRule *rule)
{
    return strstr(rule->expression, ".*") != NULL;
}

static void
find_columns(Making *making)
{
    for (guint i = 0; i < making->query.grid->rules->len; i++) {
        const PgsRule *rule = making->query.grid->rules->pdata[i];
        making->query.is_whole = making->query.is_whole || reads_whole_row(rule);
        for (guint k = 0; k < rule->n_columns; k++)
            add_fixed(making, pgs_relation_own_column(making->base->relation, rule->columns[k]));
    }
    for (guint i = 0; i < making->query.grid->columns->len; i++)
        add_fixed(making, making->query.grid->columns->pdata[i]);
    if (making->query.generated->len == 0 && !making->query.is_whole)
        return;
    /* Whatever the generated ones are made of. */
    const GPtrArray *columns = making->base->relation->columns;
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        if (column->generated == 0 || making->query.is_whole)
            add_fixed(making, column);
    }
}

/* ---- their values ---- */

static void
want(GArray *wants, const PgsColumn *column, PgsValue value)
{
    PgsGridWant wanted = {column, value};
    g_array_append_val(wants, wanted);
}

static gboolean
fix_columns(Making *making, GError **error)
{
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(PgsGridWant));
    for (guint i = 0; i < making->query.fixed->len; i++) {
        const PgsColumn *column = making->query.fixed->pdata[i];
        want(wants, column, pgs_draft_get(making->base, column));
    }
    g_autoptr(GPtrArray) cells = pgs_grid_cells(making->query.bench, wants, error);
    if (cells == NULL)
        return FALSE;
    making->is_fixed_input = TRUE;
    for (guint i = 0; i < cells->len; i++) {
        const PgsGridCell *cell = cells->pdata[i];
        if (!cell->is_input) {
            making->is_fixed_input = FALSE;
            continue;
        }
        g_string_append_printf(making->fixed_json, ",\"%u\":%s",
                               ((const PgsColumn *)making->query.fixed->pdata[i])->index,
                               cell->json);
    }
    return TRUE;
}

/* The base's value comes first: what the others are tried with. */
static GArray *
list_values(const Making *making, const PgsColumn *column, GHashTable *choices, Axis *axis,
            GError **error)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    pgs_value_add_once(values, pgs_draft_get(making->base, column));
    if (column->generated != 0)
        return g_steal_pointer(&values);
    const GArray *chosen = choices != NULL ? g_hash_table_lookup(choices, column) : NULL;
    if (chosen == NULL) {
        const PgsCandidates *candidates =
            pgs_candidates_of_column(making->query.bench, column, error);
        if (candidates == NULL)
            return NULL;
        chosen = candidates->values;
        axis->is_complete = candidates->is_complete;
    }
    for (guint i = 0; i < chosen->len; i++)
        pgs_value_add_once(values, g_array_index(chosen, PgsValue, i));
    return g_steal_pointer(&values);
}

static gboolean
fill_axis(const Making *making, Axis *axis, const GArray *values, GError **error)
{
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(PgsGridWant));
    for (guint i = 0; i < values->len; i++)
        want(wants, axis->column, g_array_index(values, PgsValue, i));
    g_autoptr(GPtrArray) cells = pgs_grid_cells(making->query.bench, wants, error);
    if (cells == NULL)
        return FALSE;
    for (guint i = 0; i < cells->len; i++) {
        const PgsGridCell *cell = cells->pdata[i];
        PgsValue value = g_array_index(values, PgsValue, i);
        if (cell->is_input) {
            g_array_append_val(axis->values, value);
            g_ptr_array_add(axis->cells, (gpointer)cell);
        } else {
            g_array_append_val(axis->outside, value);
        }
    }
    return TRUE;
}

static gboolean
make_axes(Making *making, GHashTable *choices, GError **error)
{
    for (guint i = 0; i < making->query.grid->columns->len; i++) {
        Axis *axis = g_new0(Axis, 1);
        axis->column = making->query.grid->columns->pdata[i];
        axis->values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        axis->outside = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        axis->cells = g_ptr_array_new();
        g_ptr_array_add(making->axes, axis);
        g_autoptr(GArray) values = list_values(making, axis->column, choices, axis, error);
        if (values == NULL || !fill_axis(making, axis, values, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- rows ---- */

static PgsGridRow *
add_row(Making *making)
{
    PgsGridRow *row = g_new0(PgsGridRow, 1);
    row->values = g_new0(PgsValue, making->query.grid->columns->len);
    row->answers = g_new(PgsGridAnswer, making->query.grid->rules->len);
    for (guint i = 0; i < making->query.grid->rules->len; i++)
        row->answers[i] = PGS_GRID_INPUT;
    g_ptr_array_add(making->query.grid->rows, row);
    return row;
}

static void
add_combination(Making *making, const guint *numbers)
{
    PgsGridRow *row = add_row(making);
    g_autoptr(GString) object = g_string_new(NULL);
    g_string_printf(object, "{" PGS_GRID_PLACE ":%u", making->query.objects->len);
    for (guint i = 0; i < making->axes->len; i++) {
        const Axis *axis = making->axes->pdata[i];
        const PgsGridCell *cell = axis->cells->pdata[numbers[i]];
        row->values[i] = g_array_index(axis->values, PgsValue, numbers[i]);
        if (axis->column->generated == 0)
            g_string_append_printf(object, ",\"%u\":%s", axis->column->index, cell->json);
    }
    g_string_append(object, making->fixed_json->str);
    g_string_append_c(object, '}');
    guint number = making->query.grid->rows->len - 1;
    if (making->is_fixed_input) {
        g_ptr_array_add(making->query.objects, g_strdup(object->str));
        g_array_append_val(making->query.numbers, number);
    }
}

/* Rows that cannot be, one for each value that its column's type does not take. */
static void
add_outside(Making *making)
{
    for (guint i = 0; i < making->axes->len; i++) {
        const Axis *axis = making->axes->pdata[i];
        for (guint k = 0; k < axis->outside->len; k++) {
            PgsGridRow *row = add_row(making);
            for (guint j = 0; j < making->axes->len; j++) {
                const Axis *other = making->axes->pdata[j];
                if (other->values->len > 0)
                    row->values[j] = g_array_index(other->values, PgsValue, 0);
            }
            row->values[i] = g_array_index(axis->outside, PgsValue, k);
        }
    }
}

/* The place of NULL among the axis' values; 0: it is not there, or is the usual one. */
static guint
find_null(const Axis *axis)
{
    for (guint k = 0; k < axis->values->len; k++) {
        if (g_array_index(axis->values, PgsValue, k).kind == PGS_VALUE_NULL)
            return k;
    }
    return 0;
}

/* All columns NULL, and all but one: what rules on several columns that may be missing are about
   (coalesce(a, b, c) IS NOT NULL), and what chance would hardly hit. */
static void
add_nulls(Making *making)
{
    guint n = making->axes->len;
    g_autofree guint *numbers = g_new0(guint, n + 1);
    for (guint i = 0; i < n; i++) {
        const Axis *axis = making->axes->pdata[i];
        if (axis->values->len == 0)
            return;
        numbers[i] = find_null(axis);
    }
    add_combination(making, numbers);
    for (guint i = 0; i < n; i++) {
        const Axis *axis = making->axes->pdata[i];
        guint null = numbers[i];
        for (guint k = 0; k < MIN(axis->values->len, 2); k++) {
            numbers[i] = k;
            if (k != null)
                add_combination(making, numbers);
        }
        numbers[i] = null;
    }
}

static void
add_rows(Making *making)
{
    guint n = making->axes->len;
    g_autofree guint *sizes = g_new0(guint, n + 1);
    gboolean is_complete = TRUE;
    for (guint i = 0; i < n; i++) {
        const Axis *axis = making->axes->pdata[i];
        sizes[i] = axis->values->len;
        is_complete = is_complete && axis->is_complete;
    }
    g_autoptr(PgsGridChoice) choice = pgs_grid_choice_new(
        making->query.bench, making->base->relation->identity, sizes, n, PGS_GRID_LIMIT);
    const guint *numbers = (const guint *)(gpointer)choice->rows->data;
    for (guint k = 0; k < choice->n_rows; k++)
        add_combination(making, numbers + (gsize)k * n);
    if (!choice->is_exhaustive)
        add_nulls(making);
    add_outside(making);
    making->query.grid->is_exhaustive = choice->is_exhaustive;
    making->query.grid->is_complete = choice->is_exhaustive && is_complete &&
                                      making->query.fixed->len == 0 &&
                                      making->query.generated->len == 0 && !making->query.is_whole;
}

static gpointer
same(gconstpointer pointer, G_GNUC_UNUSED gpointer data)
{
    return (gpointer)pointer;
}

static PgsGrid *
grid_new(const PgsDraft *base, const GPtrArray *columns, const GPtrArray *rules)
{
    PgsGrid *grid = g_new0(PgsGrid, 1);
    grid->relation = base->relation;
    grid->columns = g_ptr_array_copy((GPtrArray *)columns, same, NULL);
    grid->rules = g_ptr_array_copy((GPtrArray *)rules, same, NULL);
    g_ptr_array_set_free_func(grid->columns, NULL);
    g_ptr_array_set_free_func(grid->rules, NULL);
    grid->rows = g_ptr_array_new_with_free_func(row_free);
    return grid;
}

PgsGrid *
pgs_grid_evaluate(PgsBench *bench, const PgsDraft *base, const GPtrArray *columns,
                  const GPtrArray *rules, GHashTable *choices, GError **error)
{
    g_autoptr(PgsGrid) grid = grid_new(base, columns, rules);
    Making making = {
        .query = {.bench = bench,
                  .relation = base->relation,
                  .grid = grid,
                  .fixed = g_ptr_array_new(),
                  .generated = g_ptr_array_new(),
                  .objects = g_ptr_array_new_with_free_func(g_free),
                  .numbers = g_array_new(FALSE, FALSE, sizeof(guint))},
        .base = base,
        .axes = g_ptr_array_new_with_free_func(axis_free),
        .fixed_json = g_string_new(NULL),
    };
    find_columns(&making);
    gboolean ok = make_axes(&making, choices, error) && fix_columns(&making, error);
    if (ok) {
        add_rows(&making);
        ok = pgs_grid_query_run(&making.query, error);
    }
    making_clear(&making);
    return ok ? g_steal_pointer(&grid) : NULL;
}

PgsGridCounts
pgs_grid_count(const PgsGrid *grid, guint rule)
{
    PgsGridCounts counts = {0};
    for (guint i = 0; i < grid->rows->len; i++) {
        PgsGridAnswer answer = ((const PgsGridRow *)grid->rows->pdata[i])->answers[rule];
        counts.n_true += answer == PGS_GRID_TRUE;
        counts.n_false += answer == PGS_GRID_FALSE;
        counts.n_null += answer == PGS_GRID_NULL;
        counts.n_input += answer == PGS_GRID_INPUT;
        counts.n_error += answer == PGS_GRID_ERROR;
    }
    return counts;
}
