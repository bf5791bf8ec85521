#include "seed/rows.h"

#include "base/embedded.h"
#include "seed/rows_table.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_seed_files[];

/* Rows that are fetched at a time. */
#define BATCH "10000"

static void
column_free(gpointer data)
{
    PgsRowColumn *column = data;
    g_free(column->name);
    g_free(column->quoted);
    g_free(column->type);
    g_free(column);
}

static void
table_free(gpointer data)
{
    PgsRowTable *table = data;
    g_free(table->identity);
    g_ptr_array_unref(table->columns);
    g_array_unref(table->key);
    g_array_unref(table->values);
    g_free(table);
}

void
pgs_rows_free(PgsRows *rows)
{
    if (rows == NULL)
        return;
    pgs_snapshot_unref(rows->snapshot);
    g_hash_table_unref(rows->names);
    g_hash_table_unref(rows->oids);
    g_ptr_array_unref(rows->tables);
    g_string_chunk_free(rows->texts);
    g_free(rows);
}

static PgsRows *
rows_new(PgsSnapshot *snapshot)
{
    PgsRows *rows = g_new0(PgsRows, 1);
    rows->snapshot = pgs_snapshot_ref(snapshot);
    rows->tables = g_ptr_array_new_with_free_func(table_free);
    rows->names = g_hash_table_new(g_str_hash, g_str_equal);
    rows->oids = g_hash_table_new(NULL, NULL);
    rows->texts = g_string_chunk_new(64 * 1024);
    return rows;
}

guint64
pgs_rows_count(const PgsRows *rows)
{
    return rows->n_rows;
}

gint
pgs_row_table_find(const PgsRowTable *table, const char *name)
{
    for (guint i = 0; i < table->columns->len; i++) {
        if (strcmp(pgs_row_table_column(table, i)->name, name) == 0)
            return (gint)i;
    }
    return -1;
}

/* ---- the tables ---- */

/* tables.sql's columns */
enum {
    OID,
    IDENTITY,
    ROOT,
    IS_PARTITIONED,
    IS_EMPTY,
    NUMBER,
    NAME,
    QUOTED,
    TYPE,
    IS_GENERATED,
    KEY_POSITION,
};

static guint
get_number(const PGresult *result, int row, int field)
{
    return (guint)strtoul(PQgetvalue(result, row, field), NULL, 10);
}

static gboolean
get_flag(const PGresult *result, int row, int field)
{
    return strcmp(PQgetvalue(result, row, field), "t") == 0;
}

static PgsRowTable *
table_new(const PGresult *result, int row)
{
    PgsRowTable *table = g_new0(PgsRowTable, 1);
    table->oid = get_number(result, row, OID);
    table->identity = g_strdup(PQgetvalue(result, row, IDENTITY));
    table->is_partitioned = get_flag(result, row, IS_PARTITIONED);
    table->is_empty = get_flag(result, row, IS_EMPTY);
    table->columns = g_ptr_array_new_with_free_func(column_free);
    table->key = g_array_new(FALSE, FALSE, sizeof(guint));
    table->values = g_array_new(FALSE, FALSE, sizeof(PgsRowValue));
    return table;
}

static void
add_column(PgsRowTable *table, const PGresult *result, int row)
{
    PgsRowColumn *column = g_new0(PgsRowColumn, 1);
    column->number = get_number(result, row, NUMBER);
    column->name = g_strdup(PQgetvalue(result, row, NAME));
    column->quoted = g_strdup(PQgetvalue(result, row, QUOTED));
    column->type = g_strdup(PQgetvalue(result, row, TYPE));
    column->is_generated = get_flag(result, row, IS_GENERATED);
    column->key_position = get_number(result, row, KEY_POSITION); /* "" for NULL gives 0 */
    g_ptr_array_add(table->columns, column);
}

static void
find_key(PgsRowTable *table)
{
    for (guint position = 1;; position++) {
        guint i = 0;
        while (i < table->columns->len && pgs_row_table_column(table, i)->key_position != position)
            i++;
        if (i == table->columns->len)
            return;
        g_array_append_val(table->key, i);
    }
}

/* Partitions, once all tables are known. */
static void
add_partitions(PgsRows *rows, const PGresult *result)
{
    for (int i = 0; i < PQntuples(result); i++) {
        if (PQgetisnull(result, i, ROOT))
            continue;
        PgsRowTable *root =
            g_hash_table_lookup(rows->oids, GUINT_TO_POINTER(get_number(result, i, ROOT)));
        if (root != NULL)
            g_hash_table_insert(rows->oids, GUINT_TO_POINTER(get_number(result, i, OID)), root);
    }
}

static gboolean
read_tables(PgsRows *rows, PgsConnection *connection, GError **error)
{
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY,
                             pgs_embedded_find(pgs_seed_files, "tables.sql"), 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++) {
        const char *identity = PQgetvalue(result, i, IDENTITY);
        if (!PQgetisnull(result, i, ROOT) ||
            pgs_snapshot_find(rows->snapshot, "table", identity) == NULL)
            continue;
        PgsRowTable *table = g_hash_table_lookup(rows->names, identity);
        if (table == NULL) {
            table = table_new(result, i);
            g_ptr_array_add(rows->tables, table);
            g_hash_table_insert(rows->names, table->identity, table);
            g_hash_table_insert(rows->oids, GUINT_TO_POINTER(table->oid), table);
        }
        if (!PQgetisnull(result, i, NUMBER))
            add_column(table, result, i);
    }
    add_partitions(rows, result);
    for (guint i = 0; i < rows->tables->len; i++)
        find_key(g_ptr_array_index(rows->tables, i));
    return TRUE;
}

/* ---- the rows ---- */

/* A table without a key is read in the order of its rows' own texts, so that every reading of the
 * same rows gives the same. */
static char *
make_query(const PgsRowTable *table)
{
    GString *sql = g_string_new("DECLARE pgs_rows NO SCROLL CURSOR FOR SELECT ");
    for (guint i = 0; i < table->columns->len; i++)
        g_string_append_printf(sql, "%st.%s", i > 0 ? ", " : "",
                               pgs_row_table_column(table, i)->quoted);
    g_string_append_printf(sql, " FROM %s%s AS t ORDER BY ", table->is_partitioned ? "" : "ONLY ",
                           table->identity);
    for (guint i = 0; i < table->key->len; i++) {
        guint column = g_array_index(table->key, guint, i);
        g_string_append_printf(sql, "%st.%s", i > 0 ? ", " : "",
                               pgs_row_table_column(table, column)->quoted);
    }
    if (table->key->len == 0)
        g_string_append(sql, "(t.*)::pg_catalog.text COLLATE pg_catalog.\"C\"");
    return g_string_free(sql, FALSE);
}

static void
take_rows(PgsRows *rows, PgsRowTable *table, const PGresult *result)
{
    int n_columns = (int)table->columns->len;
    for (int i = 0; i < PQntuples(result); i++) {
        for (int k = 0; k < n_columns; k++) {
            PgsRowValue value = NULL;
            if (!PQgetisnull(result, i, k)) {
                gssize length = PQgetlength(result, i, k);
                value = g_string_chunk_insert_len(rows->texts, PQgetvalue(result, i, k), length);
                rows->bytes += (gsize)length + 1;
            }
            g_array_append_val(table->values, value);
        }
    }
    rows->bytes += (gsize)PQntuples(result) * (table->columns->len + 1) * sizeof(PgsRowValue);
    table->n_rows += (guint)PQntuples(result);
    rows->n_rows += (guint)PQntuples(result);
}

static gboolean
read_table(PgsRows *rows, PgsRowTable *table, PgsConnection *connection, GError **error)
{
    if (table->is_empty)
        return TRUE;
    g_autofree char *sql = make_query(table);
    if (!pgs_connection_run(connection, sql, error))
        return FALSE;
    for (;;) {
        g_autoptr(PGresult) result = pgs_connection_query(
            connection, PGS_SHAPE_ANY, "FETCH " BATCH " FROM pgs_rows", 0, NULL, NULL, error);
        if (result == NULL)
            return FALSE;
        if (PQntuples(result) == 0)
            break;
        take_rows(rows, table, result);
        if (rows->bytes > PGS_ROWS_MAX_BYTES)
            break;
    }
    return pgs_connection_run(connection, "CLOSE pgs_rows", error);
}

/* *reason is set when there is too much. */
static gboolean
read_all(PgsRows *rows, PgsConnection *connection, char **reason, GError **error)
{
    if (!read_tables(rows, connection, error))
        return FALSE;
    for (guint i = 0; i < rows->tables->len; i++) {
        PgsRowTable *table = g_ptr_array_index(rows->tables, i);
        if (!read_table(rows, table, connection, error))
            return FALSE;
        if (rows->bytes > PGS_ROWS_MAX_BYTES) {
            *reason = g_strdup_printf("the rows up to those of %s come to more than %d MB",
                                      table->identity, PGS_ROWS_MAX_BYTES / (1024 * 1024));
            return TRUE;
        }
    }
    return TRUE;
}

gboolean
pgs_rows_read(PgsConnection *connection, PgsSnapshot *snapshot, PgsRows **rows, char **reason,
              GError **error)
{
    g_autoptr(PgsRows) read = rows_new(snapshot);
    *rows = NULL;
    *reason = NULL;
    if (!pgs_connection_run(connection,
                            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; " PGS_ROWS_SETTINGS,
                            error))
        return FALSE;
    gboolean ok = read_all(read, connection, reason, error);
    if (!pgs_connection_run(connection, "ROLLBACK", ok ? error : NULL))
        return FALSE;
    if (ok && *reason == NULL)
        *rows = g_steal_pointer(&read);
    return ok;
}
