#include "exercise/rule_index.h"

#include <string.h>

PgsDraft *
pgs_index_rule_collide(const PgsIndexRule *index, const PgsDraft *draft, const PgsStored *stored)
{
    PgsDraft *copy = pgs_draft_copy(draft);
    for (guint i = 0; i < index->sources->len; i++) {
        const PgsColumn *column = index->sources->pdata[i];
        PgsValue value = pgs_stored_get(stored, column);
        if (value.kind == PGS_VALUE_TEXT)
            value = pgs_bench_text(index->bench, value.text);
        pgs_draft_set(copy, column, value);
    }
    return copy;
}

char *
pgs_index_rule_row(const PgsDraft *draft, const GPtrArray *columns)
{
    GString *sql = g_string_new("(SELECT ");
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        g_string_append(sql, i > 0 ? ", (" : "(");
        PgsValue value = pgs_draft_get(draft, column);
        if (value.kind == PGS_VALUE_DEFAULT)
            g_string_append(sql, column->default_sql != NULL ? column->default_sql : "NULL");
        else
            pgs_value_append(sql, value);
        g_string_append_printf(sql, ")::%s", column->type_sql);
        if (column->collation != NULL)
            g_string_append_printf(sql, " COLLATE %s", column->collation);
        g_string_append_printf(sql, " AS %s", column->quoted);
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

char *
pgs_index_rule_describe(const PgsDraft *draft, const GPtrArray *columns)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        g_autofree char *value = pgs_value_describe(pgs_draft_get(draft, column));
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "", column->name, value);
    }
    return g_string_free(text, FALSE);
}

/* ---- what proves nothing ---- */

static void
add_question(PgsBatch *batch, const PgsIndexRule *index, const PgsProofRow *row)
{
    pgs_batch_begin(batch);
    if (!row->refused) {
        g_autofree char *insert = pgs_draft_insert(row->draft, NULL);
        pgs_batch_add(batch, insert);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
        return;
    }
    const char *predicate = index->rule->predicate;
    g_autofree char *values = pgs_index_rule_row(row->draft, index->sources);
    pgs_batch_add_printf(batch, "SELECT (%s) FROM %s AS r", predicate != NULL ? predicate : "true",
                         values);
}

static gboolean
is_fit(const PgsIndexRule *index, const PgsProofRow *row, const PgsBatchResult *answer)
{
    const PgsFailure *failure = answer->failure;
    if (!row->refused)
        return failure == NULL || !pgs_rule_is_named(index->bench, index->rule, failure);
    return failure == NULL && PQntuples(answer->results->pdata[0]) == 1 &&
           strcmp(PQgetvalue(answer->results->pdata[0], 0, 0), "t") == 0;
}

gboolean
pgs_index_rule_sift(const PgsIndexRule *index, GPtrArray *rows, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < rows->len; i++)
        add_question(batch, index, rows->pdata[i]);
    if (!pgs_batch_run(batch, pgs_bench_connection(index->bench), error))
        return FALSE;
    for (guint i = rows->len; i-- > 0;)
        if (!is_fit(index, rows->pdata[i], pgs_batch_result(batch, i)))
            g_ptr_array_remove_index(rows, i);
    return TRUE;
}
