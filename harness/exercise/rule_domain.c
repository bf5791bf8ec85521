#include "exercise/rule_check_rows.h"
#include "exercise/rule_domain_cast.h"
#include "exercise/rule_rows.h"
#include "exercise/rules.h"
#include "exercise/tautology.h"
#include "values/candidates.h"
#include "values/generator.h"

#include "base/text.h"

#include <string.h>

enum {
    MAX_SHOWN = 300, /* of an expression, in a message */
    USUAL = 20,      /* ordinary values, when a domain must only not be NULL */
};

/*
 * A domain's values are tried by casts, and at a column that has it by an INSERT.  For the grid it
 * is a relation with one column: VALUE, of the type that the domain is made of.
 */
typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    PgsRuleResult *result;
    PgsColumn column;
    PgsRelation relation;
    PgsDraft *base;
    GHashTable *choices;
    PgsGrid *grid;
    GPtrArray *rows; /* PgsProofRow */
} Trial;

static void
trial_init(Trial *trial)
{
    const PgsType *domain = trial->rule->type;
    trial->column = (PgsColumn){
        .relation = &trial->relation,
        .name = (char *)"value",
        .quoted = (char *)"value",
        .type = domain->base,
        .typmod = domain->base_typmod,
        .type_sql = domain->base_sql,
    };
    trial->relation = (PgsRelation){
        .schema = domain->schema,
        .name = (char *)"t",
        .identity = domain->sql,
        .kind = 'r',
        .columns = g_ptr_array_new(),
    };
    g_ptr_array_add(trial->relation.columns, &trial->column);
    trial->base = pgs_draft_new(&trial->relation);
    trial->choices = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
}

static void
trial_clear(Trial *trial)
{
    pgs_draft_free(trial->base);
    g_ptr_array_unref(trial->relation.columns);
    g_hash_table_unref(trial->choices);
    pgs_grid_free(trial->grid);
    if (trial->rows != NULL)
        g_ptr_array_unref(trial->rows);
}

/* ---- values ---- */

/* The rule first when it is a CHECK, then the domain's others. */
static GPtrArray *
list_rules(const Trial *trial)
{
    GPtrArray *rules = g_ptr_array_new();
    const GPtrArray *all = trial->rule->type->rules;
    if (trial->rule->kind == PGS_RULE_DOMAIN_CHECK)
        g_ptr_array_add(rules, (gpointer)trial->rule);
    for (guint i = 0; i < all->len; i++) {
        const PgsRule *rule = all->pdata[i];
        if (rule != trial->rule && rule->kind == PGS_RULE_DOMAIN_CHECK)
            g_ptr_array_add(rules, (gpointer)rule);
    }
    return rules;
}

static gboolean
evaluate(Trial *trial, GError **error)
{
    const PgsCandidates *candidates =
        pgs_candidates_of_domain(trial->bench, trial->rule->type, error);
    if (candidates == NULL)
        return FALSE;
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    PgsValue null = {.kind = PGS_VALUE_NULL};
    g_array_append_vals(values, candidates->values->data, candidates->values->len);
    g_array_append_val(values, null);
    g_hash_table_insert(trial->choices, &trial->column, values);
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_ptr_array_add(columns, &trial->column);
    g_autoptr(GPtrArray) rules = list_rules(trial);
    trial->grid =
        pgs_grid_evaluate(trial->bench, trial->base, columns, rules, trial->choices, error);
    if (trial->grid == NULL)
        return FALSE;
    trial->grid->is_complete = trial->grid->is_exhaustive && candidates->is_complete;
    trial->result->n_candidates += trial->grid->rows->len;
    return TRUE;
}

/* The first value that all rules accept: what the others are described against. */
static void
choose_base(Trial *trial)
{
    for (guint i = 0; i < trial->grid->rows->len; i++) {
        const PgsGridRow *row = trial->grid->rows->pdata[i];
        if (row->answers[0] == PGS_GRID_TRUE && pgs_grid_row_passes(trial->grid, row, -1)) {
            pgs_draft_set(trial->base, &trial->column, row->values[0]);
            return;
        }
    }
}

/* ---- what no value shows ---- */

static gboolean
prove(Trial *trial, PgsGridCounts counts, PgsTautology *proven, GError **error)
{
    PgsSteadiness steadiness;
    if (!pgs_tautology_prove(trial->bench, trial->rule, proven, error) ||
        !pgs_check_steadiness(trial->bench, trial->rule, &steadiness, error))
        return FALSE;
    gboolean has_limit = trial->column.typmod >= 0 || trial->column.type->kind == 'd';
    if (steadiness != PGS_STEADINESS_CERTAIN || !trial->grid->is_complete ||
        (counts.n_input > 0 && has_limit))
        return TRUE;
    proven->never_false = proven->never_false || counts.n_false == 0;
    proven->never_true = proven->never_true || counts.n_true == 0;
    return TRUE;
}

static void
judge_unseen(Trial *trial, PgsGridCounts counts, PgsTautology proven)
{
    PgsRuleResult *result = trial->result;
    const char *name = trial->rule->name;
    g_autofree char *folded = pgs_text_fold_space(trial->rule->expression);
    g_autofree char *shown = pgs_text_ellipsize(folded, MAX_SHOWN);
    if (counts.n_false == 0 && proven.never_false)
        pgs_rule_result_judge(result, PGS_VERDICT_NEVER_REFUSES, "%s can never refuse a value: %s",
                              name, shown);
    else if (counts.n_true == 0 && proven.never_true)
        pgs_rule_result_judge(result, PGS_VERDICT_NEVER_ACCEPTS,
                              counts.n_null > 0 && !trial->rule->type->not_null
                                  ? "%s accepts only NULL: %s"
                                  : "%s can never accept a value: %s",
                              name, shown);
    else
        pgs_rule_result_judge(
            result, PGS_VERDICT_NOT_EXERCISED, "no %s value found in %u candidates; expression: %s",
            counts.n_false == 0 ? "refusing" : "accepted", result->n_candidates, shown);
}

/* ---- at a column ---- */

static gboolean
can_have_rows(const PgsColumn *column)
{
    const PgsRelation *relation = column->relation;
    return relation->kind != 'f' && column->generated == 0 && column->identity == 0;
}

static const PgsColumn *
find_column(const PgsBench *bench, const PgsType *domain)
{
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(bench));
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        for (guint k = 0; k < relation->columns->len; k++) {
            const PgsColumn *column = relation->columns->pdata[k];
            if (column->type == domain && can_have_rows(column))
                return column;
        }
    }
    return NULL;
}

static const PgsProofRow *
find_row(const Trial *trial, gboolean refused)
{
    for (guint i = 0; i < trial->rows->len; i++) {
        const PgsProofRow *row = trial->rows->pdata[i];
        if (row->refused == refused)
            return row;
    }
    return NULL;
}

/* The column's draft, and the same with a value that is refused. */
static gboolean
prove_at(Trial *trial, const PgsColumn *column, PgsRuleResult *seen, GError **error)
{
    const PgsProofRow *refused = find_row(trial, TRUE);
    PgsDraft *draft;
    if (!pgs_rule_draft(trial->bench, seen, column->relation, NULL, 0, &draft, error))
        return FALSE;
    if (draft == NULL)
        return TRUE;
    g_autoptr(PgsDraft) accepted = draft;
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    pgs_rule_rows_add(rows, pgs_draft_copy(accepted), FALSE, column);
    pgs_rule_rows_add(
        rows, pgs_draft_with(accepted, column, pgs_draft_get(refused->draft, &trial->column)), TRUE,
        column);
    return pgs_proof_run(trial->bench, trial->rule, rows, seen, error);
}

/* What a column shows counts when it shows something. */
static void
merge(PgsRuleResult *result, PgsRuleResult *seen, const PgsColumn *column)
{
    if (seen->verdict != PGS_VERDICT_EXERCISED && seen->verdict != PGS_VERDICT_BROKEN) {
        pgs_rule_result_note(result, "not seen at %s.%s: %s", column->relation->identity,
                             column->name, seen->message);
        return;
    }
    for (guint i = 0; i < seen->evidence->len; i++) {
        const PgsEvidence *evidence = seen->evidence->pdata[i];
        pgs_rule_result_add(result, evidence->what, evidence->statement, evidence->as_expected,
                            g_strdup(evidence->outcome));
    }
    for (guint i = 0; i < seen->notes->len; i++)
        pgs_rule_result_note(result, "%s", (const char *)seen->notes->pdata[i]);
    if (seen->verdict == PGS_VERDICT_BROKEN && result->verdict != PGS_VERDICT_BROKEN) {
        pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%s", seen->message);
        result->expected = g_steal_pointer(&seen->expected);
        result->actual = g_steal_pointer(&seen->actual);
        result->reproduce = g_steal_pointer(&seen->reproduce);
    }
    if (seen->sql != NULL) {
        g_free(result->sql);
        result->sql = g_steal_pointer(&seen->sql);
    }
}

static gboolean
try_column(Trial *trial, GError **error)
{
    const PgsColumn *column = find_column(trial->bench, trial->rule->type);
    if (column == NULL || find_row(trial, TRUE) == NULL)
        return TRUE;
    g_autoptr(PgsRuleResult) seen = pgs_rule_result_new(trial->rule);
    if (!prove_at(trial, column, seen, error))
        return FALSE;
    merge(trial->result, seen, column);
    return TRUE;
}

/* ---- the trial ---- */

static gboolean
try_check(Trial *trial, GError **error)
{
    if (!evaluate(trial, error))
        return FALSE;
    PgsGridCounts counts = pgs_grid_count(trial->grid, 0);
    PgsTautology proven = {FALSE, FALSE};
    if (counts.n_false == 0 || counts.n_true == 0) {
        if (!prove(trial, counts, &proven, error))
            return FALSE;
        judge_unseen(trial, counts, proven);
        return TRUE;
    }
    choose_base(trial);
    trial->rows = pgs_check_rows(trial->bench, trial->grid, 0, trial->base, NULL, error);
    if (trial->rows == NULL)
        return FALSE;
    PgsSteadiness steadiness;
    return pgs_check_steadiness(trial->bench, trial->rule, &steadiness, error) &&
           pgs_domain_casts_run(trial->bench, trial->rule, &trial->column, trial->rows,
                                steadiness == PGS_STEADINESS_CERTAIN, trial->result, error) &&
           try_column(trial, error);
}

static void
add_row(Trial *trial, PgsValue value, gboolean refused)
{
    pgs_rule_rows_add(trial->rows, pgs_draft_with(trial->base, &trial->column, value), refused,
                      &trial->column);
}

/* Values that the domain's checks accept, else ordinary ones of its type, and NULL. */
static gboolean
try_not_null(Trial *trial, GError **error)
{
    trial->rows = pgs_rule_rows_new();
    add_row(trial, (PgsValue){.kind = PGS_VALUE_NULL}, TRUE);
    if (!evaluate(trial, error))
        return FALSE;
    for (guint i = 0; i < trial->grid->rows->len && trial->rows->len < 2; i++) {
        const PgsGridRow *row = trial->grid->rows->pdata[i];
        if (row->values[0].kind == PGS_VALUE_TEXT && pgs_grid_row_passes(trial->grid, row, -1))
            add_row(trial, row->values[0], FALSE);
    }
    return pgs_domain_casts_run(trial->bench, trial->rule, &trial->column, trial->rows, TRUE,
                                trial->result, error) &&
           try_column(trial, error);
}

gboolean
pgs_rule_domain_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    Trial trial = {.bench = bench, .rule = result->rule, .result = result};
    trial_init(&trial);
    gboolean ok = result->rule->kind == PGS_RULE_DOMAIN_CHECK ? try_check(&trial, error)
                                                              : try_not_null(&trial, error);
    trial_clear(&trial);
    pgs_bench_rollback(bench);
    return ok;
}
