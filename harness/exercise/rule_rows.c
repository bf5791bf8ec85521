#include "exercise/rule_rows.h"

#include "sql/expression.h"

#include <string.h>

static PgsStored *
stored_of(PgsBench *bench, const PgsRelation *relation, const PGresult *row)
{
    PgsStored *stored = g_new0(PgsStored, 1);
    stored->draft = pgs_draft_new(relation);
    stored->stored = g_new0(char *, relation->columns->len);
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        PgsValue value = {.kind = PGS_VALUE_NULL};
        if (!PQgetisnull(row, 0, (int)i)) {
            stored->stored[i] = g_strdup(PQgetvalue(row, 0, (int)i));
            value = pgs_bench_text(bench, stored->stored[i]);
        }
        if (column->generated == 0)
            pgs_draft_set(stored->draft, column, value);
    }
    return stored;
}

gboolean
pgs_rule_existing(PgsBench *bench, const PgsRelation *relation, PgsStored **stored, GError **error)
{
    g_autoptr(GString) columns = g_string_new(NULL);
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        g_string_append_printf(columns, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, "SELECT %s FROM %s%s LIMIT 1", columns->str,
                         relation->kind == 'p' ? "" : "ONLY ", relation->identity);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    if (answer->failure == NULL && PQntuples(answer->results->pdata[0]) == 1)
        *stored = stored_of(bench, relation, answer->results->pdata[0]);
    return TRUE;
}

static gboolean
take_existing(PgsBench *bench, PgsRuleResult *result, const PgsRelation *relation,
              const char *reason, PgsDraft **draft, GError **error)
{
    g_autoptr(PgsStored) stored = NULL;
    if (relation->has_rows && !pgs_rule_existing(bench, relation, &stored, error))
        return FALSE;
    if (stored == NULL) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s", reason);
        return TRUE;
    }
    *draft = pgs_draft_copy(stored->draft);
    pgs_rule_result_note(result, "with a row that is there, for there is no room for another (%s)",
                         reason);
    return TRUE;
}

gboolean
pgs_rule_draft(PgsBench *bench, PgsRuleResult *result, const PgsRelation *relation,
               const PgsWish *wishes, guint n_wishes, PgsDraft **draft, GError **error)
{
    GError *local = NULL;
    g_autofree char *reason = NULL;
    *draft = pgs_synthesis_draft(bench, relation, wishes, n_wishes, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    const char *remark = pgs_synthesis_remark(bench, relation);
    if (remark != NULL)
        pgs_rule_result_note(result, "%s: %s", relation->identity, remark);
    return *draft != NULL ||
           take_existing(bench, result, relation, reason != NULL ? reason : "no row could be made",
                         draft, error);
}

gboolean
pgs_rule_try_draft(PgsBench *bench, const PgsRelation *relation, const PgsWish *wishes,
                   guint n_wishes, PgsDraft **draft, GError **error)
{
    GError *local = NULL;
    g_autofree char *reason = NULL;
    *draft = pgs_synthesis_draft(bench, relation, wishes, n_wishes, &reason, &local);
    if (local == NULL)
        return TRUE;
    g_propagate_error(error, local);
    return FALSE;
}

GPtrArray *
pgs_rule_rows_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pgs_proof_row_free);
}

void
pgs_rule_rows_add(GPtrArray *rows, PgsDraft *draft, gboolean refused, const PgsColumn *column)
{
    g_autofree char *value = pgs_value_describe(pgs_draft_get(draft, column));
    PgsProofRow *row = pgs_proof_row_new(draft, refused, "%s = %s", column->name, value);
    row->watched = column;
    g_ptr_array_add(rows, row);
}

/* ---- columns of expressions ---- */

typedef struct {
    const PgsRelation *relation;
    GPtrArray *columns;
} Search;

static void
add_column(Search *search, const PgsColumn *column)
{
    if (column != NULL && !g_ptr_array_find(search->columns, column, NULL))
        g_ptr_array_add(search->columns, (gpointer)column);
}

static void
look_at_node(const PgsNode *node, gpointer data)
{
    Search *search = data;
    if (node->kind == PGS_NODE_COLUMN)
        add_column(search, pgs_relation_column(search->relation, node->name));
}

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* Of what this parser cannot read: each column whose name stands in it as a word. */
static void
look_for_words(Search *search, const char *expression)
{
    for (guint i = 0; i < search->relation->columns->len; i++) {
        const PgsColumn *column = search->relation->columns->pdata[i];
        gsize length = strlen(column->quoted);
        const char *p = expression;
        for (; (p = strstr(p, column->quoted)) != NULL; p++)
            if ((p == expression || !is_word(p[-1])) && !is_word(p[length]))
                add_column(search, column);
    }
}

GPtrArray *
pgs_rule_columns_in(const PgsRelation *relation, const char *expression)
{
    Search search = {.relation = relation, .columns = g_ptr_array_new()};
    g_autoptr(PgsNode) node = pgs_expression_parse(expression, NULL);
    if (node != NULL)
        pgs_node_walk(node, look_at_node, &search);
    else
        look_for_words(&search, expression);
    return search.columns;
}
