#include "exercise/rule_rows.h"
#include "exercise/rules.h"

static const PgsValue null_value = {.kind = PGS_VALUE_NULL};

static gboolean
may_be_null(const PgsColumn *column)
{
    return !column->not_null && column->generated == 0;
}

/*
 * A generated column is NULL when its expression is: with one of the columns NULL that it names, or
 * with all of them.
 */
static GPtrArray *
sources_made_null(const PgsColumn *column, const PgsDraft *draft)
{
    GPtrArray *drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_draft_free);
    g_autoptr(GPtrArray) sources = pgs_rule_columns_in(column->relation, column->generated_sql);
    PgsDraft *all = pgs_draft_copy(draft);
    for (guint i = 0; i < sources->len; i++) {
        const PgsColumn *source = sources->pdata[i];
        if (!may_be_null(source))
            continue;
        pgs_draft_set(all, source, null_value);
        g_ptr_array_add(drafts, pgs_draft_with(draft, source, null_value));
    }
    g_ptr_array_add(drafts, all);
    return drafts;
}

/* The first that the column's NOT NULL refuses, or NULL. */
static gboolean
find_refused(PgsBench *bench, const PgsRule *rule, const GPtrArray *drafts, PgsDraft **found,
             GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < drafts->len; i++) {
        g_autofree char *insert = pgs_draft_insert(drafts->pdata[i], NULL);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, insert);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    for (guint i = 0; i < drafts->len && *found == NULL; i++) {
        const PgsFailure *failure = pgs_batch_result(batch, i)->failure;
        if (failure != NULL && pgs_rule_is_named(bench, rule, failure))
            *found = pgs_draft_copy(drafts->pdata[i]);
    }
    return TRUE;
}

static gboolean
make_generated_null(PgsBench *bench, PgsRuleResult *result, const PgsDraft *draft, GPtrArray *rows,
                    GError **error)
{
    const PgsColumn *column = result->rule->columns[0];
    g_autoptr(GPtrArray) drafts = sources_made_null(column, draft);
    g_autoptr(PgsDraft) refused = NULL;
    if (!find_refused(bench, result->rule, drafts, &refused, error))
        return FALSE;
    result->n_candidates += drafts->len;
    if (refused == NULL)
        return TRUE;
    g_autofree char *differences = pgs_draft_differences(draft, refused);
    g_ptr_array_add(rows,
                    pgs_proof_row_new(g_steal_pointer(&refused), TRUE,
                                      "%s NULL, so that %s is NULL", differences, column->name));
    return TRUE;
}

static gboolean
prove(PgsBench *bench, PgsRuleResult *result, PgsDraft *draft, GError **error)
{
    const PgsColumn *column = result->rule->columns[0];
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    if (column->generated == 0)
        pgs_rule_rows_add(rows, pgs_draft_with(draft, column, null_value), TRUE, column);
    else if (!make_generated_null(bench, result, draft, rows, error))
        return FALSE;
    if (rows->len == 0) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED,
                              "its expression was NULL in none of %u rows tried: %s",
                              result->n_candidates, column->generated_sql);
        return TRUE;
    }
    PgsValue value = pgs_draft_get(draft, column);
    g_autofree char *text = pgs_value_describe(value);
    g_ptr_array_insert(rows, 0,
                       pgs_proof_row_new(pgs_draft_copy(draft), FALSE, "%s = %s", column->name,
                                         column->generated != 0 ? "what is generated" : text));
    return pgs_proof_run(bench, result->rule, rows, result, error);
}

gboolean
pgs_rule_not_null_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    g_autoptr(PgsDraft) draft = NULL;
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = pgs_rule_draft(bench, result, result->rule->relation, NULL, 0, &draft, error) &&
                  (draft == NULL || prove(bench, result, draft, error));
    pgs_bench_rollback(bench);
    return ok;
}
