#include "exercise/cases_trial.h"

#include "base/text.h"
#include "project/case_reference.h"
#include "sql/script.h"

#include <string.h>

enum {
    WHAT_WIDTH = 70, /* characters of a statement, for a person */
};

/* ---- Given rows ---- */

static gboolean
make_given(PgsCaseTrial *trial, const PgsCaseRow *row, GError **error)
{
    const PgsRelation *relation = pgs_case_find_relation(trial, row);
    g_autoptr(GArray) wishes = relation != NULL ? pgs_case_wishes(trial, relation, row) : NULL;
    if (wishes == NULL)
        return TRUE;
    g_autofree char *reason = NULL;
    g_autoptr(GError) local = NULL;
    PgsStored *stored =
        pgs_synthesis_make(trial->bench, relation, (const PgsWish *)(void *)wishes->data,
                           wishes->len, &reason, &local);
    if (stored != NULL) {
        g_ptr_array_add(trial->stored, stored);
        g_autofree char *what =
            g_strdup_printf("given %s: a row of %s", row->name, relation->identity);
        pgs_rule_result_add(trial->result, what, stored->statement, TRUE, g_strdup("accepted"));
        return TRUE;
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    trial->is_settled = TRUE;
    pgs_rule_result_judge(trial->result, PGS_VERDICT_NOT_EXERCISED,
                          "the given row \"%s\" cannot be made: %s", row->name, reason);
    return TRUE;
}

static gboolean
make_all_given(PgsCaseTrial *trial, GError **error)
{
    for (guint i = 0; i < trial->of->given->len && !trial->is_settled; i++) {
        if (!make_given(trial, g_ptr_array_index(trial->of->given, i), error))
            return FALSE;
    }
    return TRUE;
}

/* ---- What is done with them ---- */

static void
prepare_update(PgsCaseTrial *trial)
{
    const PgsCaseRow *row = trial->of->row;
    const PgsStored *stored = pgs_case_find_stored(trial, row->name);
    const PgsRelation *relation = stored->draft->relation;
    g_autoptr(GArray) wishes = pgs_case_wishes(trial, relation, row);
    g_autofree char *condition = pgs_stored_condition(stored);
    GString *sql = g_string_new("UPDATE ");
    g_string_append_printf(sql, "%s SET ", relation->identity);
    for (guint i = 0; wishes != NULL && i < wishes->len; i++) {
        const PgsWish *wish = &g_array_index(wishes, PgsWish, i);
        g_string_append_printf(sql, "%s%s = ", i > 0 ? ", " : "", wish->column->quoted);
        pgs_value_append(sql, wish->value);
    }
    g_string_append_printf(sql, " WHERE %s", condition);
    g_ptr_array_add(trial->statements, g_string_free(sql, FALSE));
    trial->what = g_strdup_printf("UPDATE of %s", row->name);
}

static void
prepare_delete(PgsCaseTrial *trial)
{
    const char *name = trial->of->row->name;
    const PgsStored *stored = pgs_case_find_stored(trial, name);
    g_autofree char *condition = pgs_stored_condition(stored);
    g_ptr_array_add(
        trial->statements,
        g_strdup_printf("DELETE FROM %s WHERE %s", stored->draft->relation->identity, condition));
    trial->what = g_strdup_printf("DELETE of %s", name);
}

/* The statements with values in place of "$name.column". */
static char *
expand(PgsCaseTrial *trial)
{
    const char *sql = trial->of->sql;
    g_autoptr(GString) text = g_string_new(NULL);
    gsize at = 0;
    for (;;) {
        g_auto(PgsCaseReference) reference = {0};
        if (!pgs_case_reference_next(sql, at, &reference))
            break;
        const PgsStored *stored = pgs_case_find_stored(trial, reference.row);
        const PgsColumn *column = pgs_case_find_column(trial, stored->draft->relation,
                                                       reference.member, &trial->of->place);
        if (column == NULL)
            return NULL;
        g_string_append_len(text, sql + at, (gssize)(reference.start - at));
        pgs_value_append(text, pgs_stored_get(stored, column));
        at = reference.end;
    }
    g_string_append(text, sql + at);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
prepare_sql(PgsCaseTrial *trial)
{
    g_autofree char *text = expand(trial);
    if (text == NULL)
        return;
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsScript) script = pgs_script_new(text, strlen(text), FALSE, NULL, &local);
    if (script == NULL) {
        pgs_case_reject(trial, &trial->of->place, NULL, "its SQL cannot be read: %s",
                        local->message);
        return;
    }
    static const PgsStatementFlags forbidden =
        PGS_STATEMENT_BEGIN | PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK |
        PGS_STATEMENT_NO_TRANSACTION | PGS_STATEMENT_CLUSTER | PGS_STATEMENT_COPY_IN;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        if ((statement->flags & forbidden) != 0) {
            pgs_case_reject(trial, &trial->of->place,
                            g_strdup("a case runs in a transaction that is rolled back"),
                            "%s cannot stand in a case", statement->tag);
            return;
        }
        g_ptr_array_add(trial->statements, pgs_script_statement_text(script, statement));
    }
    g_autofree char *folded = pgs_text_fold_space(text);
    trial->what = pgs_text_ellipsize(folded, WHAT_WIDTH);
    if (trial->statements->len == 0)
        pgs_case_reject(trial, &trial->of->place, NULL, "its SQL has no statement");
}

/* The wishes in words: "order = 6". */
static char *
describe_insert(const PgsCaseRow *row)
{
    GString *text = g_string_new("INSERT into ");
    g_string_append(text, row->table);
    for (guint i = 0; i < row->values->len; i++) {
        const PgsCaseValue *said = g_ptr_array_index(row->values, i);
        g_string_append_printf(text, "%s%s = ", i > 0 ? ", " : ": ", said->column);
        if (said->row != NULL)
            g_string_append_printf(text, "$%s.%s", said->row, said->member);
        else if (said->text != NULL)
            g_string_append_printf(text, "'%s'", said->text);
        else
            g_string_append(text, said->sql != NULL  ? said->sql
                                  : said->is_default ? "DEFAULT"
                                                     : "NULL");
    }
    g_autofree char *folded = pgs_text_fold_space(text->str);
    g_string_free(text, TRUE);
    return pgs_text_ellipsize(folded, WHAT_WIDTH);
}

static gboolean
run_insert(PgsCaseTrial *trial, GError **error)
{
    trial->what = describe_insert(trial->of->row);
    if (trial->of->refused)
        return pgs_case_refuse_insert(trial, error);
    return pgs_case_prepare_insert(trial, error) &&
           (trial->is_settled || pgs_case_try(trial, error));
}

static gboolean
run(PgsCaseTrial *trial, GError **error)
{
    if (!make_all_given(trial, error))
        return FALSE;
    if (trial->is_settled)
        return TRUE;
    trial->needs_row = trial->of->action != PGS_CASE_SQL;
    switch (trial->of->action) {
    case PGS_CASE_INSERT:
        return run_insert(trial, error);
    case PGS_CASE_UPDATE:
        prepare_update(trial);
        break;
    case PGS_CASE_DELETE:
        prepare_delete(trial);
        break;
    case PGS_CASE_SQL:
        prepare_sql(trial);
        break;
    }
    return trial->is_settled || pgs_case_try(trial, error);
}

/* How a person makes it happen again. */
static void
add_reproduction(PgsCaseTrial *trial)
{
    PgsRuleResult *result = trial->result;
    if (result->verdict != PGS_VERDICT_BROKEN || result->sql == NULL)
        return;
    g_autofree char *script = pgs_synthesis_script(trial->bench);
    result->reproduce = g_strdup_printf(
        "BEGIN;\n%s%s%s;\nROLLBACK;", script != NULL ? script : "",
        script != NULL && *script != '\0' && !g_str_has_suffix(script, "\n") ? "\n" : "",
        result->sql);
}

PgsRuleResult *
pgs_exercise_case_run(PgsBench *bench, const PgsExerciseCase *exercise_case, GError **error)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(PgsRuleResult) result = pgs_rule_result_new(NULL);
    result->check = "exercise.case";
    result->subject = g_strdup(exercise_case->title);
    if (!pgs_bench_begin(bench, error))
        return NULL;
    pgs_synthesis_be_gentle(bench); /* a case is about what is there as it is */
    PgsCaseTrial trial = {
        .bench = bench,
        .of = exercise_case,
        .result = result,
        .stored = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_stored_free),
        .statements = g_ptr_array_new_with_free_func(g_free),
    };
    gboolean ok = run(&trial, error);
    if (ok)
        add_reproduction(&trial);
    g_ptr_array_unref(trial.stored);
    g_ptr_array_unref(trial.statements);
    g_free(trial.what);
    pgs_bench_rollback(bench);
    result->duration = g_get_monotonic_time() - begin;
    return ok ? g_steal_pointer(&result) : NULL;
}
