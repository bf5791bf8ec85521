#include "exercise/referential_default.h"

#include "exercise/referential_rows.h"
#include "synthesis/synthesis.h"

gboolean
pgs_referential_defaults(PgsBench *bench, const PgsColumn *const *columns, guint n,
                         GPtrArray **texts, char **reason, GError **error)
{
    *texts = NULL;
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (guint i = 0; i < n; i++) {
        const PgsColumn *column = columns[i];
        const char *expression = column->default_sql;
        if (expression == NULL)
            expression = column->type->kind == 'd' ? column->type->domain_default : NULL;
        if (column->default_is_volatile) {
            *reason = g_strdup_printf("the default of %s is another one each time", column->quoted);
            return TRUE;
        }
        g_string_append_printf(sql, "%sCAST((%s) AS %s)", i > 0 ? ", " : "",
                               expression != NULL ? expression : "NULL", column->type_sql);
    }
    if (!pgs_referential_ask(bench, sql->str, texts, error))
        return FALSE;
    if (*texts == NULL)
        *reason = g_strdup("the server refuses to evaluate the defaults");
    return TRUE;
}

gboolean
pgs_referential_ensure_parent(PgsBench *bench, const PgsRule *rule, const GPtrArray *key,
                              char **reason, GError **error)
{
    g_autofree PgsWish *wishes = g_new0(PgsWish, rule->n_columns);
    g_autofree char *target = pgs_referential_target(rule->referenced);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT 1 FROM %s WHERE ", target);
    for (guint i = 0; i < rule->n_columns; i++) {
        const char *text = g_ptr_array_index(key, i);
        if (text == NULL)
            return TRUE;
        wishes[i].column = rule->referenced_columns[i];
        wishes[i].value = pgs_bench_text(bench, text);
        g_string_append_printf(sql, "%s%s = ", i > 0 ? " AND " : "", wishes[i].column->quoted);
        pgs_value_append(sql, wishes[i].value);
    }
    g_autoptr(GPtrArray) texts = NULL;
    if (!pgs_referential_ask(bench, sql->str, &texts, error))
        return FALSE;
    if (texts != NULL)
        return TRUE;
    GError *local = NULL;
    g_autoptr(PgsStored) stored =
        pgs_synthesis_make(bench, rule->referenced, wishes, rule->n_columns, reason, &local);
    if (local == NULL)
        return TRUE;
    g_propagate_error(error, local);
    return FALSE;
}

gboolean
pgs_referential_default_key(PgsBench *bench, const PgsRule *rule, const GPtrArray *key,
                            const PgsColumn *const *set, guint n_set, GPtrArray **after,
                            char **reason, GError **error)
{
    *after = NULL;
    g_autoptr(GPtrArray) texts = NULL;
    if (!pgs_referential_defaults(bench, set, n_set, &texts, reason, error))
        return FALSE;
    if (texts == NULL)
        return TRUE;
    g_autoptr(GPtrArray) result = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rule->n_columns; i++) {
        const char *text = key != NULL ? g_ptr_array_index(key, i) : NULL;
        for (guint j = 0; j < n_set; j++)
            if (set[j] == rule->columns[i])
                text = g_ptr_array_index(texts, j);
        g_ptr_array_add(result, g_strdup(text));
    }
    if (!pgs_referential_ensure_parent(bench, rule, result, reason, error))
        return FALSE;
    if (*reason == NULL)
        *after = g_steal_pointer(&result);
    return TRUE;
}
