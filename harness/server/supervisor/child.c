#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
    ASK_MS = 500, /* for a server to end by itself */
};

static void
ask_process(PgsItem *item)
{
    if (item->running)
        kill(item->pid, SIGQUIT); /* PostgreSQL: immediate shutdown; no checkpoint */
}

static bool
process_has_ended(const PgsItem *item)
{
    return !item->running;
}

static void
force_process(PgsItem *item)
{
    kill(item->pid, SIGKILL);
}

static char *
finish_process(PgsItem *item)
{
    if (*item->path != '\0')
        pgs_cluster_remove_segment(item->path, item->owner);
    return NULL;
}

const PgsItemKind pgs_process_kind = {
    .name = "process",
    .patience_ms = ASK_MS,
    .begin = ask_process,
    .has_ended = process_has_ended,
    .force = force_process,
    .finish = finish_process,
};

static void
end_chore(PgsItem *item)
{
    if (item->running)
        kill(-item->pid, SIGKILL);
}

const PgsItemKind pgs_chore_kind = {
    .name = "chore",
    .patience_ms = ASK_MS,
    .begin = end_chore,
    .has_ended = process_has_ended,
    .force = end_chore,
};

static bool
drop_privileges(uid_t uid, gid_t gid)
{
    if (geteuid() != 0)
        return true;
    return setgroups(0, NULL) == 0 && setgid(gid) == 0 && setuid(uid) == 0;
}

/* In the child; returns only when it fails, with errno. */
static void
become(const PgsSpawn *spawn, pid_t supervisor)
{
    pgs_signals_reset();
    setsid();
    if (!drop_privileges(spawn->uid, spawn->gid))
        return;
#ifdef __linux__
    /* Should the supervisor itself be killed.  A change of the account would have reset it. */
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != supervisor)
        _exit(127);
#else
    (void)supervisor;
#endif
    int log = open(spawn->log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        return;
    execv(spawn->argv[0], spawn->argv);
}

pid_t
pgs_child_spawn(PgsSupervisor *supervisor, const PgsSpawn *spawn)
{
    PgsItem *item = pgs_item_add(supervisor, spawn->kind, spawn->scope, spawn->data);
    int status[2];
    if (item == NULL || pipe(status) != 0)
        return -1; /* an item that never ran does no harm */
    fcntl(status[0], F_SETFD, FD_CLOEXEC);
    fcntl(status[1], F_SETFD, FD_CLOEXEC);
    item->owner = spawn->uid;

    pid_t self = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(spawn, self);
        int reason = errno;
        ssize_t written = write(status[1], &reason, sizeof reason);
        _exit(written < 0 ? 126 : 127);
    }
    int reason = errno;
    close(status[1]);
    if (pid > 0) {
        item->pid = pid;
        item->running = true;
        /* End of file: exec closed it. */
        ssize_t n;
        do {
            n = read(status[0], &reason, sizeof reason);
        } while (n < 0 && errno == EINTR);
        if (n != sizeof reason)
            reason = 0;
    }
    close(status[0]);
    errno = reason;
    return reason == 0 ? pid : -1;
}

PgsItem *
pgs_child_find(PgsSupervisor *supervisor, pid_t pid)
{
    /* Newest first: a pid may have been used before. */
    for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->pid == pid && pid > 0)
            return item;
    }
    return NULL;
}

/* The parent of a process, or 0. */
static pid_t
parent_of(const char *pid)
{
    char name[64], line[512];
    snprintf(name, sizeof name, "/proc/%.20s/stat", pid);
    FILE *file = fopen(name, "re");
    if (file == NULL)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[n] = '\0';
    /* "pid (name) state parent …"; the name may hold anything. */
    const char *paren = strrchr(line, ')');
    int parent = 0;
    if (paren == NULL || sscanf(paren + 1, " %*c %d", &parent) != 1)
        return 0;
    return parent;
}

static bool
works_in(pid_t pid, const char *folder)
{
    char name[64];
    struct stat there, data;
    snprintf(name, sizeof name, "/proc/%d/cwd", (int)pid);
    return *folder != '\0' && stat(name, &there) == 0 && stat(folder, &data) == 0 &&
           there.st_dev == data.st_dev && there.st_ino == data.st_ino;
}

/*
 * Whether an adopted process was left by one that was spawned and has ended: a server's backend
 * works in its data folder; anything else is in its session.  What made a session of its own, and
 * works elsewhere, is meant to stay (podman's monitor of a container).
 */
static bool
is_left(const PgsSupervisor *supervisor, pid_t pid)
{
    pid_t session = getsid(pid);
    for (const PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->pid > 0 && !item->running && (session == item->pid || works_in(pid, item->path)))
            return true;
    }
    return false;
}

/* Kills the child unless it is one that was spawned (and lives); whether it is to be waited for. */
static bool
kill_unless_ours(PgsSupervisor *supervisor, pid_t pid)
{
    const PgsItem *item = pgs_child_find(supervisor, pid);
    if ((item != NULL && item->running) || !is_left(supervisor, pid))
        return false;
    return kill(pid, SIGKILL) == 0;
}

/*
 * Being the subreaper of all its descendants, the supervisor becomes the parent of whatever process
 * loses its own: the backends of a server that was killed.  Returns how many were found.
 */
static int
kill_adopted(PgsSupervisor *supervisor)
{
    int found = 0;
    FILE *children = fopen("/proc/thread-self/children", "re");
    if (children != NULL) {
        for (int pid; fscanf(children, "%d", &pid) == 1;)
            found += kill_unless_ours(supervisor, pid);
        fclose(children);
        return found;
    }
    /* A kernel without CONFIG_PROC_CHILDREN. */
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        return 0;
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            parent_of(entry->d_name) == getpid())
            found += kill_unless_ours(supervisor, (pid_t)atoi(entry->d_name));
    }
    closedir(proc);
    return found;
}

/* Whether a spawned process was among those that ended. */
static bool
reap_ended(PgsSupervisor *supervisor)
{
    bool ours = false;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        PgsItem *item = pgs_child_find(supervisor, pid);
        if (item == NULL || !item->running)
            continue;
        item->running = false;
        item->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        ours = true;
    }
    return ours;
}

void
pgs_children_reap(PgsSupervisor *supervisor)
{
    if (reap_ended(supervisor))
        kill_adopted(supervisor);
}

void
pgs_children_wait(PgsSupervisor *supervisor, int milliseconds)
{
    struct pollfd fd = {.fd = supervisor->signal_fd, .events = POLLIN};
    if (poll(&fd, 1, milliseconds) > 0)
        pgs_signals_drain(supervisor->signal_fd);
    pgs_children_reap(supervisor);
}

void
pgs_children_end_adopted(PgsSupervisor *supervisor, int milliseconds)
{
    long long until = pgs_clock_ms() + milliseconds;
    for (;;) {
        pgs_children_reap(supervisor);
        long long left = until - pgs_clock_ms();
        if (kill_adopted(supervisor) == 0 || left <= 0)
            return;
        pgs_children_wait(supervisor, (int)left);
    }
}

void
pgs_close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0)
        return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < limit; fd++)
        close(fd);
}
