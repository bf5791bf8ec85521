#include "exercise/rule_rows.h"
#include "exercise/rules.h"

#include <string.h>

/* The value, and what the server makes of the expression over the same row; texts, for not every
   type has an equality. */
static char *
returning(const PgsColumn *column)
{
    return g_strdup_printf("(%s)::pg_catalog.text, (%s)::%s::pg_catalog.text", column->quoted,
                           column->generated_sql, column->type_sql);
}

static const char *
value_at(const PGresult *result, int column)
{
    return PQgetisnull(result, 0, column) ? NULL : PQgetvalue(result, 0, column);
}

static char *
describe_text(const char *text)
{
    PgsValue value = {.kind = text != NULL ? PGS_VALUE_TEXT : PGS_VALUE_NULL, .text = text};
    return pgs_value_describe(value);
}

/* answer: the statement's result that has both. */
static void
compare(PgsBench *bench, PgsRuleResult *result, const char *what, const char *statement,
        const PGresult *answer)
{
    const PgsColumn *column = result->rule->columns[0];
    if (PQntuples(answer) == 0)
        return;
    gboolean is_equal = g_strcmp0(value_at(answer, 0), value_at(answer, 1)) == 0;
    g_autofree char *stored = describe_text(value_at(answer, 0));
    g_autofree char *expected = describe_text(value_at(answer, 1));
    pgs_rule_result_add(result, what, statement, is_equal,
                        g_strdup_printf(is_equal ? "%s, as its expression gives"
                                                 : "%s, and its expression gives %s",
                                        stored, expected));
    if (is_equal || result->verdict == PGS_VERDICT_BROKEN)
        return;
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%s is not what its expression gives: %s",
                          column->name, column->generated_sql);
    result->expected = g_strdup(expected);
    result->actual = g_strdup(stored);
    result->sql = g_strdup(statement);
    result->reproduce = pgs_proof_reproduce(bench, statement);
}

/* Even what the expression itself gives may not be said. */
static PgsValue
value_to_say(PgsBench *bench, const PgsBatchResult *inserted)
{
    const PGresult *answer = inserted->failure == NULL ? inserted->results->pdata[0] : NULL;
    if (answer == NULL || PQntuples(answer) == 0 || PQgetisnull(answer, 0, 1))
        return (PgsValue){.kind = PGS_VALUE_NULL};
    return pgs_bench_text(bench, PQgetvalue(answer, 0, 1));
}

static gboolean
prove_insert(PgsBench *bench, PgsRuleResult *result, const PgsDraft *draft, GError **error)
{
    const PgsColumn *column = result->rule->columns[0];
    g_autofree char *values = returning(column);
    g_autofree char *returned = pgs_draft_insert(draft, values);
    g_autofree char *insert = pgs_draft_insert(draft, NULL);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, returned);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    const PgsBatchResult *inserted = pgs_batch_result(batch, 0);
    g_autofree char *what = g_strdup_printf("%s as it is stored", column->name);
    if (inserted->failure == NULL)
        compare(bench, result, what, insert, inserted->results->pdata[0]);
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    g_ptr_array_add(rows,
                    pgs_proof_row_new(pgs_draft_copy(draft), FALSE, "%s left out", column->name));
    pgs_rule_rows_add(rows, pgs_draft_with(draft, column, value_to_say(bench, inserted)), TRUE,
                      column);
    return pgs_proof_run(bench, result->rule, rows, result, error);
}

/* The columns that it is made of get the draft's values. */
static char *
make_update(const PgsColumn *column, const PgsStored *stored, const PgsDraft *draft)
{
    g_autoptr(GPtrArray) sources = pgs_rule_columns_in(column->relation, column->generated_sql);
    g_autoptr(GString) sets = g_string_new(NULL);
    for (guint i = 0; i < sources->len; i++) {
        const PgsColumn *source = sources->pdata[i];
        if (source->generated != 0 || source->identity == 'a')
            continue;
        g_string_append_printf(sets, "%s%s = ", sets->len > 0 ? ", " : "", source->quoted);
        pgs_value_append(sets, pgs_draft_get(draft, source));
    }
    if (sets->len == 0)
        return NULL;
    g_autofree char *condition = pgs_stored_condition(stored);
    return g_strdup_printf("UPDATE %s SET %s WHERE %s", column->relation->identity, sets->str,
                           condition);
}

/* An UPDATE that other rules refuse says nothing. */
static gboolean
prove_update(PgsBench *bench, PgsRuleResult *result, const PgsDraft *draft, GError **error)
{
    const PgsColumn *column = result->rule->columns[0];
    GError *local = NULL;
    g_autofree char *reason = NULL;
    g_autoptr(PgsStored) stored =
        pgs_synthesis_make(bench, column->relation, NULL, 0, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    g_autofree char *update = stored != NULL ? make_update(column, stored, draft) : NULL;
    if (update == NULL)
        return TRUE;
    g_autofree char *values = returning(column);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, "%s RETURNING %s", update, values);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    const PgsBatchResult *updated = pgs_batch_result(batch, 0);
    if (updated->failure == NULL)
        compare(bench, result, "after an UPDATE of what it is made of", update,
                updated->results->pdata[0]);
    return TRUE;
}

gboolean
pgs_rule_generated_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    g_autoptr(PgsDraft) draft = NULL;
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = pgs_rule_draft(bench, result, result->rule->relation, NULL, 0, &draft, error) &&
                  (draft == NULL || (prove_insert(bench, result, draft, error) &&
                                     prove_update(bench, result, draft, error)));
    pgs_bench_rollback(bench);
    return ok;
}
