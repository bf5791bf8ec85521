#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

enum {
    STRAY_ASK_MS = 500,
    STRAY_FORCE_MS = 500,
    STRAY_PAUSE_US = 5 * 1000,
    DETACH_MS = 2000,          /* a killed process looks gone before its memory is */
    PID_FILE_SEGMENT_LINE = 7, /* "key id" (PostgreSQL's utils/pidfile.h, all versions from 10) */
};

/* The text of DATA/postmaster.pid.  The folder may belong to another account: no link, no fifo. */
static bool
read_pid_file(const char *data, char *text, size_t size)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/postmaster.pid", data);
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, text, size - 1);
    close(fd);
    text[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

/*
 * Whether the owner's segment has nobody attached.  The kernel takes a process's memory away after
 * it has let go of the program and the folder that it is known by: without waiting the segment
 * would stay for ever now and then, since nobody knows of it once the folder is gone.
 */
static bool
wait_until_detached(int id, uid_t owner)
{
    struct shmid_ds segment;
    long long until = pgs_clock_ms() + DETACH_MS;
    while (shmctl(id, IPC_STAT, &segment) == 0 && segment.shm_perm.cuid == owner) {
        if (segment.shm_nattch == 0)
            return true;
        if (pgs_clock_ms() >= until)
            return false;
        usleep(STRAY_PAUSE_US);
    }
    return false;
}

void
pgs_cluster_remove_segment(const char *data, uid_t owner)
{
    char text[PATH_MAX * 2 + 256];
    if (!read_pid_file(data, text, sizeof text))
        return; /* a server that ended in order removes both */
    const char *line = text;
    for (int i = 1; i < PID_FILE_SEGMENT_LINE && line != NULL; i++) {
        line = strchr(line, '\n');
        if (line != NULL)
            line++;
    }
    unsigned long key;
    int id;
    if (line == NULL || sscanf(line, "%lu %d", &key, &id) != 2)
        return;
    /* The file may be older than the machine's last start, and the number another's by now. */
    if (shmget((key_t)key, 0, 0) == id && wait_until_detached(id, owner))
        shmctl(id, IPC_RMID, NULL);
}

static bool
link_of(const char *pid, const char *name, char *target, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/%s", pid, name);
    ssize_t n = readlink(path, target, size - 1);
    target[n < 0 ? 0 : n] = '\0';
    return n > 0;
}

/* A server process, the postmaster or a backend, has its data folder as working directory. */
static bool
is_stray(const char *pid, const char *data)
{
    char target[PATH_MAX];
    if (!link_of(pid, "cwd", target, sizeof target) || strcmp(target, data) != 0 ||
        !link_of(pid, "exe", target, sizeof target))
        return false;
    const char *name = strrchr(target, '/');
    /* "postgres (deleted)" after an upgrade of the package. */
    return name != NULL && strncmp(name, "/postgres", 9) == 0 &&
           (name[9] == '\0' || name[9] == ' ');
}

static int
signal_strays(const char *data, int number)
{
    int found = 0;
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        return 0;
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && is_stray(entry->d_name, data))
            found += kill((pid_t)atoi(entry->d_name), number) == 0;
    }
    closedir(proc);
    return found;
}

void
pgs_cluster_end_strays(const char *data)
{
    char real[PATH_MAX];
    if (realpath(data, real) == NULL)
        return;
    static const struct {
        int number;
        int milliseconds;
    } steps[] = {{SIGQUIT, STRAY_ASK_MS}, {SIGKILL, STRAY_FORCE_MS}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (signal_strays(real, steps[i].number) == 0)
            return;
        long long until = pgs_clock_ms() + steps[i].milliseconds;
        while (signal_strays(real, 0) > 0 && pgs_clock_ms() < until)
            usleep(STRAY_PAUSE_US);
    }
}
