#include "operate/ddl_plan.h"

#include "snapshot/words.h"

#include <string.h>

/* One attribute of a type that stays. */

/* The labels of an enum, quoted as the snapshot has them. */
static GPtrArray *
labels_of(const char *value)
{
    return value != NULL ? pgs_words_split(value) : g_ptr_array_new();
}

static gboolean
holds_label(const GPtrArray *labels, const char *label)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)labels, label, g_str_equal, NULL);
}

/* Whether all labels of before are in after, in the same order. */
static gboolean
only_grows(const GPtrArray *before, const GPtrArray *after)
{
    guint at = 0;
    for (guint i = 0; i < after->len && at < before->len; i++)
        at += strcmp(before->pdata[at], after->pdata[i]) == 0;
    return at == before->len;
}

/* Columns of tables that are of the type, or arrays of it: *views: one of something else is. */
static GPtrArray *
columns_of_type(const PgsDdlPlan *plan, const PgsObject *type, gboolean *others)
{
    GPtrArray *columns = g_ptr_array_new();
    g_autofree char *key = pgs_ddl_key(type);
    const GPtrArray *dependents = pgs_ddl_side_dependents(plan->from, key);
    for (guint i = 0; dependents != NULL && i < dependents->len; i++) {
        const PgsObject *object = pgs_ddl_side_find_key(plan->from, dependents->pdata[i]);
        if (object == NULL)
            continue;
        gboolean is_own = strcmp(object->kind, "column") == 0 &&
                          pgs_snapshot_find(plan->from->snapshot, "table", object->parent) != NULL;
        const char *text = is_own ? pgs_object_get(object, "type") : NULL;
        if (text != NULL && g_str_has_prefix(text, type->identity))
            g_ptr_array_add(columns, (gpointer)object);
        else if (!is_own && g_strv_contains((const char *const[]){"domain", "composite type",
                                                                  "attribute", "range type", NULL},
                                            object->kind))
            *others = TRUE;
    }
    return columns;
}

/* The type under another name, a new one in its place, and columns from one to the other. */
static gboolean
swap_enum(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *type = difference->before;
    gboolean others = FALSE;
    g_autoptr(GPtrArray) columns = columns_of_type(plan, type, &others);
    gsize schema = pgs_words_name_length(type->identity);
    if (others || schema == 0 || type->identity[schema] != '.')
        return FALSE;
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "ALTER TYPE %s RENAME TO pgstair_swapped", type->identity);
    g_string_append_printf(sql, ";\nCREATE TYPE %s AS ENUM (%s)", type->identity,
                           difference->after_value);
    for (guint i = 0; i < columns->len; i++) {
        const PgsObject *column = columns->pdata[i];
        const PgsObject *after = pgs_snapshot_find(plan->to->snapshot, "column", column->identity);
        const char *name = pgs_ddl_part_name(column), *text = pgs_object_get(column, "type");
        pgs_ddl_remake_dependents(plan, column);
        const char *otherwise = after != NULL ? pgs_object_get(after, "default") : NULL;
        if (pgs_object_get(column, "default") != NULL)
            g_string_append_printf(sql, ";\nALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                                   column->parent, name);
        g_string_append_printf(
            sql, ";\nALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::text%s::%s", column->parent,
            name, text, name, g_str_has_suffix(text, "[]") ? "[]" : "", text);
        if (pgs_object_get(column, "default") != NULL && otherwise != NULL)
            g_string_append_printf(sql, ";\nALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                                   column->parent, name, otherwise);
    }
    g_string_append_printf(sql, ";\nDROP TYPE %.*s.pgstair_swapped", (int)schema, type->identity);
    pgs_ddl_remake_dependents(plan, type);
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, type,
                     "refused while a row has a label that goes; the tables are written anew, and "
                     "are locked meanwhile",
                     g_string_free(sql, FALSE));
    const char *words[] = {"comment", "privileges"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (pgs_object_get(difference->after, words[i]) != NULL)
            pgs_ddl_word(plan, difference->after, words[i], NULL,
                         pgs_object_get(difference->after, words[i]));
    }
    return TRUE;
}

gboolean
pgs_ddl_alter_labels(PgsDdlPlan *plan, const PgsDifference *difference)
{
    g_autoptr(GPtrArray) before = labels_of(difference->before_value);
    g_autoptr(GPtrArray) after = labels_of(difference->after_value);
    if (!only_grows(before, after))
        return difference->after_value != NULL && swap_enum(plan, difference);
    for (guint i = 0; i < after->len; i++) {
        if (holds_label(before, after->pdata[i]))
            continue;
        /* What is added is behind a label that is there by then, or in front of the first. */
        GString *sql = g_string_new(NULL);
        g_string_append_printf(sql, "ALTER TYPE %s ADD VALUE %s", difference->after->identity,
                               (const char *)after->pdata[i]);
        if (i > 0)
            g_string_append_printf(sql, " AFTER %s", (const char *)after->pdata[i - 1]);
        else if (before->len > 0)
            g_string_append_printf(sql, " BEFORE %s", (const char *)before->pdata[0]);
        pgs_ddl_plan_add(plan, PGS_DDL_TYPE, difference->after, NULL, g_string_free(sql, FALSE));
    }
    return TRUE;
}

gboolean
pgs_ddl_alter_domain(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const char *value = difference->after_value;
    g_autofree char *words =
        strcmp(difference->attribute, "default") == 0
            ? (value != NULL ? g_strdup_printf("SET DEFAULT %s", value) : g_strdup("DROP DEFAULT"))
            : g_strdup(value != NULL ? "SET NOT NULL" : "DROP NOT NULL");
    pgs_ddl_plan_add(plan, PGS_DDL_ALTER, difference->after, NULL,
                     g_strdup_printf("ALTER DOMAIN %s %s", difference->after->identity, words));
    return TRUE;
}

gboolean
pgs_ddl_alter_attribute_type(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *after = difference->after;
    pgs_ddl_plan_add(plan, PGS_DDL_ALTER, after, NULL,
                     g_strdup_printf("ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s", after->parent,
                                     pgs_ddl_part_name(after), difference->after_value));
    return TRUE;
}
