#include "exercise/rule_check_choice.h"
#include "exercise/rule_check_confirm.h"
#include "exercise/rule_check_rows.h"
#include "exercise/rule_check_set.h"
#include "exercise/rule_rows.h"
#include "exercise/rules.h"
#include "exercise/tautology.h"
#include "synthesis/grid.h"

#include <string.h>

enum {
    MAX_WHOLE_ROW = 8, /* columns that vary when a rule reads the row as a whole */
};

typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    PgsRuleResult *result;
    PgsDraft *draft;    /* accepted; NULL: there is none */
    GPtrArray *columns; /* const PgsColumn *: that vary */
    GPtrArray *rules;   /* const PgsRule *: this one first, and those that share a column */
    PgsRule partition;  /* in their midst: that there is a partition for the row */
    PgsCheckChoice choice;
    PgsGrid *grid;
} Trial;

static void
trial_clear(Trial *trial)
{
    pgs_draft_free(trial->draft);
    g_ptr_array_unref(trial->columns);
    g_ptr_array_unref(trial->rules);
    pgs_check_choice_clear(&trial->choice);
    pgs_grid_free(trial->grid);
    g_free(trial->partition.columns);
    g_free(trial->partition.expression);
}

/* ---- what varies ---- */

static void
add_column(Trial *trial, const PgsColumn *column)
{
    if (column->generated == 0 && !g_ptr_array_find(trial->columns, column, NULL))
        g_ptr_array_add(trial->columns, (gpointer)column);
}

/* A generated column varies with what it is made of. */
static void
add_columns(Trial *trial)
{
    const PgsRelation *relation = trial->rule->relation;
    for (guint i = 0; i < trial->rule->n_columns; i++) {
        const PgsColumn *column = trial->rule->columns[i];
        if (column->generated == 0) {
            add_column(trial, column);
            continue;
        }
        g_autoptr(GPtrArray) sources = pgs_rule_columns_in(relation, column->generated_sql);
        for (guint k = 0; k < sources->len; k++)
            add_column(trial, sources->pdata[k]);
    }
    if (strstr(trial->rule->expression, ".*") == NULL)
        return;
    for (guint i = 0; i < relation->columns->len && trial->columns->len < MAX_WHOLE_ROW; i++)
        add_column(trial, relation->columns->pdata[i]);
}

static gboolean
shares_column(const Trial *trial, const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        for (guint k = 0; k < trial->columns->len; k++) {
            const PgsColumn *column = trial->columns->pdata[k];
            if (strcmp(column->name, rule->columns[i]->name) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

static void
add_rules(Trial *trial)
{
    const GPtrArray *checks = trial->rule->relation->checks;
    g_ptr_array_add(trial->rules, (gpointer)trial->rule);
    for (guint i = 0; i < checks->len; i++) {
        const PgsRule *rule = checks->pdata[i];
        if (rule != trial->rule && rule->enforced && shares_column(trial, rule))
            g_ptr_array_add(trial->rules, (gpointer)rule);
    }
}

/* What a row of the relation must fulfil so that it has a place; NULL: it always has.  g_free(). */
static char *
partition_expression(const PgsRelation *relation)
{
    if (relation->kind != 'p' || relation->children->len == 0)
        return g_strdup(relation->partition_constraint);
    GString *any = g_string_new(NULL);
    for (guint i = 0; i < relation->children->len; i++) {
        const PgsRelation *child = relation->children->pdata[i];
        if (child->partition_constraint == NULL) {
            g_string_free(any, TRUE);
            return NULL;
        }
        g_string_append_printf(any, "%s(%s)", i > 0 ? " OR " : "", child->partition_constraint);
    }
    return g_string_free(any, FALSE);
}

/* Rows that have no place are refused for that; better ones are those that have. */
static void
add_partition(Trial *trial)
{
    g_autofree char *expression = partition_expression(trial->rule->relation);
    if (expression == NULL)
        return;
    g_autoptr(GPtrArray) columns = pgs_rule_columns_in(trial->rule->relation, expression);
    trial->partition = (PgsRule){
        .kind = PGS_RULE_CHECK,
        .relation = trial->rule->relation,
        .expression = g_steal_pointer(&expression),
        .n_columns = columns->len,
        .columns = g_new(const PgsColumn *, columns->len),
    };
    for (guint i = 0; i < columns->len; i++)
        trial->partition.columns[i] = columns->pdata[i];
    if (shares_column(trial, &trial->partition))
        g_ptr_array_add(trial->rules, &trial->partition);
}

/* ---- the grid ---- */

static gboolean
evaluate(Trial *trial, const PgsDraft *base, GError **error)
{
    g_clear_pointer(&trial->grid, pgs_grid_free);
    trial->grid = pgs_grid_evaluate(trial->bench, base, trial->columns, trial->rules,
                                    trial->choice.choices, error);
    if (trial->grid == NULL)
        return FALSE;
    trial->result->n_candidates = MAX(trial->result->n_candidates, trial->grid->rows->len);
    return TRUE;
}

/* ---- what no row shows ---- */

/*
 * All that its columns could be was tried.  What a limit or a domain takes away before the rule is
 * asked is no proof against the rule.
 */
static gboolean
is_whole_proof(const PgsGrid *grid, PgsGridCounts counts)
{
    if (!grid->is_complete)
        return FALSE;
    for (guint i = 0; counts.n_input > 0 && i < grid->columns->len; i++) {
        const PgsColumn *column = grid->columns->pdata[i];
        if (column->typmod >= 0 || column->type->kind == 'd')
            return FALSE;
    }
    return TRUE;
}

/* By a grid of the rule alone. */
static gboolean
prove_by_grid(Trial *trial, const PgsDraft *base, PgsTautology *proven, GError **error)
{
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_ptr_array_add(alone, (gpointer)trial->rule);
    g_autoptr(PgsGrid) grid =
        pgs_grid_evaluate(trial->bench, base, trial->columns, alone, NULL, error);
    if (grid == NULL)
        return FALSE;
    PgsGridCounts counts = pgs_grid_count(grid, 0);
    if (!is_whole_proof(grid, counts))
        return TRUE;
    proven->never_false = proven->never_false || counts.n_false == 0;
    proven->never_true = proven->never_true || counts.n_true == 0;
    return TRUE;
}

static gboolean
prove(Trial *trial, const PgsDraft *base, PgsTautology *proven, GError **error)
{
    PgsSteadiness steadiness;
    if (!pgs_tautology_prove(trial->bench, trial->rule, proven, error) ||
        !pgs_check_steadiness(trial->bench, trial->rule, &steadiness, error))
        return FALSE;
    return steadiness != PGS_STEADINESS_CERTAIN || prove_by_grid(trial, base, proven, error);
}

static void
judge_never_refuses(Trial *trial)
{
    g_autofree char *expression = pgs_check_expression(trial->rule);
    pgs_rule_result_judge(trial->result, PGS_VERDICT_NEVER_REFUSES, "%s can never refuse a row: %s",
                          trial->rule->name, expression);
    trial->result->hint = g_strdup("drop it, or say what it is meant to refuse");
}

static void
judge_never_accepts(Trial *trial, gboolean accepts_null)
{
    g_autofree char *expression = pgs_check_expression(trial->rule);
    pgs_rule_result_judge(trial->result, PGS_VERDICT_NEVER_ACCEPTS,
                          accepts_null ? "%s accepts only NULL: %s"
                                       : "%s can never accept a row: %s",
                          trial->rule->name, expression);
    trial->result->hint = g_strdup("no value fulfils it: mend its conditions");
}

static void
judge_not_found(Trial *trial, const char *sort, PgsGridCounts counts)
{
    g_autofree char *expression = pgs_check_expression(trial->rule);
    g_autofree char *outside =
        counts.n_input > 0 ? g_strdup_printf(", %u of which the types do not take", counts.n_input)
                           : g_strdup("");
    pgs_rule_result_judge(trial->result, PGS_VERDICT_NOT_EXERCISED,
                          "no %s row found in %u candidates%s; expression: %s", sort,
                          trial->result->n_candidates, outside, expression);
}

static const PgsGridRow *
find_error_row(const PgsGrid *grid)
{
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = grid->rows->pdata[i];
        if (row->answers[0] == PGS_GRID_ERROR)
            return row;
    }
    return NULL;
}

/* The expression can be evaluated for no value: what the server says of one. */
static gboolean
judge_error(Trial *trial, PgsGridCounts counts, GError **error)
{
    const PgsGridRow *row = find_error_row(trial->grid);
    g_autoptr(PgsDraft) draft = pgs_draft_copy(trial->draft);
    for (guint i = 0; i < trial->columns->len; i++)
        pgs_draft_set(draft, trial->columns->pdata[i], row->values[i]);
    g_autofree char *insert = pgs_draft_insert(draft, NULL);
    g_autofree char *expression = pgs_check_expression(trial->rule);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, insert);
    if (!pgs_batch_run(batch, pgs_bench_connection(trial->bench), error))
        return FALSE;
    const PgsFailure *failure = pgs_batch_result(batch, 0)->failure;
    if (failure == NULL || g_str_has_prefix(failure->sqlstate, "23"))
        judge_not_found(trial, "refusing", counts);
    else
        pgs_rule_result_judge(trial->result, PGS_VERDICT_NOT_EXERCISED,
                              "each value but NULL raises an error: %s (%s); expression: %s",
                              failure->message, failure->sqlstate, expression);
    return TRUE;
}

/* ---- the trial ---- */

static gboolean
has_refused(const GPtrArray *rows, gboolean refused)
{
    for (guint i = 0; i < rows->len; i++) {
        if (((const PgsProofRow *)rows->pdata[i])->refused == refused)
            return TRUE;
    }
    return FALSE;
}

static gboolean
run_rows(Trial *trial, GError **error)
{
    g_autoptr(GPtrArray) rows =
        pgs_check_rows(trial->bench, trial->grid, 0, trial->draft, &trial->choice, error);
    if (rows == NULL)
        return FALSE;
    if (!has_refused(rows, FALSE)) /* the grid cannot say it of any: the draft is one */
        g_ptr_array_insert(
            rows, 0, pgs_proof_row_new(pgs_draft_copy(trial->draft), FALSE, "an ordinary row"));
    if (!pgs_proof_run(trial->bench, trial->rule, rows, trial->result, error))
        return FALSE;
    return trial->result->verdict != PGS_VERDICT_BROKEN ||
           pgs_check_confirm(trial->bench, rows, trial->result, error);
}

/* A row was accepted, and the rule refuses others. */
static gboolean
try_rows(Trial *trial, PgsGridCounts counts, GError **error)
{
    PgsTautology proven = {FALSE, FALSE};
    if (counts.n_true == 0 && !prove(trial, trial->draft, &proven, error))
        return FALSE;
    if (!run_rows(trial, error))
        return FALSE;
    if (proven.never_true && trial->result->verdict != PGS_VERDICT_BROKEN)
        judge_never_accepts(trial, TRUE);
    else if (counts.n_true == 0 && counts.n_null > 0)
        pgs_rule_result_note(trial->result, "nothing but NULL was accepted in %u candidates",
                             trial->result->n_candidates);
    return TRUE;
}

static gboolean
try_draft(Trial *trial, GError **error)
{
    PgsCheckChoice *choice = &trial->choice;
    if (!pgs_check_choice_fix_defaults(choice, trial->draft, error) ||
        !pgs_check_choice_add_parents(choice, trial->draft, error) ||
        !evaluate(trial, trial->draft, error))
        return FALSE;
    PgsGridCounts counts = pgs_grid_count(trial->grid, 0);
    if (counts.n_false > 0)
        return try_rows(trial, counts, error);
    PgsTautology proven;
    gboolean is_more;
    if (!prove(trial, trial->draft, &proven, error) ||
        !pgs_check_choice_add_unusual(choice, &is_more, error) ||
        (is_more && !evaluate(trial, trial->draft, error)))
        return FALSE;
    counts = pgs_grid_count(trial->grid, 0);
    if (counts.n_false > 0)
        return try_rows(trial, counts, error);
    if (proven.never_false)
        judge_never_refuses(trial);
    else if (counts.n_true == 0 && counts.n_error > 0)
        return judge_error(trial, counts, error);
    else
        judge_not_found(trial, "refusing", counts);
    return TRUE;
}

static gboolean
may_be_null(const Trial *trial)
{
    for (guint i = 0; i < trial->columns->len; i++) {
        if (((const PgsColumn *)trial->columns->pdata[i])->not_null)
            return FALSE;
    }
    return TRUE;
}

static void
judge_set(Trial *trial, const char *words)
{
    pgs_rule_result_judge(trial->result, PGS_VERDICT_NEVER_ACCEPTS, "%s", words);
    trial->result->hint = g_strdup("the table can take no row: mend one of them");
}

/* No row was accepted at all: is it this rule's doing? */
static gboolean
try_without_draft(Trial *trial, GError **error)
{
    g_autoptr(PgsDraft) empty = pgs_draft_new(trial->rule->relation);
    g_autofree char *reason = g_steal_pointer(&trial->result->message);
    if (!evaluate(trial, empty, error))
        return FALSE;
    PgsGridCounts counts = pgs_grid_count(trial->grid, 0);
    PgsTautology proven;
    if (!prove(trial, empty, &proven, error))
        return FALSE;
    gboolean is_proven = proven.never_true && counts.n_true == 0;
    g_autofree char *words = NULL;
    if (!is_proven && !pgs_check_set_prove(trial->bench, trial->rules, trial->grid,
                                           is_whole_proof(trial->grid, counts), &words, error))
        return FALSE;
    if (is_proven)
        judge_never_accepts(trial, counts.n_null > 0 && may_be_null(trial));
    else if (words != NULL)
        judge_set(trial, words);
    else if (counts.n_true + counts.n_null == 0)
        judge_not_found(trial, "accepted", counts);
    else
        pgs_rule_result_judge(trial->result, PGS_VERDICT_NOT_EXERCISED, "%s",
                              reason != NULL ? reason : "no row could be made");
    return TRUE;
}

static gboolean
try_rule(Trial *trial, GError **error)
{
    add_columns(trial);
    add_rules(trial);
    add_partition(trial);
    return pgs_rule_draft(trial->bench, trial->result, trial->rule->relation, NULL, 0,
                          &trial->draft, error) &&
           (trial->draft != NULL ? try_draft(trial, error) : try_without_draft(trial, error));
}

gboolean
pgs_rule_check_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    const PgsRule *rule = result->rule;
    if (!rule->enforced) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "it is NOT ENFORCED");
        return TRUE;
    }
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    Trial trial = {
        .bench = bench,
        .rule = rule,
        .result = result,
        .columns = g_ptr_array_new(),
        .rules = g_ptr_array_new(),
    };
    pgs_check_choice_init(&trial.choice, bench, rule, trial.columns);
    gboolean ok = try_rule(&trial, error);
    if (ok && !rule->validated)
        pgs_rule_result_note(result, "it is NOT VALID: it holds for new rows only");
    trial_clear(&trial);
    pgs_bench_rollback(bench);
    return ok;
}
