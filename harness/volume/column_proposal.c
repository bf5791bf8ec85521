#include "volume/column_proposal.h"

#include "base/text.h"
#include "synthesis/grid.h"
#include "synthesis/synthesis_recipe.h"
#include "values/candidates.h"
#include "volume/column_route.h"
#include "volume/column_trial.h"
#include "volume/distribution.h"

#include <string.h>

enum {
    LEAST = 20, /* values that a column has unless there are fewer rows */
    POOL = 60,  /* values of a pool */
};

/* ---- what holds for the column alone ---- */

static gboolean
is_about(const PgsColumnProposal *proposal, const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        if (pgs_relation_own_column(proposal->accepted->relation, rule->columns[i]) !=
            proposal->column)
            return FALSE;
    }
    return rule->n_columns > 0 && rule->expression != NULL && rule->enforced;
}

static void
find_conditions(PgsColumnProposal *proposal)
{
    const GPtrArray *checks = proposal->accepted->relation->checks;
    for (guint i = 0; i < checks->len; i++) {
        const PgsRule *rule = checks->pdata[i];
        if (!is_about(proposal, rule))
            continue;
        g_ptr_array_add(proposal->rules, (gpointer)rule);
        g_ptr_array_add(proposal->conditions, rule->expression);
    }
    proposal->route = pgs_route_condition(proposal->accepted->relation, proposal->column);
    if (proposal->route != NULL)
        g_ptr_array_add(proposal->conditions, proposal->route);
}

gboolean
pgs_column_proposal_init(PgsColumnProposal *proposal, PgsBench *bench, const PgsDraft *accepted,
                         const PgsColumn *column, gint64 rows, gboolean is_distinct, GError **error)
{
    *proposal = (PgsColumnProposal){
        .bench = bench,
        .accepted = accepted,
        .column = column,
        .rows = MAX(rows, 1),
        .is_distinct = is_distinct,
        .stream = g_strdup_printf("%s.%s", accepted->relation->identity, column->name),
        .fills = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free),
        .conditions = g_ptr_array_new(),
        .rules = g_ptr_array_new(),
    };
    const PgsType *type = column->type;
    gint32 typmod = column->typmod;
    for (; type->kind == 'd' && type->base != NULL; type = type->base)
        typmod = type->base_typmod;
    proposal->spread = (PgsSpread){
        .bench = bench,
        .type = type,
        .typmod = typmod,
        .name = column->name,
        .stream = proposal->stream,
        .row = "i",
        .value = "i",
        .rows = proposal->rows,
        .is_distinct = is_distinct,
    };
    proposal->unit = pgs_fill_unit(pgs_bench_seed(bench), proposal->stream, "i");
    find_conditions(proposal);
    proposal->predicates = pgs_column_predicates_read(bench, accepted->relation, column, error);
    return proposal->predicates != NULL;
}

void
pgs_column_proposal_clear(PgsColumnProposal *proposal)
{
    g_ptr_array_unref(proposal->fills);
    g_ptr_array_unref(proposal->conditions);
    g_ptr_array_unref(proposal->rules);
    g_clear_pointer(&proposal->taken, g_array_unref);
    g_clear_pointer(&proposal->refused, g_array_unref);
    pgs_column_predicates_free(proposal->predicates);
    g_free(proposal->route);
    g_free(proposal->stream);
    g_free(proposal->unit);
}

void
pgs_column_proposal_add(PgsColumnProposal *proposal, const char *sql, gint64 n_distinct, char *what)
{
    PgsColumnFill *fill = pgs_column_fill_new();
    g_ptr_array_add(fill->columns, (gpointer)proposal->column);
    g_ptr_array_add(fill->expressions,
                    g_strdup_printf("CAST(%s AS %s)", sql, proposal->column->type_sql));
    fill->n_distinct = n_distinct;
    fill->what = what;
    g_ptr_array_add(proposal->fills, fill);
}

gint64
pgs_column_proposal_usual(const PgsColumnProposal *proposal)
{
    return MIN(proposal->rows, MAX(proposal->rows / 10, LEAST));
}

char *
pgs_column_proposal_number(const PgsColumnProposal *proposal, gint64 limit, gint64 *n)
{
    *n = MIN(*n, limit);
    if (!proposal->is_distinct)
        return pgs_distribution_skewed(proposal->unit, *n);
    *n = limit;
    return limit == G_MAXINT64 ? g_strdup("i")
                               : g_strdup_printf("((i - 1) %% %" G_GINT64_FORMAT " + 1)", limit);
}

/* ---- pools ---- */

/* What a partial index is for is rare: it comes last. */
static void
append_values(GString *sql, const PgsColumnProposal *proposal, const GArray *values)
{
    gboolean is_first = TRUE;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < values->len; i++) {
            const char *text = g_array_index(values, PgsValue, i).text;
            gboolean is_wanted = g_ptr_array_find_with_equal_func(proposal->predicates->texts, text,
                                                                  g_str_equal, NULL);
            if (is_wanted != (pass == 1))
                continue;
            g_string_append(sql, is_first ? "" : ", ");
            pgs_text_append_literal(sql, text);
            is_first = FALSE;
        }
    }
}

void
pgs_column_propose_pool(PgsColumnProposal *proposal, const GArray *values, const char *what)
{
    if (values->len == 0)
        return;
    g_autoptr(GString) sql = g_string_new("(ARRAY[");
    append_values(sql, proposal, values);
    g_autofree double *weights = pgs_distribution_weights(values->len);
    g_autofree char *choice = proposal->is_distinct
                                  ? g_strdup_printf("((i - 1) %% %u)::pg_catalog.int4", values->len)
                                  : pgs_distribution_choice(proposal->unit, weights, values->len);
    g_string_append_printf(sql, "]::pg_catalog.text[])[1 + %s]", choice);
    pgs_column_proposal_add(proposal, sql->str, values->len,
                            values->len > 1 ? g_strdup_printf("one of %u %s", values->len, what)
                                            : g_strdup("one value for all rows"));
}

/* An expression's value may depend on the clock. */
static gboolean
is_plain(PgsValue value)
{
    return value.kind == PGS_VALUE_TEXT && strlen(value.text) < 2000;
}

static gboolean
has_value(const GArray *values, PgsValue value)
{
    for (guint i = 0; i < values->len; i++) {
        if (pgs_value_equal(g_array_index(values, PgsValue, i), value))
            return TRUE;
    }
    return FALSE;
}

/* In the order in which rules name them: the grid has the accepted row's first. */
static void
sort_taken(GArray *taken, const PgsCandidates *candidates, GArray *into)
{
    for (guint i = 0; i < candidates->values->len; i++) {
        PgsValue value = g_array_index(candidates->values, PgsValue, i);
        if (has_value(taken, value) && into->len < POOL)
            pgs_value_add_once(into, value);
    }
    for (guint i = 0; i < taken->len && into->len < POOL; i++)
        pgs_value_add_once(into, g_array_index(taken, PgsValue, i));
}

/* Those of values for which partitions have a place. */
static gboolean
keep_routed(const PgsColumnProposal *proposal, GArray *values, GError **error)
{
    g_autoptr(PgsColumnTrial) trial =
        pgs_column_trial_new(proposal->bench, proposal->accepted, proposal->conditions);
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)proposal->column);
    for (guint i = 0; i < values->len; i++) {
        g_autoptr(GString) sql = g_string_new(NULL);
        g_autoptr(GPtrArray) expressions = g_ptr_array_new();
        pgs_value_append(sql, g_array_index(values, PgsValue, i));
        g_ptr_array_add(expressions, sql->str);
        pgs_column_trial_add(trial, columns, expressions, 1);
    }
    if (!pgs_column_trial_run(trial, error))
        return FALSE;
    for (guint i = values->len; i > 0; i--) {
        const PgsColumnSample *sample = pgs_column_trial_sample(trial, i - 1);
        if (!sample->is_valid || sample->n_fulfilled < sample->n)
            g_array_remove_index(values, i - 1);
    }
    return TRUE;
}

static gboolean
row_is_true(const PgsGrid *grid, const PgsGridRow *row)
{
    for (guint i = 0; i < grid->rules->len; i++) {
        if (row->answers[i] != PGS_GRID_TRUE)
            return FALSE;
    }
    return TRUE;
}

/* Values of which no rule says anything (NULL) only where there are no others. */
static void
take_rows(PgsColumnProposal *proposal, const PgsGrid *grid, GArray *taken)
{
    g_autoptr(GArray) weak = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = grid->rows->pdata[i];
        GArray *into = proposal->refused;
        if (!is_plain(row->values[0]))
            continue;
        if (pgs_grid_row_passes(grid, row, -1))
            into = row_is_true(grid, row) ? taken : weak;
        pgs_value_add_once(into, row->values[0]);
    }
    for (guint i = 0; taken->len == 0 && i < weak->len; i++)
        pgs_value_add_once(taken, g_array_index(weak, PgsValue, i));
}

static gboolean
ask_grid(PgsColumnProposal *proposal, GArray *taken, GError **error)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)proposal->column);
    g_autoptr(PgsGrid) grid = pgs_grid_evaluate(proposal->bench, proposal->accepted, columns,
                                                proposal->rules, NULL, error);
    if (grid == NULL)
        return FALSE;
    take_rows(proposal, grid, taken);
    return proposal->route == NULL || keep_routed(proposal, taken, error);
}

gboolean
pgs_column_proposal_take(PgsColumnProposal *proposal, GError **error)
{
    if (proposal->taken != NULL)
        return TRUE;
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    proposal->taken = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    proposal->refused = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    if (!ask_grid(proposal, taken, error))
        return FALSE;
    const PgsCandidates *candidates =
        pgs_candidates_of_column(proposal->bench, proposal->column, error);
    if (candidates == NULL)
        return FALSE;
    sort_taken(taken, candidates, proposal->taken);
    return TRUE;
}
