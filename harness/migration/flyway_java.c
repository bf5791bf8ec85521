#include "migration/flyway_java.h"

#include "migration/flyway_name.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/flyway/flyway, flyway-core/src/main/java/org/flywaydb/core/internal/resolver/: java/
 * ScanningJavaMigrationResolver.java (classes are looked for in the packages below, too) and
 * script/ScriptMigrationResolver.java. */

enum {
    MAX_PACKAGES = 8, /* one in the other */
    MAX_FILES = 1000,
};

typedef struct {
    const PgsFlywayConfig *config;
    const char *above, *target;
    GPtrArray *found; /* char *, paths */
} Search;

static const char *const classes[] = {".java", ".kt", ".groovy", ".scala", ".class", NULL};
static const char *const scripts[] = {".cmd", ".bat", ".ps1", ".py", ".sh", ".bash", NULL};

static gboolean
is_wanted(const Search *search, const PgsFlywayName *name)
{
    if (name->kind == PGS_FLYWAY_REPEATABLE)
        return TRUE;
    return (name->kind == PGS_FLYWAY_VERSIONED || name->kind == PGS_FLYWAY_BASELINE ||
            name->kind == PGS_FLYWAY_UNDO) &&
           (search->above == NULL || strcmp(name->key, search->above) > 0) &&
           (search->target == NULL || strcmp(name->key, search->target) <= 0);
}

static gboolean
is_code(const Search *search, const char *const *endings, const char *file)
{
    const PgsFlywayConfig *config = search->config;
    for (; *endings != NULL && config->suffixes[0] != NULL; endings++) {
        if (!g_str_has_suffix(file, *endings))
            continue;
        g_autofree char *stem = g_strndup(file, strlen(file) - strlen(*endings));
        g_autofree char *sql = g_strconcat(stem, config->suffixes[0], NULL);
        g_auto(PgsFlywayName) name;
        pgs_flyway_name_parse(&name, config, sql);
        return strstr(stem, config->separator) != NULL && is_wanted(search, &name);
    }
    return FALSE;
}

static void
find_below(const Search *search, const char *folder, guint depth)
{
    g_autoptr(GDir) dir = depth < MAX_PACKAGES ? g_dir_open(folder, 0, NULL) : NULL;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL && search->found->len < MAX_FILES) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (is_code(search, classes, name))
            g_ptr_array_add(search->found, g_steal_pointer(&path));
        else if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
                 !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            find_below(search, path, depth + 1);
    }
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
find_in(const Search *search, const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        const char *slash = strrchr(file->name, '/');
        const char *name = slash != NULL ? slash + 1 : file->name;
        if (is_code(search, classes, name) || is_code(search, scripts, name))
            g_ptr_array_add(search->found, g_strdup(file->path));
    }
}

void
pgs_flyway_note_code(const PgsFolder *folder, const PgsFlywayConfig *config, const char *above,
                     const char *target, PgsHistory *history)
{
    static const char *const languages[] = {"java", "kotlin", "groovy", "scala"};
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    Search search = {.config = config, .above = above, .target = target, .found = found};
    find_in(&search, folder);
    /* …/resources/db/migration, …/java/db/migration */
    const char *resources = g_strrstr(folder->real, "/resources/");
    for (gsize i = 0; resources != NULL && i < G_N_ELEMENTS(languages); i++) {
        g_autofree char *parent = g_strndup(folder->real, (gsize)(resources - folder->real));
        g_autofree char *path =
            g_build_filename(parent, languages[i], resources + strlen("/resources/"), NULL);
        find_below(&search, path, 0);
    }
    g_ptr_array_sort(found, compare_paths);
    for (guint i = 0; i < found->len; i++)
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.code", g_ptr_array_index(found, i),
                         "Flyway runs this migration in its place; pgstair, which runs SQL only, "
                         "goes on without it: what is verified is not what Flyway makes");
}
