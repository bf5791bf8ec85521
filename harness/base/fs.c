#include "base/fs.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

enum {
    COPY_BUFFER_BYTES = 256 * 1024,
};

G_DEFINE_QUARK(pgs_fs_error, pgs_fs_error)

/* A copy under way. */
typedef struct {
    uid_t uid;
    gid_t gid;
    char *buffer;
} Copy;

static gboolean copy_folder(const Copy *copy, int from, int to, const char *path, GError **error);

static gboolean
fail(GError **error, const char *what, const char *folder, const char *name)
{
    int reason = errno;
    pgs_error_set(error, PGS_FS_ERROR, PGS_FS_ERROR_FAILED, NULL, "could not %s \"%s%s%s\": %s",
                  what, folder, name != NULL ? "/" : "", name != NULL ? name : "",
                  g_strerror(reason));
    return FALSE;
}

static gboolean
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static gboolean
take_over_owner(const Copy *copy, int fd)
{
    if (copy->uid == (uid_t)-1 && copy->gid == (gid_t)-1)
        return TRUE;
    return fchown(fd, copy->uid, copy->gid) == 0;
}

static gboolean
write_all(int fd, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

/*
 * read() and write(): for a cluster's thousand small files sendfile() measured the same within a
 * tenth, and copy_file_range() does not go from one file system to another.
 */
static gboolean
copy_bytes(const Copy *copy, int from, int to)
{
    for (;;) {
        ssize_t n = read(from, copy->buffer, COPY_BUFFER_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        if (!write_all(to, copy->buffer, (gsize)n))
            return FALSE;
        if (n < COPY_BUFFER_BYTES)
            return TRUE; /* a regular file gives less only at its end */
    }
}

static gboolean
copy_file(const Copy *copy, int from_folder, int to_folder, const char *name, mode_t mode,
          const char *path, GError **error)
{
    int from = openat(from_folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0)
        return fail(error, "read", path, name);
    int to = openat(to_folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    gboolean copied = to >= 0 && copy_bytes(copy, from, to) && take_over_owner(copy, to) &&
                      fchmod(to, mode & 07777) == 0;
    if (!copied)
        fail(error, "copy", path, name);
    close(from);
    /* Some file systems (NFS, quotas) tell of a failed write only here. */
    if (to >= 0 && close(to) != 0 && copied)
        return fail(error, "copy", path, name);
    return copied;
}

static gboolean
copy_link(const Copy *copy, int from_folder, int to_folder, const char *name, const char *path,
          GError **error)
{
    char target[PATH_MAX];
    ssize_t n = readlinkat(from_folder, name, target, sizeof target - 1);
    if (n < 0)
        return fail(error, "read", path, name);
    target[n] = '\0';
    if (symlinkat(target, to_folder, name) != 0 ||
        ((copy->uid != (uid_t)-1 || copy->gid != (gid_t)-1) &&
         fchownat(to_folder, name, copy->uid, copy->gid, AT_SYMLINK_NOFOLLOW) != 0))
        return fail(error, "copy", path, name);
    return TRUE;
}

static gboolean
copy_subfolder(const Copy *copy, int from_folder, int to_folder, const char *name, mode_t mode,
               const char *path, GError **error)
{
    g_autofree char *subpath = g_build_filename(path, name, NULL);
    int from = openat(from_folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0)
        return fail(error, "read", subpath, NULL);
    int to = -1;
    if (mkdirat(to_folder, name, 0700) == 0)
        to = openat(to_folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (to < 0) {
        fail(error, "copy", subpath, NULL);
        close(from);
        return FALSE;
    }
    gboolean copied = copy_folder(copy, from, to, subpath, error); /* takes from */
    if (copied && !(take_over_owner(copy, to) && fchmod(to, mode & 07777) == 0))
        copied = fail(error, "copy", subpath, NULL);
    close(to);
    return copied;
}

static gboolean
copy_entry(const Copy *copy, int from, int to, const char *name, const char *path, GError **error)
{
    struct stat st;
    if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(error, "read", path, name);
    switch (st.st_mode & S_IFMT) {
    case S_IFREG:
        return copy_file(copy, from, to, name, st.st_mode, path, error);
    case S_IFLNK:
        return copy_link(copy, from, to, name, path, error);
    case S_IFDIR:
        return copy_subfolder(copy, from, to, name, st.st_mode, path, error);
    default:
        pgs_error_set(error, PGS_FS_ERROR, PGS_FS_ERROR_FAILED, NULL,
                      "could not copy \"%s/%s\": neither a file, nor a folder, nor a link", path,
                      name);
        return FALSE;
    }
}

/* Copies what lies in the folder from; closes from. */
static gboolean
copy_folder(const Copy *copy, int from, int to, const char *path, GError **error)
{
    DIR *dir = fdopendir(from);
    if (dir == NULL) {
        fail(error, "read", path, NULL);
        close(from);
        return FALSE;
    }
    gboolean copied = TRUE;
    while (copied) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            if (errno != 0)
                copied = fail(error, "read", path, NULL);
            break;
        }
        if (!is_dots(entry->d_name))
            copied = copy_entry(copy, from, to, entry->d_name, path, error);
    }
    closedir(dir);
    return copied;
}

gboolean
pgs_fs_copy_tree(const char *from, const char *to, uid_t uid, gid_t gid, GError **error)
{
    g_autofree char *buffer = g_malloc(COPY_BUFFER_BYTES);
    Copy copy = {.uid = uid, .gid = gid, .buffer = buffer};
    struct stat st;
    int from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from_fd < 0 || fstat(from_fd, &st) != 0) {
        fail(error, "read", from, NULL);
        if (from_fd >= 0)
            close(from_fd);
        return FALSE;
    }
    int to_fd = -1;
    if (mkdir(to, 0700) == 0)
        to_fd = open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (to_fd < 0) {
        fail(error, "make", to, NULL);
        close(from_fd);
        return FALSE;
    }
    gboolean copied = copy_folder(&copy, from_fd, to_fd, from, error);
    if (copied && !(take_over_owner(&copy, to_fd) && fchmod(to_fd, st.st_mode & 07777) == 0))
        copied = fail(error, "make", to, NULL);
    close(to_fd);
    return copied;
}

/* Removes name in the folder parent.  Goes on after a failure, to leave as little as possible. */
static gboolean
remove_entry(int parent, const char *name, const char *path, GError **error)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return TRUE;
    if (errno != EISDIR && errno != EPERM) /* Linux says EISDIR for a folder, POSIX EPERM */
        return fail(error, "remove", path, NULL);
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        gboolean gone = errno == ENOENT;
        if (!gone)
            fail(error, "remove", path, NULL);
        if (fd >= 0)
            close(fd);
        return gone;
    }
    struct stat st;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700)
        (void)!fchmod(fd, 0700); /* a folder that its owner made read-only */
    gboolean removed = TRUE;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_dots(entry->d_name))
            continue;
        g_autofree char *subpath = g_build_filename(path, entry->d_name, NULL);
        if (!remove_entry(fd, entry->d_name, subpath, removed ? error : NULL))
            removed = FALSE;
    }
    closedir(dir);
    if (removed && unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        removed = fail(error, "remove", path, NULL);
    return removed;
}

gboolean
pgs_fs_remove_tree(const char *path, GError **error)
{
    return remove_entry(AT_FDCWD, path, path, error);
}

guint64
pgs_fs_free_bytes(const char *path)
{
    struct statvfs fs;
    if (statvfs(path, &fs) != 0)
        return 0;
    return (guint64)fs.f_bavail * fs.f_frsize;
}

gboolean
pgs_fs_is_memory(const char *path)
{
#ifdef __linux__
    /* statfs(2), "f_type": TMPFS_MAGIC, RAMFS_MAGIC. */
    struct statfs fs;
    return statfs(path, &fs) == 0 && (fs.f_type == 0x01021994 || fs.f_type == 0x858458f6);
#else
    (void)path;
    return FALSE;
#endif
}

gboolean
pgs_fs_is_writable(const char *path)
{
    g_autofree char *name = g_build_filename(path, ".pgstair-XXXXXX", NULL);
    int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return FALSE;
    close(fd);
    return g_unlink(name) == 0;
}

gboolean
pgs_fs_is_private(const char *path, uid_t uid)
{
    /* lstat: a link that another user put there may lead to a folder of ours. */
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == uid &&
           (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}
