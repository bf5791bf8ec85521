#ifndef SUITES_CHILD_H
#define SUITES_CHILD_H

/* Include it first: posix_spawn_file_actions_addchdir_np() and pipe2() are GNU's. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A program that a test runs, in a process group of its own, with a limit to its time. */
typedef struct {
    const char *const *argv; /* NULL-terminated; argv[0] without a slash is looked up in PATH */
    const char *folder;      /* where it runs; NULL: here */
    const char *variable;    /* "NAME=value", for its environment; NULL: none */
    int seconds;             /* it is killed after so many */
} Child;

#define CHILD_NOT_STARTED (-1)
#define CHILD_TIMED_OUT (-2)
#define CHILD_KILLED (-3)

extern char **environ;

/* Whether both begin with the same "NAME=". */
static inline int
child_same_name(const char *one, const char *other)
{
    size_t length = other != NULL ? strcspn(other, "=") + 1 : 0;
    return length > 0 && strncmp(one, other, length) == 0;
}

/* The environment with one variable set, without what pgstair heeds; free(). */
static inline char **
child_environment(const char *variable)
{
    size_t n = 0, kept = 0;
    while (environ[n] != NULL)
        n++;
    char **copy = (char **)calloc(n + 2, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        if (strncmp(environ[i], "PGSTAIR_", 8) != 0 && !child_same_name(environ[i], variable))
            copy[kept++] = environ[i];
    }
    if (copy != NULL)
        copy[kept] = (char *)variable;
    return copy;
}

/* Its standard input is empty; both outputs go to the pipe. */
static inline int
child_spawn(const Child *child, const int pipe_ends[2], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char **environment = child_environment(child->variable);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
    if (child->folder != NULL)
        posix_spawn_file_actions_addchdir_np(&actions, child->folder);
    int failure = environment == NULL ? 1
                                      : posix_spawnp(pid, child->argv[0], &actions, &attributes,
                                                     (char *const *)child->argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    free(environment);
    return failure == 0;
}

static inline long
child_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

/* Reads until the other end is closed; what does not fit is dropped.  0: the time was up. */
static inline int
child_read(int fd, long deadline, char *output, size_t size)
{
    char piece[4096];
    size_t length = 0;
    output[0] = '\0';
    for (;;) {
        struct pollfd wait_for = {.fd = fd, .events = POLLIN};
        long left = deadline - child_now_ms();
        if (left <= 0 || poll(&wait_for, 1, (int)left) == 0)
            return 0;
        ssize_t n = read(fd, piece, sizeof piece);
        if (n <= 0)
            return 1;
        size_t fits = (size_t)n < size - 1 - length ? (size_t)n : size - 1 - length;
        memcpy(output + length, piece, fits);
        length += fits;
        output[length] = '\0';
    }
}

/*
 * Runs it to its end and tells its exit status, or one of the negative values above.  output: what
 * it wrote, both streams in the order of writing, cut off at size.
 */
static inline int
run_child(const Child *child, char *output, size_t size)
{
    int pipe_ends[2], status = 0;
    pid_t pid = 0;
    output[0] = '\0';
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return CHILD_NOT_STARTED;
    int started = child_spawn(child, pipe_ends, &pid);
    close(pipe_ends[1]);
    int in_time =
        started && child_read(pipe_ends[0], child_now_ms() + child->seconds * 1000L, output, size);
    close(pipe_ends[0]);
    if (!started)
        return CHILD_NOT_STARTED;
    if (!in_time)
        kill(-pid, SIGKILL);
    if (waitpid(pid, &status, 0) != pid || !in_time)
        return CHILD_TIMED_OUT;
    return WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_KILLED;
}

#endif
