#include "protocol.h"
#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    REMOVE_TRIES = 20, /* a process that is just dying may still make a file */
    REMOVE_PAUSE_US = 10 * 1000,
};

static char *
finish_folder(PgsItem *item)
{
    if (pgs_tree_remove(item->path))
        return NULL;
    char *text = NULL;
    int n = asprintf(&text, "could not remove %s: %s", item->path, strerror(errno));
    return n < 0 ? NULL : text;
}

const PgsItemKind pgs_folder_kind = {.name = "folder", .finish = finish_folder};

static bool
furnish(PgsItem *item, uid_t uid, gid_t gid)
{
    int fd = open(item->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    item->lock_fd = pgs_owner_create(fd);
    bool furnished = item->lock_fd >= 0 && (geteuid() != 0 || fchown(fd, uid, gid) == 0);
    int reason = errno;
    close(fd);
    errno = reason;
    return furnished;
}

PgsItem *
pgs_folder_make(PgsSupervisor *supervisor, unsigned long scope, const char *parent, uid_t uid,
                gid_t gid)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/" PGS_RUN_FOLDER_PREFIX "%u-XXXXXX", parent,
                     (unsigned)geteuid());
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    PgsItem *item = pgs_item_add(supervisor, &pgs_folder_kind, scope, path);
    if (item == NULL)
        return NULL;
    /* Registered first: there is no moment at which the folder is there and nobody's.  mkdtemp
     * leaves a path that cannot be made without the "XXXXXX" of a name that exists by chance. */
    if (mkdtemp(item->path) == NULL) {
        int reason = errno;
        *item->path = '\0'; /* nothing to remove */
        errno = reason;
        return NULL;
    }
    item->owner = uid;
    if (!furnish(item, uid, gid)) {
        int reason = errno;
        pgs_tree_remove(item->path);
        errno = reason;
        return NULL;
    }
    return item;
}

static bool
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* One pass; goes on after a failure, to leave as little as possible. */
static bool
remove_entry(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return true;
    if (errno != EISDIR && errno != EPERM)
        return false;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    struct stat st;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700)
        (void)!fchmod(fd, 0700);
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return false;
    }
    bool removed = true;
    int reason = 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!is_dots(entry->d_name) && !remove_entry(fd, entry->d_name)) {
            removed = false;
            reason = errno;
        }
    }
    closedir(dir);
    if (removed)
        return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
    errno = reason;
    return false;
}

bool
pgs_tree_remove(const char *path)
{
    if (*path == '\0')
        return true;
    for (int i = 0; i < REMOVE_TRIES; i++) {
        if (remove_entry(AT_FDCWD, path))
            return true;
        if (errno != ENOTEMPTY && errno != EEXIST)
            return false;
        usleep(REMOVE_PAUSE_US);
    }
    return false;
}
