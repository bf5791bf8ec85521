#include "base/text.h"
#include "exercise/cases_trial.h"

#include <string.h>

/* What is there of the given rows after a case was accepted. */

static void
look_clear(gpointer data)
{
    PgsCaseLook *look = data;
    g_clear_pointer(&look->wishes, g_array_unref);
    g_clear_pointer(&look->open, g_ptr_array_unref);
}

GArray *
pgs_case_looks_new(void)
{
    GArray *looks = g_array_new(FALSE, FALSE, sizeof(PgsCaseLook));
    g_array_set_clear_func(looks, look_clear);
    return looks;
}

/* As in "= …", where no column is left out. */
static const char *
value_sql(const PgsCaseTrial *trial, const PgsWish *wish)
{
    if (wish->value.kind == PGS_VALUE_DEFAULT)
        return wish->column->default_sql != NULL ? wish->column->default_sql : "NULL";
    g_autoptr(GString) sql = g_string_new(NULL);
    pgs_value_append(sql, wish->value);
    return pgs_bench_keep(trial->bench, sql->str);
}

/* What the row is known by afterwards: its key may be among what has changed. */
static char *
condition_after(const PgsStored *stored, const GArray *changes)
{
    PgsStored after = *stored;
    guint n = stored->draft->relation->columns->len;
    g_autofree char **values = g_new0(char *, n + 1);
    memcpy(values, stored->stored, n * sizeof *values);
    for (guint i = 0; changes != NULL && i < changes->len; i++) {
        const PgsWish *wish = &g_array_index(changes, PgsWish, i);
        if (wish->value.kind == PGS_VALUE_TEXT || wish->value.kind == PGS_VALUE_NULL)
            values[wish->column->index] = (char *)wish->value.text;
    }
    after.stored = values;
    return pgs_stored_condition(&after);
}

static char *
column_list(const PgsRelation *relation)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    return g_string_free(list, FALSE);
}

/* What the row gets by the case's own update; NULL: nothing, or the trial is settled. */
static GArray *
own_changes(PgsCaseTrial *trial, const PgsStored *stored)
{
    const PgsExerciseCase *of = trial->of;
    if (of->action != PGS_CASE_UPDATE || pgs_case_find_stored(trial, of->row->name) != stored)
        return NULL;
    return pgs_case_wishes(trial, stored->draft->relation, of->row);
}

static gboolean
is_said(const GArray *wishes, const PgsColumn *column)
{
    for (guint i = 0; i < wishes->len; i++) {
        if (g_array_index(wishes, PgsWish, i).column == column)
            return TRUE;
    }
    return FALSE;
}

/* What an update of the row sets it has to have afterwards, unless the case says otherwise; what an
 * expression gives now would say nothing of what it gave then. */
static void
add_unsaid(PgsCaseLook *look, const GArray *own)
{
    for (guint i = 0; i < own->len; i++) {
        const PgsWish *wish = &g_array_index(own, PgsWish, i);
        gboolean is_plain =
            wish->value.kind == PGS_VALUE_TEXT || wish->value.kind == PGS_VALUE_NULL;
        if (is_said(look->wishes, wish->column))
            continue;
        if (is_plain)
            g_array_append_vals(look->wishes, wish, 1);
        else
            g_ptr_array_add(look->open, (gpointer)wish->column);
    }
}

static void
add_look(PgsCaseTrial *trial, PgsBatch *batch, guint *next, GArray *looks, const char *name,
         const PgsCaseRow *stays)
{
    PgsCaseLook look = {
        .stored = pgs_case_find_stored(trial, name), .stays = stays, .statement = *next};
    const PgsRelation *relation = look.stored->draft->relation;
    g_autoptr(GArray) own = own_changes(trial, look.stored);
    look.wishes = stays != NULL ? pgs_case_wishes(trial, relation, stays)
                                : g_array_new(FALSE, FALSE, sizeof(PgsWish));
    if (look.wishes == NULL)
        return;
    look.open = g_ptr_array_new();
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(PgsWish));
    if (own != NULL)
        g_array_append_vals(changes, own->data, own->len);
    g_array_append_vals(changes, look.wishes->data, look.wishes->len);
    if (own != NULL && stays != NULL)
        add_unsaid(&look, own);
    g_autofree char *condition = condition_after(look.stored, changes);
    g_autofree char *columns = column_list(relation);
    pgs_batch_add_printf(batch, "SELECT %s FROM %s WHERE %s", columns, relation->identity,
                         condition);
    for (guint i = 0; i < look.wishes->len; i++) {
        const PgsWish *wish = &g_array_index(look.wishes, PgsWish, i);
        pgs_batch_add_printf(batch, "SELECT CAST(%s AS %s)", value_sql(trial, wish),
                             wish->column->type_sql);
    }
    *next += 1 + look.wishes->len;
    g_array_append_val(looks, look);
}

void
pgs_case_add_looks(PgsCaseTrial *trial, PgsBatch *batch, guint next, GArray *looks)
{
    for (char **name = trial->of->gone; *name != NULL && !trial->is_settled; name++)
        add_look(trial, batch, &next, looks, *name, NULL);
    for (guint i = 0; i < trial->of->stays->len && !trial->is_settled; i++) {
        const PgsCaseRow *row = g_ptr_array_index(trial->of->stays, i);
        add_look(trial, batch, &next, looks, row->name, row);
    }
}

/* ---- … and whether it is what was asked for ---- */

/* What came out wrong of all that was looked at, a line each. */
typedef struct {
    GString *expected, *actual;
} Mismatch;

static void add_line(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void
add_line(GString *text, const char *format, ...)
{
    va_list arguments;
    if (text->len > 0)
        g_string_append_c(text, '\n');
    va_start(arguments, format);
    g_string_append_vprintf(text, format, arguments);
    va_end(arguments);
}

static const char *
cell(const PGresult *result, int column)
{
    return PQgetisnull(result, 0, column) ? NULL : PQgetvalue(result, 0, column);
}

/* Two texts of one type that look different may be equal: 1.0 and 1.00. */
static gboolean
are_equal(PgsCaseTrial *trial, const PgsColumn *column, const char *a, const char *b,
          gboolean *equal, GError **error)
{
    *equal = g_strcmp0(a, b) == 0;
    if (*equal || a == NULL || b == NULL)
        return TRUE;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    g_autoptr(GString) sql = g_string_new("SELECT CAST(");
    pgs_text_append_literal(sql, a);
    g_string_append_printf(sql, " AS %s) = CAST(", column->type_sql);
    pgs_text_append_literal(sql, b);
    g_string_append_printf(sql, " AS %s)", column->type_sql);
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql->str);
    if (!pgs_batch_run(batch, pgs_bench_connection(trial->bench), error))
        return FALSE;
    const PgsBatchResult *outcome = pgs_batch_result(batch, 0);
    *equal = outcome->failure == NULL &&
             g_strcmp0(cell(g_ptr_array_index(outcome->results, 0), 0), "t") == 0;
    return TRUE;
}

static void
add_value(GString *text, const char *row, const PgsColumn *column, const char *value)
{
    g_autofree char *shown =
        pgs_value_describe((PgsValue){value != NULL ? PGS_VALUE_TEXT : PGS_VALUE_NULL, value});
    add_line(text, "%s.%s = %s", row, column->name, shown);
}

/* The column's value by what is said of it, or by what it was before. */
static const char *
wanted(const PgsCaseLook *look, const PgsBatchResult *outcome, const PgsColumn *column,
       gboolean *said)
{
    *said = FALSE;
    const char *value = look->stored->stored[column->index];
    for (guint i = 0; i < look->wishes->len; i++) {
        if (g_array_index(look->wishes, PgsWish, i).column != column)
            continue;
        *said = TRUE;
        value = cell(g_ptr_array_index(outcome->results, look->statement + 1 + i), 0);
    }
    return value;
}

static gboolean
compare_columns(PgsCaseTrial *trial, const PgsCaseLook *look, const PgsBatchResult *outcome,
                const PGresult *row, Mismatch *mismatch, GError **error)
{
    const GPtrArray *columns = look->stored->draft->relation->columns;
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(columns, i);
        gboolean said, equal;
        const char *should = wanted(look, outcome, column, &said);
        const char *is = cell(row, (int)i);
        if (g_ptr_array_find(look->open, column, NULL))
            continue;
        if (!are_equal(trial, column, should, is, &equal, error))
            return FALSE;
        if (equal && said) {
            g_autoptr(GString) what = g_string_new(NULL);
            add_value(what, look->stays->name, column, is);
            pgs_rule_result_add(trial->result, what->str, NULL, TRUE, g_strdup("so it is"));
        } else if (!equal) {
            add_value(mismatch->expected, look->stays->name, column, should);
            add_value(mismatch->actual, look->stays->name, column, is);
        }
    }
    return TRUE;
}

static gboolean
judge_look(PgsCaseTrial *trial, const PgsCaseLook *look, const char *name,
           const PgsBatchResult *outcome, Mismatch *mismatch, GError **error)
{
    const PGresult *rows = g_ptr_array_index(outcome->results, look->statement);
    gboolean is_there = PQntuples(rows) > 0;
    g_autofree char *what = g_strdup_printf("%s afterwards", name);
    gboolean as_expected = is_there == (look->stays != NULL);
    pgs_rule_result_add(trial->result, what, NULL, as_expected,
                        g_strdup(is_there ? "it is there" : "it is gone"));
    if (as_expected && is_there)
        return compare_columns(trial, look, outcome, rows, mismatch, error);
    if (!as_expected) {
        add_line(mismatch->expected, is_there ? "%s is gone" : "%s is there", name);
        add_line(mismatch->actual, is_there ? "%s is there" : "%s is gone", name);
    }
    return TRUE;
}

gboolean
pgs_case_judge_looks(PgsCaseTrial *trial, const GArray *looks, const PgsBatchResult *outcome,
                     GError **error)
{
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autoptr(GString) actual = g_string_new(NULL);
    Mismatch mismatch = {expected, actual};
    guint n_gone = g_strv_length(trial->of->gone);
    for (guint i = 0; i < looks->len; i++) {
        const PgsCaseLook *look = &g_array_index(looks, PgsCaseLook, i);
        const char *name = i < n_gone ? trial->of->gone[i] : look->stays->name;
        if (!judge_look(trial, look, name, outcome, &mismatch, error))
            return FALSE;
    }
    if (expected->len == 0) {
        pgs_case_settle(trial, PGS_VERDICT_EXERCISED, "");
        return TRUE;
    }
    trial->result->expected = g_strdup(expected->str);
    trial->result->actual = g_strdup(actual->str);
    pgs_case_settle(trial, PGS_VERDICT_BROKEN, "what is there afterwards is not what it should be");
    return TRUE;
}
