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
