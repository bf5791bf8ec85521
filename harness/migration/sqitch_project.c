#include "migration/sqitch_project.h"

#include "base/error.h"
#include "migration/history.h"
#include "migration/sqitch_config.h"

#include <string.h>

enum {
    LEVELS_ABOVE = 4,
    MAX_BYTES = 512 * 1024 * 1024, /* of files outside of the folder that was given */
};

static const char *const script_names[PGS_SQITCH_N_SCRIPTS] = {"deploy", "revert", "verify"};

void
pgs_sqitch_project_free(PgsSqitchProject *project)
{
    if (project == NULL)
        return;
    g_free(project->root);
    g_free(project->shown);
    g_free(project->sign);
    g_free(project->plan);
    for (gsize i = 0; i < PGS_SQITCH_N_SCRIPTS; i++) {
        g_free(project->dirs[i]);
        g_free(project->reworked_dirs[i]);
        g_strfreev(project->variables[i]);
    }
    g_free(project->extension);
    g_free(project->registry);
    g_free(project->target);
    g_free(project->engine_note);
    g_ptr_array_unref(project->outside);
    g_free(project);
}

static char *
project_path(const PgsSqitchProject *project, const char *relative)
{
    return g_canonicalize_filename(relative, project->root);
}

/* What lies in the folder is asked of it: its files may be those of a git commit. */
PgsFolderFile *
pgs_sqitch_project_file(PgsSqitchProject *project, const char *relative)
{
    const char *real = project->folder->real;
    g_autofree char *path = project_path(project, relative);
    gsize length = strlen(real);
    if (strncmp(path, real, length) == 0 && path[length] == '/')
        return pgs_folder_find(project->folder, path + length + 1);
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return NULL;
    PgsFolderFile *file = g_new0(PgsFolderFile, 1);
    file->name = g_strdup(relative);
    file->path = pgs_sqitch_project_shown(project, relative);
    file->room = &project->room;
    g_ptr_array_add(project->outside, file);
    return file;
}

char *
pgs_sqitch_project_shown(const PgsSqitchProject *project, const char *relative)
{
    if (g_path_is_absolute(relative))
        return g_strdup(relative);
    while (g_str_has_prefix(relative, "./"))
        relative += 2;
    return g_build_filename(project->shown, relative, NULL);
}

/* ---- settings ---- */

/* App::Sqitch::Target, _fetch(). */
static const char *
fetch(const PgsSqitchConfig *config, const char *target, const char *key)
{
    g_autofree char *section = g_strconcat("target.", target, NULL);
    const char *value = pgs_sqitch_config_get(config, section, key);
    if (value == NULL)
        value = pgs_sqitch_config_get(config, "engine.pg", key);
    return value != NULL ? value : pgs_sqitch_config_get(config, "core", key);
}

/* "a/b" below dir, which may be ".". */
static char *
below(const char *dir, const char *name)
{
    return strcmp(dir, ".") == 0 ? g_strdup(name) : g_build_filename(dir, name, NULL);
}

static void
set_dirs(PgsSqitchProject *project, const PgsSqitchConfig *config)
{
    const char *target = project->target;
    const char *top = fetch(config, target, "top_dir");
    const char *reworked = fetch(config, target, "reworked_dir");
    const char *plan = fetch(config, target, "plan_file");
    const char *extension = fetch(config, target, "extension");
    top = top != NULL ? top : ".";
    reworked = reworked != NULL ? reworked : top;
    project->plan = plan != NULL ? g_strdup(plan) : below(top, "sqitch.plan");
    const char *registry = fetch(config, target, "registry");
    project->registry = g_strdup(registry != NULL ? registry : "sqitch");
    project->extension = g_strdup(extension != NULL ? extension : "sql");
    for (gsize i = 0; i < PGS_SQITCH_N_SCRIPTS; i++) {
        g_autofree char *key = g_strconcat(script_names[i], "_dir", NULL);
        g_autofree char *reworked_key = g_strconcat("reworked_", key, NULL);
        const char *dir = fetch(config, target, key);
        const char *reworked_dir = fetch(config, target, reworked_key);
        project->dirs[i] = dir != NULL ? g_strdup(dir) : below(top, script_names[i]);
        project->reworked_dirs[i] =
            reworked_dir != NULL ? g_strdup(reworked_dir) : below(reworked, script_names[i]);
    }
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* App::Sqitch::Command::deploy, revert and verify, _collect_vars(), and Engine/pg.pm, _psql():
 * sorted, the registry behind them. */
static char **
collect_variables(const PgsSqitchProject *project, const PgsSqitchConfig *config,
                  PgsSqitchScript script, char *const *placeholders)
{
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *own = g_strconcat(script_names[script], ".variables", NULL);
    g_autofree char *of_target = g_strconcat("target.", project->target, ".variables", NULL);
    const char *const sections[] = {"core.variables", "deploy.variables", own,
                                    "engine.pg.variables", of_target};
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++)
        pgs_sqitch_config_collect(config, sections[i], values);
    for (char *const *pair = placeholders; pair != NULL && *pair != NULL; pair++) {
        const char *equals = strchr(*pair, '=');
        if (equals != NULL)
            g_hash_table_replace(values, g_strndup(*pair, (gsize)(equals - *pair)),
                                 g_strdup(equals + 1));
    }
    GPtrArray *pairs = g_ptr_array_new();
    GHashTableIter iter;
    gpointer name, value;
    g_hash_table_iter_init(&iter, values);
    while (g_hash_table_iter_next(&iter, &name, &value))
        g_ptr_array_add(pairs, g_strconcat(name, "=", value, NULL));
    g_ptr_array_sort(pairs, compare_texts);
    g_ptr_array_add(pairs, g_strconcat("registry=", project->registry, NULL));
    g_ptr_array_add(pairs, NULL);
    return (char **)g_ptr_array_free(pairs, FALSE);
}

/* ---- engine and target ---- */

/* URI::db's names of PostgreSQL and what Sqitch drives by its pg engine. */
static gboolean
is_postgres(const char *engine)
{
    static const char *const names[] = {"pg",          "postgres", "postgresql", "postgresxc",
                                        "pgxc",        "yugabyte", "yugabytedb", "cockroach",
                                        "cockroachdb", NULL};
    return g_strv_contains(names, engine);
}

/* "db:pg:name" or "pg:name": the engine; NULL: the text is no URI but a target's name. */
static char *
engine_of(const char *uri)
{
    if (strchr(uri, ':') == NULL)
        return NULL;
    if (g_str_has_prefix(uri, "db:"))
        uri += strlen("db:");
    return g_ascii_strdown(uri, (gssize)strcspn(uri, ":"));
}

/* The engine that a target's own URI names, or NULL. */
static char *
engine_of_target(const PgsSqitchConfig *config, const char *target)
{
    if (strchr(target, ':') != NULL)
        return engine_of(target);
    g_autofree char *section = g_strconcat("target.", target, NULL);
    const char *uri = pgs_sqitch_config_get(config, section, "uri");
    return uri != NULL ? engine_of(uri) : NULL;
}

/* App::Sqitch::Target, BUILDARGS: core.target, or the target of core.engine. */
static const char *
default_target(const PgsSqitchConfig *config)
{
    const char *target = pgs_sqitch_config_get(config, "core", "target");
    if (target == NULL)
        target = pgs_sqitch_config_get(config, "engine.pg", "target");
    return target != NULL ? target : "";
}

static gboolean
check_engine(PgsSqitchProject *project, const PgsSqitchConfig *config, const char *path,
             GError **error)
{
    const char *core = pgs_sqitch_config_get(config, "core", "engine");
    g_autofree char *own = engine_of_target(config, project->target);
    const char *engine = own != NULL ? own : core;
    if (engine == NULL || is_postgres(engine))
        return TRUE;
    /* A project for several databases has a section for each of them. */
    if (own == NULL && pgs_sqitch_config_has_section(config, "engine.pg")) {
        project->engine_note = g_strdup_printf(
            "core.engine is %s; what is verified is [engine \"pg\"]: sqitch --engine pg", core);
        return TRUE;
    }
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "pgstair verifies migrations of PostgreSQL (engine = pg)",
                  "%s: the project's engine is %s", path, engine);
    return FALSE;
}

/* ---- finding it ---- */

/* The given path of the folder so many levels above. */
static char *
shown_above(const char *given, guint levels)
{
    g_autofree char *shown = g_strdup(given);
    for (guint i = 0; i < levels; i++) {
        g_autofree char *name = g_path_get_basename(shown);
        gboolean is_name =
            strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, "/") != 0;
        char *above = is_name                   ? g_path_get_dirname(shown)
                      : strcmp(shown, ".") == 0 ? g_strdup("..")
                                                : g_build_filename(shown, "..", NULL);
        g_free(shown);
        shown = above;
    }
    return g_steal_pointer(&shown);
}

static PgsSqitchProject *
project_new(const PgsFolder *folder, const char *root, guint level)
{
    PgsSqitchProject *project = g_new0(PgsSqitchProject, 1);
    project->folder = folder;
    project->outside = g_ptr_array_new_with_free_func(pgs_folder_file_free);
    project->room = MAX_BYTES;
    project->root = g_strdup(root);
    project->shown = shown_above(folder->path, level);
    return project;
}

static void
clear_settings(PgsSqitchProject *project)
{
    g_clear_pointer(&project->target, g_free);
    g_clear_pointer(&project->plan, g_free);
    g_clear_pointer(&project->registry, g_free);
    g_clear_pointer(&project->extension, g_free);
    for (gsize i = 0; i < PGS_SQITCH_N_SCRIPTS; i++) {
        g_clear_pointer(&project->dirs[i], g_free);
        g_clear_pointer(&project->reworked_dirs[i], g_free);
    }
}

static void
set_target(PgsSqitchProject *project, const PgsSqitchConfig *config, const char *target)
{
    clear_settings(project);
    project->target = g_strdup(target);
    set_dirs(project, config);
}

/* Whether the folder that was given, and is not the root, is the plan's or one of scripts. */
static gboolean
is_folder_of(const PgsSqitchProject *project)
{
    const char *real = project->folder->real;
    g_autofree char *plan = project_path(project, project->plan);
    g_autofree char *top = g_path_get_dirname(plan);
    gboolean found = strcmp(top, real) == 0;
    for (gsize i = 0; i < PGS_SQITCH_N_SCRIPTS && !found; i++) {
        g_autofree char *dir = project_path(project, project->dirs[i]);
        g_autofree char *parent = g_path_get_dirname(dir);
        found = strcmp(dir, real) == 0 || strcmp(parent, real) == 0;
    }
    return found && strcmp(project->root, real) != 0;
}

/* The default target, or another one whose folder was given. */
static gboolean
choose_target(PgsSqitchProject *project, const PgsSqitchConfig *config)
{
    const char *usual = default_target(config);
    set_target(project, config, usual);
    if (is_folder_of(project))
        return TRUE;
    g_autoptr(GPtrArray) targets = pgs_sqitch_config_subsections(config, "target");
    for (guint i = 0; i < targets->len; i++) {
        set_target(project, config, g_ptr_array_index(targets, i));
        if (is_folder_of(project))
            return TRUE;
    }
    set_target(project, config, usual);
    return strcmp(project->root, project->folder->real) == 0;
}

static PgsSqitchConfig *
read_config(PgsFolderFile *file, GError **error)
{
    if (file == NULL)
        return pgs_sqitch_config_new();
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autofree char *copy = g_strndup(text != NULL ? text : "", length);
    return pgs_sqitch_config_parse(file->path, copy, error);
}

static char *
sign_of(const char *name, guint level)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < level; i++)
        g_string_append(text, "../");
    g_string_append(text, name);
    return g_string_free(text, FALSE);
}

static PgsSqitchProject *
find_at(const PgsFolder *folder, const char *root, guint level, char *const *placeholders,
        GError **error)
{
    g_autoptr(PgsSqitchProject) project = project_new(folder, root, level);
    PgsFolderFile *file = pgs_sqitch_project_file(project, "sqitch.conf");
    if (file == NULL && pgs_sqitch_project_file(project, "sqitch.plan") == NULL)
        return NULL;
    g_autoptr(PgsSqitchConfig) config = read_config(file, error);
    if (config == NULL || !choose_target(project, config))
        return NULL;
    for (gsize i = 0; i < PGS_SQITCH_N_SCRIPTS; i++)
        project->variables[i] =
            collect_variables(project, config, (PgsSqitchScript)i, placeholders);
    project->sign = sign_of(file != NULL ? "sqitch.conf" : "sqitch.plan", level);
    g_autofree char *shown = pgs_sqitch_project_shown(project, "sqitch.conf");
    return check_engine(project, config, shown, error) ? g_steal_pointer(&project) : NULL;
}

PgsSqitchProject *
pgs_sqitch_project_find(const PgsFolder *folder, char *const *placeholders, GError **error)
{
    /* A sqitch.conf above whose folder this is goes before a lone plan here: Sqitch runs there. */
    g_autoptr(PgsSqitchProject) lone = NULL;
    g_autofree char *root = g_strdup(folder->real);
    for (guint level = 0; level <= LEVELS_ABOVE; level++) {
        GError *local = NULL;
        g_autoptr(PgsSqitchProject) project = find_at(folder, root, level, placeholders, &local);
        if (local != NULL) {
            g_propagate_error(error, local);
            return NULL;
        }
        if (project != NULL && g_str_has_suffix(project->sign, "sqitch.conf"))
            return g_steal_pointer(&project);
        if (project != NULL && lone == NULL)
            lone = g_steal_pointer(&project);
        char *above = g_path_get_dirname(root);
        g_free(root);
        root = above;
    }
    return g_steal_pointer(&lone);
}

PgsSqitchPlan *
pgs_sqitch_project_read_plan(PgsSqitchProject *project, GError **error)
{
    g_autofree char *shown = pgs_sqitch_project_shown(project, project->plan);
    PgsFolderFile *file = pgs_sqitch_project_file(project, project->plan);
    if (file == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                      "write it with \"sqitch init\", or say plan_file and top_dir in sqitch.conf",
                      "%s: the plan is not there", shown);
        return NULL;
    }
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    return pgs_sqitch_plan_parse(shown, text != NULL ? text : "", length, error);
}
