#include "base/error.h"
#include "migration/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_FILES = 100 * 1000,
    MAX_FOLDERS = 20 * 1000,
    MAX_DEPTH = 100,
    MAX_FILE_SIZE = 64 * 1024 * 1024,
    MAX_BYTES = 256 * 1024 * 1024, /* of all files that are read */
    MAX_SIDE_SIZE = 1024 * 1024,
};

void
pgs_folder_file_free(gpointer data)
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
    file->room = &folder->room;
    g_ptr_array_add(folder->files, file);
    return TRUE;
}

/* A folder on the way from the one that is listed to where the walk is now. */
typedef struct _Place Place;
struct _Place {
    const Place *above;
    const char *name; /* relative to the folder that is listed; "" for that one */
    dev_t device;
    ino_t inode;
    guint depth;
};

/* What a walk through a tree looks at. */
typedef struct {
    PgsFolder *folder;
    guint n_folders;
} Walk;

static gboolean
refuse_depth(const PgsFolder *folder, const char *name, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                  "name the folder that holds the migrations themselves",
                  "%s/%s: more than %d folders deep", folder->path, name, MAX_DEPTH);
    return FALSE;
}

static gboolean
refuse_width(const PgsFolder *folder, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                  "name the folder that holds the migrations themselves; a link that leads back "
                  "into it makes it appear many times",
                  "%s: more than %d folders", folder->path, MAX_FOLDERS);
    return FALSE;
}

/* A link to the folder itself or to one that holds it would make it appear within itself. */
static gboolean
holds_folder(const PgsFolder *folder, const char *path)
{
    g_autofree char *real = realpath(path, NULL);
    if (real == NULL)
        return TRUE;
    gsize length = strlen(real);
    return strncmp(folder->real, real, length) == 0 &&
           (folder->real[length] == '/' || folder->real[length] == '\0' || length == 1);
}

static gboolean
is_on_the_way(const Place *place, const struct stat *st)
{
    for (; place != NULL; place = place->above) {
        if (place->device == st->st_dev && place->inode == st->st_ino)
            return TRUE;
    }
    return FALSE;
}

/* Whether the walk goes into that folder: not into what is hidden, nor round in circles. */
static gboolean
is_entered(const Walk *walk, const Place *above, const char *entry, const char *path,
           const struct stat *st)
{
    struct stat link;
    if (entry[0] == '.' || strcmp(entry, "node_modules") == 0 || is_on_the_way(above, st))
        return FALSE;
    return lstat(path, &link) == 0 && (!S_ISLNK(link.st_mode) || !holds_folder(walk->folder, path));
}

static gboolean list_place(Walk *walk, const Place *place, guint from, guint to, gboolean *holds,
                           GError **error);

static gboolean
list_below(Walk *walk, const Place *above, const char *name, const struct stat *st, guint from,
           guint to, GError **error)
{
    const Place place = {above, name, st->st_dev, st->st_ino, above->depth + 1};
    gboolean holds = FALSE;
    if (place.depth > MAX_DEPTH)
        return refuse_depth(walk->folder, name, error);
    if (++walk->n_folders > MAX_FOLDERS)
        return refuse_width(walk->folder, error);
    if (!list_place(walk, &place, from, to, &holds, error))
        return FALSE;
    if (holds && place.depth == 1 && from == 0)
        g_ptr_array_add(walk->folder->folders, g_strdup(name));
    return TRUE;
}

/* A pipe, or a link to nothing, is a file where its tool would take it for a migration: reading it
 * says what is wrong. */
static gboolean
is_file(const char *name, const struct stat *st)
{
    return (st != NULL && S_ISREG(st->st_mode)) ||
           ((st == NULL || !S_ISDIR(st->st_mode)) && g_str_has_suffix(name, ".sql"));
}

/*
 * Adds the files that lie from depth from to depth to.  What cannot be opened (lost+found
 * and the like) is passed over: a reader that needs it will miss its files.
 */
static gboolean
list_place(Walk *walk, const Place *place, guint from, guint to, gboolean *holds, GError **error)
{
    g_autofree char *path = g_build_filename(walk->folder->real, place->name, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *entry;
    if (dir == NULL && place->depth == 0)
        return refuse(error, walk->folder->path, g_strerror(errno));
    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        g_autofree char *full = g_build_filename(path, entry, NULL);
        g_autofree char *name =
            place->depth == 0 ? g_strdup(entry) : g_build_filename(place->name, entry, NULL);
        struct stat st;
        gboolean ok = TRUE;
        *holds = TRUE;
        gboolean is_there = stat(full, &st) == 0;
        if (is_file(entry, is_there ? &st : NULL) && place->depth >= from)
            ok = add_file(walk->folder, name, error);
        else if (!is_there)
            continue;
        else if (S_ISDIR(st.st_mode) && place->depth < to &&
                 is_entered(walk, place, entry, full, &st))
            ok = list_below(walk, place, name, &st, from, to, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

/* Depth 0: the folder's own files. */
static gboolean
list_depths(PgsFolder *folder, guint from, guint to, GError **error)
{
    Walk walk = {.folder = folder};
    struct stat st;
    gboolean holds = FALSE;
    if (stat(folder->real, &st) != 0)
        return refuse(error, folder->path, g_strerror(errno));
    const Place place = {NULL, "", st.st_dev, st.st_ino, 0};
    if (!list_place(&walk, &place, from, to, &holds, error))
        return FALSE;
    g_ptr_array_sort(folder->files, compare_files);
    g_ptr_array_sort(folder->folders, compare_names);
    return TRUE;
}

gboolean
pgs_folder_deepen(PgsFolder *folder, GError **error)
{
    if (folder->is_deep)
        return TRUE;
    folder->is_deep = TRUE;
    return list_depths(folder, 2, MAX_DEPTH + 1, error);
}

PgsFolder *
pgs_folder_open(const char *path, GError **error)
{
    g_autoptr(PgsFolder) folder = g_new0(PgsFolder, 1);
    folder->path = g_strdup(path);
    folder->files = g_ptr_array_new_with_free_func(pgs_folder_file_free);
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
    folder->room = MAX_BYTES;
    if (!list_depths(folder, 0, 1, error))
        return NULL;
    return g_steal_pointer(&folder);
}

/* As many bytes as there are, at most length + 1; -1: error number in errno. */
static gssize
read_all(int fd, char *buffer, gsize length)
{
    gsize total = 0;
    while (total <= length) {
        gssize n = read(fd, buffer + total, length + 1 - total);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n == 0)
            break;
        total += n > 0 ? (gsize)n : 0;
    }
    return (gssize)total;
}

static gboolean
is_unchanged(const struct stat *before, const struct stat *after, gsize length)
{
    return before->st_size == after->st_size && (gsize)after->st_size == length &&
           before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
           before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

static gboolean
is_small_enough(const char *path, gsize size, gsize room, GError **error)
{
    if (size > MAX_FILE_SIZE)
        return refuse(error, path, "larger than 64 MB");
    return size <= room || refuse(error, path, "with it the folder's files have more than 256 MB");
}

/* A NUL stands behind the bytes, for whoever reads them as a C string.  What is no regular file any
 * more, since it was listed, would keep the run waiting. */
static GBytes *
read_open_file(int fd, const char *path, gsize room, GError **error)
{
    struct stat before, after;
    if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode)) {
        refuse(error, path, "not a regular file");
        return NULL;
    }
    gsize size = (gsize)before.st_size;
    if (!is_small_enough(path, size, room, error))
        return NULL;
    g_autofree char *buffer = g_malloc(size + 1);
    gssize length = read_all(fd, buffer, size);
    if (length < 0) {
        refuse(error, path, g_strerror(errno));
        return NULL;
    }
    if (fstat(fd, &after) != 0 || !is_unchanged(&before, &after, (gsize)length)) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                      "run it again when nothing writes to the folder any more",
                      "%s: it was changed while it was read", path);
        return NULL;
    }
    buffer[size] = '\0';
    return g_bytes_new_take(g_steal_pointer(&buffer), size);
}

/* Not even opened when it is no regular file: some devices answer to that. */
static GBytes *
read_file(const char *path, gsize room, GError **error)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        refuse(error, path, g_strerror(errno));
        return NULL;
    }
    int fd = S_ISREG(st.st_mode) ? open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    if (fd < 0) {
        refuse(error, path, S_ISREG(st.st_mode) ? g_strerror(errno) : "not a regular file");
        return NULL;
    }
    GBytes *bytes = read_open_file(fd, path, room, error);
    close(fd);
    return bytes;
}

GBytes *
pgs_folder_text(PgsFolderFile *file, GError **error)
{
    if (file->text != NULL)
        return file->text;
    file->text = read_file(file->path, *file->room, error);
    if (file->text != NULL)
        *file->room -= g_bytes_get_size(file->text);
    return file->text;
}

char *
pgs_file_text_beside(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GBytes) bytes = read_file(path, MAX_SIDE_SIZE, NULL);
    return bytes != NULL ? g_strdup(g_bytes_get_data(bytes, NULL)) : NULL;
}

PgsFolder *
pgs_folder_new_bare(const PgsFolder *like)
{
    PgsFolder *folder = g_new0(PgsFolder, 1);
    folder->path = g_strdup(like->path);
    folder->real = g_strdup(like->real);
    folder->files = g_ptr_array_new_with_free_func(pgs_folder_file_free);
    folder->folders = g_ptr_array_new_with_free_func(g_free);
    folder->room = MAX_BYTES;
    folder->is_deep = TRUE;
    return folder;
}

gboolean
pgs_folder_add_text(PgsFolder *folder, const char *name, const char *text, gsize length,
                    GError **error)
{
    if (length > folder->room || length > MAX_FILE_SIZE) {
        g_autofree char *path = g_build_filename(folder->path, name, NULL);
        return refuse(error, path, "too large");
    }
    if (!add_file(folder, name, error))
        return FALSE;
    PgsFolderFile *file = g_ptr_array_index(folder->files, folder->files->len - 1);
    folder->room -= length;
    char *copy = g_malloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    file->text = g_bytes_new_take(copy, length);
    return TRUE;
}

void
pgs_folder_settle(PgsFolder *folder)
{
    g_ptr_array_sort(folder->files, compare_files);
    for (guint i = 0; i < folder->files->len; i++) {
        const char *name = ((PgsFolderFile *)folder->files->pdata[i])->name;
        const char *slash = strchr(name, '/');
        g_autofree char *below = slash != NULL ? g_strndup(name, (gsize)(slash - name)) : NULL;
        guint n = folder->folders->len;
        if (below != NULL && (n == 0 || strcmp(folder->folders->pdata[n - 1], below) != 0))
            g_ptr_array_add(folder->folders, g_steal_pointer(&below));
    }
    g_ptr_array_sort(folder->folders, compare_names);
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
