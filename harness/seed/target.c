#include "seed/target.h"

#include "base/embedded.h"
#include "base/text.h"

#include <string.h>

extern const PgsEmbedded pgs_seed_files[];

static void
column_free(gpointer data)
{
    PgsTargetColumn *column = data;
    g_free(column->name);
    g_free(column->quoted);
    g_free(column->type);
    g_free(column);
}

void
pgs_target_free(PgsTarget *target)
{
    if (target == NULL)
        return;
    g_free(target->table);
    g_ptr_array_unref(target->columns);
    g_free(target);
}

static PgsTargetColumn *
column_new(const PGresult *result, int row)
{
    PgsTargetColumn *column = g_new0(PgsTargetColumn, 1);
    column->name = g_strdup(PQgetvalue(result, row, 0));
    column->quoted = g_strdup(PQgetvalue(result, row, 1));
    column->type = g_strdup(PQgetvalue(result, row, 2));
    gboolean *flags[] = {&column->not_null, &column->has_default, &column->is_json,
                         &column->is_array, &column->holds_json};
    for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
        *flags[i] = strcmp(PQgetvalue(result, row, 3 + (int)i), "t") == 0;
    return column;
}

static gboolean
check_key(PgsSeedLoad *load, const PgsTarget *target, const PgsSeedFile *file)
{
    for (char **name = target->key; name != NULL && *name != NULL; name++) {
        g_autofree char *nearest = NULL;
        if (pgs_target_find(target, *name, &nearest) == NULL)
            return pgs_seed_fail(load, file->path, 0, 0, nearest,
                                 "the key's column %s is no column of %s", *name, target->table);
    }
    return TRUE;
}

PgsTarget *
pgs_target_new(PgsSeedLoad *load, const PgsSeedFile *file)
{
    const char *table = load->sample->table;
    if (table == NULL) {
        pgs_seed_fail(load, file->path, 0, 0, "name it with table:", "no table is named for it");
        return NULL;
    }
    const char *sql = pgs_embedded_find(pgs_seed_files, "target.sql");
    PgsFailure *refusal = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(load->connection, PGS_SHAPE_ANY, sql, 1, &table, &refusal, &error);
    if (result == NULL && refusal == NULL) {
        load->fatal = g_steal_pointer(&error);
        return NULL;
    }
    if (result == NULL) {
        g_autofree char *hint =
            g_strdup_printf("it is loaded at %s: is the table there by then?", load->sample->at);
        pgs_seed_refuse(load, file, 0, 0, NULL, hint, NULL, refusal);
        return NULL;
    }
    PgsTarget *target = g_new0(PgsTarget, 1);
    target->table = g_strdup(table);
    target->columns = g_ptr_array_new_with_free_func(column_free);
    target->key = load->sample->key;
    for (int i = 0; i < PQntuples(result); i++)
        g_ptr_array_add(target->columns, column_new(result, i));
    if (check_key(load, target, file))
        return target;
    pgs_target_free(target);
    return NULL;
}

static char *
nearest_column(const PgsTarget *target, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < target->columns->len; i++) {
        const PgsTargetColumn *column = g_ptr_array_index(target->columns, i);
        g_ptr_array_add(names, column->name);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    return nearest != NULL ? g_strdup_printf("the nearest is %s", nearest) : NULL;
}

const PgsTargetColumn *
pgs_target_find(const PgsTarget *target, const char *name, char **nearest)
{
    for (guint i = 0; i < target->columns->len; i++) {
        const PgsTargetColumn *column = g_ptr_array_index(target->columns, i);
        if (strcmp(column->name, name) == 0)
            return column;
    }
    *nearest = nearest_column(target, name);
    return NULL;
}

void
pgs_array_append(GString *literal, const char *text)
{
    if (text == NULL) {
        g_string_append(literal, "NULL");
        return;
    }
    g_string_append_c(literal, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(literal, '\\');
        g_string_append_c(literal, *text);
    }
    g_string_append_c(literal, '"');
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
append_update(GString *sql, const PgsTarget *target, const GArray *values)
{
    g_autoptr(GString) set = g_string_new(NULL);
    g_autoptr(GString) old = g_string_new(NULL);
    g_autoptr(GString) new = g_string_new(NULL);
    for (guint i = 0; i < values->len; i++) {
        const PgsTargetValue *value = &g_array_index(values, PgsTargetValue, i);
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

/* The row's statement; its parameters' values (borrowed) are appended to params. */
static char *
make_statement(const PgsTarget *target, const GArray *values, GPtrArray *params)
{
    g_autoptr(GString) columns = g_string_new(NULL);
    g_autoptr(GString) sources = g_string_new(NULL);
    for (guint i = 0; i < values->len; i++) {
        const PgsTargetValue *value = &g_array_index(values, PgsTargetValue, i);
        if (is_left_out(value))
            continue;
        const char *comma = columns->len > 0 ? ", " : "";
        g_string_append_printf(columns, "%s%s", comma, value->column->quoted);
        if (value->sql != NULL) {
            g_string_append_printf(sources, "%s%s", comma, value->sql);
            continue;
        }
        g_ptr_array_add(params, (gpointer)value->text);
        g_string_append_printf(sources, "%s$%u", comma, params->len);
    }
    /* Sample data says its keys itself, also of a column that is GENERATED ALWAYS AS IDENTITY. */
    GString *sql = g_string_new(NULL);
    if (columns->len > 0)
        g_string_printf(sql, "INSERT INTO %s AS " ALIAS " (%s) OVERRIDING SYSTEM VALUE VALUES (%s)",
                        target->table, columns->str, sources->str);
    else
        g_string_printf(sql, "INSERT INTO %s DEFAULT VALUES", target->table);
    if (target->key != NULL && *target->key != NULL)
        append_update(sql, target, values);
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
find_culprit(PgsSeedLoad *load, const GArray *values, const PgsFailure *failure)
{
    gboolean is_of_text = g_str_has_prefix(failure->sqlstate, "22"); /* data exceptions */
    if (is_of_text)
        pgs_connection_run(load->connection, "ROLLBACK", NULL);
    for (guint i = 0; i < values->len; i++) {
        const PgsTargetValue *value = &g_array_index(values, PgsTargetValue, i);
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
refuse(PgsSeedLoad *load, const PgsTargetPlace *place, const GArray *values, const char *sql,
       PgsFailure *failure)
{
    const PgsTargetValue *culprit = find_culprit(load, values, failure);
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
                           hint, sql, failure);
}

gboolean
pgs_target_put(PgsSeedLoad *load, const PgsTarget *target, const PgsTargetPlace *place,
               const GArray *values)
{
    g_autoptr(GPtrArray) params = g_ptr_array_new();
    g_autofree char *sql = make_statement(target, values, params);
    PgsFailure *refusal = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(load->connection, PGS_SHAPE_NONE, sql, (int)params->len,
                             (const char *const *)params->pdata, &refusal, &error);
    if (result != NULL)
        return TRUE;
    if (refusal != NULL)
        return refuse(load, place, values, sql, refusal);
    load->fatal = g_steal_pointer(&error);
    return FALSE;
}
