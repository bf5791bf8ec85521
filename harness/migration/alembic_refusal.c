#include "migration/alembic_refusal.h"

#include "base/error.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum { MAX_NAMES = 6 /* of environment variables in a hint */ };

char *
pgs_alembic_shown(const PgsFolder *folder, const char *path)
{
    gsize length = strlen(folder->real);
    if (strncmp(path, folder->real, length) == 0 && path[length] == '/')
        return g_build_filename(folder->path, path + length + 1, NULL);
    return g_strdup(path);
}

/* ---- the section ---- */

static gboolean
is_logging(const char *section)
{
    return g_regex_match_simple("^(loggers|handlers|formatters|(logger|handler|formatter)_.*)$",
                                section, 0, 0);
}

/* "app_one, app_two": those that may be meant. */
static char *
sections_of(const char *path, gboolean *has_usual)
{
    g_autofree char *text = pgs_file_text_beside("", path);
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    GString *names = g_string_new(NULL);
    *has_usual = FALSE;
    for (char **line = lines; *line != NULL; line++) {
        char *end = strchr(*line, ']');
        if (**line != '[' || end == NULL)
            continue;
        *end = '\0';
        const char *section = *line + 1;
        *has_usual |= strcmp(section, "alembic") == 0;
        if (!is_logging(section))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", section);
    }
    return g_string_free(names, FALSE);
}

/* In the folder, or above it up to the repository's root; g_free(). */
static char *
find_above(const char *folder, const char *name)
{
    g_autofree char *at = g_strdup(folder);
    g_autofree char *found = NULL;
    for (;;) {
        g_autofree char *path = g_build_filename(at, name, NULL);
        g_autofree char *git = g_build_filename(at, ".git", NULL);
        if (found == NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR))
            found = g_steal_pointer(&path);
        if (found != NULL && strcmp(at, folder) == 0)
            return g_steal_pointer(&found);
        if (g_file_test(git, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&found);
        if (strcmp(at, "/") == 0)
            return NULL;
        char *above = g_path_get_dirname(at);
        g_free(at);
        at = above;
    }
}

char *
pgs_alembic_unsaid_section(const char *folder)
{
    g_autofree char *path = find_above(folder, "alembic.ini");
    gboolean has_usual = TRUE;
    g_autofree char *names = path != NULL ? sections_of(path, &has_usual) : NULL;
    return has_usual ? NULL : g_steal_pointer(&path);
}

static char *
advise_section(const char *names)
{
    if (*names == '\0')
        return g_strdup("\"alembic init\" writes a whole one");
    return g_strdup_printf(
        "\"alembic: {section: NAME}\" in pgstair.yaml is alembic's -n; it has %s", names);
}

/* Alembic's own words (config.py, Config.get_main_option()), and the sections that there are. */
static gboolean
refuse_section(const PgsFolder *folder, const char *path, const char *section, const char *names,
               GError **error)
{
    g_autofree char *shown = pgs_alembic_shown(folder, path);
    g_autofree char *hint = advise_section(names);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "%s: No config file 'alembic.ini' found, or file has no '[%s]' section", shown,
                  section);
    return FALSE;
}

gboolean
pgs_alembic_refuse_project(const PgsFolder *folder, const PgsToolSettings *settings, GError **error)
{
    const PgsAlembicSettings *alembic = &settings->alembic;
    g_autofree char *path = alembic->config != NULL ? g_canonicalize_filename(alembic->config, NULL)
                                                    : find_above(folder->real, "alembic.ini");
    gboolean has_usual = FALSE;
    g_autofree char *names = path != NULL ? sections_of(path, &has_usual) : NULL;
    if (names != NULL && (alembic->section != NULL || !has_usual))
        return refuse_section(folder, path, alembic->section != NULL ? alembic->section : "alembic",
                              names, error);
    if (alembic->config != NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "\"alembic: {config: PATH}\" in pgstair.yaml is a file, seen from there",
                      "%s: there is no such file of Alembic's", alembic->config);
        return FALSE;
    }
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "name it by \"alembic: {config: PATH}\" in pgstair.yaml",
                  "%s: no alembic.ini (or pyproject.toml with [tool.alembic]) there or above "
                  "says where its env.py is",
                  folder->path);
    return FALSE;
}

/* ---- Flask-Migrate ---- */

/* github.com/miguelgrinberg/Flask-Migrate: get_config() (__init__.py) sets script_location, which
 * its alembic.ini leaves out, and its env.py asks flask.current_app, which there is in "flask db"
 * only. */
gboolean
pgs_alembic_needs_flask(const PgsAlembicProject *project)
{
    if (project->script_location == NULL)
        return FALSE;
    g_autofree char *env = pgs_file_text_beside(project->script_location, "env.py");
    return env != NULL && strstr(env, "current_app") != NULL &&
           strstr(env, "app_context") == NULL && strstr(env, "request_context") == NULL;
}

gboolean
pgs_alembic_refuse_flask(const PgsFolder *folder, const PgsAlembicProject *project, GError **error)
{
    g_autofree char *env = g_build_filename(project->script_location, "env.py", NULL);
    g_autofree char *shown = pgs_alembic_shown(folder, env);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "have \"flask db\" run it, by commands: in pgstair.yaml: up: [flask, db, "
                  "upgrade, '{revision}'], down: [flask, db, downgrade, '{revision}'], and a "
                  "list: (docs/recipes.md, Flask-Migrate)",
                  "%s: this is Flask-Migrate's, made for flask.current_app: alembic alone cannot "
                  "run it",
                  shown);
    return FALSE;
}

/* ---- what Python says ---- */

static gboolean
is_one_of(const char *type, const char *const *types)
{
    return type != NULL && g_strv_contains(types, type);
}

static gboolean
is_import(const char *type)
{
    static const char *const types[] = {"ModuleNotFoundError", "ImportError", NULL};
    return is_one_of(type, types);
}

/* The variables that the project's code has asked for. */
static char *
asked_names(JsonObject *answer)
{
    JsonArray *asked = json_object_has_member(answer, "asked")
                           ? json_object_get_array_member(answer, "asked")
                           : NULL;
    GString *names = g_string_new(NULL);
    for (guint i = 0; asked != NULL && i < MIN(json_array_get_length(asked), MAX_NAMES); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
                               json_array_get_string_element(asked, i));
    return g_string_free(names, FALSE);
}

/* Code of the project that a revision imports wants something of the environment. */
static char *
advise_environment(JsonObject *answer)
{
    g_autofree char *names = asked_names(answer);
    return g_strdup_printf(
        "%s%s%s\"environment:\" in pgstair.yaml sets variables that it needs, \"url-variable: "
        "NAME\" the one that holds the database's URL; DATABASE_URL and PG* are set",
        *names != '\0' ? "it reads " : "", names, *names != '\0' ? ": " : "");
}

static gboolean
has_python(const char *folder, const char *name)
{
    g_autofree char *package = g_build_filename(folder, name, NULL);
    g_autofree char *file = g_strconcat(package, ".py", NULL);
    return g_file_test(package, G_FILE_TEST_IS_DIR) || g_file_test(file, G_FILE_TEST_IS_REGULAR);
}

/* The folder, seen from the one that Alembic is run in, that has the project's own package; NULL:
 * it is none of the project's. */
static char *
find_package(const PgsAlembicProject *project, const char *name)
{
    g_autofree char *at = g_strdup(project->root);
    g_autoptr(GString) relative = g_string_new(".");
    for (;;) {
        g_autofree char *source = g_build_filename(at, "src", NULL);
        if (has_python(at, name))
            return g_strdup(relative->str);
        if (has_python(source, name))
            return g_build_filename(relative->str, "src", NULL);
        if (strcmp(at, project->repository) == 0 || strcmp(at, "/") == 0)
            return NULL;
        char *above = g_path_get_dirname(at);
        g_free(at);
        at = above;
        g_string_append(relative, relative->len == 1 ? "." : "/..");
    }
}

/* "No module named 'app.models'": the first name. */
static char *
missing_module(const char *message)
{
    const char *quote = message != NULL ? strchr(message, '\'') : NULL;
    return quote != NULL ? g_strndup(quote + 1, strcspn(quote + 1, ".'")) : NULL;
}

static char *
advise_import(const PgsAlembicProject *project, JsonObject *said)
{
    g_autofree char *module = missing_module(pgs_alembic_text(said, "message"));
    g_autofree char *folder = module != NULL ? find_package(project, module) : NULL;
    if (folder != NULL)
        return g_strdup_printf("%s is the project's own: \"environment: {PYTHONPATH: %s}\" in "
                               "pgstair.yaml, seen from %s, or prepend_sys_path in the "
                               "configuration",
                               module, folder, project->root);
    return g_strdup_printf("install what it needs into the environment of %s, or name another by "
                           "\"alembic: {python: PATH}\" in pgstair.yaml",
                           project->python.path);
}

/* Alembic's own error: its configuration is not as it takes it. */
static char *
advise_configuration(const PgsAlembicProject *project, JsonObject *said)
{
    gboolean has_usual;
    if (!g_str_has_prefix(pgs_alembic_text(said, "message"), "No config file"))
        return NULL;
    if (g_str_has_suffix(project->sign, ".toml"))
        return g_strdup_printf("Alembic reads [tool.alembic] there from 1.16 on: \"%s -m alembic "
                               "history\" has to work",
                               project->python.path);
    g_autofree char *names = sections_of(project->sign, &has_usual);
    return advise_section(names);
}

static char *
advise(const PgsAlembicProject *project, JsonObject *said, JsonObject *answer)
{
    static const char *const plain[] = {
        "", "CommandError", "SyntaxError", "IndentationError", "TabError", NULL};
    const char *type = pgs_alembic_text(said, "type");
    const char *hint = pgs_alembic_text(said, "hint");
    if (is_import(type))
        return advise_import(project, said);
    if (g_strcmp0(type, "CommandError") == 0)
        return advise_configuration(project, said);
    gboolean is_code = pgs_alembic_text(said, "file") != NULL && !is_one_of(type, plain);
    return hint == NULL && is_code ? advise_environment(answer) : g_strdup(hint);
}

/* "ValidationError: " */
static char *
exception_text(JsonObject *said)
{
    static const char *const own[] = {"", "CommandError", NULL};
    const char *type = pgs_alembic_text(said, "type");
    const char *message = pgs_alembic_text(said, "message");
    return type == NULL || is_one_of(type, own) ? g_strdup(message)
                                                : g_strconcat(type, ": ", message, NULL);
}

gboolean
pgs_alembic_refuse_list(const PgsFolder *folder, const PgsAlembicProject *project, JsonObject *said,
                        JsonObject *answer, GError **error)
{
    const char *file = pgs_alembic_text(said, "file");
    gint64 line = json_object_get_int_member_with_default(said, "line", 0);
    g_autofree char *shown = pgs_alembic_shown(folder, file != NULL ? file : project->sign);
    g_autofree char *place =
        line > 0 ? g_strdup_printf("%s:%" G_GINT64_FORMAT, shown, line) : g_strdup(shown);
    g_autofree char *text = exception_text(said);
    g_autofree char *hint = advise(project, said, answer);
    int code = PGS_MIGRATION_ERROR_FORMAT;
    if (is_import(pgs_alembic_text(said, "type")))
        code = PGS_MIGRATION_ERROR_TOOL;
    else if (g_strcmp0(pgs_alembic_text(said, "code"), "duplicate") == 0)
        code = PGS_MIGRATION_ERROR_DUPLICATE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, code, hint, "%s: %s", place, text);
    return FALSE;
}
