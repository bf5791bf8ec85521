#include "exercise/referential_parent.h"

#include "synthesis/synthesis.h"

#include <string.h>

enum {
    MAX_ROWS = 5, /* that are there, tried to be deleted */
};

/* ---- the first two ---- */

/* The row of the referenced table that a child takes which may choose: none can be added, or no
   child can be had of another. */
static gboolean
borrow_parent(PgsReferentialRows *rows, GError **error)
{
    const PgsRule *rule = rows->rule;
    g_autofree char *reason = NULL;
    GError *local = NULL;
    g_autoptr(PgsDraft) child =
        pgs_synthesis_draft(rows->bench, rule->relation, NULL, 0, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (child == NULL)
        return TRUE;
    g_autoptr(GString) condition = g_string_new(NULL);
    for (guint i = 0; i < rule->n_columns; i++) {
        PgsValue value = pgs_draft_get(child, rule->columns[i]);
        if (value.kind != PGS_VALUE_TEXT && value.kind != PGS_VALUE_EXPRESSION)
            return TRUE;
        g_string_append_printf(condition, "%s%s = ", i > 0 ? " AND " : "",
                               rule->referenced_columns[i]->quoted);
        pgs_value_append(condition, value);
    }
    if (!pgs_referential_read(rows->bench, rule->referenced, condition->str, &rows->parents[0],
                              error))
        return FALSE;
    if (rows->parents[0] == NULL)
        return TRUE;
    pgs_rule_result_note(rows->result, "on the row of %s that a child row takes by itself: %s",
                         rule->referenced->identity, rows->reason);
    g_clear_pointer(&rows->reason, g_free);
    return TRUE;
}

gboolean
pgs_referential_change_parent(PgsReferentialRows *rows, GError **error)
{
    PgsStored *before = g_steal_pointer(&rows->parents[0]);
    if (!borrow_parent(rows, error)) {
        rows->parents[0] = before;
        return FALSE;
    }
    if (rows->parents[0] == NULL) {
        rows->parents[0] = before;
        return TRUE;
    }
    pgs_stored_free(rows->parents[1]);
    rows->parents[1] = before;
    return TRUE;
}

/* The first one where it has to be, with a key that its child has to hold. */
static PgsStored *
make_placed(PgsReferentialRows *rows, GError **error)
{
    const PgsRule *rule = rows->rule;
    const PgsReferentialPlace *place = rows->place;
    PgsWish wish = {0};
    for (guint i = 0; i < rule->n_columns; i++)
        if (rule->columns[i] == place->column)
            wish = (PgsWish){.column = rule->referenced_columns[i], .value = place->value};
    g_autoptr(PgsDraft) draft =
        pgs_referential_draft_in(rows->bench, rule->referenced, place->parent_part, &wish,
                                 wish.column != NULL, &rows->reason, error);
    return draft != NULL ? pgs_synthesis_store(rows->bench, draft, &rows->reason, error) : NULL;
}

gboolean
pgs_referential_make_parents(PgsReferentialRows *rows, GError **error)
{
    const PgsRelation *referenced = rows->rule->referenced;
    GError *local = NULL;
    rows->parents[0] = rows->place != NULL ? make_placed(rows, &local)
                                           : pgs_synthesis_make(rows->bench, referenced, NULL, 0,
                                                                &rows->reason, &local);
    if (local == NULL && rows->parents[0] != NULL) {
        g_autofree char *reason = NULL;
        rows->parents[1] = pgs_synthesis_make(rows->bench, referenced, NULL, 0, &reason, &local);
        if (rows->parents[1] == NULL && local == NULL)
            pgs_rule_result_note(rows->result, "with one parent row only: %s", reason);
    }
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    return rows->parents[0] != NULL || rows->place != NULL || borrow_parent(rows, error);
}

/* ---- the third ---- */

static gboolean
is_in_own_reference(const PgsRelation *relation, const PgsColumn *column)
{
    for (guint i = 0; i < relation->references->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->references, i);
        for (guint j = 0; j < rule->n_columns; j++)
            if (strcmp(rule->columns[j]->name, column->name) == 0)
                return TRUE;
    }
    return FALSE;
}

/*
 * What a third parent should share with the first: key columns that point elsewhere themselves (a
 * tenant's), so that a new key leaves these references alone; none when there is nothing else.
 */
static guint
shared_wishes(const PgsReferentialRows *rows, PgsWish *wishes)
{
    const PgsRule *rule = rows->rule;
    guint n = 0;
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *column = rule->referenced_columns[i];
        if (!is_in_own_reference(rule->referenced, column))
            continue;
        wishes[n].column = column;
        wishes[n].value =
            pgs_referential_value(rows->bench, rows->parents[0]->stored[column->index]);
        n++;
    }
    return n < rule->n_columns ? n : 0;
}

/* The third parent is not inserted, but for a moment, to see what would be stored. */
static gboolean
draft_spare(PgsReferentialRows *rows, GError **error)
{
    const PgsRule *rule = rows->rule;
    g_autofree PgsWish *wishes = g_new0(PgsWish, rule->n_columns);
    g_autofree char *reason = NULL;
    GError *local = NULL;
    guint n = shared_wishes(rows, wishes);
    g_autoptr(PgsDraft) draft =
        pgs_synthesis_draft(rows->bench, rule->referenced, wishes, n, &reason, &local);
    if (draft == NULL && local == NULL && n > 0) {
        g_clear_pointer(&reason, g_free);
        draft = pgs_synthesis_draft(rows->bench, rule->referenced, NULL, 0, &reason, &local);
    }
    if (draft == NULL && local == NULL)
        return TRUE;
    if (draft == NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    rows->spare_is_linked = draft->companions != NULL;
    g_autofree char *insert = pgs_draft_insert(draft, "*");
    return pgs_referential_ask(rows->bench, insert, &rows->spare, error);
}

/* The n-th row that is none of the first two; *row NULL: there is none. */
static gboolean
read_other(const PgsReferentialRows *rows, guint n, GPtrArray **row, GError **error)
{
    g_autoptr(GString) sql = pgs_referential_select(rows->rule->referenced);
    for (guint i = 0; i < 2 && rows->parents[i] != NULL; i++) {
        g_autofree char *condition = pgs_stored_condition(rows->parents[i]);
        g_string_append_printf(sql, " %s NOT (%s)", i == 0 ? "WHERE" : "AND", condition);
    }
    g_string_append(sql, " ORDER BY ");
    for (guint i = 0; i < rows->rule->n_columns; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "",
                               rows->rule->referenced_columns[i]->quoted);
    g_string_append_printf(sql, " LIMIT 1 OFFSET %u", n);
    return pgs_referential_ask(rows->bench, sql->str, row, error);
}

static char *
delete_of(const PgsReferentialRows *rows, const GPtrArray *row)
{
    const PgsRule *rule = rows->rule;
    g_autofree char *target = pgs_referential_target(rule->referenced);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "DELETE FROM %s WHERE ", target);
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *column = rule->referenced_columns[i];
        g_string_append_printf(sql, "%s%s = ", i > 0 ? " AND " : "", column->quoted);
        pgs_value_append(sql,
                         pgs_referential_value(rows->bench, g_ptr_array_index(row, column->index)));
    }
    return g_string_free(sql, FALSE);
}

static gboolean
may_be_deleted(const PgsReferentialRows *rows, const char *sql, gboolean *may_go, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    if (!pgs_batch_run(batch, pgs_bench_connection(rows->bench), error))
        return FALSE;
    const PgsBatchResult *answer = pgs_batch_result(batch, 0);
    *may_go = answer->failure == NULL &&
              strcmp(PQcmdTuples(g_ptr_array_index(answer->results, 0)), "1") == 0;
    return TRUE;
}

/* Makes room by deleting a row that nothing holds; it is there again after the transaction. */
static gboolean
free_a_row(PgsReferentialRows *rows, GError **error)
{
    for (guint i = 0; i < MAX_ROWS && rows->spare == NULL; i++) {
        g_autoptr(GPtrArray) row = NULL;
        if (!read_other(rows, i, &row, error))
            return FALSE;
        if (row == NULL)
            return TRUE;
        g_autofree char *sql = delete_of(rows, row);
        gboolean may_go;
        if (!may_be_deleted(rows, sql, &may_go, error))
            return FALSE;
        if (!may_go)
            continue;
        if (!pgs_connection_run(pgs_bench_connection(rows->bench), sql, error))
            return FALSE;
        pgs_rule_result_note(rows->result, "with a row of %s deleted: it takes no more rows",
                             rows->rule->referenced->identity);
        rows->spare = g_steal_pointer(&row);
    }
    return TRUE;
}

gboolean
pgs_referential_make_spare(PgsReferentialRows *rows, gboolean may_delete, GError **error)
{
    if (!draft_spare(rows, error) ||
        (rows->spare == NULL && may_delete && !free_a_row(rows, error)))
        return FALSE;
    return rows->spare == NULL ||
           pgs_referential_key(rows->bench, rows->rule, (const char *const *)rows->spare->pdata,
                               &rows->keys[2], error);
}
