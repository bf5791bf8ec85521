#include "migration/python.h"

#include "base/error.h"
#include "base/process.h"
#include "migration/history.h"

#include <string.h>

enum {
    PROBE_MS = 20 * 1000,
    MAX_SCRIPT_LINE = 4096,
};

/* What is looked at, in order, and what was found wrong with each. */
typedef struct {
    const char *folder;
    const char *module;
    GCancellable *cancellable;
    PgsPython *python;
    GString *rejected; /* "…/.venv/bin/python (the .venv in …) has no alembic, …" */
    gboolean is_found;
} Search;

void
pgs_python_clear(PgsPython *python)
{
    g_free(python->path);
    g_free(python->reason);
    *python = (PgsPython){0};
}

/* Whether the module lies in an environment's own folders: no need to start it. */
static gboolean
has_module_file(const char *interpreter, const char *module)
{
    g_autofree char *bin = g_path_get_dirname(interpreter);
    g_autofree char *prefix = g_path_get_dirname(bin);
    g_autofree char *library = g_build_filename(prefix, "lib", NULL);
    g_autoptr(GDir) dir = g_dir_open(library, 0, NULL);
    const char *name;
    gboolean found = FALSE;
    while (dir != NULL && !found && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *place = g_build_filename(library, name, "site-packages", module, NULL);
        found = g_str_has_prefix(name, "python") && g_file_test(place, G_FILE_TEST_IS_DIR);
    }
    return found;
}

static gboolean
has_module(const Search *search, const char *interpreter)
{
    if (has_module_file(interpreter, search->module))
        return TRUE;
    g_autoptr(PgsProcess) process = pgs_process_new(interpreter);
    /* -c looks in the present folder, where the module's name may be the migrations' folder. */
    pgs_process_add_many(process, "-c",
                         "import sys, importlib.util as u; sys.path[:1] = []; "
                         "spec = u.find_spec(sys.argv[1]); "
                         "sys.exit(spec is None or spec.origin is None)",
                         search->module, NULL);
    pgs_process_set_timeout(process, PROBE_MS);
    pgs_process_set_cancellable(process, search->cancellable);
    return pgs_process_run_checked(process, NULL, NULL);
}

/* Takes the interpreter if it will do; TRUE: the search is over. */
static gboolean G_GNUC_PRINTF(3, 4)
    consider(Search *search, const char *interpreter, const char *format, ...)
{
    if (search->is_found || !g_file_test(interpreter, G_FILE_TEST_IS_EXECUTABLE))
        return search->is_found;
    va_list args;
    va_start(args, format);
    g_autofree char *reason = g_strdup_vprintf(format, args);
    va_end(args);
    if (has_module(search, interpreter)) {
        search->python->path = g_strdup(interpreter);
        search->python->reason = g_steal_pointer(&reason);
        search->is_found = TRUE;
    } else {
        g_string_append_printf(search->rejected, "%s%s (%s)", search->rejected->len > 0 ? ", " : "",
                               interpreter, reason);
    }
    return search->is_found;
}

/* An environment's interpreter. */
static gboolean
consider_environment(Search *search, const char *environment, const char *reason)
{
    static const char *const names[] = {"python", "python3"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *interpreter = g_build_filename(environment, "bin", names[i], NULL);
        if (g_file_test(interpreter, G_FILE_TEST_IS_EXECUTABLE))
            return consider(search, interpreter, "%s", reason);
    }
    return FALSE;
}

/* The environments that keepers of them hold elsewhere for a folder. */
typedef struct {
    const char *keeper;
    const char *manifest;     /* in the folder */
    const char *variable;     /* the environment variable that names where they are */
    const char *below;        /* … and where in it */
    const char *home;         /* without it, below the home folder */
    gboolean hashes_manifest; /* the manifest's path, rather than the folder's, is in the name */
} Keeper;

static const Keeper keepers[] = {
    /* python-poetry/poetry, src/poetry/utils/env/env_manager.py, generate_env_name() */
    {"poetry", "pyproject.toml", "POETRY_CACHE_DIR", "virtualenvs", ".cache/pypoetry/virtualenvs",
     FALSE},
    /* pypa/pipenv, pipenv/project.py, virtualenv_name and _get_virtualenv_hash() */
    {"pipenv", "Pipfile", "WORKON_HOME", ".", ".local/share/virtualenvs", TRUE},
};

/* The first eight characters of a path's SHA-256, in the base64 that file names may hold. */
static char *
path_hash(const char *path)
{
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, (const guchar *)path, -1);
    g_checksum_get_digest(checksum, digest, &length);
    char *text = g_base64_encode(digest, length);
    g_strdelimit(text, "+", '-');
    g_strdelimit(text, "/", '_');
    text[8] = '\0';
    return text;
}

static gboolean
consider_keeper(Search *search, const Keeper *keeper, const char *folder)
{
    g_autofree char *manifest = g_build_filename(folder, keeper->manifest, NULL);
    if (!g_file_test(manifest, G_FILE_TEST_EXISTS))
        return FALSE;
    const char *named = g_getenv(keeper->variable);
    g_autofree char *store = named != NULL ? g_build_filename(named, keeper->below, NULL)
                                           : g_build_filename(g_get_home_dir(), keeper->home, NULL);
    g_autofree char *hash = path_hash(keeper->hashes_manifest ? manifest : folder);
    g_autofree char *part = g_strconcat("-", hash, NULL);
    g_autofree char *reason = g_strdup_printf("%s's environment of %s", keeper->keeper, folder);
    g_autoptr(GDir) dir = g_dir_open(store, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *environment = g_build_filename(store, name, NULL);
        if (strstr(name, part) != NULL && consider_environment(search, environment, reason))
            return TRUE;
    }
    return FALSE;
}

static gboolean
consider_folder(Search *search, const char *folder)
{
    static const char *const names[] = {".venv", "venv", "env"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *environment = g_build_filename(folder, names[i], NULL);
        g_autofree char *reason = g_strdup_printf("the %s in %s", names[i], folder);
        if (consider_environment(search, environment, reason))
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(keepers); i++) {
        if (consider_keeper(search, &keepers[i], folder))
            return TRUE;
    }
    return FALSE;
}

/* From the folder up to the repository's root. */
static gboolean
consider_project(Search *search)
{
    g_autofree char *folder = g_strdup(search->folder);
    for (;;) {
        if (consider_folder(search, folder))
            return TRUE;
        g_autofree char *git = g_build_filename(folder, ".git", NULL);
        char *above = g_path_get_dirname(folder);
        gboolean is_last = g_file_test(git, G_FILE_TEST_EXISTS) || strcmp(above, folder) == 0;
        g_free(folder);
        folder = above;
        if (is_last)
            return FALSE;
    }
}

static gboolean
consider_activated(Search *search)
{
    static const char *const variables[] = {"VIRTUAL_ENV", "CONDA_PREFIX"};
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *environment = g_getenv(variables[i]);
        g_autofree char *reason = g_strdup_printf("%s is set", variables[i]);
        if (environment != NULL && *environment != '\0' &&
            consider_environment(search, environment, reason))
            return TRUE;
    }
    return FALSE;
}

/* The program behind "#!": "/usr/bin/env python3" is the python3 on PATH.  NULL: not to be told. */
static char *
shebang_program(const char *line)
{
    g_autofree char *text = g_strstrip(g_strdup(line));
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    if (words[0] == NULL)
        return NULL;
    g_autofree char *name = g_path_get_basename(words[0]);
    if (strcmp(name, "env") != 0)
        return g_strdup(words[0]);
    guint i = 1;
    while (words[i] != NULL && (words[i][0] == '-' || words[i][0] == '\0'))
        i++;
    return words[i] != NULL ? g_find_program_in_path(words[i]) : NULL;
}

/* Whom the script runs in: "#!…", or, where that has no room, '''exec' "/long path/python" "$0"
 * behind a shell's (pip's distlib/scripts.py, _build_shebang()). */
static char *
script_interpreter(const char *script)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(script, &text, NULL, NULL) || !g_str_has_prefix(text, "#!"))
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", 3);
    if (g_str_has_prefix(lines[0], "#!/bin/sh") && lines[1] != NULL &&
        g_str_has_prefix(lines[1], "'''exec' ")) {
        g_auto(GStrv) words = NULL;
        if (strlen(lines[1]) < MAX_SCRIPT_LINE &&
            g_shell_parse_argv(lines[1] + strlen("'''exec' "), NULL, &words, NULL))
            return g_strdup(words[0]);
        return NULL;
    }
    return shebang_program(lines[0] + strlen("#!"));
}

static gboolean
consider_script(Search *search)
{
    g_autofree char *script = g_find_program_in_path(search->module);
    g_autofree char *interpreter = script != NULL ? script_interpreter(script) : NULL;
    g_autofree char *name = interpreter != NULL ? g_path_get_basename(interpreter) : NULL;
    return name != NULL && (g_str_has_prefix(name, "python") || g_str_has_prefix(name, "pypy")) &&
           consider(search, interpreter, "%s runs in it", script);
}

static gboolean
refuse(const Search *search, GError **error)
{
    g_autofree char *hint = g_strdup_printf(
        "install %s into the project's virtual environment, activate that, or write \"alembic: "
        "{python: PATH}\" into pgstair.yaml",
        search->module);
    if (search->rejected->len > 0)
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL, hint,
                      "no Python with %s for %s: there is none in %s", search->module,
                      search->folder, search->rejected->str);
    else
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL, hint,
                      "no Python with %s for %s: no virtual environment there or above, and no %s "
                      "on PATH",
                      search->module, search->folder, search->module);
    return FALSE;
}

/* The one that pgstair.yaml names: an interpreter, or a virtual environment. */
static gboolean
take_named(Search *search, const char *named, GError **error)
{
    g_autofree char *path = strchr(named, '/') == NULL
                                ? g_find_program_in_path(named)
                                : g_canonicalize_filename(named, search->folder);
    if (path != NULL && g_file_test(path, G_FILE_TEST_IS_DIR)
            ? consider_environment(search, path, "pgstair.yaml names it")
            : path != NULL && consider(search, path, "pgstair.yaml names it"))
        return TRUE;
    gboolean is_there = search->rejected->len > 0;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL,
                  is_there ? "name the interpreter of the environment that has it"
                           : "give the path of an interpreter, or of a virtual environment",
                  is_there ? "%s, which pgstair.yaml names, has no %s"
                           : "%s, which pgstair.yaml names, is no Python that can be started (%s "
                             "is needed)",
                  named, search->module);
    return FALSE;
}

gboolean
pgs_python_find(const char *folder, const char *named, const char *module,
                GCancellable *cancellable, PgsPython *python, GError **error)
{
    g_autoptr(GString) rejected = g_string_new(NULL);
    Search search = {.folder = folder,
                     .module = module,
                     .cancellable = cancellable,
                     .python = python,
                     .rejected = rejected};
    if (named != NULL)
        return take_named(&search, named, error);
    return consider_project(&search) || consider_activated(&search) || consider_script(&search) ||
           refuse(&search, error);
}
