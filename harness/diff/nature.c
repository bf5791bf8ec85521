#include "diff/nature.h"

#include "diff/sql_space.h"

#include <string.h>

/*
 * Attributes that hold SQL.  White space in any other one (a comment, an enum's labels, an option)
 * is part of the value.
 */
static const char *const sql_attributes[] = {
    "arguments", "body",         "bound",     "columns", "default", "definition", "expression",
    "generated", "partition-by", "predicate", "using",   "when",    "with-check",
};

/* Orders of columns that say nothing beyond the columns themselves, when they agree. */
static const char *const orders[] = {"column-order", "attribute-order"};

GPtrArray *
pgs_nature_split_list(const char *list)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    if (*list == '\0')
        return parts;
    char quote = '\0';
    const char *start = list;
    for (const char *at = list;; at++) {
        /* A doubled quote ends the part and begins it again. */
        if (quote == '\0' && (*at == '"' || *at == '\''))
            quote = *at;
        else if (quote != '\0' && *at == quote)
            quote = '\0';
        if (*at != '\0' && (*at != ',' || quote != '\0'))
            continue;
        g_ptr_array_add(parts, g_strstrip(g_strndup(start, (gsize)(at - start))));
        if (*at == '\0')
            return parts;
        start = at + 1;
    }
}

static GHashTable *
as_set(const GPtrArray *names)
{
    GHashTable *set = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(set, names->pdata[i]);
    return set;
}

/* The index of the next name from index on that is in set. */
static guint
next_common(const GPtrArray *names, guint index, GHashTable *set)
{
    while (index < names->len && !g_hash_table_contains(set, names->pdata[index]))
        index++;
    return index;
}

/* Whether the names that both lists have come in the same order. */
static gboolean
orders_agree(const GPtrArray *before, const GPtrArray *after)
{
    g_autoptr(GHashTable) in_before = as_set(before);
    g_autoptr(GHashTable) in_after = as_set(after);
    guint i = next_common(before, 0, in_after);
    guint j = next_common(after, 0, in_before);
    while (i < before->len && j < after->len) {
        if (strcmp(before->pdata[i], after->pdata[j]) != 0)
            return FALSE;
        i = next_common(before, i + 1, in_after);
        j = next_common(after, j + 1, in_before);
    }
    return TRUE;
}

static gboolean
is_order(const char *attribute)
{
    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
        if (strcmp(orders[i], attribute) == 0)
            return TRUE;
    }
    return FALSE;
}

/* A composite type's order is part of what its values mean: ROW(1, 2). */
static gboolean
judge_order(const char *attribute, const char *before, const char *after, PgsNature *nature)
{
    g_autoptr(GPtrArray) names_before = pgs_nature_split_list(before != NULL ? before : "");
    g_autoptr(GPtrArray) names_after = pgs_nature_split_list(after != NULL ? after : "");
    if (orders_agree(names_before, names_after))
        return FALSE;
    *nature = strcmp(attribute, "column-order") == 0 ? PGS_NATURE_ORDER : PGS_NATURE_REAL;
    return TRUE;
}

/* In the other languages (plpython3u) indentation may be part of the program. */
static gboolean
is_free_of_layout(const PgsObject *object)
{
    const char *language = pgs_object_get(object, "language");
    return language == NULL || strcmp(language, "sql") == 0 || strcmp(language, "plpgsql") == 0;
}

static PgsNature
judge_space(const PgsObject *object, const char *attribute, const char *before, const char *after)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sql_attributes); i++) {
        if (strcmp(sql_attributes[i], attribute) == 0 && is_free_of_layout(object) &&
            pgs_sql_equal_but_space(before, after))
            return PGS_NATURE_WHITE_SPACE;
    }
    return PGS_NATURE_REAL;
}

gboolean
pgs_nature_judge(const PgsObject *object, const char *attribute, const char *before,
                 const char *after, PgsNature *nature)
{
    if (is_order(attribute))
        return judge_order(attribute, before, after, nature);
    *nature = before != NULL && after != NULL ? judge_space(object, attribute, before, after)
                                              : PGS_NATURE_REAL;
    return TRUE;
}
