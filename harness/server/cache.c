#include "server/cache.h"

#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TREE "data"
#define MARKER "complete"
#define LOCK_SUFFIX ".lock"
#define NEW_INFIX ".new-"

enum {
    LOCK_PAUSE_US = 5 * 1000, /* flock() itself cannot wait for a limited time */
    UNUSED_DAYS = 30,
};

struct _PgsCacheEntry {
    char *cache;
    char *key;
    char *folder;
    int lock_fd;
};

/* How large a tree is: what tells one from which something was cleaned away. */
typedef struct {
    guint64 entries;
    guint64 bytes;
} Size;

/* Whether the nearest folder above that exists is this user's own, or one where all may make their
 * own (/var/tmp): the home may be another's (sudo keeps HOME), who could not use what we make
 * there. */
static gboolean
is_ours_to_make(const char *path)
{
    g_autofree char *at = g_path_get_dirname(path);
    struct stat st;
    while (stat(at, &st) != 0) {
        if (errno != ENOENT || strcmp(at, "/") == 0)
            return FALSE;
        char *parent = g_path_get_dirname(at);
        g_free(at);
        at = parent;
    }
    return st.st_uid == geteuid() || (st.st_uid == 0 && (st.st_mode & S_ISVTX) != 0);
}

const char *
pgs_cache_prepare(const char *cache)
{
    if (!is_ours_to_make(cache))
        return "lies in another user's folder";
    if (g_mkdir_with_parents(cache, 0700) != 0)
        return "cannot be made";
    if (!pgs_fs_is_private(cache, geteuid()))
        return "is not this user's alone";
    if (!pgs_fs_is_writable(cache))
        return "is not writable";
    return NULL;
}

PgsCacheEntry *
pgs_cache_entry_new(const char *cache, const char *key)
{
    PgsCacheEntry *entry = g_new0(PgsCacheEntry, 1);
    entry->cache = g_strdup(cache);
    entry->key = g_strdup(key);
    entry->folder = g_build_filename(cache, key, NULL);
    entry->lock_fd = -1;
    return entry;
}

static void
unlock(PgsCacheEntry *entry)
{
    if (entry->lock_fd >= 0)
        close(entry->lock_fd);
    entry->lock_fd = -1;
}

void
pgs_cache_entry_free(PgsCacheEntry *entry)
{
    if (entry == NULL)
        return;
    unlock(entry);
    g_free(entry->cache);
    g_free(entry->key);
    g_free(entry->folder);
    g_free(entry);
}

/* Locked, and the file still has its name: whoever comes next finds the same one. */
static gboolean
try_lock(PgsCacheEntry *entry, gboolean exclusive, gboolean *is_hopeless)
{
    g_autofree char *path = g_strconcat(entry->folder, LOCK_SUFFIX, NULL);
    entry->lock_fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct stat st;
    if (entry->lock_fd >= 0 &&
        flock(entry->lock_fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 &&
        fstat(entry->lock_fd, &st) == 0 && st.st_nlink > 0)
        return TRUE;
    *is_hopeless = entry->lock_fd < 0 || (errno != EWOULDBLOCK && errno != EINTR);
    unlock(entry);
    return FALSE;
}

gboolean
pgs_cache_entry_lock(PgsCacheEntry *entry, gboolean exclusive, gint64 deadline,
                     GCancellable *cancellable)
{
    unlock(entry);
    for (;;) {
        gboolean is_hopeless = FALSE;
        errno = EWOULDBLOCK; /* for a lock on a file that was removed meanwhile */
        if (try_lock(entry, exclusive, &is_hopeless))
            return TRUE;
        if (is_hopeless || g_cancellable_is_cancelled(cancellable) ||
            g_get_monotonic_time() >= deadline)
            return FALSE;
        g_usleep(LOCK_PAUSE_US);
    }
}

/* Adds up what lies in the folder; closes folder_fd. */
static gboolean
measure(int folder_fd, Size *size)
{
    DIR *dir = fdopendir(folder_fd);
    if (dir == NULL) {
        close(folder_fd);
        return FALSE;
    }
    gboolean measured = TRUE;
    for (const struct dirent *entry; measured && (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        struct stat st;
        measured = fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0;
        size->entries++;
        if (measured && S_ISREG(st.st_mode))
            size->bytes += (guint64)st.st_size;
        if (measured && S_ISDIR(st.st_mode)) {
            int fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            measured = fd >= 0 && measure(fd, size);
        }
    }
    closedir(dir);
    return measured;
}

static gboolean
measure_tree(const char *path, Size *size)
{
    *size = (Size){0};
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd >= 0 && measure(fd, size);
}

static gboolean
read_marker(const char *folder, Size *size)
{
    g_autofree char *path = g_build_filename(folder, MARKER, NULL);
    g_autofree char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) &&
           sscanf(text, "%" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT " bytes\n",
                  &size->entries, &size->bytes) == 2;
}

char *
pgs_cache_entry_use(PgsCacheEntry *entry)
{
    g_autofree char *tree = g_build_filename(entry->folder, TREE, NULL);
    g_autofree char *marker = g_build_filename(entry->folder, MARKER, NULL);
    Size said, is;
    /* Cleaners of temporary folders take single files away. */
    if (!read_marker(entry->folder, &said) || !measure_tree(tree, &is) ||
        said.entries != is.entries || said.bytes != is.bytes)
        return NULL;
    utimensat(AT_FDCWD, marker, NULL, 0);
    return g_steal_pointer(&tree);
}

/* Removes the entry and what a run that died left of it. */
static void
remove_remains(const PgsCacheEntry *entry)
{
    g_autofree char *prefix = g_strconcat(entry->key, NEW_INFIX, NULL);
    g_autoptr(GDir) dir = g_dir_open(entry->cache, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(entry->cache, name, NULL);
        if (g_str_has_prefix(name, prefix))
            pgs_fs_remove_tree(path, NULL);
    }
    pgs_fs_remove_tree(entry->folder, NULL);
}

void
pgs_cache_entry_remove(PgsCacheEntry *entry)
{
    remove_remains(entry);
}

gboolean
pgs_cache_entry_store(PgsCacheEntry *entry, const char *tree)
{
    remove_remains(entry);
    g_autofree char *beside = g_strconcat(entry->folder, NEW_INFIX, "XXXXXX", NULL);
    if (g_mkdtemp(beside) == NULL)
        return FALSE;
    g_autofree char *copy = g_build_filename(beside, TREE, NULL);
    g_autofree char *marker = g_build_filename(beside, MARKER, NULL);
    g_autoptr(GError) error = NULL;
    Size size;
    gboolean stored =
        pgs_fs_copy_tree(tree, copy, (uid_t)-1, (gid_t)-1, &error) && measure_tree(copy, &size);
    if (stored) {
        g_autofree char *text =
            g_strdup_printf("%" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT " bytes\n",
                            size.entries, size.bytes);
        stored =
            g_file_set_contents(marker, text, -1, &error) && g_rename(beside, entry->folder) == 0;
    }
    if (!stored) {
        g_debug("cache: %s", error != NULL ? error->message : "not stored");
        pgs_fs_remove_tree(beside, NULL);
    }
    return stored;
}

void
pgs_cache_remove_old(const char *cache, const char *key)
{
    time_t oldest = time(NULL) - (time_t)UNUSED_DAYS * 24 * 60 * 60;
    g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *marker = g_build_filename(cache, name, MARKER, NULL);
        struct stat st;
        if (strcmp(name, key) == 0 || stat(marker, &st) != 0 || st.st_mtime > oldest)
            continue;
        g_autoptr(PgsCacheEntry) entry = pgs_cache_entry_new(cache, name);
        if (!pgs_cache_entry_lock(entry, TRUE, 0, NULL))
            continue;
        remove_remains(entry);
        g_autofree char *lock = g_strconcat(entry->folder, LOCK_SUFFIX, NULL);
        g_unlink(lock);
    }
}

guint
pgs_cache_count(const char *cache, guint64 *bytes)
{
    guint count = 0;
    *bytes = 0;
    g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *folder = g_build_filename(cache, name, NULL);
        Size size;
        if (!read_marker(folder, &size))
            continue;
        count++;
        *bytes += size.bytes;
    }
    return count;
}
