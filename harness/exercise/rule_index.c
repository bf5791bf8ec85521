#include "exercise/rule_index.h"

#include "exercise/rule_index_predicate.h"
#include "values/generator.h"

#include <string.h>

enum {
    PARENTS = 2,
    ORDINARY = 3, /* values that a column which may be NULL is wished to have, by turns */
};

void
pgs_index_rule_clear(PgsIndexRule *index)
{
    g_clear_pointer(&index->sources, g_ptr_array_unref);
    g_clear_pointer(&index->predicate_sources, g_ptr_array_unref);
    g_clear_pointer(&index->wishes, g_ptr_array_unref);
    g_clear_pointer(&index->stored, pgs_stored_free);
    g_clear_pointer(&index->draft, pgs_draft_free);
}

/* ---- what it is made of ---- */

static void
add_source(GPtrArray *sources, const PgsColumn *column)
{
    if (column->generated == 0) {
        if (!g_ptr_array_find(sources, column, NULL))
            g_ptr_array_add(sources, (gpointer)column);
        return;
    }
    g_autoptr(GPtrArray) made_of = pgs_rule_columns_in(column->relation, column->generated_sql);
    for (guint i = 0; i < made_of->len; i++) {
        const PgsColumn *source = made_of->pdata[i];
        if (source != column)
            add_source(sources, source);
    }
}

static void
add_sources_in(GPtrArray *sources, const PgsRelation *relation, const char *expression)
{
    g_autoptr(GPtrArray) columns = pgs_rule_columns_in(relation, expression);
    for (guint i = 0; i < columns->len; i++)
        add_source(sources, columns->pdata[i]);
}

GPtrArray *
pgs_index_rule_key_sources(const PgsIndexRule *index)
{
    GPtrArray *sources = g_ptr_array_new();
    for (guint i = 0; index->rule->keys != NULL && i < index->rule->keys->len; i++)
        add_sources_in(sources, index->relation, index->rule->keys->pdata[i]);
    return sources;
}

static void
find_sources(PgsIndexRule *index)
{
    const PgsRule *rule = index->rule;
    index->sources = g_ptr_array_new();
    index->predicate_sources = g_ptr_array_new();
    for (guint i = 0; i < rule->n_columns; i++)
        add_source(index->sources, rule->columns[i]);
    for (guint i = 0; rule->keys != NULL && i < rule->keys->len; i++)
        add_sources_in(index->sources, index->relation, rule->keys->pdata[i]);
    if (rule->predicate != NULL)
        add_sources_in(index->predicate_sources, index->relation, rule->predicate);
    for (guint i = 0; i < index->predicate_sources->len; i++)
        add_source(index->sources, index->predicate_sources->pdata[i]);
}

/* ---- what may be wished for ---- */

static gboolean
wants_value(const PgsColumn *column)
{
    return !column->not_null && column->default_sql == NULL && column->identity == 0;
}

static void
add_wishes(PgsIndexRule *index, GArray *wishes)
{
    if (wishes->len > 0)
        g_ptr_array_add(index->wishes, wishes);
    else
        g_array_unref(wishes);
}

static gboolean
is_source(const PgsIndexRule *index, const PgsRule *reference)
{
    for (guint i = 0; i < reference->n_columns; i++)
        for (guint k = 0; k < index->sources->len; k++) {
            const PgsColumn *source = index->sources->pdata[k];
            if (wants_value(source) && strcmp(source->name, reference->columns[i]->name) == 0)
                return TRUE;
        }
    return FALSE;
}

gboolean
pgs_index_rule_wish_for_parent(const PgsIndexRule *index, const PgsRule *reference, GArray *wishes,
                               GError **error)
{
    GError *local = NULL;
    g_autofree char *reason = NULL;
    g_autoptr(PgsStored) parent =
        pgs_synthesis_make(index->bench, reference->referenced, NULL, 0, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    for (guint i = 0; parent != NULL && i < reference->n_columns; i++) {
        PgsWish wish = {
            .column = pgs_relation_column(index->relation, reference->columns[i]->name),
            .value = pgs_stored_get(parent, reference->referenced_columns[i]),
        };
        if (wish.value.kind != PGS_VALUE_TEXT)
            continue;
        wish.value = pgs_bench_text(index->bench, wish.value.text);
        g_array_append_val(wishes, wish);
    }
    return TRUE;
}

/*
 * A key that is NULL is held against no other.  Where a row would have none for its own, as when it
 * refers to its own table, it refers to a row that there is.
 */
static gboolean
add_reference_wishes(PgsIndexRule *index, GError **error)
{
    for (guint n = 0; n < PARENTS; n++) {
        GArray *wishes = g_array_new(FALSE, FALSE, sizeof(PgsWish));
        for (guint i = 0; i < index->relation->references->len; i++) {
            const PgsRule *reference = index->relation->references->pdata[i];
            if (is_source(index, reference) &&
                !pgs_index_rule_wish_for_parent(index, reference, wishes, error)) {
                g_array_unref(wishes);
                return FALSE;
            }
        }
        add_wishes(index, wishes);
    }
    return TRUE;
}

/* Likewise: columns that may be NULL have values. */
static void
add_value_wishes(PgsIndexRule *index)
{
    for (guint n = 0; n < ORDINARY; n++) {
        GArray *wishes = g_array_new(FALSE, FALSE, sizeof(PgsWish));
        for (guint i = 0; i < index->sources->len; i++) {
            const PgsColumn *column = index->sources->pdata[i];
            PgsWish wish = {.column = column};
            if (!wants_value(column))
                continue;
            wish.value = pgs_generator_value(index->bench, column->type, column->typmod,
                                             pgs_bench_next_variant(index->bench), NULL);
            if (wish.value.kind != PGS_VALUE_NULL)
                g_array_append_val(wishes, wish);
        }
        add_wishes(index, wishes);
    }
}

/* First no wishes at all; where there is a predicate last.  More of them only when that was not
   enough. */
static gboolean
find_wishes(PgsIndexRule *index, GError **error)
{
    index->wishes = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    if (index->rule->predicate != NULL && !pgs_index_predicate_wishes(index, error))
        return FALSE;
    g_ptr_array_add(index->wishes, g_array_new(FALSE, FALSE, sizeof(PgsWish)));
    return TRUE;
}

static gboolean
find_more_wishes(PgsIndexRule *index, GError **error)
{
    if (!add_reference_wishes(index, error))
        return FALSE;
    add_value_wishes(index);
    return index->rule->predicate != NULL || pgs_index_predicate_wishes(index, error);
}

/* ---- a row that it holds, and one more ---- */

gboolean
pgs_index_rule_holds(const PgsIndexRule *index, const PgsStored *stored, gboolean with_keys,
                     gboolean *holds, GError **error)
{
    const PgsRule *rule = index->rule;
    g_autofree char *condition = pgs_stored_condition(stored);
    g_autoptr(GString) sql = g_string_new("SELECT ");
    if (rule->predicate != NULL)
        g_string_append_printf(sql, "(%s) AND ", rule->predicate);
    for (guint i = 0; with_keys && !rule->nulls_not_distinct && i < rule->keys->len; i++)
        g_string_append_printf(sql, "(%s) IS NOT NULL AND ", (char *)rule->keys->pdata[i]);
    /* An inheriting table may have a row with the same key. */
    g_string_append_printf(sql, "true FROM %s%s WHERE %s",
                           index->relation->kind == 'p' ? "" : "ONLY ", index->relation->identity,
                           condition);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql->str);
    if (!pgs_batch_run(batch, pgs_bench_connection(index->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    const PGresult *result = answer->failure == NULL ? answer->results->pdata[0] : NULL;
    *holds = result != NULL && PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    return TRUE;
}

/* Rows were made, and it holds none of them. */
static char *
explain(const PgsIndexRule *index)
{
    const PgsRule *rule = index->rule;
    g_autoptr(GString) text = g_string_new("no row was found that the index holds: ");
    for (guint i = 0; i < rule->keys->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)rule->keys->pdata[i]);
    if (rule->predicate != NULL)
        g_string_append_printf(text, " WHERE %s", rule->predicate);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* With the wishes from the first on; *reason: why there is none. */
static gboolean
make_stored(PgsIndexRule *index, guint first, char **reason, GError **error)
{
    for (guint i = first; i < index->wishes->len && index->stored == NULL; i++) {
        const GArray *wishes = index->wishes->pdata[i];
        GError *local = NULL;
        g_autofree char *said = NULL;
        g_autoptr(PgsStored) stored =
            pgs_synthesis_make(index->bench, index->relation, (const PgsWish *)wishes->data,
                               wishes->len, &said, &local);
        gboolean holds = FALSE;
        if (local != NULL) {
            g_propagate_error(error, local);
            return FALSE;
        }
        if (stored != NULL && !pgs_index_rule_holds(index, stored, TRUE, &holds, error))
            return FALSE;
        if (holds) {
            index->stored = g_steal_pointer(&stored);
        } else if (stored != NULL || *reason == NULL) {
            g_free(*reason);
            *reason = stored != NULL ? explain(index) : g_steal_pointer(&said);
        }
    }
    return TRUE;
}

/* Of a table that has no room for a new row. */
static gboolean
take_existing(PgsIndexRule *index, GError **error)
{
    g_autoptr(PgsStored) stored = NULL;
    gboolean holds = FALSE;
    if (!pgs_rule_existing(index->bench, index->relation, &stored, error) ||
        (stored != NULL && !pgs_index_rule_holds(index, stored, TRUE, &holds, error)))
        return FALSE;
    if (holds)
        index->stored = g_steal_pointer(&stored);
    return TRUE;
}

static gboolean
find_stored(PgsIndexRule *index, char **reason, GError **error)
{
    if (!find_wishes(index, error) || !make_stored(index, 0, reason, error))
        return FALSE;
    guint n = index->wishes->len;
    if (index->stored == NULL &&
        (!find_more_wishes(index, error) || !make_stored(index, n, reason, error)))
        return FALSE;
    return index->stored != NULL || !index->relation->has_rows || take_existing(index, error);
}

static gboolean
make_draft(PgsIndexRule *index, GError **error)
{
    for (guint i = 0; i < index->wishes->len && index->draft == NULL; i++) {
        const GArray *wishes = index->wishes->pdata[i];
        if (!pgs_rule_try_draft(index->bench, index->relation, (const PgsWish *)wishes->data,
                                wishes->len, &index->draft, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_index_rule_prepare(PgsIndexRule *index, PgsBench *bench, PgsRuleResult *result, GError **error)
{
    index->bench = bench;
    index->result = result;
    index->rule = result->rule;
    index->relation = result->rule->relation;
    find_sources(index);
    g_autofree char *reason = NULL;
    if (!find_stored(index, &reason, error))
        return FALSE;
    if (index->stored == NULL) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s",
                              reason != NULL ? reason : "no row could be made");
        return TRUE;
    }
    const char *remark = pgs_synthesis_remark(bench, index->relation);
    if (remark != NULL)
        pgs_rule_result_note(result, "%s: %s", index->relation->identity, remark);
    return make_draft(index, error);
}

gboolean
pgs_index_rule_exercise(PgsBench *bench, PgsRuleResult *result, PgsIndexRuleFunc prove,
                        GError **error)
{
    g_auto(PgsIndexRule) index = {0};
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = pgs_index_rule_prepare(&index, bench, result, error) &&
                  (index.stored == NULL || prove(&index, error));
    pgs_bench_rollback(bench);
    return ok;
}
