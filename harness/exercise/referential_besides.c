#include "exercise/referential_besides.h"

#include "exercise/proof.h"

/* What the key does to its child, by hand. */
static char *
update_by_hand(const PgsReferentialTrial *trial, const PgsWatched *child)
{
    g_autofree char *target = pgs_referential_target(trial->rows->rule->relation);
    g_autofree char *condition = pgs_stored_condition(trial->rows->children[0]);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "UPDATE %s SET ", target);
    for (guint i = 0; i < child->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(child->columns, i);
        const char *text = g_ptr_array_index(child->values, i);
        g_string_append_printf(sql, "%s%s = ", i > 0 ? ", " : "", column->quoted);
        pgs_value_append(
            sql, (PgsValue){.kind = text != NULL ? PGS_VALUE_TEXT : PGS_VALUE_NULL, .text = text});
    }
    g_string_append_printf(sql, " WHERE %s", condition);
    return g_string_free(sql, FALSE);
}

/* What triggers of the child change on any UPDATE is no doing of the key: taken out, their names
   appended to usual. */
static gboolean
control_touched(const PgsReferentialTrial *trial, GPtrArray *touched, GString *usual,
                GError **error)
{
    const PgsReferentialRows *rows = trial->rows;
    const PgsWatched *child = g_ptr_array_index(trial->watch, 1);
    if (child->columns == NULL)
        return TRUE;
    g_autofree char *update = update_by_hand(trial, child);
    g_autoptr(GPtrArray) drop = pgs_rule_drop(rows->bench, rows->rule);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    for (guint i = 0; drop != NULL && i < drop->len; i++)
        pgs_batch_add(batch, g_ptr_array_index(drop, i));
    pgs_batch_add(batch, update);
    pgs_batch_add(batch, child->query);
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    const PgsBatchResult *done = pgs_batch_result(batch, 0);
    if (done->failure != NULL)
        return TRUE;
    g_autoptr(PgsWatchedState) state = pgs_watched_look(
        child, trial->watch, g_ptr_array_index(done->results, done->results->len - 1));
    for (guint i = 0; i < state->touched->len; i++) {
        const PgsColumn *column = g_ptr_array_index(state->touched, i);
        if (g_ptr_array_remove(touched, (gpointer)column))
            g_string_append_printf(usual, "%s%s", usual->len > 0 ? ", " : "", column->quoted);
    }
    return TRUE;
}

gboolean
pgs_referential_look_besides(const PgsReferentialTrial *trial, PgsReferentialOutcome *outcome,
                             GError **error)
{
    g_autoptr(GString) usual = g_string_new(NULL);
    if (outcome->touched->len > 0 && !control_touched(trial, outcome->touched, usual, error))
        return FALSE;
    if (usual->len > 0) {
        g_autofree char *words = g_steal_pointer(&outcome->words);
        outcome->words =
            g_strdup_printf("%s; also changed, as with each UPDATE: %s", words, usual->str);
    }
    return TRUE;
}

void
pgs_referential_note_besides(const PgsReferentialTrial *trial, const PgsReferentialOutcome *outcome)
{
    PgsRuleResult *result = trial->rows->result;
    g_autofree char *what = pgs_referential_declared(trial);
    for (guint i = 0; i < outcome->touched->len; i++) {
        const PgsColumn *column = g_ptr_array_index(outcome->touched, i);
        pgs_rule_result_note(result, "%s: %s of the child row changes as well", what,
                             column->quoted);
    }
    for (guint i = 0; i < outcome->others->len; i++)
        pgs_rule_result_note(result, "%s: %s changes as well", what,
                             (const char *)g_ptr_array_index(outcome->others, i));
    if (outcome->n_inserted > 0)
        pgs_rule_result_note(result,
                             "%s: a row comes into %s meanwhile, which a trigger or "
                             "rule inserts",
                             what, trial->rows->rule->relation->identity);
}
