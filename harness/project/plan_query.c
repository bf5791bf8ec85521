#include "project/plan_query.h"

#include "base/text.h"
#include "project/system.h"

/* What a title has room for. */
#define TITLE_WIDTH 60

static void
free_parameter(PgsPlanParameter *parameter)
{
    g_free(parameter->text);
    g_free(parameter);
}

static void
free_setting(PgsPlanSetting *setting)
{
    g_free(setting->name);
    g_free(setting->value);
    g_free(setting);
}

static void
free_rows(PgsPlanRows *rows)
{
    g_free(rows->table);
    g_free(rows);
}

PgsPlanQuery *
pgs_plan_query_new(void)
{
    PgsPlanQuery *query = g_new0(PgsPlanQuery, 1);
    query->parameters = g_ptr_array_new_with_free_func((GDestroyNotify)free_parameter);
    query->indexes = g_new0(char *, 1);
    query->tables = g_new0(char *, 1);
    query->requirements = g_new0(char *, 1);
    return query;
}

void
pgs_plan_query_free(PgsPlanQuery *query)
{
    if (query == NULL)
        return;
    g_free(query->title);
    g_free(query->sql);
    g_ptr_array_unref(query->parameters);
    g_strfreev(query->indexes);
    g_strfreev(query->tables);
    g_strfreev(query->requirements);
    g_free(query);
}

void
pgs_plan_query_set_title(PgsPlanQuery *query)
{
    if (query->title != NULL && query->title[0] != '\0')
        return;
    g_autofree char *valid = g_utf8_make_valid(query->sql, -1);
    g_autofree char *line = pgs_text_fold_space(valid);
    g_free(query->title);
    query->title = pgs_text_ellipsize(line, TITLE_WIDTH);
}

PgsPlanQuery *
pgs_plan_query_of(const char *sql)
{
    PgsPlanQuery *query = pgs_plan_query_new();
    query->sql = g_strdup(sql);
    pgs_plan_query_set_title(query);
    return query;
}

void
pgs_plan_query_add_text(PgsPlanQuery *query, const char *text)
{
    PgsPlanParameter *parameter = g_new0(PgsPlanParameter, 1);
    parameter->text = g_strdup(text);
    g_ptr_array_add(query->parameters, parameter);
}

PgsPlanFacts *
pgs_plan_facts_new(void)
{
    PgsPlanFacts *facts = g_new0(PgsPlanFacts, 1);
    facts->of_table = g_ptr_array_new_with_free_func((GDestroyNotify)free_rows);
    facts->settings = g_ptr_array_new_with_free_func((GDestroyNotify)free_setting);
    facts->fill = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sql_text_free);
    facts->queries = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_plan_query_free);
    facts->requirements = g_new0(char *, 1);
    return facts;
}

void
pgs_plan_facts_free(PgsPlanFacts *facts)
{
    if (facts == NULL)
        return;
    g_ptr_array_unref(facts->of_table);
    g_ptr_array_unref(facts->settings);
    g_ptr_array_unref(facts->fill);
    g_ptr_array_unref(facts->queries);
    g_strfreev(facts->requirements);
    g_free(facts);
}
