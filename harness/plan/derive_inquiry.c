#include "plan/derive_inquiry.h"

#include "base/text.h"
#include "inventory/value.h"

PgsInquiry *
pgs_inquiry_new(PgsConnection *connection, const char *from, const char *condition)
{
    PgsInquiry *inquiry = g_new0(PgsInquiry, 1);
    inquiry->connection = connection;
    inquiry->from = g_strdup(from);
    inquiry->where = g_string_new(condition);
    inquiry->literal = g_string_new(condition);
    inquiry->values = g_ptr_array_new_with_free_func(g_free);
    return inquiry;
}

void
pgs_inquiry_free(PgsInquiry *inquiry)
{
    if (inquiry == NULL)
        return;
    g_free(inquiry->from);
    g_string_free(inquiry->where, TRUE);
    g_string_free(inquiry->literal, TRUE);
    g_ptr_array_unref(inquiry->values);
    g_free(inquiry);
}

static void
append_cast(GString *sql, const PgsOperator *oper)
{
    if (oper->right_type != NULL)
        g_string_append_printf(sql, "::%s", oper->right_type);
}

void
pgs_inquiry_add(PgsInquiry *inquiry, const char *expression, const PgsOperator *oper, char *value)
{
    const char *separator = inquiry->where->len > 0 ? " AND " : "";
    g_ptr_array_add(inquiry->values, value);
    g_string_append_printf(inquiry->where, "%s%s %s $%u", separator, expression, oper->sql,
                           inquiry->values->len);
    append_cast(inquiry->where, oper);
    g_string_append_printf(inquiry->literal, "%s%s %s ", separator, expression, oper->sql);
    pgs_text_append_literal(inquiry->literal, value);
    append_cast(inquiry->literal, oper);
}

gint64
pgs_inquiry_count_rows(PgsConnection *connection, const char *from, const char *condition,
                       GError **error)
{
    gboolean is_limited = condition != NULL && *condition != '\0';
    g_autofree char *value = NULL;
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.count(*) FROM %s%s%s", from, is_limited ? " WHERE " : "",
                        is_limited ? condition : "");
    if (!pgs_connection_value(connection, sql, &value, error))
        return G_MININT64;
    return g_ascii_strtoll(value, NULL, 10);
}

gint64
pgs_inquiry_count(const PgsInquiry *inquiry, GError **error)
{
    return pgs_inquiry_count_rows(inquiry->connection, inquiry->from, inquiry->literal->str, error);
}

char *
pgs_inquiry_values(const PgsInquiry *inquiry, const char *expression)
{
    return g_strdup_printf("(SELECT %s AS v FROM %s WHERE %s%s(%s) IS NOT NULL)", expression,
                           inquiry->from, inquiry->literal->str,
                           inquiry->literal->len > 0 ? " AND " : "", expression);
}

gboolean
pgs_inquiry_pick(const PgsInquiry *inquiry, const char *expression, PgsPick pick, char **value,
                 GError **error)
{
    const char *where = inquiry->literal->len > 0 ? inquiry->literal->str : NULL;
    return pgs_parameter_pick(inquiry->connection, inquiry->from, expression, where, pick, value,
                              error);
}
