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

/* Whether name is "pgstair-<uid>-XXXXXX", of this user; of any user for root. */
static bool
is_run_folder_name(const char *name)
{
    size_t prefix = strlen(PGS_RUN_FOLDER_PREFIX);
    if (strncmp(name, PGS_RUN_FOLDER_PREFIX, prefix) != 0)
        return false;
    name += prefix;
    size_t digits = strspn(name, "0123456789");
    if (digits == 0 || name[digits] != '-' || strlen(name + digits + 1) != 6)
        return false;
    return geteuid() == 0 || strtoul(name, NULL, 10) == geteuid();
}

static void
sweep_folder(const char *root, const char *name)
{
    char path[PATH_MAX], data[PATH_MAX + 8];
    int n = snprintf(path, sizeof path, "%s/%s", root, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return;
    int lock_fd = -1;
    bool gone = fstat(fd, &st) == 0 && (geteuid() == 0 || st.st_uid == geteuid()) &&
                pgs_owner_is_gone(fd, &lock_fd);
    close(fd);
    if (!gone)
        return;
    /* The supervisor was killed, and the server outlived it. */
    snprintf(data, sizeof data, "%s/data", path);
    pgs_cluster_end_strays(data);
    pgs_cluster_remove_segment(data, st.st_uid);
    pgs_tree_remove(path);
    if (lock_fd >= 0)
        close(lock_fd); /* held until now, so that no other sweeper works on it */
}

void
pgs_sweep(const char *root)
{
    DIR *dir = opendir(root);
    if (dir == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_run_folder_name(entry->d_name))
            sweep_folder(root, entry->d_name);
    }
    closedir(dir);
}
