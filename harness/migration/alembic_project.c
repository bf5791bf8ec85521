#include "migration/alembic_project.h"

#include "base/embedded.h"
#include "base/error.h"
#include "migration/reader.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_migration_files[];

void
pgs_alembic_project_free(PgsAlembicProject *project)
{
    if (project == NULL)
        return;
    g_free(project->root);
    g_free(project->config);
    g_free(project->script_location);
    g_free(project->sign);
    g_free(project->repository);
    g_free(project->section);
    pgs_python_clear(&project->python);
    g_free(project->scheme);
    pgs_companion_free(project->idle);
    g_free(project);
}

/* ---- the configuration files, as far as finding the folder goes ---- */

/* The value of key in a section of an INI or TOML file, without quotes; NULL: none. */
static char *
read_value(const char *path, const char *section, const char *key)
{
    g_autofree char *text = pgs_file_text_beside("", path);
    if (text == NULL)
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *header = g_strdup_printf("[%s]", section);
    gboolean is_inside = FALSE;
    for (char **line = lines; *line != NULL; line++) {
        char *word = g_strstrip(*line);
        if (*word == '[')
            is_inside = strcmp(word, header) == 0;
        gsize length = strcspn(word, " \t=:");
        if (!is_inside || length != strlen(key) || strncmp(word, key, length) != 0)
            continue;
        char *value = word + length + strspn(word + length, " \t=:");
        gsize end = strlen(value);
        if (end > 1 && (*value == '"' || *value == '\'') && strchr(value + 1, *value) != NULL)
            return g_strndup(value + 1, strcspn(value + 1, *value == '"' ? "\"" : "'"));
        return g_strdup(value);
    }
    return NULL;
}

static gboolean
has_section(const char *path, const char *section)
{
    g_autofree char *text = pgs_file_text_beside("", path);
    g_autofree char *header = g_strdup_printf("[%s]", section);
    const char *found = text != NULL ? strstr(text, header) : NULL;
    return found != NULL && (found == text || found[-1] == '\n');
}

/* "%(here)s/x", "a:b" (a package's folder): where it may be, seen from base; absolute. */
static char *
resolve(const char *location, const char *here, const char *base)
{
    g_autoptr(GString) text = g_string_new(location);
    g_string_replace(text, "%(here)s", here, 0);
    g_string_replace(text, "%%", "%", 0);
    if (!g_path_is_absolute(text->str))
        g_strdelimit(text->str, ":", '/');
    return g_canonicalize_filename(text->str, base);
}

static gboolean
has_env(const char *folder)
{
    g_autofree char *env = g_build_filename(folder, "env.py", NULL);
    return g_file_test(env, G_FILE_TEST_IS_REGULAR);
}

static gboolean
holds(const char *folder, const char *other)
{
    gsize length = strlen(folder);
    return strncmp(folder, other, length) == 0 && (other[length] == '/' || other[length] == '\0');
}

static gboolean
is_repository(const char *folder)
{
    g_autofree char *git = g_build_filename(folder, ".git", NULL);
    return g_file_test(git, G_FILE_TEST_EXISTS);
}

/* The root of the repository that folder is in; without one, folder itself. */
static char *
find_repository(const char *folder)
{
    g_autofree char *at = g_strdup(folder);
    while (!is_repository(at)) {
        char *above = g_path_get_dirname(at);
        gboolean is_root = strcmp(above, at) == 0;
        g_free(at);
        at = above;
        if (is_root)
            return g_strdup(folder);
    }
    return g_steal_pointer(&at);
}

/* The folder of env.py, or the one of versions in it. */
static gboolean
is_environment(const char *folder)
{
    g_autofree char *above = g_path_get_dirname(folder);
    return has_env(folder) || has_env(above);
}

/* How far up a configuration file is looked for: the repository's root.  A deployed folder (an
 * image) often is in none: then an env.py says that there is one above. */
static const char *
highest_folder(const char *folder, const char *repository)
{
    gboolean is_bare = strcmp(folder, repository) == 0 && !is_repository(folder);
    return is_bare && is_environment(folder) ? "/" : repository;
}

/* ---- one candidate ---- */

typedef struct {
    const char *folder;  /* that was named; absolute, real */
    const char *highest; /* no folder above this one is looked at */
    const char *section;
} Search;

/* The folder that alembic has to be run in for location to be found: that of the file, or one
 * above. */
static char *
find_root(const Search *search, const char *location, const char *here)
{
    g_autofree char *at = g_strdup(here);
    while (location != NULL) {
        g_autofree char *resolved = resolve(location, here, at);
        if (has_env(resolved))
            return g_steal_pointer(&at);
        if (strcmp(at, search->highest) == 0 || strcmp(at, "/") == 0)
            break;
        char *above = g_path_get_dirname(at);
        g_free(at);
        at = above;
    }
    return g_strdup(here);
}

static char *
relative_to(const char *path, const char *folder)
{
    gsize length = strlen(folder);
    return g_strdup(holds(folder, path) && path[length] == '/' ? path + length + 1 : path);
}

/* Flask-Migrate's: alembic.ini beside env.py, with no word of where that is. */
static char *
unsaid_location(const char *here)
{
    return has_env(here) ? g_strdup(here) : NULL;
}

/* path: a configuration file.  NULL: it is none of Alembic's, or of another folder. */
static PgsAlembicProject *
try_file(const Search *search, const char *path, gboolean is_named)
{
    gboolean is_toml = g_str_has_suffix(path, ".toml");
    const char *section = is_toml ? "tool.alembic" : search->section;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) || (is_toml && !has_section(path, section)))
        return NULL;
    g_autofree char *here = g_path_get_dirname(path);
    g_autofree char *location = read_value(path, section, "script_location");
    g_autofree char *unsaid = location == NULL ? unsaid_location(here) : NULL;
    if (location == NULL && unsaid == NULL && !is_named)
        return NULL;
    g_autofree char *root = find_root(search, location, here);
    g_autofree char *scripts = location != NULL ? resolve(location, here, root) : NULL;
    /* It may say where in a way that only Python can follow: then it is not another folder's. */
    gboolean is_other = scripts != NULL && has_env(scripts) && !holds(scripts, search->folder) &&
                        !holds(search->folder, scripts) && !holds(search->folder, here);
    if (is_other && !is_named)
        return NULL;
    PgsAlembicProject *project = g_new0(PgsAlembicProject, 1);
    g_autofree char *relative = relative_to(path, root);
    project->sign = g_strdup(path);
    if (strcmp(relative, "alembic.ini") != 0 && strcmp(relative, "pyproject.toml") != 0)
        project->config = g_steal_pointer(&relative);
    project->root = g_steal_pointer(&root);
    project->script_location = g_steal_pointer(&unsaid);
    return project;
}

static PgsAlembicProject *
try_folder(const Search *search, const char *folder)
{
    static const char *const names[] = {"alembic.ini", "pyproject.toml"};
    PgsAlembicProject *project = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(names) && project == NULL; i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        project = try_file(search, path, FALSE);
    }
    return project;
}

/* In the folder, then above it. */
static PgsAlembicProject *
try_upwards(const Search *search)
{
    g_autofree char *at = g_strdup(search->folder);
    for (;;) {
        PgsAlembicProject *project = try_folder(search, at);
        if (project != NULL || strcmp(at, search->highest) == 0 || strcmp(at, "/") == 0)
            return project;
        char *above = g_path_get_dirname(at);
        g_free(at);
        at = above;
    }
}

/* In a folder right below, if just one has it: backend/alembic.ini. */
static PgsAlembicProject *
try_below(const Search *search)
{
    g_autoptr(GDir) dir = g_dir_open(search->folder, 0, NULL);
    g_autoptr(PgsAlembicProject) found = NULL;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *folder = g_build_filename(search->folder, name, NULL);
        if (name[0] == '.' || !g_file_test(folder, G_FILE_TEST_IS_DIR) ||
            g_file_test(folder, G_FILE_TEST_IS_SYMLINK))
            continue;
        PgsAlembicProject *project = try_folder(search, folder);
        if (project != NULL && found != NULL) {
            pgs_alembic_project_free(project);
            return NULL;
        }
        if (project != NULL)
            found = project;
    }
    return g_steal_pointer(&found);
}

PgsAlembicProject *
pgs_alembic_project_find(const char *folder, const PgsToolSettings *settings)
{
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    char *real_path = realpath(absolute, NULL);
    g_autofree char *real = real_path != NULL ? g_strdup(real_path) : g_strdup(absolute);
    free(real_path);
    g_autofree char *repository = find_repository(real);
    const PgsAlembicSettings *alembic = settings != NULL ? &settings->alembic : NULL;
    const char *section = alembic != NULL ? alembic->section : NULL;
    Search search = {
        .folder = real,
        .highest = highest_folder(real, repository),
        .section = section != NULL ? section : "alembic",
    };
    PgsAlembicProject *project;
    if (alembic != NULL && alembic->config != NULL) {
        g_autofree char *config = g_canonicalize_filename(alembic->config, NULL);
        project = try_file(&search, config, TRUE);
    } else {
        project = try_upwards(&search);
        if (project == NULL)
            project = try_below(&search);
    }
    if (project == NULL)
        return NULL;
    project->section = g_strdup(section);
    project->repository =
        holds(repository, project->root) ? g_steal_pointer(&repository) : g_strdup(project->root);
    return project;
}

/* ---- talking to it ---- */

/* One program of its parts, the one that begins last. */
static char *
driver_program(void)
{
    static const char *const parts[] = {"alembic_connections.py", "alembic_failures.py",
                                        "alembic_revisions.py", "alembic_runs.py",
                                        "alembic_driver.py"};
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        g_string_append(text, pgs_embedded_find(pgs_migration_files, parts[i]));
    return g_string_free(text, FALSE);
}

PgsProcess *
pgs_alembic_project_process(const PgsAlembicProject *project)
{
    g_autofree char *program = driver_program();
    PgsProcess *process = pgs_process_new(project->python.path);
    pgs_process_add_many(process, "-c", program, NULL);
    pgs_process_set_directory(process, project->root);
    /* Nothing is left beside the project's files; what it prints is there even after a crash. */
    pgs_process_set_env(process, "PYTHONDONTWRITEBYTECODE", "1");
    pgs_process_set_env(process, "PYTHONUNBUFFERED", "1");
    return process;
}

static void
set_text(JsonObject *object, const char *name, const char *text)
{
    if (text != NULL)
        json_object_set_string_member(object, name, text);
}

PgsCompanion *
pgs_alembic_project_take(PgsAlembicProject *project)
{
    for (;;) {
        PgsCompanion *idle = g_atomic_pointer_get(&project->idle);
        if (idle == NULL || g_atomic_pointer_compare_and_exchange(&project->idle, idle, NULL))
            return idle;
    }
}

static JsonObject *
environment_object(const char *const *environment)
{
    JsonObject *object = json_object_new();
    for (; *environment != NULL; environment++) {
        g_auto(GStrv) parts = g_strsplit(*environment, "=", 2);
        /* What is no UTF-8 cannot be said in JSON: it stays as it is. */
        if (parts[0] != NULL && parts[1] != NULL && g_utf8_validate(*environment, -1, NULL))
            json_object_set_string_member(object, parts[0], parts[1]);
    }
    return object;
}

JsonObject *
pgs_alembic_project_opening(const PgsAlembicProject *project, char **arguments, const char *url,
                            const char *const *environment)
{
    JsonObject *request = json_object_new();
    set_text(request, "command", "open");
    set_text(request, "section", project->section);
    set_text(request, "script_location", project->script_location);
    set_text(request, "project", project->repository);
    set_text(request, "url", url);
    if (environment != NULL)
        json_object_set_object_member(request, "environment", environment_object(environment));
    JsonArray *files = json_array_new();
    if (project->config != NULL)
        json_array_add_string_element(files, project->config);
    json_object_set_array_member(request, "files", files);
    JsonArray *list = json_array_new();
    for (char **argument = arguments; argument != NULL && *argument != NULL; argument++)
        json_array_add_string_element(list, *argument);
    json_object_set_array_member(request, "arguments", list);
    return request;
}

static char *
to_line(JsonObject *request)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_node_take_object(node, request);
    return json_to_string(node, FALSE);
}

JsonObject *
pgs_alembic_ask(PgsCompanion *companion, JsonObject *request, PgsAlembicEventFunc event,
                gpointer data, GError **error)
{
    g_autofree char *sent = to_line(request);
    if (!pgs_companion_send(companion, sent, error))
        return NULL;
    for (;;) {
        g_autofree char *line = pgs_companion_receive(companion, error);
        g_autoptr(JsonNode) node = line != NULL ? json_from_string(line, NULL) : NULL;
        if (line == NULL)
            return NULL;
        if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
            continue; /* somebody else's: nothing of ours is broken */
        JsonObject *object = json_node_get_object(node);
        if (json_object_has_member(object, "answer"))
            return json_object_ref(json_object_get_object_member(object, "answer"));
        if (event != NULL)
            event(object, data);
    }
}

JsonObject *
pgs_alembic_request(const char *name)
{
    JsonObject *request = json_object_new();
    json_object_set_string_member(request, "command", name);
    return request;
}

JsonObject *
pgs_alembic_error(JsonObject *answer)
{
    return json_object_has_member(answer, "error") ? json_object_get_object_member(answer, "error")
                                                   : NULL;
}

const char *
pgs_alembic_text(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                   json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}
