#include "check/evidence_model.h"

#include <string.h>

/* A folder with more than that is rather an application than its models: its state is what the
 * commit says. */
enum { MAX_FILES = 500, MAX_DEPTH = 8 };

/* What people write.  What programs leave there (caches, logs) is another after each run. */
static const char *const sources[] = {
    ".sql",  ".py",   ".rb",  ".js",   ".mjs", ".cjs",    ".ts",  ".go",
    ".java", ".kt",   ".cs",  ".php",  ".rs",  ".prisma", ".ini", ".cfg",
    ".toml", ".yaml", ".yml", ".json", ".xml", ".sh",     ".hcl", ".dbml",
};

static const char *const not_entered[] = {
    "__pycache__", "node_modules", "venv", "env", "vendor", "target", "build", "dist", NULL,
};

/* What programs leave beside it. */
static const char *const leavings[] = {
    ".pyc", ".log", ".tmp", ".bak", ".swp", "~",
};

typedef struct {
    GPtrArray *paths;
    gboolean all; /* whatever people may have written there */
    guint depth;
} Walk;

static gboolean
ends_in(const char *name, const char *const *ends, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (g_str_has_suffix(name, ends[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_taken(const Walk *walk, const char *name)
{
    return walk->all ? !ends_in(name, leavings, G_N_ELEMENTS(leavings))
                     : ends_in(name, sources, G_N_ELEMENTS(sources));
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_names(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    const char *name;
    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void walk_folder(Walk *walk, const char *folder);

static void
take_entry(Walk *walk, const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    /* A link may lead round in a circle, or anywhere. */
    gboolean is_folder =
        g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK);
    if (name[0] == '.' || walk->paths->len > MAX_FILES)
        return;
    if (!is_folder) {
        if (is_taken(walk, name) && g_file_test(path, G_FILE_TEST_IS_REGULAR))
            g_ptr_array_add(walk->paths, g_steal_pointer(&path));
        return;
    }
    if (walk->depth < MAX_DEPTH && !g_strv_contains(not_entered, name))
        walk_folder(walk, path);
}

static void
walk_folder(Walk *walk, const char *folder)
{
    walk->depth++;
    g_autoptr(GPtrArray) names = list_names(folder);
    for (guint i = 0; i < names->len; i++)
        take_entry(walk, folder, names->pdata[i]);
    walk->depth--;
}

/* Whether it is the other folder, or above it. */
static gboolean
holds(const char *folder, const char *other)
{
    g_autofree char *above = g_canonicalize_filename(folder, NULL);
    g_autofree char *below = g_canonicalize_filename(other, NULL);
    gsize length = strlen(above);
    return strncmp(above, below, length) == 0 &&
           (below[length] == '\0' || below[length] == '/' || strcmp(above, "/") == 0);
}

static gboolean
has_own_folder(const PgsModel *model, const PgsSystem *system)
{
    g_autofree char *project =
        system->place.file != NULL ? g_path_get_dirname(system->place.file) : NULL;
    return model->folder != NULL && !holds(model->folder, system->folder) &&
           (project == NULL || !holds(model->folder, project));
}

/* "python3 mended.py", "psql -f head.sql": not programs of the machine. */
static void
add_words(GPtrArray *paths, const PgsModel *model)
{
    for (char **word = model->command; word != NULL && *word != NULL; word++) {
        if (g_path_is_absolute(*word))
            continue;
        g_autofree char *path =
            g_build_filename(model->folder != NULL ? model->folder : ".", *word, NULL);
        if (**word != '\0' && g_file_test(path, G_FILE_TEST_IS_REGULAR))
            g_ptr_array_add(paths, g_steal_pointer(&path));
    }
}

GPtrArray *
pgs_evidence_list_sources(const char *folder, gboolean all)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    Walk walk = {.paths = found, .all = all};
    walk_folder(&walk, folder);
    if (found->len > MAX_FILES)
        g_ptr_array_set_size(found, 0);
    return found;
}

GPtrArray *
pgs_evidence_list_model(const PgsModel *model, const PgsSystem *system)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    if (model->sql != NULL)
        g_ptr_array_add(paths, g_strdup(model->sql));
    add_words(paths, model);
    if (model->command == NULL || !has_own_folder(model, system))
        return paths;
    g_autoptr(GPtrArray) found = pgs_evidence_list_sources(model->folder, FALSE);
    g_ptr_array_extend_and_steal(paths, g_steal_pointer(&found));
    return paths;
}
