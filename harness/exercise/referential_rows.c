#include "exercise/referential_rows.h"

#include "base/text.h"
#include "exercise/referential_default.h"
#include "exercise/referential_parent.h"
#include "exercise/referential_settle.h"
#include "exercise/referential_turn.h"
#include "synthesis/synthesis.h"
#include "values/candidates.h"

enum {
    MAX_FREE = 60, /* values tried when no third parent can be made */
};

PgsReferentialRows *
pgs_referential_rows_new(PgsBench *bench, const PgsRule *rule, PgsRuleResult *result)
{
    PgsReferentialRows *rows = g_new0(PgsReferentialRows, 1);
    rows->bench = bench;
    rows->rule = rule;
    rows->result = result;
    return rows;
}

void
pgs_referential_rows_free(PgsReferentialRows *rows)
{
    if (rows == NULL)
        return;
    for (guint i = 0; i < 2; i++) {
        pgs_stored_free(rows->parents[i]);
        pgs_stored_free(rows->children[i]);
    }
    for (guint i = 0; i < 3; i++)
        g_clear_pointer(&rows->keys[i], g_ptr_array_unref);
    g_clear_pointer(&rows->spare, g_ptr_array_unref);
    pgs_draft_free(rows->child);
    g_free(rows->reason);
    g_free(rows);
}

static gboolean
has_null(const GPtrArray *texts)
{
    for (guint i = 0; i < texts->len; i++)
        if (g_ptr_array_index(texts, i) == NULL)
            return TRUE;
    return FALSE;
}

/* ---- what a child holds that points at a parent ---- */

static gboolean
has_other_types(const PgsRule *rule)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *a = rule->columns[i], *b = rule->referenced_columns[i];
        if (pgs_type_base(a->type) != pgs_type_base(b->type) || a->typmod != b->typmod)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_referential_key(PgsBench *bench, const PgsRule *rule, const char *const *parent,
                    GPtrArray **key, GError **error)
{
    *key = pgs_referential_texts(rule->referenced_columns, rule->n_columns, parent);
    if (!has_other_types(rule) || has_null(*key))
        return TRUE;
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (guint i = 0; i < rule->n_columns; i++) {
        g_string_append(sql, i == 0 ? "CAST(CAST(" : ", CAST(CAST(");
        pgs_text_append_literal(sql, g_ptr_array_index(*key, i));
        g_string_append_printf(sql, " AS %s) AS %s)", rule->referenced_columns[i]->type_sql,
                               rule->columns[i]->type_sql);
    }
    GPtrArray *texts;
    if (!pgs_referential_ask(bench, sql->str, &texts, error))
        return FALSE;
    if (texts != NULL) {
        g_ptr_array_unref(*key);
        *key = texts;
    }
    return TRUE;
}

static PgsWish *
wishes_for(PgsBench *bench, const PgsRule *rule, const GPtrArray *key)
{
    PgsWish *wishes = g_new0(PgsWish, rule->n_columns);
    for (guint i = 0; i < rule->n_columns; i++) {
        wishes[i].column = rule->columns[i];
        wishes[i].value = pgs_referential_value(bench, g_ptr_array_index(key, i));
    }
    return wishes;
}

/* Another key over the same columns wants a parent with the same key. */
static gboolean
ensure_other_parents(PgsBench *bench, const PgsRule *rule, const GPtrArray *key, GError **error)
{
    const GPtrArray *references = rule->relation->references;
    for (guint i = 0; i < references->len; i++) {
        const PgsRule *other = g_ptr_array_index(references, i);
        if (other == rule || other->referenced == rule->referenced || !other->enforced)
            continue;
        g_autoptr(GPtrArray) its = g_ptr_array_new();
        for (guint j = 0; j < other->n_columns; j++)
            for (guint k = 0; k < rule->n_columns; k++)
                if (other->columns[j] == rule->columns[k])
                    g_ptr_array_add(its, g_ptr_array_index(key, k));
        g_autofree char *reason = NULL; /* the child's draft will tell */
        if (its->len == other->n_columns &&
            !pgs_referential_ensure_parent(bench, other, its, &reason, error))
            return FALSE;
    }
    return TRUE;
}

PgsStored *
pgs_referential_follow(PgsBench *bench, const PgsRule *rule, const PgsStored *stored, char **reason,
                       GError **error)
{
    g_autoptr(GPtrArray) key = NULL;
    if (!pgs_referential_key(bench, rule, (const char *const *)stored->stored, &key, error) ||
        !ensure_other_parents(bench, rule, key, error))
        return NULL;
    g_autofree PgsWish *wishes = wishes_for(bench, rule, key);
    return pgs_synthesis_make(bench, rule->relation, wishes, rule->n_columns, reason, error);
}

PgsDraft *
pgs_referential_orphan(const PgsReferentialRows *rows)
{
    const PgsRule *rule = rows->rule;
    PgsDraft *draft = pgs_draft_copy(rows->child);
    for (guint i = 0; i < rule->n_columns; i++)
        pgs_draft_set(draft, rule->columns[i],
                      pgs_referential_value(rows->bench, g_ptr_array_index(rows->keys[2], i)));
    return draft;
}

/* ---- keys that no parent has ---- */

char *
pgs_referential_free_sql(const PgsRule *rule, const PgsDraft *child)
{
    g_autofree char *target = pgs_referential_target(rule->referenced);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT 1 WHERE NOT EXISTS (SELECT FROM %s WHERE ", target);
    for (guint i = 0; i < rule->n_columns; i++) {
        g_string_append_printf(sql, "%s%s = ", i > 0 ? " AND " : "",
                               rule->referenced_columns[i]->quoted);
        pgs_value_append(sql, pgs_draft_get(child, rule->columns[i]));
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

gboolean
pgs_referential_is_free(PgsBench *bench, const PgsRule *rule, const PgsDraft *child,
                        gboolean *is_free, GError **error)
{
    g_autofree char *sql = pgs_referential_free_sql(rule, child);
    g_autoptr(GPtrArray) texts = NULL;
    if (!pgs_referential_ask(bench, sql, &texts, error))
        return FALSE;
    *is_free = texts != NULL;
    return TRUE;
}

/* The last way to an orphan's key: other values for its first column. */
static gboolean
search_free_key(PgsReferentialRows *rows, GError **error)
{
    const PgsCandidates *candidates =
        pgs_candidates_of_column(rows->bench, rows->rule->columns[0], error);
    if (candidates == NULL)
        return FALSE;
    for (guint i = 0; i < candidates->values->len && i < MAX_FREE && rows->keys[2] == NULL; i++) {
        PgsValue value = g_array_index(candidates->values, PgsValue, i);
        if (value.kind != PGS_VALUE_TEXT)
            continue;
        g_autoptr(PgsDraft) draft = pgs_draft_with(rows->child, rows->rule->columns[0], value);
        gboolean is_free;
        if (!pgs_referential_is_free(rows->bench, rows->rule, draft, &is_free, error))
            return FALSE;
        if (!is_free)
            continue;
        rows->keys[2] = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(rows->keys[2], g_strdup(value.text));
        for (guint j = 1; j < rows->keys[0]->len; j++)
            g_ptr_array_add(rows->keys[2], g_strdup(g_ptr_array_index(rows->keys[0], j)));
    }
    return TRUE;
}

/* What came after it may have taken the third parent's key: the child's other references, say. */
static gboolean
keep_key_free(PgsReferentialRows *rows, GError **error)
{
    for (guint round = 0; round < 2 && rows->keys[2] != NULL; round++) {
        g_autoptr(PgsDraft) orphan = pgs_referential_orphan(rows);
        gboolean is_free;
        if (!pgs_referential_is_free(rows->bench, rows->rule, orphan, &is_free, error))
            return FALSE;
        if (is_free)
            return TRUE;
        g_clear_pointer(&rows->keys[2], g_ptr_array_unref);
        g_clear_pointer(&rows->spare, g_ptr_array_unref);
        rows->spare_is_linked = FALSE;
        if (round == 0 && !pgs_referential_make_spare(rows, FALSE, error))
            return FALSE;
    }
    return rows->keys[2] != NULL || search_free_key(rows, error);
}

/* ---- all of them ---- */

static gboolean
take_keys(PgsReferentialRows *rows, GError **error)
{
    for (guint i = 0; i < 2; i++)
        if (rows->parents[i] != NULL &&
            !pgs_referential_key(rows->bench, rows->rule,
                                 (const char *const *)rows->parents[i]->stored, &rows->keys[i],
                                 error))
            return FALSE;
    if (has_null(rows->keys[0]))
        rows->reason = g_strdup_printf("no row of %s has a key that is not NULL",
                                       rows->rule->referenced->identity);
    return TRUE;
}

/* A child that is there already: what a parent's trigger makes, or was there; the first one may
   also be what the parent refers to (the second parent may refer to the same). */
static gboolean
adopt_child(PgsReferentialRows *rows, guint which, GError **error)
{
    const PgsRule *rule = rows->rule;
    g_autoptr(GString) condition = g_string_new(NULL);
    for (guint i = 0; i < rule->n_columns; i++) {
        g_string_append_printf(condition, "%s%s = ", i > 0 ? " AND " : "",
                               rule->columns[i]->quoted);
        pgs_value_append(
            condition, pgs_referential_value(rows->bench, g_ptr_array_index(rows->keys[which], i)));
    }
    gboolean is_turned = FALSE;
    return pgs_referential_read(rows->bench, rule->relation, condition->str, &rows->children[which],
                                error) &&
           (rows->children[which] != NULL || which > 0 ||
            pgs_referential_turn(rows->bench, rule, rows->parents[which], rows->keys[which],
                                 &is_turned, error)) &&
           (!is_turned || pgs_referential_read(rows->bench, rule->relation, condition->str,
                                               &rows->children[which], error));
}

static PgsWish *
wishes_for_child(const PgsReferentialRows *rows, guint *n)
{
    const PgsRule *rule = rows->rule;
    PgsWish *wishes = wishes_for(rows->bench, rule, rows->keys[0]);
    *n = rule->n_columns;
    const PgsColumn *column = rows->place != NULL ? rows->place->column : NULL;
    for (guint i = 0; column != NULL && i < rule->n_columns; i++)
        if (rule->columns[i] == column)
            return wishes; /* it is the parent's */
    if (column != NULL) {
        wishes = g_renew(PgsWish, wishes, *n + 1);
        wishes[(*n)++] = (PgsWish){.column = column, .value = rows->place->value};
    }
    return wishes;
}

/* NULL without error: *reason. */
static PgsDraft *
draft_of_first(PgsReferentialRows *rows, char **reason, GError **error)
{
    const PgsRule *rule = rows->rule;
    if (!ensure_other_parents(rows->bench, rule, rows->keys[0], error))
        return NULL;
    guint n;
    g_autofree PgsWish *wishes = wishes_for_child(rows, &n);
    const PgsRelation *part = rows->place != NULL ? rows->place->child_part : NULL;
    return pgs_referential_draft_in(rows->bench, rule->relation, part, wishes, n, reason, error);
}

/* What the child's own rules say of the key leaves some parents only. */
static gboolean
draft_of_other_parent(PgsReferentialRows *rows, const char *reason, GError **error)
{
    rows->reason = g_strdup_printf("no child row could be made: %s", reason);
    if (rows->place != NULL)
        return TRUE;
    if (!pgs_referential_change_parent(rows, error))
        return FALSE;
    if (rows->reason != NULL)
        return TRUE;
    for (guint i = 0; i < 2; i++)
        g_clear_pointer(&rows->keys[i], g_ptr_array_unref);
    if (!take_keys(rows, error))
        return FALSE;
    GError *local = NULL;
    g_autofree char *again = NULL;
    if (rows->reason == NULL)
        rows->child = draft_of_first(rows, &again, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (again != NULL)
        rows->reason = g_strdup_printf("no child row could be made: %s", again);
    return TRUE;
}

static gboolean
draft_child(PgsReferentialRows *rows, GError **error)
{
    GError *local = NULL;
    g_autofree char *reason = NULL;
    rows->child = draft_of_first(rows, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (rows->child != NULL)
        return TRUE;
    if (!adopt_child(rows, 0, error))
        return FALSE;
    if (rows->children[0] == NULL)
        return draft_of_other_parent(rows, reason, error);
    rows->child_is_there = TRUE;
    rows->child = pgs_draft_copy(rows->children[0]->draft);
    pgs_rule_result_note(rows->result, "with the child row that is there: %s", reason);
    return TRUE;
}

/* Before the parents, so that none of them is the one that the defaults name. */
static gboolean
make_default_parent(const PgsReferentialRows *rows, GError **error)
{
    const PgsRule *rule = rows->rule;
    if (rule->on_update != 'd' && (rule->on_delete != 'd' || rule->n_delete_set > 0))
        return TRUE;
    g_autoptr(GPtrArray) key = NULL;
    g_autofree char *reason = NULL; /* said again when it is needed */
    return pgs_referential_default_key(rows->bench, rule, NULL, rule->columns, rule->n_columns,
                                       &key, &reason, error);
}

gboolean
pgs_referential_rows_prepare(PgsReferentialRows *rows, GError **error)
{
    if (!make_default_parent(rows, error) || !pgs_referential_make_parents(rows, error))
        return FALSE;
    if (rows->reason != NULL)
        return TRUE;
    if (!take_keys(rows, error))
        return FALSE;
    if (rows->reason != NULL)
        return TRUE;
    if (!pgs_referential_make_spare(rows, TRUE, error) || !draft_child(rows, error))
        return FALSE;
    return rows->reason != NULL || keep_key_free(rows, error);
}

/* A trigger may have given the child another parent; then nothing can be said. */
static gboolean
points_at(const PgsReferentialRows *rows, const PgsStored *child, const GPtrArray *key)
{
    for (guint i = 0; i < key->len; i++)
        if (g_strcmp0(child->stored[rows->rule->columns[i]->index], g_ptr_array_index(key, i)) != 0)
            return FALSE;
    return TRUE;
}

static gboolean
store_second(PgsReferentialRows *rows, GError **error)
{
    if (rows->parents[1] == NULL || rows->settles_first)
        return TRUE;
    if (rows->child_is_there)
        return adopt_child(rows, 1, error);
    GError *local = NULL;
    g_autofree char *reason = NULL;
    rows->children[1] =
        pgs_referential_follow(rows->bench, rows->rule, rows->parents[1], &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (rows->children[1] == NULL)
        pgs_rule_result_note(rows->result, "with one child row only: %s", reason);
    else if (!points_at(rows, rows->children[1], rows->keys[1]))
        g_clear_pointer(&rows->children[1], pgs_stored_free);
    return TRUE;
}

gboolean
pgs_referential_rows_store(PgsReferentialRows *rows, GError **error)
{
    GError *local = NULL;
    g_autofree char *reason = NULL;
    if (rows->settles_first && !pgs_referential_settle(rows->bench, error))
        return FALSE;
    if (!rows->child_is_there)
        rows->children[0] = pgs_synthesis_store(rows->bench, rows->child, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (rows->children[0] == NULL)
        rows->reason = g_strdup_printf("no child row could be stored: %s", reason);
    else if (!points_at(rows, rows->children[0], rows->keys[0]))
        rows->reason = g_strdup_printf("%s is not stored with the parent that it is given: a "
                                       "trigger or a rule gives it another one",
                                       rows->rule->relation->identity);
    return rows->reason != NULL || (store_second(rows, error) && keep_key_free(rows, error));
}
