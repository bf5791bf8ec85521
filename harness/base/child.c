#include "base/child.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum {
    POLL_SLICE_MS = 10,    /* between two looks at a child where there is no pidfd */
    TAIL_LINES = 12,       /* of its output in an error message */
    TAIL_BYTES = 4 * 1024, /* at most */
    FIRST_SOURCE = 3,      /* the child's descriptor for the first of those that it is given */
    MAX_SOURCES = 4,
};

/* What the child does between fork and exec; only async-signal-safe calls there. */
typedef struct {
    const PgsProcess *process;
    pid_t parent;
    int status_fd; /* gets an errno when the account cannot be changed; closed by exec */
} Setup;

/* The file to execute, absolute, since the child may run in another folder; NULL: there is none. */
static char *
find_executable(const char *program)
{
    if (strchr(program, '/') == NULL)
        return g_find_program_in_path(program);
    if (!g_file_test(program, G_FILE_TEST_EXISTS))
        return NULL;
    return g_canonicalize_filename(program, NULL);
}

static void
become_account(const PgsProcess *process, int status_fd)
{
    if (setgroups(0, NULL) == 0 && setgid(process->gid) == 0 && setuid(process->uid) == 0)
        return;
    int reason = errno;
    ssize_t written = write(status_fd, &reason, sizeof reason);
    _exit(written < 0 ? 126 : 127);
}

static void
set_up_child(gpointer data)
{
    const Setup *setup = data;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    static const int defaults[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD};
    for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++)
        signal(defaults[i], SIG_DFL);
    /* A group of its own can be ended as a whole; but only the terminal's group may read from it.
     */
    if (!setup->process->interactive)
        setpgid(0, 0);
    if (setup->process->has_account)
        become_account(setup->process, setup->status_fd);
#ifdef __linux__
    /* It is bound to the thread that starts the child, which waits for its end; a companion whose
     * thread has ended is started again (companion.h).  A change of the account would have reset
     * it. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != setup->parent)
        _exit(127);
#endif
}

/* An unlinked file that holds the input: no pipe to feed, no SIGPIPE, no deadlock.  -1: errno. */
static int
open_input(GBytes *input)
{
    gsize length;
    const char *bytes = g_bytes_get_data(input, &length);
#ifdef MFD_CLOEXEC
    int fd = memfd_create("pgstair-input", MFD_CLOEXEC);
#else
    g_autofree char *name = NULL;
    int fd = g_file_open_tmp("pgstair-XXXXXX", &name, NULL);
    if (fd >= 0) {
        unlink(name);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
#endif
    if (fd < 0)
        return -1;
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int reason = errno;
            close(fd);
            errno = reason;
            return -1;
        }
        bytes += n;
        length -= (gsize)n;
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static int
open_pidfd(GPid pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by itself; Linux 5.3 */
#else
    (void)pid;
    return -1;
#endif
}

static gboolean
refuse_account(const PgsProcess *process, const char *executable, int reason, GError **error)
{
    pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN,
                  "the user must exist in this container or user namespace",
                  "could not start \"%s\" as user %u, group %u: %s", executable,
                  (guint)process->uid, (guint)process->gid, g_strerror(reason));
    return FALSE;
}

/* What has to be so before anything is opened.  *executable: g_free(). */
static gboolean
check_start(const PgsProcess *process, char **executable, GError **error)
{
    *executable = find_executable(process->program);
    if (*executable == NULL) {
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_NOT_FOUND,
                      strchr(process->program, '/') == NULL
                          ? "install it, or put the folder that holds it into PATH"
                          : NULL,
                      "there is no program \"%s\"", process->program);
        return FALSE;
    }
    if (process->has_account && geteuid() != 0) {
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                      "only root can start \"%s\" as another user", process->program);
        return FALSE;
    }
    return TRUE;
}

/* input: of the process's text, or -1; status_fd: for set_up_child(). */
static gboolean
start(const PgsProcess *process, char *executable, int input, int status_fd, const int *sources,
      gsize n, PgsChild *child, GError **error)
{
    static const int targets[MAX_SOURCES] = {FIRST_SOURCE, FIRST_SOURCE + 1, FIRST_SOURCE + 2,
                                             FIRST_SOURCE + 3};
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_autoptr(GError) cause = NULL;
    g_ptr_array_add(arguments, executable);
    for (guint i = 0; i < process->arguments->len; i++)
        g_ptr_array_add(arguments, g_ptr_array_index(process->arguments, i));
    g_ptr_array_add(arguments, NULL);
    Setup setup = {.process = process, .parent = getpid(), .status_fd = status_fd};
    if (g_spawn_async_with_pipes_and_fds(
            process->directory, (const char *const *)arguments->pdata,
            (const char *const *)process->environment,
            G_SPAWN_DO_NOT_REAP_CHILD |
                (process->interactive && input < 0 ? G_SPAWN_CHILD_INHERITS_STDIN : 0),
            set_up_child, &setup, input >= 0 ? input : process->input_fd, process->output_fd, -1,
            sources, n > 0 ? targets : NULL, n, &child->pid, NULL,
            process->interactive || process->output_fd >= 0 ? NULL : &child->streams[0].fd,
            process->interactive ? NULL : &child->streams[1].fd, &cause))
        return TRUE;
    pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                  "could not start \"%s\": %s", executable, cause->message);
    return FALSE;
}

static void
close_open(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

gboolean
pgs_child_spawn(PgsProcess *process, const int *sources, gsize n, PgsChild *child, GError **error)
{
    g_return_val_if_fail(n <= MAX_SOURCES, FALSE);
    g_autofree char *executable = NULL;
    if (!check_start(process, &executable, error))
        return FALSE;
    int input = -1;
    if (process->input != NULL && (input = open_input(process->input)) < 0) {
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                      "could not keep the input for \"%s\": %s", process->program,
                      g_strerror(errno));
        return FALSE;
    }
    int status[2];
    g_autoptr(GError) cause = NULL;
    if (!g_unix_open_pipe(status, FD_CLOEXEC, &cause)) {
        close_open(&input);
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                      "could not start \"%s\": %s", executable, cause->message);
        return FALSE;
    }
    gboolean spawned = start(process, executable, input, status[1], sources, n, child, error);
    close(status[1]);
    close_open(&input);
    close_open(&process->input_fd);
    close_open(&process->output_fd);

    /* g_spawn returns after exec, or after the child's end: whatever was to be said is there. */
    int reason = 0;
    gboolean refused = spawned && read(status[0], &reason, sizeof reason) == sizeof reason;
    close(status[0]);
    if (refused) {
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        return refuse_account(process, executable, reason, error);
    }
    if (!spawned)
        return FALSE;
    child->pidfd = open_pidfd(child->pid);
    for (gsize i = 0; i < G_N_ELEMENTS(child->streams); i++) {
        child->streams[i].bytes = g_byte_array_new();
        if (child->streams[i].fd >= 0)
            g_unix_set_fd_nonblocking(child->streams[i].fd, TRUE, NULL);
    }
    return TRUE;
}

/* Forgets the first bytes, once there are twice as many as are kept. */
static void
trim(PgsChild *child, gsize stream)
{
    GByteArray *bytes = child->streams[stream].bytes;
    if (child->keep > 0 && bytes->len > 2 * child->keep)
        g_byte_array_remove_range(bytes, 0, bytes->len - child->keep);
}

/* Takes what a stream holds now; closes it at its end. */
static void
drain(PgsChild *child, gsize stream)
{
    guint8 buffer[16 * 1024];
    int *fd = &child->streams[stream].fd;
    while (*fd >= 0) {
        ssize_t n = read(*fd, buffer, sizeof buffer);
        if (n > 0) {
            g_byte_array_append(child->streams[stream].bytes, buffer, (guint)n);
            trim(child, stream);
            continue;
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        close(*fd);
        *fd = -1;
    }
}

void
pgs_child_signal(const PgsProcess *process, const PgsChild *child, int signal_number)
{
    kill(process->interactive ? child->pid : -child->pid, signal_number);
}

gboolean
pgs_child_has_ended(const PgsChild *child)
{
    siginfo_t info = {0};
    int rc = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return (rc == 0 && info.si_pid == child->pid) || (rc < 0 && errno == ECHILD);
}

void
pgs_child_wait(PgsChild *child, int fd, int other_fd, gint64 until)
{
    struct pollfd fds[5];
    nfds_t n = 0;
    const int others[] = {child->pidfd, fd, other_fd};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (others[i] >= 0)
            fds[n++] = (struct pollfd){.fd = others[i], .events = POLLIN};
    }
    for (gsize i = 0; i < G_N_ELEMENTS(child->streams); i++) {
        if (child->streams[i].fd >= 0)
            fds[n++] = (struct pollfd){.fd = child->streams[i].fd, .events = POLLIN};
    }
    gint64 left = until < 0 ? -1 : MAX((until - g_get_monotonic_time() + 999) / 1000, 0);
    if (child->pidfd < 0)
        left = left < 0 ? POLL_SLICE_MS : MIN(left, POLL_SLICE_MS);
    poll(fds, n, left < 0 ? -1 : (int)MIN(left, G_MAXINT));
    for (gsize i = 0; i < G_N_ELEMENTS(child->streams); i++)
        drain(child, i);
}

/* Reaps it.  A descendant that holds the pipes open does not keep us: what the child itself wrote
 * is in them already. */
int
pgs_child_reap(PgsChild *child)
{
    int status = 0;
    pid_t pid;
    do {
        pid = waitpid(child->pid, &status, 0);
    } while (pid < 0 && errno == EINTR);
    for (gsize i = 0; i < G_N_ELEMENTS(child->streams); i++) {
        drain(child, i);
        close_open(&child->streams[i].fd);
    }
    close_open(&child->pidfd);
    if (pid < 0)
        return 127; /* the embedding program ignores SIGCHLD: the status is lost */
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

char *
pgs_child_last_lines(const char *text, gsize length)
{
    while (length > 0 && g_ascii_isspace(text[length - 1]))
        length--;
    gsize start = length;
    guint lines = 0;
    while (start > 0 && length - start < TAIL_BYTES) {
        if (text[start - 1] == '\n' && ++lines == TAIL_LINES)
            break;
        start--;
    }
    if (start == length)
        return g_strdup("");
    g_autofree char *visible = pgs_text_visible(text + start, (gssize)(length - start));
    return g_strconcat("\n", visible, NULL);
}
