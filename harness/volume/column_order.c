#include "synthesis/synthesis_recipe.h"
#include "values/mine.h"
#include "volume/column_group.h"

#include <string.h>

enum {
    LONG = 20000, /* bytes of an expression that is not made longer */
};

/*
 * Columns that are compared with one another: the one that has to be greater is the other one and
 * something.  What comes of it the server says.
 */

/* Something to add, and how large it is: $ stands for a unit. */
static const struct {
    const char *types; /* with blanks */
    const char *sql;
} steps[] = {
    {" int2 int4 int8 numeric float4 float8 money ",
     "(1 + pg_catalog.floor($ * 100))::pg_catalog.int4"},
    {" date ", "(1 + pg_catalog.floor($ * 100))::pg_catalog.int4"},
    {" timestamp timestamptz time interval ",
     "(1 + pg_catalog.floor($ * 86400)) * '1 second'::pg_catalog.interval"},
};

static PgsGroupMember *
find_member(const PgsColumnGroup *group, const char *name)
{
    for (guint i = 0; i < group->members->len; i++) {
        PgsGroupMember *member = group->members->pdata[i];
        if (name != NULL && strcmp(member->column->name, name) == 0)
            return member;
    }
    return NULL;
}

static char *
step_of(const PgsColumnGroup *group, const PgsGroupMember *member)
{
    const PgsType *type = pgs_type_base(member->column->type);
    g_autofree char *word = g_strdup_printf(" %s ", type->name);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (strstr(steps[i].types, word) == NULL || !g_str_equal(type->schema, "pg_catalog"))
            continue;
        g_autofree char *what = g_strdup_printf("after %s", member->column->name);
        g_autofree char *unit = pgs_column_group_unit(group, what);
        const char *place = strchr(steps[i].sql, '$');
        return g_strdup_printf("%.*s%s%s", (int)(place - steps[i].sql), steps[i].sql, unit,
                               place + 1);
    }
    return NULL;
}

static const char *
expression_of(const PgsGroupMember *member)
{
    return member->ordered != NULL ? member->ordered : member->bare;
}

/* higher becomes lower and something. */
static gboolean
put_after(const PgsColumnGroup *group, const PgsGroupMember *lower, PgsGroupMember *higher)
{
    g_autofree char *step = step_of(group, higher);
    const char *from = expression_of(lower);
    if (step == NULL || from == NULL || strlen(from) > LONG || higher->is_reference)
        return FALSE;
    char *sql = g_strdup_printf("CAST(%s + %s AS %s)", from, step, higher->column->type_sql);
    g_free(higher->ordered);
    higher->ordered = sql;
    return TRUE;
}

static gboolean
apply_saying(const PgsColumnGroup *group, const PgsSaying *saying)
{
    if (saying->kind != PGS_SAYING_COLUMN || saying->steps->len > 0 || saying->operator== NULL)
        return FALSE;
    PgsGroupMember *one = find_member(group, saying->column);
    PgsGroupMember *other = find_member(group, saying->other);
    if (one == NULL || other == NULL || one == other)
        return FALSE;
    one->is_bound = other->is_bound = TRUE;
    if (*saying->operator== '<')
        return put_after(group, one, other);
    return *saying->operator== '>' && put_after(group, other, one);
}

/* What stands behind "(gross = " in "(gross = (net + vat))", when other columns do; g_free(). */
static char *
right_side(const PgsColumnGroup *group, const PgsGroupMember *member, const char *condition)
{
    g_autofree char *start = g_strdup_printf("(%s = ", member->column->quoted);
    if (!g_str_has_prefix(condition, start) || !g_str_has_suffix(condition, ")"))
        return NULL;
    const char *rest = condition + strlen(start);
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    pgs_relation_named_columns(group->accepted->relation, rest, named);
    gboolean is_list = g_str_has_prefix(rest, "ANY ") || g_str_has_prefix(rest, "ALL ");
    if (is_list || named->len == 0 || g_ptr_array_find(named, member->column, NULL))
        return NULL;
    for (guint i = 0; i < named->len; i++) {
        if (find_member(group, ((const PgsColumn *)named->pdata[i])->name) == NULL)
            return NULL;
    }
    return g_strndup(rest, strlen(rest) - 1);
}

/* The member is what has to be equal to it, the others are as they are. */
static gboolean
put_equal(const PgsColumnGroup *group, PgsGroupMember *member, const char *right)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_printf(sql, "CAST((SELECT %s FROM (SELECT 1", right);
    for (guint i = 0; i < group->members->len; i++) {
        const PgsGroupMember *other = group->members->pdata[i];
        if (other != member && other->bare != NULL)
            g_string_append_printf(sql, ", %s AS %s", expression_of(other), other->column->quoted);
    }
    g_string_append_printf(sql, ") AS pgs_others) AS %s)", member->column->type_sql);
    if (sql->len > LONG)
        return FALSE;
    member->is_bound = TRUE;
    g_free(member->ordered);
    member->ordered = g_strdup(sql->str);
    return TRUE;
}

static gboolean
apply_equation(const PgsColumnGroup *group, const char *condition)
{
    for (guint i = 0; i < group->members->len; i++) {
        PgsGroupMember *member = group->members->pdata[i];
        g_autofree char *right = member->is_reference ? NULL : right_side(group, member, condition);
        if (right != NULL)
            return put_equal(group, member, right);
    }
    return FALSE;
}

gboolean
pgs_column_group_order(PgsColumnGroup *group)
{
    gboolean is_any = FALSE;
    const PgsInventory *inventory = pgs_bench_inventory(group->bench);
    /* As often as an order may go through the columns. */
    for (guint pass = 0; pass < MIN(group->members->len, 4); pass++) {
        for (guint i = 0; i < group->conditions->len; i++) {
            g_autoptr(PgsMined) mined = pgs_mine_expression(inventory, group->conditions->pdata[i]);
            for (guint k = 0; k < mined->sayings->len; k++)
                is_any |= apply_saying(group, mined->sayings->pdata[k]);
            is_any |= apply_equation(group, group->conditions->pdata[i]);
        }
    }
    return is_any;
}
