#include "exercise/referential_row.h"

#include "pg/batch.h"

char *
pgs_referential_target(const PgsRelation *relation)
{
    return g_strdup_printf("%s%s", relation->kind == 'r' ? "ONLY " : "", relation->identity);
}

char *
pgs_referential_name(PgsBench *bench, const PgsRule *rule)
{
    PgsConnection *connection = pgs_bench_connection(bench);
    g_autofree char *schema = pgs_connection_quote(connection, rule->relation->schema);
    g_autofree char *name = pgs_connection_quote(connection, rule->name);
    return g_strdup_printf("%s.%s", schema, name);
}

gboolean
pgs_referential_ask(PgsBench *bench, const char *sql, GPtrArray **texts, GError **error)
{
    *texts = NULL;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    if (answer->failure != NULL)
        return TRUE;
    const PGresult *result = g_ptr_array_index(answer->results, 0);
    if (PQntuples(result) == 0)
        return TRUE;
    *texts = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < PQnfields(result); i++)
        g_ptr_array_add(*texts,
                        PQgetisnull(result, 0, i) ? NULL : g_strdup(PQgetvalue(result, 0, i)));
    return TRUE;
}

GPtrArray *
pgs_referential_texts(const PgsColumn *const *columns, guint n, const char *const *stored)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(texts, g_strdup(stored[columns[i]->index]));
    return texts;
}

PgsValue
pgs_referential_value(PgsBench *bench, const char *text)
{
    return text != NULL ? pgs_bench_text(bench, text) : (PgsValue){.kind = PGS_VALUE_NULL};
}

GString *
pgs_referential_select(const PgsRelation *relation)
{
    GString *sql = g_string_new("SELECT ");
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    g_autofree char *target = pgs_referential_target(relation);
    g_string_append_printf(sql, " FROM %s", target);
    return sql;
}

gboolean
pgs_referential_read(PgsBench *bench, const PgsRelation *relation, const char *condition,
                     PgsStored **result, GError **error)
{
    *result = NULL;
    g_autoptr(GString) sql = pgs_referential_select(relation);
    g_string_append_printf(sql, " WHERE %s LIMIT 1", condition);
    g_autoptr(GPtrArray) texts = NULL;
    if (!pgs_referential_ask(bench, sql->str, &texts, error))
        return FALSE;
    if (texts == NULL)
        return TRUE;
    PgsStored *stored = g_new0(PgsStored, 1);
    stored->draft = pgs_draft_new(relation);
    stored->stored = g_new0(char *, texts->len);
    for (guint i = 0; i < texts->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        stored->stored[i] = g_strdup(g_ptr_array_index(texts, i));
        if (column->generated == 0)
            stored->draft->values[i] = pgs_referential_value(bench, stored->stored[i]);
    }
    *result = stored;
    return TRUE;
}
