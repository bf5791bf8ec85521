#include "seed/put.h"

#include "base/text.h"
#include "pg/pipeline.h"

#include <string.h>

enum {
    /* What is on its way at a time: enough that waiting does not count, and little memory. */
    MAX_ROWS = 500,
    MAX_BYTES = 1024 * 1024,
};

typedef struct {
    PgsTargetPlace place;
    const char *sql;
    guint first_value, n_values; /* in values */
    guint first_param, n_params; /* in params */
} Row;

struct _PgsPut {
    GArray *rows;        /* Row */
    GArray *values;      /* PgsTargetValue, of all rows */
    GPtrArray *params;   /* const char *, of all rows */
    GStringChunk *texts; /* all that they hold */
    gsize n_bytes;       /* of the parameters */
};

void
pgs_put_free(PgsPut *put)
{
    if (put == NULL)
        return;
    g_array_unref(put->rows);
    g_array_unref(put->values);
    g_ptr_array_unref(put->params);
    g_string_chunk_free(put->texts);
    g_free(put);
}

static PgsPut *
put_new(void)
{
    PgsPut *put = g_new0(PgsPut, 1);
    put->rows = g_array_new(FALSE, FALSE, sizeof(Row));
    put->values = g_array_new(FALSE, FALSE, sizeof(PgsTargetValue));
    put->params = g_ptr_array_new();
    put->texts = g_string_chunk_new(64 * 1024);
    return put;
}

static void
put_empty(PgsPut *put)
{
    g_array_set_size(put->rows, 0);
    g_array_set_size(put->values, 0);
    g_ptr_array_set_size(put->params, 0);
    g_string_chunk_clear(put->texts);
    put->n_bytes = 0;
}

/* ---- the statement ---- */

/* No name that a table of the user's has. */
#define ALIAS "\"the row that is there\""

static gboolean
is_in_key(const PgsTarget *target, const PgsTargetColumn *column)
{
    return target->key != NULL && g_strv_contains((const char *const *)target->key, column->name);
}

/* A value that is missing is left to the default, where NULL is refused for certain. */
static gboolean
is_left_out(const PgsTargetValue *value)
{
    return value->is_missing && value->column->not_null && value->column->has_default;
}

static void
append_key(GString *sql, const PgsTarget *target)
{
    g_string_append(sql, " ON CONFLICT (");
    for (char **name = target->key; *name != NULL; name++) {
        g_autofree char *unused = NULL;
        const PgsTargetColumn *column = pgs_target_find(target, *name, &unused);
        g_string_append_printf(sql, "%s%s", name > target->key ? ", " : "", column->quoted);
    }
    g_string_append(sql, ") DO ");
}

/*
 * Not touched when nothing differs, so that no trigger fires.  *<> compares rows to the byte: it
 * knows NULL, and types without an equality of their own (json, xml, point).  (Without the casts
 * the parser would take it for a comparison column by column.)
 */
static void
append_update(GString *sql, const PgsTarget *target, const PgsTargetValue *values, guint n)
{
    g_autoptr(GString) set = g_string_new(NULL);
    g_autoptr(GString) old = g_string_new(NULL);
    g_autoptr(GString) new = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        const PgsTargetValue *value = &values[i];
        const char *name = value->column->quoted;
        if (value->sql != NULL || is_left_out(value) || is_in_key(target, value->column))
            continue;
        const char *comma = set->len > 0 ? ", " : "";
        g_string_append_printf(set, "%s%s = excluded.%s", comma, name, name);
        g_string_append_printf(old, "%s" ALIAS ".%s", comma, name);
        g_string_append_printf(new, "%sexcluded.%s", comma, name);
    }
    append_key(sql, target);
    if (set->len == 0)
        g_string_append(sql, "NOTHING");
    else
        g_string_append_printf(
            sql,
            "UPDATE SET %s WHERE ROW(%s)::pg_catalog.record OPERATOR(pg_catalog.*<>) "
            "ROW(%s)::pg_catalog.record",
            set->str, old->str, new->str);
}

static gboolean
is_param(const PgsTargetValue *value)
{
    return !is_left_out(value) && value->sql == NULL;
}

/* The row's statement; its parameters are those of its values that are is_param(). */
static char *
make_statement(const PgsTarget *target, const PgsTargetValue *values, guint n)
{
    guint n_params = 0;
    g_autoptr(GString) columns = g_string_new(NULL);
    g_autoptr(GString) sources = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        const PgsTargetValue *value = &values[i];
        if (is_left_out(value))
            continue;
        const char *comma = columns->len > 0 ? ", " : "";
        g_string_append_printf(columns, "%s%s", comma, value->column->quoted);
        if (is_param(value))
            g_string_append_printf(sources, "%s$%u", comma, ++n_params);
        else
            g_string_append_printf(sources, "%s%s", comma, value->sql);
    }
    /* Sample data says its keys itself, also of a column that is GENERATED ALWAYS AS IDENTITY. */
    GString *sql = g_string_new(NULL);
    if (columns->len > 0)
        g_string_printf(sql, "INSERT INTO %s AS " ALIAS " (%s) OVERRIDING SYSTEM VALUE VALUES (%s)",
                        target->table, columns->str, sources->str);
    else
        g_string_printf(sql, "INSERT INTO %s DEFAULT VALUES", target->table);
    if (target->key != NULL && *target->key != NULL)
        append_update(sql, target, values, n);
    return g_string_free(sql, FALSE);
}

/* ---- what the server refuses ---- */

/* Whether the server takes the value's text for its column; outside any transaction. */
static gboolean
is_accepted(PgsSeedLoad *load, const PgsTargetValue *value)
{
    g_autofree char *sql = g_strdup_printf("SELECT CAST($1 AS %s)", value->column->type);
    g_autoptr(PGresult) result =
        pgs_connection_query(load->connection, PGS_SHAPE_ANY, sql, 1, &value->text, NULL, NULL);
    return result != NULL;
}

/* The value that the server's words are about, or NULL when they do not tell. */
static const PgsTargetValue *
find_culprit(PgsSeedLoad *load, const PgsTargetValue *values, guint n, const PgsFailure *failure)
{
    gboolean is_of_text = g_str_has_prefix(failure->sqlstate, "22"); /* data exceptions */
    if (is_of_text)
        pgs_connection_run(load->connection, "ROLLBACK", NULL);
    for (guint i = 0; i < n; i++) {
        const PgsTargetValue *value = &values[i];
        if (failure->column != NULL && strcmp(failure->column, value->column->name) == 0)
            return value;
        if (is_of_text && value->text != NULL && !is_accepted(load, value))
            return value;
    }
    return NULL;
}

static char *
make_hint(const PgsTargetValue *culprit, const PgsFailure *failure)
{
    if (strcmp(failure->sqlstate, "42P10") == 0) /* invalid_column_reference */
        return g_strdup("a key is made of the columns of a primary key or unique rule");
    if (culprit != NULL && culprit->is_missing && culprit->origin != NULL)
        return g_strdup_printf("the data has no %s, from which %s comes", culprit->origin,
                               culprit->column->name);
    return NULL;
}

/* Takes failure over.  Always FALSE. */
static gboolean
refuse(PgsSeedLoad *load, const Row *row, PgsFailure *failure)
{
    const PgsTargetPlace *place = &row->place;
    const PgsTargetValue *values =
        &g_array_index(load->put->values, PgsTargetValue, row->first_value);
    const PgsTargetValue *culprit = find_culprit(load, values, row->n_values, failure);
    g_autoptr(GString) where = g_string_new(place->where);
    if (culprit != NULL) {
        g_string_append_printf(where, "%scolumn %s", where->len > 0 ? ", " : "",
                               culprit->column->name);
        if (culprit->origin != NULL)
            g_string_append_printf(where, " (%s)", culprit->origin);
    }
    guint line = place->line, column = 0;
    if (line == 0)
        pgs_text_position(place->file->text, place->file->length, place->offset, &line, &column);
    g_autofree char *hint = make_hint(culprit, failure);
    return pgs_seed_refuse(load, place->file, line, column, where->len > 0 ? where->str : NULL,
                           hint, row->sql, failure);
}

/* ---- rows on their way ---- */

static gboolean
send_rows(PgsSeedLoad *load)
{
    const PgsPut *put = load->put;
    g_autoptr(GArray) statements = g_array_new(FALSE, FALSE, sizeof(PgsPipelined));
    for (guint i = 0; i < put->rows->len; i++) {
        const Row *row = &g_array_index(put->rows, Row, i);
        PgsPipelined statement = {
            .sql = row->sql,
            .params = (const char *const *)put->params->pdata + row->first_param,
            .n_params = (int)row->n_params,
        };
        g_array_append_val(statements, statement);
    }
    guint n_done;
    PgsFailure *refusal = NULL;
    g_autoptr(GError) error = NULL;
    if (pgs_pipeline_run(load->connection, (const PgsPipelined *)(gpointer)statements->data,
                         statements->len, &n_done, &refusal, &error))
        return TRUE;
    g_clear_pointer(&load->failure, pgs_seed_failure_free);
    if (refusal != NULL)
        return refuse(load, &g_array_index(put->rows, Row, n_done), refusal);
    load->fatal = g_steal_pointer(&error);
    return FALSE;
}

gboolean
pgs_put_rest(PgsSeedLoad *load)
{
    if (load->put == NULL || load->put->rows->len == 0)
        return TRUE;
    gboolean ok = send_rows(load);
    put_empty(load->put);
    return ok;
}

static void
keep_value(PgsPut *put, const PgsTargetValue *value)
{
    PgsTargetValue kept = *value;
    if (value->text != NULL) {
        kept.text = g_string_chunk_insert(put->texts, value->text);
        put->n_bytes += strlen(value->text);
    }
    if (value->origin != NULL)
        kept.origin = g_string_chunk_insert_const(put->texts, value->origin);
    if (is_param(&kept))
        g_ptr_array_add(put->params, (gpointer)kept.text);
    g_array_append_val(put->values, kept);
}

/* Whether two rows have the same statement, without making it. */
static gboolean
is_alike(const PgsPut *put, const Row *a, const Row *b)
{
    if (a->n_values != b->n_values)
        return FALSE;
    for (guint i = 0; i < a->n_values; i++) {
        const PgsTargetValue *of_a =
            &g_array_index(put->values, PgsTargetValue, a->first_value + i);
        const PgsTargetValue *of_b =
            &g_array_index(put->values, PgsTargetValue, b->first_value + i);
        if (of_a->column != of_b->column || of_a->sql != of_b->sql ||
            is_left_out(of_a) != is_left_out(of_b))
            return FALSE;
    }
    return TRUE;
}

static void
keep_row(PgsSeedLoad *load, const PgsTargetPlace *place, const GArray *values)
{
    PgsPut *put = load->put;
    Row row = {
        .place = *place,
        .first_value = put->values->len,
        .n_values = values->len,
        .first_param = put->params->len,
    };
    if (place->where != NULL)
        row.place.where = g_string_chunk_insert(put->texts, place->where);
    for (guint i = 0; i < values->len; i++)
        keep_value(put, &g_array_index(values, PgsTargetValue, i));
    row.n_params = put->params->len - row.first_param;
    const Row *before =
        put->rows->len > 0 ? &g_array_index(put->rows, Row, put->rows->len - 1) : NULL;
    if (before != NULL && is_alike(put, before, &row)) {
        row.sql = before->sql;
    } else {
        g_autofree char *sql = make_statement(
            load->target, (const PgsTargetValue *)(gpointer)values->data, values->len);
        row.sql = g_string_chunk_insert(put->texts, sql);
    }
    g_array_append_val(put->rows, row);
}

gboolean
pgs_put_row(PgsSeedLoad *load, const PgsTargetPlace *place, const GArray *values)
{
    if (load->put == NULL)
        load->put = put_new();
    keep_row(load, place, values);
    return (load->put->rows->len < MAX_ROWS && load->put->n_bytes < MAX_BYTES) ||
           pgs_put_rest(load);
}
