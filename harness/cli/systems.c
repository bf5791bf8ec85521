#include "cli/systems.h"

#include "base/error.h"
#include "base/text.h"
#include "project/setting.h"
#include "server/spec.h"

#include <string.h>

static void
systems_init(PgsSystems *systems)
{
    systems->systems = g_ptr_array_new();
    systems->projects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_project_free);
    systems->bare = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_system_free);
}

void
pgs_systems_clear(PgsSystems *systems)
{
    g_clear_pointer(&systems->systems, g_ptr_array_unref);
    g_clear_pointer(&systems->projects, g_ptr_array_unref);
    g_clear_pointer(&systems->bare, g_ptr_array_unref);
}

static void
replace(char **field, const char *value)
{
    if (value == NULL)
        return;
    g_free(*field);
    *field = g_strdup(value);
}

gboolean
pgs_systems_apply_set(PgsSystem *system, const PgsSettings *settings, GError **error)
{
    for (char **set = settings->set; set != NULL && *set != NULL; set++) {
        if (!pgs_system_add_setting_text(system, *set, error)) {
            pgs_error_prefix(error, "--set: ");
            return FALSE;
        }
    }
    return TRUE;
}

static void
apply_since(PgsSystem *system, const PgsSettings *settings)
{
    g_autofree char *git =
        settings->since_git != NULL ? g_strconcat("git:", settings->since_git, NULL) : NULL;
    replace(&system->since, settings->since);
    replace(&system->since, git);
}

/* What is given on the command line wins; tolerances add up. */
static gboolean
apply_settings(PgsSystem *system, const PgsSettings *settings, GError **error)
{
    if (!pgs_systems_apply_set(system, settings, error))
        return FALSE;
    replace(&system->format, settings->format);
    replace(&system->floor, settings->floor);
    apply_since(system, settings);
    if (settings->server != NULL) {
        g_strfreev(system->servers);
        system->servers = g_strdupv(settings->server);
    }
    replace(&system->live, settings->live);
    system->strict = system->strict || settings->strict;
    if (settings->statement_timeout != 0)
        system->statement_timeout = settings->statement_timeout;
    if (settings->start_timeout != 0)
        system->start_timeout = settings->start_timeout;
    if (settings->seed != 0)
        system->exercise->seed = settings->seed;
    if (settings->rows != 0)
        system->plans->rows = settings->rows;
    if (settings->tolerate == NULL)
        return TRUE;
    for (char **name = settings->tolerate; *name != NULL; name++)
        pgs_system_add_tolerance(system, *name);
    return TRUE;
}

/* Each of them runs on the first of its servers, unless a command goes through them all. */
static gboolean
choose_server(PgsSystem *system, gboolean is_given, GError **error)
{
    g_autofree char *first = pgs_server_spec_first((const char *const *)system->servers, error);
    if (first == NULL && !is_given && system->place.file != NULL)
        pgs_error_prefix(error, "%s:%u:%u: ", system->place.file, system->place.line,
                         system->place.column);
    replace(&system->server, first);
    return first != NULL;
}

static PgsProject *
add_project(PgsSystems *systems, const char *path, GError **error)
{
    PgsProject *project = pgs_project_read(path, error);
    if (project != NULL)
        g_ptr_array_add(systems->projects, project);
    return project;
}

static void
add_all(PgsSystems *systems, const PgsProject *project)
{
    for (guint i = 0; i < project->systems->len; i++)
        g_ptr_array_add(systems->systems, g_ptr_array_index(project->systems, i));
}

static gboolean
is_configuration(const char *argument)
{
    return g_file_test(argument, G_FILE_TEST_IS_REGULAR) &&
           (g_str_has_suffix(argument, ".yaml") || g_str_has_suffix(argument, ".yml"));
}

static gboolean
add_argument(PgsSystems *systems, const PgsSettings *settings, const char *argument, GError **error)
{
    g_autofree char *inside = g_build_filename(argument, PGS_PROJECT_FILE, NULL);
    const char *path = is_configuration(argument) ? argument : inside;
    if (!settings->no_config && g_file_test(path, G_FILE_TEST_EXISTS)) {
        const PgsProject *project = add_project(systems, path, error);
        if (project != NULL)
            add_all(systems, project);
        return project != NULL;
    }
    PgsSystem *system = pgs_system_new(argument);
    g_ptr_array_add(systems->bare, system);
    g_ptr_array_add(systems->systems, system);
    return TRUE;
}

static gboolean
add_configured(PgsSystems *systems, const PgsSettings *settings, GError **error)
{
    const PgsProject *project = add_project(systems, settings->config, error);
    if (project == NULL)
        return FALSE;
    if (*settings->arguments == NULL)
        add_all(systems, project);
    for (char **name = settings->arguments; *name != NULL; name++) {
        PgsSystem *system = pgs_project_find(project, *name, error);
        if (system == NULL)
            return FALSE;
        g_ptr_array_add(systems->systems, system);
    }
    return TRUE;
}

static gboolean
add_working_folder(PgsSystems *systems, const PgsSettings *settings, GError **error)
{
    if (!settings->no_config && g_file_test(PGS_PROJECT_FILE, G_FILE_TEST_EXISTS))
        return add_argument(systems, settings, PGS_PROJECT_FILE, error);
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "pgstair verify path/to/migrations; \"pgstair init FOLDER\" writes a "
                  "pgstair.yaml",
                  "name a folder of migrations: there is no pgstair.yaml here");
    return FALSE;
}

/* Every name of --system must be one of theirs. */
static gboolean
choose(PgsSystems *systems, char **names, GError **error)
{
    if (names == NULL)
        return TRUE;
    g_autoptr(GPtrArray) all = systems->systems;
    systems->systems = g_ptr_array_new();
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(known, ((PgsSystem *)g_ptr_array_index(all, i))->name);
    g_ptr_array_add(known, NULL);
    for (char **name = names; *name != NULL; name++) {
        guint before = systems->systems->len;
        for (guint i = 0; i < all->len; i++) {
            if (strcmp(known->pdata[i], *name) == 0)
                g_ptr_array_add(systems->systems, g_ptr_array_index(all, i));
        }
        if (systems->systems->len > before)
            continue;
        g_autofree char *list = g_strjoinv(", ", (char **)known->pdata);
        g_autofree char *hint = g_strdup_printf("there are: %s", list);
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                      "there is no system called \"%s\"", *name);
        return FALSE;
    }
    return TRUE;
}

/* Two folders of one name are told apart by a number. */
static void
make_names_unique(PgsSystems *systems)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < systems->systems->len; i++) {
        PgsSystem *system = g_ptr_array_index(systems->systems, i);
        g_autofree char *name = g_strdup(system->name);
        for (guint n = 2; g_hash_table_contains(taken, system->name); n++) {
            g_free(system->name);
            system->name = g_strdup_printf("%s-%u", name, n);
        }
        g_hash_table_add(taken, system->name);
    }
}

/* The same system twice is verified once. */
static void
drop_repeated(PgsSystems *systems)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < systems->systems->len;) {
        if (g_hash_table_add(seen, g_ptr_array_index(systems->systems, i)))
            i++;
        else
            g_ptr_array_remove_index(systems->systems, i);
    }
}

static gboolean
finish(PgsSystems *systems, const PgsSettings *settings, GError **error)
{
    if (!choose(systems, settings->system, error))
        return FALSE;
    drop_repeated(systems);
    make_names_unique(systems);
    for (guint i = 0; i < systems->systems->len; i++) {
        PgsSystem *system = g_ptr_array_index(systems->systems, i);
        if (!apply_settings(system, settings, error) ||
            !choose_server(system, settings->server != NULL, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_systems_resolve(const PgsSettings *settings, PgsSystems *systems, GError **error)
{
    systems_init(systems);
    if (settings->config != NULL)
        return add_configured(systems, settings, error) && finish(systems, settings, error);
    if (*settings->arguments == NULL)
        return add_working_folder(systems, settings, error) && finish(systems, settings, error);
    for (char **argument = settings->arguments; *argument != NULL; argument++) {
        if (!add_argument(systems, settings, *argument, error))
            return FALSE;
    }
    return finish(systems, settings, error);
}

gboolean
pgs_systems_resolve_one(const PgsSettings *settings, const char *folder, PgsSystems *systems,
                        GError **error)
{
    g_autofree char *server = NULL;
    systems_init(systems);
    if (!pgs_settings_one_server(settings, &server, error))
        return FALSE;
    if (settings->config != NULL) {
        const PgsProject *project = add_project(systems, settings->config, error);
        PgsSystem *system = project != NULL ? pgs_project_find(project, folder, error) : NULL;
        if (system == NULL)
            return FALSE;
        g_ptr_array_add(systems->systems, system);
    } else if (!add_argument(systems, settings, folder, error)) {
        return FALSE;
    }
    if (!finish(systems, settings, error))
        return FALSE;
    if (systems->systems->len == 1)
        return TRUE;
    g_autofree char *count = pgs_text_count(systems->systems->len, "system", NULL);
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "name one with --system NAME",
                  "%s stands for %s", folder, count);
    return FALSE;
}
