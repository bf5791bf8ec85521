#include "synthesis/grid_order.h"

#include "base/text.h"
#include "synthesis/grid_cell.h"

#include <stdlib.h>
#include <string.h>

static void
order_free(gpointer data)
{
    PgsGridOrder *order = data;
    if (order->places != NULL)
        g_hash_table_unref(order->places);
    g_free(order);
}

static char *
value_key(PgsValue value)
{
    return g_strdup_printf("%d%s", (int)value.kind, value.text != NULL ? value.text : "");
}

guint
pgs_grid_order_place(const PgsGridOrder *order, PgsValue value)
{
    if (order->places == NULL)
        return 0;
    g_autofree char *key = value_key(value);
    return GPOINTER_TO_UINT(g_hash_table_lookup(order->places, key));
}

/* PgsGridWant: the values of the grid's column i, each once, without NULL. */
static GArray *
list_wants(const PgsGrid *grid, guint i)
{
    GArray *wants = g_array_new(FALSE, FALSE, sizeof(PgsGridWant));
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint k = 0; k < grid->rows->len; k++) {
        const PgsGridRow *row = grid->rows->pdata[k];
        PgsGridWant want = {grid->columns->pdata[i], row->values[i]};
        if (want.value.kind != PGS_VALUE_NULL && want.column->generated == 0 &&
            g_hash_table_add(seen, value_key(want.value)))
            g_array_append_val(wants, want);
    }
    return wants;
}

static char *
make_query(const PgsColumn *column, const GPtrArray *cells)
{
    g_autoptr(GString) json = g_string_new("[");
    for (guint i = 0; i < cells->len; i++) {
        const PgsGridCell *cell = cells->pdata[i];
        if (cell->is_input)
            g_string_append_printf(json, "%s{\"n\":%u,\"v\":%s}", json->len > 1 ? "," : "", i,
                                   cell->json);
    }
    g_string_append_c(json, ']');
    g_autoptr(GString) value = g_string_new(NULL);
    pgs_grid_append_value(value, column, "v");
    GString *sql = g_string_new("SELECT n FROM pg_catalog.json_to_recordset(");
    pgs_text_append_literal(sql, json->str);
    g_string_append(sql, ") AS t (n integer, v ");
    pgs_grid_append_type(sql, column);
    g_string_append(sql, ") WHERE v IS NOT NULL ORDER BY ");
    if (pgs_type_base(column->type)->category == 'S')
        g_string_append(sql, "pg_catalog.char_length(v::pg_catalog.text), ");
    g_string_append_printf(sql, "%s, n", value->str);
    return g_string_free(sql, FALSE);
}

static void
read_places(PgsGridOrder *order, const GArray *wants, const PGresult *result)
{
    order->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < PQntuples(result); i++) {
        guint n = (guint)strtoul(PQgetvalue(result, i, 0), NULL, 10);
        g_hash_table_insert(order->places, value_key(g_array_index(wants, PgsGridWant, n).value),
                            GUINT_TO_POINTER((guint)i + 1));
    }
}

GPtrArray *
pgs_grid_orders(PgsBench *bench, const PgsGrid *grid, GError **error)
{
    g_autoptr(GPtrArray) orders = g_ptr_array_new_with_free_func(order_free);
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < grid->columns->len; i++) {
        GArray *wants = list_wants(grid, i);
        g_ptr_array_add(orders, g_new0(PgsGridOrder, 1));
        g_ptr_array_add(lists, wants);
        g_autoptr(GPtrArray) cells = pgs_grid_cells(bench, wants, error);
        if (cells == NULL)
            return NULL;
        g_autofree char *sql = make_query(grid->columns->pdata[i], cells);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, sql);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return NULL;
    for (guint i = 0; i < orders->len; i++) {
        const PgsBatchResult *answer = pgs_batch_result(batch, i);
        if (answer->failure == NULL)
            read_places(orders->pdata[i], lists->pdata[i], answer->results->pdata[0]);
    }
    return g_steal_pointer(&orders);
}
