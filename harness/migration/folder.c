#include "base/error.h"
#include "migration/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAX_FILES = 100 * 1000,
    MAX_FILE_SIZE = 64 * 1024 * 1024,
};

static void
file_free(gpointer data)
{
    PgsFolderFile *file = data;
    g_free(file->name);
    g_free(file->path);
    g_clear_pointer(&file->text, g_bytes_unref);
    g_free(file);
}

void
pgs_folder_free(PgsFolder *folder)
{
    if (folder == NULL)
        return;
    g_free(folder->path);
    g_free(folder->real);
    g_ptr_array_unref(folder->files);
    g_ptr_array_unref(folder->folders);
    g_free(folder);
}

static gint
compare_files(gconstpointer a, gconstpointer b)
{
    return strcmp((*(PgsFolderFile *const *)a)->name, (*(PgsFolderFile *const *)b)->name);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean
refuse(GError **error, const char *path, const char *what)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER, NULL, "%s: %s", path,
                  what);
    return FALSE;
}

static gboolean
add_file(PgsFolder *folder, const char *name, GError **error)
{
    if (folder->files->len >= MAX_FILES) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                      "name the folder that holds the migrations themselves",
                      "%s: more than %d files", folder->path, MAX_FILES);
        return FALSE;
    }
    PgsFolderFile *file = g_new0(PgsFolderFile, 1);
    file->name = g_strdup(name);
    file->path = g_build_filename(folder->path, name, NULL);
    g_ptr_array_add(folder->files, file);
    return TRUE;
}

/* A link to the folder itself or to one that holds it would make it appear within itself. */
static gboolean
is_loop(const PgsFolder *folder, const char *path)
{
    g_autofree char *real = realpath(path, NULL);
    if (real == NULL)
        return TRUE;
    gsize length = strlen(real);
    return strncmp(folder->real, real, length) == 0 &&
           (folder->real[length] == '/' || folder->real[length] == '\0' || length == 1);
}

/* The regular files right within a folder below. */
static gboolean
list_below(PgsFolder *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder->real, name, NULL);
    if (is_loop(folder, path))
        return TRUE;
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    if (dir == NULL)
        return TRUE; /* lost+found and the like; a reader that needs it will miss its files */
    const char *entry;
    gboolean holds = FALSE;
    while ((entry = g_dir_read_name(dir)) != NULL) {
        g_autofree char *below = g_build_filename(name, entry, NULL);
        g_autofree char *full = g_build_filename(path, entry, NULL);
        struct stat st;
        holds = TRUE;
        if (stat(full, &st) == 0 && S_ISREG(st.st_mode) && !add_file(folder, below, error))
            return FALSE;
    }
    if (holds)
        g_ptr_array_add(folder->folders, g_strdup(name));
    return TRUE;
}

static gboolean
list_folder(PgsFolder *folder, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder->real, 0, NULL);
    if (dir == NULL)
        return refuse(error, folder->path, g_strerror(errno));
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder->real, name, NULL);
        struct stat st;
        gboolean ok = TRUE;
        if (stat(path, &st) != 0)
            continue; /* a link to nothing */
        if (S_ISREG(st.st_mode))
            ok = add_file(folder, name, error);
        else if (S_ISDIR(st.st_mode) && name[0] != '.')
            ok = list_below(folder, name, error);
        if (!ok)
            return FALSE;
    }
    g_ptr_array_sort(folder->files, compare_files);
    g_ptr_array_sort(folder->folders, compare_names);
    return TRUE;
}

PgsFolder *
pgs_folder_open(const char *path, GError **error)
{
    g_autoptr(PgsFolder) folder = g_new0(PgsFolder, 1);
    folder->path = g_strdup(path);
    folder->files = g_ptr_array_new_with_free_func(file_free);
    folder->folders = g_ptr_array_new_with_free_func(g_free);
    folder->real = realpath(path, NULL);
    if (folder->real == NULL) {
        refuse(error, path, errno == ENOENT ? "no such folder" : g_strerror(errno));
        return NULL;
    }
    if (!g_file_test(folder->real, G_FILE_TEST_IS_DIR)) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                      "name the folder that holds the migrations", "%s: not a folder", path);
        return NULL;
    }
    if (!list_folder(folder, error))
        return NULL;
    return g_steal_pointer(&folder);
}

GBytes *
pgs_folder_text(PgsFolderFile *file, GError **error)
{
    if (file->text != NULL)
        return file->text;
    struct stat st;
    if (stat(file->path, &st) == 0 && st.st_size > MAX_FILE_SIZE) {
        refuse(error, file->path, "larger than 64 MB");
        return NULL;
    }
    char *text;
    gsize length;
    g_autoptr(GError) local = NULL;
    if (!g_file_get_contents(file->path, &text, &length, &local)) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER, NULL, "%s",
                      local->message);
        return NULL;
    }
    file->text = g_bytes_new_take(text, length);
    return file->text;
}

PgsFolderFile *
pgs_folder_find(const PgsFolder *folder, const char *name)
{
    guint low = 0;
    guint high = folder->files->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        PgsFolderFile *file = g_ptr_array_index(folder->files, middle);
        int order = strcmp(file->name, name);
        if (order == 0)
            return file;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

gboolean
pgs_folder_is_top(const PgsFolderFile *file)
{
    return strchr(file->name, '/') == NULL;
}
