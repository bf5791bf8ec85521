#include "operate/ddl_plan.h"

#include "base/text.h"

#include <string.h>

static void
statement_free(gpointer data)
{
    PgsDdlStatement *statement = data;
    g_free(statement->what);
    g_free(statement->sql);
    g_free(statement->remark);
    g_free(statement->refusal);
    g_free(statement);
}

PgsDdlPlan *
pgs_ddl_plan_new(const PgsDdlSide *from, const PgsDdlSide *to, const char *role)
{
    PgsDdlPlan *plan = g_new0(PgsDdlPlan, 1);
    plan->from = from;
    plan->to = to;
    plan->role = role;
    plan->statements = g_ptr_array_new_with_free_func(statement_free);
    plan->dropped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    plan->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return plan;
}

void
pgs_ddl_plan_free(PgsDdlPlan *plan)
{
    if (plan == NULL)
        return;
    g_ptr_array_unref(plan->statements);
    g_hash_table_unref(plan->dropped);
    g_hash_table_unref(plan->made);
    g_free(plan);
}

void
pgs_ddl_plan_add(PgsDdlPlan *plan, PgsDdlRank rank, const PgsObject *object, const char *remark,
                 char *sql)
{
    PgsDdlStatement *statement = g_new0(PgsDdlStatement, 1);
    statement->rank = rank;
    statement->number = plan->statements->len;
    statement->what = pgs_ddl_key(object);
    statement->sql = sql;
    statement->remark = g_strdup(remark);
    g_ptr_array_add(plan->statements, statement);
}

/* ---- what goes without saying ---- */

static gboolean
is_part_of_view(const PgsDdlSide *side, const PgsObject *object)
{
    return strcmp(object->kind, "column") == 0 && object->parent != NULL &&
           (pgs_snapshot_find(side->snapshot, "view", object->parent) != NULL ||
            pgs_snapshot_find(side->snapshot, "materialized view", object->parent) != NULL);
}

gboolean
pgs_ddl_comes_with_parent(const PgsDdlSide *side, const PgsObject *object)
{
    gboolean is_inherited =
        pgs_object_get(object, "inherited") != NULL && pgs_object_get(object, "local") == NULL;
    return is_inherited || pgs_object_get(object, "attached-to") != NULL ||
           pgs_object_get(object, "inherited-from") != NULL ||
           strcmp(object->kind, "not-null constraint") == 0 || is_part_of_view(side, object);
}

/* ---- the diff ---- */

/* A changed column of a view is a changed view. */
static gboolean
remake_view_of(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *object = difference->before != NULL ? difference->before : difference->after;
    if (!is_part_of_view(plan->from, object))
        return FALSE;
    static const char *const kinds[] = {"view", "materialized view"};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const PgsObject *view = pgs_snapshot_find(plan->from->snapshot, kinds[i], object->parent);
        if (view != NULL)
            pgs_ddl_remake(plan, view);
    }
    return TRUE;
}

static gboolean
contains(GHashTable *set, const PgsObject *object)
{
    g_autofree char *key = pgs_ddl_key(object);
    return g_hash_table_contains(set, key);
}

static gboolean
is_worth_saying(const PgsDifference *difference)
{
    return difference->nature == PGS_NATURE_REAL || difference->nature == PGS_NATURE_NAME;
}

static gboolean
is_word(const PgsDifference *difference)
{
    static const char *const words[] = {"comment", "privileges", "owner", NULL};
    return difference->change == PGS_CHANGE_ATTRIBUTE &&
           g_strv_contains(words, difference->attribute);
}

/* What is made again, with all that hangs on it, is found before anything else is said: what is
 * made anew needs no change. */
static void
fill_remade(PgsDdlPlan *plan, const PgsDifference *difference)
{
    if (is_word(difference) || remake_view_of(plan, difference) ||
        difference->change != PGS_CHANGE_ATTRIBUTE)
        return;
    if (!contains(plan->dropped, difference->before))
        pgs_ddl_alter(plan, difference);
}

/* It may be the other one under a new name, which nobody but a person can know. */
static void
remark_rename(PgsDdlPlan *plan, guint first, const PgsObject *other)
{
    if (other == NULL || first >= plan->statements->len ||
        strcmp(other->kind, "not-null constraint") == 0) /* is renamed */
        return;
    PgsDdlStatement *statement = plan->statements->pdata[first];
    g_autofree char *name = pgs_text_plain(other->identity);
    g_autofree char *text =
        g_strdup_printf("%s%s%s is dropped and of the same shape: if this is it under another "
                        "name, write ALTER … RENAME instead of both",
                        statement->remark != NULL ? statement->remark : "",
                        statement->remark != NULL ? "; " : "", name);
    g_free(statement->remark);
    statement->remark = g_steal_pointer(&text);
}

static void
fill_rest(PgsDdlPlan *plan, const PgsDifference *difference)
{
    guint first = plan->statements->len;
    switch (difference->change) {
    case PGS_CHANGE_ADDED:
        pgs_ddl_create(plan, difference->after);
        remark_rename(plan, first, difference->renamed);
        break;
    case PGS_CHANGE_REMOVED:
        pgs_ddl_drop(plan, difference->before, FALSE);
        break;
    case PGS_CHANGE_ATTRIBUTE:
        /* Comment, owner, privileges of what stays. */
        if (!contains(plan->dropped, difference->before) &&
            !is_part_of_view(plan->to, difference->after))
            pgs_ddl_alter(plan, difference);
        break;
    }
}

static gint
compare_statements(gconstpointer a, gconstpointer b)
{
    const PgsDdlStatement *x = *(PgsDdlStatement *const *)a, *y = *(PgsDdlStatement *const *)b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

void
pgs_ddl_plan_fill(PgsDdlPlan *plan, const PgsDiff *diff)
{
    guint n = pgs_diff_n_differences(diff);
    for (guint i = 0; i < n; i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (is_worth_saying(difference))
            fill_remade(plan, difference);
    }
    for (guint i = 0; i < n; i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (!is_worth_saying(difference))
            continue;
        if (difference->change != PGS_CHANGE_ATTRIBUTE || is_word(difference))
            fill_rest(plan, difference);
    }
    g_ptr_array_sort(plan->statements, compare_statements);
}
