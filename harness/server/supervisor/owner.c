#include "protocol.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * The lock decides: the kernel lets go of it when the supervisor dies, and it is seen from another
 * container too.  The text is for a person, and for file systems that know no locks.
 */

enum {
    TEXT_MAX = 512,
    YOUNG_SECONDS = 60, /* so long may it take from a folder's making to its owner file */
};

static bool
read_file(int folder_fd, const char *name, char *text, size_t size)
{
    int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, size - 1);
    close(fd);
    text[n < 0 ? 0 : n] = '\0';
    return n > 0;
}

/* When the process started, in the kernel's ticks since boot (proc(5), field 22); 0: no such one.
 */
static unsigned long long
start_time(int pid)
{
    char name[64], line[1024];
    snprintf(name, sizeof name, "/proc/%d/stat", pid);
    unsigned long long ticks = 0;
    if (!read_file(AT_FDCWD, name, line, sizeof line))
        return 0;
    const char *paren = strrchr(line, ')');
    if (paren == NULL || sscanf(paren + 1,
                                " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
                                "%*d %*d %*d %llu",
                                &ticks) != 1)
        return 0;
    return ticks;
}

static void
boot_and_namespace(char *text, size_t size)
{
    char boot[64] = "?\n", space[64] = "?";
    read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    ssize_t n = readlink("/proc/self/ns/pid", space, sizeof space - 1);
    if (n > 0)
        space[n] = '\0';
    snprintf(text, size, "boot %.*s\nnamespace %s\n", (int)strcspn(boot, "\n"), boot, space);
}

int
pgs_owner_create(int folder_fd)
{
    /* Locked before it has its name: who finds the name finds the lock. */
    const char *beside = PGS_RUN_FOLDER_OWNER ".new";
    int fd = openat(folder_fd, beside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    flock(fd, LOCK_EX | LOCK_NB); /* without it the text must do */
    char place[256], text[TEXT_MAX];
    boot_and_namespace(place, sizeof place);
    int n = snprintf(text, sizeof text, "pid %d\nstart %llu\n%s", (int)getpid(),
                     start_time(getpid()), place);
    if (write(fd, text, (size_t)n) != n ||
        renameat(folder_fd, beside, folder_fd, PGS_RUN_FOLDER_OWNER) != 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

/* For a file system without locks: gone only when that is certain from here. */
static bool
text_says_gone(int folder_fd)
{
    char text[TEXT_MAX], place[256];
    if (!read_file(folder_fd, PGS_RUN_FOLDER_OWNER, text, sizeof text))
        return false;
    int pid = 0;
    unsigned long long start = 0;
    if (sscanf(text, "pid %d\nstart %llu\n", &pid, &start) != 2)
        return false;
    boot_and_namespace(place, sizeof place);
    const char *line = strstr(text, "boot ");
    if (line == NULL)
        return false;
    size_t boot_length = strcspn(place, "\n") + 1;
    if (strncmp(line, place, boot_length) != 0)
        return true; /* before a restart of the machine */
    return strcmp(line, place) == 0 && start_time(pid) != start;
}

static bool
is_young(int folder_fd)
{
    struct stat st;
    return fstat(folder_fd, &st) != 0 || time(NULL) - st.st_mtime < YOUNG_SECONDS;
}

bool
pgs_owner_is_gone(int folder_fd, int *lock_fd)
{
    *lock_fd = -1;
    int fd = openat(folder_fd, PGS_RUN_FOLDER_OWNER, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT && !is_young(folder_fd);
    bool gone;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        /* Another sweeper may have removed it between our open and our lock. */
        struct stat st;
        gone = fstat(fd, &st) == 0 && st.st_nlink > 0;
    } else {
        gone = errno != EWOULDBLOCK && errno != EINTR && text_says_gone(folder_fd);
    }
    if (gone)
        *lock_fd = fd;
    else
        close(fd);
    return gone;
}
