#include "synthesis/grid_cell.h"

#include "base/text.h"
#include "synthesis/grid_pieces.h"

#include <string.h>

#define MEMORY "exercise.grid.cells"

static void
cell_free(gpointer data)
{
    PgsGridCell *cell = data;
    g_free(cell->json);
    g_free(cell->text);
    g_free(cell);
}

/* For such a column a JSON string would be a JSON string, and JSON's null would be NULL: it is read
   as a text. */
static gboolean
is_json(const PgsColumn *column)
{
    const PgsType *type = pgs_type_base(column->type);
    return strcmp(type->schema, "pg_catalog") == 0 &&
           (strcmp(type->name, "json") == 0 || strcmp(type->name, "jsonb") == 0);
}

void
pgs_grid_append_type(GString *sql, const PgsColumn *column)
{
    g_string_append(sql, is_json(column) ? "pg_catalog.text" : column->type_sql);
    if (column->collation != NULL)
        g_string_append_printf(sql, " COLLATE %s", column->collation);
}

void
pgs_grid_append_value(GString *sql, const PgsColumn *column, const char *member)
{
    if (is_json(column))
        g_string_append_printf(sql, "CAST(%s AS %s)", member, column->type_sql);
    else
        g_string_append(sql, member);
}

/* ---- JSON ---- */

static void
append_string(GString *json, const char *text)
{
    g_string_append_c(json, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(json, '\\');
        if ((guchar)*p < 0x20)
            g_string_append_printf(json, "\\u%04x", (guint)*p);
        else
            g_string_append_c(json, *p);
    }
    g_string_append_c(json, '"');
}

static void
set_json(PgsGridCell *cell, const char *text)
{
    g_autoptr(GString) json = g_string_new(NULL);
    if (text == NULL)
        g_string_append(json, "null");
    else
        append_string(json, text);
    g_free(cell->json);
    g_free(cell->text);
    cell->json = g_strdup(json->str);
    cell->text = g_strdup(text);
}

/* ---- what the server has to evaluate first ---- */

/* Of an identity column the next number; of a domain's column maybe the domain's.  g_free(). */
static char *
default_expression(const PgsColumn *column)
{
    if (column->default_sql != NULL)
        return g_strdup(column->default_sql);
    if (column->identity != 0 && column->sequence != NULL) {
        g_autoptr(GString) sql = g_string_new("pg_catalog.nextval(");
        pgs_text_append_literal(sql, column->sequence);
        g_string_append(sql, "::pg_catalog.regclass)");
        return g_strdup(sql->str);
    }
    for (const PgsType *type = column->type; type != NULL && type->kind == 'd'; type = type->base) {
        if (type->domain_default != NULL)
            return g_strdup(type->domain_default);
    }
    return NULL;
}

/* NULL: there is nothing to evaluate.  g_free(). */
static char *
evaluation(const PgsGridWant *want)
{
    g_autofree char *expression = NULL;
    if (want->value.kind == PGS_VALUE_EXPRESSION)
        expression = g_strdup(want->value.text);
    if (want->value.kind == PGS_VALUE_DEFAULT)
        expression = default_expression(want->column);
    return expression != NULL ? g_strdup_printf("SELECT (%s)", expression) : NULL;
}

static gboolean
evaluate_cells(PgsBench *bench, const GArray *wants, GPtrArray *cells, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    g_autoptr(GArray) evaluated = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < wants->len; i++) {
        const PgsGridWant *want = &g_array_index(wants, PgsGridWant, i);
        g_autofree char *sql = evaluation(want);
        if (sql == NULL) {
            set_json(cells->pdata[i], want->value.kind == PGS_VALUE_TEXT ? want->value.text : NULL);
            continue;
        }
        pgs_batch_begin(batch);
        pgs_batch_add(batch, sql);
        g_array_append_val(evaluated, i);
    }
    if (pgs_batch_length(batch) > 0 && !pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    for (guint i = 0; i < evaluated->len; i++) {
        guint at = g_array_index(evaluated, guint, i);
        const PgsBatchResult *result = pgs_batch_result(batch, i);
        if (result->failure != NULL)
            continue;
        const PGresult *row = g_ptr_array_index(result->results, 0);
        if (PQntuples(row) == 1)
            set_json(cells->pdata[at], PQgetisnull(row, 0, 0) ? NULL : PQgetvalue(row, 0, 0));
    }
    return TRUE;
}

/* ---- whether their columns' types take them ---- */

typedef struct {
    const GArray *wants;
    GPtrArray *cells;
} Input;

static char *
make_input(const PgsPiece *piece, gpointer data)
{
    const Input *input = data;
    g_autoptr(GString) json = g_string_new("[");
    for (guint i = piece->start; i < piece->start + piece->length; i++) {
        const PgsGridCell *cell = input->cells->pdata[i];
        g_string_append_printf(json, "%s{\"v\":%s}", i > piece->start ? "," : "", cell->json);
    }
    g_string_append_c(json, ']');
    const PgsColumn *column = g_array_index(input->wants, PgsGridWant, piece->start).column;
    GString *sql = g_string_new("SELECT ");
    pgs_grid_append_value(sql, column, "v");
    g_string_append(sql, " FROM pg_catalog.json_to_recordset(");
    pgs_text_append_literal(sql, json->str);
    g_string_append(sql, ") AS t (v ");
    pgs_grid_append_type(sql, column);
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

static void
take_input(const PgsPiece *piece, G_GNUC_UNUSED const PGresult *result, gpointer data)
{
    const Input *input = data;
    for (guint i = piece->start; i < piece->start + piece->length; i++)
        ((PgsGridCell *)input->cells->pdata[i])->is_input = TRUE;
}

static void
split_input(const PgsPiece *piece, const PgsFailure *failure, GArray *next,
            G_GNUC_UNUSED gpointer data)
{
    if (strcmp(failure->sqlstate, "57014") != 0) /* what takes all of the time would do so again */
        pgs_piece_split(piece, next);
}

/* Values of one column stand together. */
static gboolean
try_cells(PgsBench *bench, const GArray *wants, GPtrArray *cells, GError **error)
{
    static const PgsPieceFuncs funcs = {make_input, take_input, split_input};
    Input input = {wants, cells};
    g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(PgsPiece));
    const PgsColumn *column = NULL;
    for (guint i = 0; i < wants->len; i++) {
        const PgsGridCell *cell = cells->pdata[i];
        const PgsColumn *next = g_array_index(wants, PgsGridWant, i).column;
        PgsPiece piece = {0, i, 1};
        if (cell->json == NULL)
            column = NULL;
        else if (column == next)
            g_array_index(pieces, PgsPiece, pieces->len - 1).length++;
        else
            g_array_append_val(pieces, piece);
        if (cell->json != NULL)
            column = next;
    }
    return pgs_pieces_run(bench, pieces, &funcs, &input, error);
}

/* ---- all of them ---- */

/* Of one type, the same text is the same value; a default belongs to its column. */
static char *
cell_key(const PgsGridWant *want)
{
    const PgsColumn *column = want->column;
    const char *text = want->value.text != NULL ? want->value.text : "";
    if (want->value.kind != PGS_VALUE_DEFAULT)
        return g_strdup_printf("%d %s\n%s", (int)want->value.kind, column->type_sql, text);
    return g_strdup_printf("default\n%s\n%s",
                           column->relation != NULL ? column->relation->identity : "",
                           column->name);
}

static GHashTable *
recall_cells(PgsBench *bench)
{
    GHashTable *known = pgs_bench_recall(bench, MEMORY);
    if (known == NULL) {
        known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, cell_free);
        pgs_bench_remember(bench, MEMORY, known, (GDestroyNotify)g_hash_table_unref);
    }
    return known;
}

GPtrArray *
pgs_grid_cells(PgsBench *bench, const GArray *wants, GError **error)
{
    GHashTable *known = recall_cells(bench);
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    g_autoptr(GPtrArray) new_cells = g_ptr_array_new_with_free_func(NULL);
    g_autoptr(GArray) new_wants = g_array_new(FALSE, FALSE, sizeof(PgsGridWant));
    g_autoptr(GPtrArray) new_keys = g_ptr_array_new();
    for (guint i = 0; i < wants->len; i++) {
        const PgsGridWant *want = &g_array_index(wants, PgsGridWant, i);
        char *key = cell_key(want);
        PgsGridCell *cell = g_hash_table_lookup(known, key);
        g_ptr_array_add(cells, cell);
        if (cell != NULL) {
            g_free(key);
            continue;
        }
        cell = g_new0(PgsGridCell, 1);
        cells->pdata[i] = cell;
        g_hash_table_insert(known, key, cell);
        g_ptr_array_add(new_keys, key);
        g_ptr_array_add(new_cells, cell);
        g_array_append_val(new_wants, *want);
    }
    if (evaluate_cells(bench, new_wants, new_cells, error) &&
        try_cells(bench, new_wants, new_cells, error))
        return g_steal_pointer(&cells);
    for (guint i = 0; i < new_keys->len; i++)
        g_hash_table_remove(known, new_keys->pdata[i]);
    return NULL;
}
