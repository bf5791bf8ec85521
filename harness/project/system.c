#include "project/system.h"

#include <stdlib.h>

/* Ten minutes: long for a migration on empty tables, short for a job that hangs. */
#define DEFAULT_STATEMENT_TIMEOUT_MS (10 * 60 * 1000)

#define DEFAULT_MODEL_TIMEOUT_MS (2 * 60 * 1000)

/* Names that every project gives this folder: its parent's says more. */
static gboolean
is_common_name(const char *name)
{
    static const char *const common[] = {"migrations", "migration", "migrate", "db",
                                         "sql",        "database",  "schema",  NULL};
    return g_strv_contains(common, name);
}

static char *
name_folder(const char *folder)
{
    g_autofree char *path = g_canonicalize_filename(folder, NULL);
    g_autofree char *name = g_path_get_basename(path);
    if (!is_common_name(name))
        return g_steal_pointer(&name);
    g_autofree char *parent_path = g_path_get_dirname(path);
    g_autofree char *parent = g_path_get_basename(parent_path);
    if (parent[0] == G_DIR_SEPARATOR)
        return g_steal_pointer(&name);
    return g_steal_pointer(&parent);
}

static GPtrArray *
new_list(GDestroyNotify free_element)
{
    return g_ptr_array_new_with_free_func(free_element);
}

PgsSystem *
pgs_system_new(const char *folder)
{
    PgsSystem *system = g_new0(PgsSystem, 1);
    system->name = name_folder(folder);
    system->folder = g_strdup(folder);
    system->server = g_strdup("auto");
    system->servers = g_new0(char *, 1);
    system->settings = g_new0(char *, 1);
    system->setting_places = g_new0(char *, 1);
    system->tolerances = new_list((GDestroyNotify)pgs_tolerance_free);
    system->tool = pgs_tool_settings_new();
    system->statement_timeout = DEFAULT_STATEMENT_TIMEOUT_MS;
    system->prepare = new_list((GDestroyNotify)pgs_sql_text_free);
    system->expectations = new_list((GDestroyNotify)pgs_expectations_free);
    system->samples = new_list((GDestroyNotify)pgs_sample_free);
    system->models = new_list((GDestroyNotify)pgs_model_free);
    system->exercise = pgs_exercise_facts_new();
    system->plans = pgs_plan_facts_new();
    system->environments = new_list((GDestroyNotify)pgs_environment_free);
    system->accepted = new_list((GDestroyNotify)pgs_acceptance_free);
    system->severities = new_list((GDestroyNotify)pgs_severity_free);
    return system;
}

void
pgs_system_free(PgsSystem *system)
{
    if (system == NULL)
        return;
    g_free(system->name);
    g_free(system->folder);
    g_free(system->format);
    g_free(system->floor);
    g_free(system->since);
    pgs_tool_settings_free(system->tool);
    g_free(system->server);
    g_strfreev(system->servers);
    g_free(system->image);
    g_strfreev(system->settings);
    g_strfreev(system->setting_places);
    g_free(system->locale_place);
    g_free(system->locale);
    g_free(system->locale_provider);
    g_ptr_array_unref(system->tolerances);
    g_free(system->owner);
    g_free(system->start);
    g_free(system->live);
    g_ptr_array_unref(system->prepare);
    g_ptr_array_unref(system->expectations);
    g_ptr_array_unref(system->samples);
    g_ptr_array_unref(system->models);
    pgs_exercise_facts_free(system->exercise);
    pgs_plan_facts_free(system->plans);
    g_ptr_array_unref(system->environments);
    g_ptr_array_unref(system->accepted);
    g_ptr_array_unref(system->severities);
    pgs_requirements_free(system->requirements);
    g_strfreev(system->only);
    g_strfreev(system->skip);
    g_free(system);
}

PgsTolerance *
pgs_system_add_tolerance(PgsSystem *system, const char *name)
{
    PgsTolerance *tolerance = g_new0(PgsTolerance, 1);
    tolerance->name = g_strdup(name);
    g_ptr_array_add(system->tolerances, tolerance);
    return tolerance;
}

void
pgs_tolerance_free(PgsTolerance *tolerance)
{
    g_free(tolerance->name);
    g_free(tolerance->reason);
    g_free(tolerance->until);
    g_free(tolerance);
}

PgsSqlText *
pgs_sql_text_new(const char *path, const char *text)
{
    PgsSqlText *sql = g_new0(PgsSqlText, 1);
    sql->path = g_strdup(path);
    sql->text = g_strdup(text);
    return sql;
}

void
pgs_sql_text_free(PgsSqlText *sql)
{
    if (sql == NULL)
        return;
    g_free(sql->path);
    g_free(sql->text);
    g_free(sql);
}

PgsModel *
pgs_model_new(void)
{
    PgsModel *model = g_new0(PgsModel, 1);
    model->ignore = g_new0(char *, 1);
    model->requirements = g_new0(char *, 1);
    model->timeout = DEFAULT_MODEL_TIMEOUT_MS;
    return model;
}

void
pgs_model_free(PgsModel *model)
{
    if (model == NULL)
        return;
    g_free(model->name);
    g_free(model->sql);
    g_strfreev(model->command);
    g_free(model->folder);
    g_strfreev(model->ignore);
    g_strfreev(model->requirements);
    g_free(model);
}

void
pgs_acceptance_free(PgsAcceptance *acceptance)
{
    if (acceptance == NULL)
        return;
    g_free(acceptance->check);
    g_free(acceptance->revision);
    g_free(acceptance->object);
    g_free(acceptance->title);
    g_free(acceptance->reason);
    g_free(acceptance->until);
    g_free(acceptance);
}

void
pgs_severity_free(PgsSeverity *severity)
{
    if (severity == NULL)
        return;
    g_free(severity->check);
    g_free(severity->severity);
    g_free(severity);
}
