#include "base/process.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum {
    DEFAULT_TIMEOUT_MS = 60 * 1000,
    GRACE_MS = 1000,      /* between SIGTERM and SIGKILL */
    POLL_SLICE_MS = 10,   /* between two looks at a child where there is no pidfd */
    TAIL_LINES = 12,      /* of its output in an error message */
    TAIL_BYTES = 4 * 1024 /* at most */
};

struct _PgsProcess {
    char *program;
    GPtrArray *arguments; /* of char *, without the program */
    char **environment;
    char *directory;
    gboolean has_account;
    uid_t uid;
    gid_t gid;
    GBytes *input; /* NULL: end of file at once */
    int input_fd;  /* or this; -1: none */
    int output_fd; /* -1: captured */
    guint timeout_ms;
    GCancellable *cancellable;
    gboolean interactive;
};

/* A child that runs.  Descriptors are -1 when they are not (or no longer) open. */
typedef struct {
    GPid pid;
    int pidfd;
    struct {
        int fd;
        GByteArray *bytes;
    } streams[2]; /* standard output, standard error */
} Child;

/* Why a child was ended before its time. */
typedef enum {
    END_NONE,
    END_TIMEOUT,
    END_CANCELLED,
} End;

/* What the child does between fork and exec; only async-signal-safe calls there. */
typedef struct {
    const PgsProcess *process;
    pid_t parent;
    int status_fd; /* gets an errno when the account cannot be changed; closed by exec */
} Setup;

G_DEFINE_QUARK(pgs_process_error, pgs_process_error)

PgsProcess *
pgs_process_new(const char *program)
{
    PgsProcess *process = g_new0(PgsProcess, 1);
    process->program = g_strdup(program);
    process->arguments = g_ptr_array_new_with_free_func(g_free);
    process->environment = g_get_environ();
    process->timeout_ms = DEFAULT_TIMEOUT_MS;
    process->input_fd = -1;
    process->output_fd = -1;
    return process;
}

static void
close_taken(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void
pgs_process_free(PgsProcess *process)
{
    if (process == NULL)
        return;
    close_taken(&process->input_fd);
    close_taken(&process->output_fd);
    g_free(process->program);
    g_ptr_array_unref(process->arguments);
    g_strfreev(process->environment);
    g_free(process->directory);
    g_clear_pointer(&process->input, g_bytes_unref);
    g_clear_object(&process->cancellable);
    g_free(process);
}

void
pgs_process_result_clear(PgsProcessResult *result)
{
    g_free(result->output);
    g_free(result->errors);
    *result = (PgsProcessResult){0};
}

void
pgs_process_add(PgsProcess *process, const char *argument)
{
    g_ptr_array_add(process->arguments, g_strdup(argument));
}

void
pgs_process_add_many(PgsProcess *process, ...)
{
    va_list args;
    va_start(args, process);
    for (const char *argument; (argument = va_arg(args, const char *)) != NULL;)
        pgs_process_add(process, argument);
    va_end(args);
}

void
pgs_process_add_printf(PgsProcess *process, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(process->arguments, g_strdup_vprintf(format, args));
    va_end(args);
}

void
pgs_process_set_env(PgsProcess *process, const char *name, const char *value)
{
    process->environment = value != NULL ? g_environ_setenv(process->environment, name, value, TRUE)
                                         : g_environ_unsetenv(process->environment, name);
}

void
pgs_process_clear_env(PgsProcess *process, const char *prefix)
{
    char **kept = process->environment;
    for (char **entry = process->environment; *entry != NULL; entry++) {
        if (g_str_has_prefix(*entry, prefix))
            g_free(*entry);
        else
            *kept++ = *entry;
    }
    *kept = NULL;
}

void
pgs_process_set_directory(PgsProcess *process, const char *directory)
{
    g_free(process->directory);
    process->directory = g_strdup(directory);
}

void
pgs_process_set_account(PgsProcess *process, uid_t uid, gid_t gid)
{
    process->has_account = TRUE;
    process->uid = uid;
    process->gid = gid;
}

void
pgs_process_set_input(PgsProcess *process, const char *input, gssize length)
{
    g_clear_pointer(&process->input, g_bytes_unref);
    process->input = g_bytes_new(input, length < 0 ? strlen(input) : (gsize)length);
}

void
pgs_process_take_input(PgsProcess *process, int fd)
{
    close_taken(&process->input_fd);
    process->input_fd = fd;
}

void
pgs_process_take_output(PgsProcess *process, int fd)
{
    close_taken(&process->output_fd);
    process->output_fd = fd;
}

void
pgs_process_set_timeout(PgsProcess *process, guint milliseconds)
{
    process->timeout_ms = milliseconds;
}

void
pgs_process_set_cancellable(PgsProcess *process, GCancellable *cancellable)
{
    g_set_object(&process->cancellable, cancellable);
}

void
pgs_process_set_interactive(PgsProcess *process, gboolean interactive)
{
    process->interactive = interactive;
}

char *
pgs_process_to_string(const PgsProcess *process)
{
    GString *line = g_string_new(NULL);
    for (guint i = 0; i <= process->arguments->len; i++) {
        const char *word = i == 0 ? process->program : g_ptr_array_index(process->arguments, i - 1);
        /* Quotes only where a shell would make something else of the word. */
        gboolean plain = *word != '\0' && strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                       "0123456789_-+=./:,@%") == strlen(word);
        g_autofree char *quoted = plain ? g_strdup(word) : g_shell_quote(word);
        g_string_append_printf(line, "%s%s", i == 0 ? "" : " ", quoted);
    }
    return g_string_free(line, FALSE);
}

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
    /* pgs_process_run() does not return before the child ends, so the thread that this is bound to
     * lives as long as it; a change of the account would have reset it. */
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
spawn(PgsProcess *process, Child *child, GError **error)
{
    g_autofree char *executable = find_executable(process->program);
    if (executable == NULL) {
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
        if (input >= 0)
            close(input);
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                      "could not start \"%s\": %s", executable, cause->message);
        return FALSE;
    }

    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_ptr_array_add(arguments, executable);
    for (guint i = 0; i < process->arguments->len; i++)
        g_ptr_array_add(arguments, g_ptr_array_index(process->arguments, i));
    g_ptr_array_add(arguments, NULL);
    Setup setup = {.process = process, .parent = getpid(), .status_fd = status[1]};
    gboolean spawned = g_spawn_async_with_pipes_and_fds(
        process->directory, (const char *const *)arguments->pdata,
        (const char *const *)process->environment,
        G_SPAWN_DO_NOT_REAP_CHILD |
            (process->interactive && input < 0 ? G_SPAWN_CHILD_INHERITS_STDIN : 0),
        set_up_child, &setup, input >= 0 ? input : process->input_fd, process->output_fd, -1, NULL,
        NULL, 0, &child->pid, NULL,
        process->interactive || process->output_fd >= 0 ? NULL : &child->streams[0].fd,
        process->interactive ? NULL : &child->streams[1].fd, &cause);
    close(status[1]);
    if (input >= 0)
        close(input);
    close_taken(&process->input_fd);
    close_taken(&process->output_fd);

    /* g_spawn returns after exec, or after the child's end: whatever was to be said is there. */
    int reason = 0;
    gboolean refused = spawned && read(status[0], &reason, sizeof reason) == sizeof reason;
    close(status[0]);
    if (refused) {
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN,
                      "the user must exist in this container or user namespace",
                      "could not start \"%s\" as user %u, group %u: %s", executable,
                      (guint)process->uid, (guint)process->gid, g_strerror(reason));
        return FALSE;
    }
    if (!spawned) {
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                      "could not start \"%s\": %s", executable, cause->message);
        return FALSE;
    }
    child->pidfd = open_pidfd(child->pid);
    for (gsize i = 0; i < G_N_ELEMENTS(child->streams); i++) {
        if (child->streams[i].fd >= 0)
            g_unix_set_fd_nonblocking(child->streams[i].fd, TRUE, NULL);
    }
    return TRUE;
}

/* Takes what a stream holds now; closes it at its end. */
static void
drain(Child *child, gsize stream)
{
    guint8 buffer[16 * 1024];
    int *fd = &child->streams[stream].fd;
    while (*fd >= 0) {
        ssize_t n = read(*fd, buffer, sizeof buffer);
        if (n > 0) {
            g_byte_array_append(child->streams[stream].bytes, buffer, (guint)n);
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

static void
signal_child(const PgsProcess *process, const Child *child, int signal_number)
{
    kill(process->interactive ? child->pid : -child->pid, signal_number);
}

/* Whether the child has ended; it stays to be reaped, so that its pid and group remain its own. */
static gboolean
has_ended(const Child *child)
{
    siginfo_t info = {0};
    int rc = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return (rc == 0 && info.si_pid == child->pid) || (rc < 0 && errno == ECHILD);
}

/* Sleeps until something happens to the child or its streams, or the cancellable, or until then. */
static void
wait_for_event(Child *child, int cancel_fd, gint64 until)
{
    struct pollfd fds[4];
    nfds_t n = 0;
    if (child->pidfd >= 0)
        fds[n++] = (struct pollfd){.fd = child->pidfd, .events = POLLIN};
    if (cancel_fd >= 0)
        fds[n++] = (struct pollfd){.fd = cancel_fd, .events = POLLIN};
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

/* Waits for the child's end and brings that about when it must be. */
static End
attend(const PgsProcess *process, Child *child)
{
    int cancel_fd = g_cancellable_get_fd(process->cancellable);
    gint64 until =
        process->timeout_ms == 0 ? -1 : g_get_monotonic_time() + (gint64)process->timeout_ms * 1000;
    End end = END_NONE;
    while (!has_ended(child)) {
        wait_for_event(child, end == END_NONE ? cancel_fd : -1, until);
        gboolean late = until >= 0 && g_get_monotonic_time() >= until;
        if (end != END_NONE && late) {
            signal_child(process, child, SIGKILL);
            until = -1;
        } else if (end == END_NONE && !has_ended(child)) {
            if (g_cancellable_is_cancelled(process->cancellable))
                end = END_CANCELLED;
            else if (late)
                end = END_TIMEOUT;
            if (end == END_NONE)
                continue;
            signal_child(process, child, SIGTERM);
            until = g_get_monotonic_time() + (gint64)GRACE_MS * 1000;
        }
    }
    /* Whom the child had started itself must not stay when it was ended. */
    if (end != END_NONE && !process->interactive)
        signal_child(process, child, SIGKILL);
    if (cancel_fd >= 0)
        g_cancellable_release_fd(process->cancellable);
    return end;
}

/* Reaps it.  A descendant that holds the pipes open does not keep us: what the child itself wrote
 * is in them already. */
static int
reap(Child *child)
{
    int status = 0;
    pid_t pid;
    do {
        pid = waitpid(child->pid, &status, 0);
    } while (pid < 0 && errno == EINTR);
    for (gsize i = 0; i < G_N_ELEMENTS(child->streams); i++) {
        drain(child, i);
        if (child->streams[i].fd >= 0)
            close(child->streams[i].fd);
    }
    if (child->pidfd >= 0)
        close(child->pidfd);
    if (pid < 0)
        return 127; /* the embedding program ignores SIGCHLD: the status is lost */
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
move_bytes(GByteArray *bytes, char **text, gsize *length)
{
    *length = bytes->len;
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    *text = (char *)g_byte_array_free(bytes, FALSE);
}

/* "\n" and the last lines that it wrote, or "". */
static char *
last_lines(const PgsProcessResult *result)
{
    gboolean use_errors = result->errors_length > 0;
    const char *text = use_errors ? result->errors : result->output;
    gsize length = use_errors ? result->errors_length : result->output_length;
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

static void
set_end_error(const PgsProcess *process, End end, const PgsProcessResult *result, GError **error)
{
    g_autofree char *line = pgs_process_to_string(process);
    if (end == END_CANCELLED) {
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED, NULL,
                      "%s was cancelled", line);
        return;
    }
    g_autofree char *limit = pgs_text_duration((gint64)process->timeout_ms * 1000);
    g_autofree char *tail = last_lines(result);
    pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT, NULL,
                  "%s did not end within %s%s", line, limit, tail);
}

gboolean
pgs_process_run(PgsProcess *process, PgsProcessResult *result, GError **error)
{
    g_auto(PgsProcessResult) own = {0};
    if (result != NULL)
        *result = own;
    if (g_cancellable_is_cancelled(process->cancellable)) {
        set_end_error(process, END_CANCELLED, &own, error);
        return FALSE;
    }

    /* As system(3): keys typed at the terminal are for the program that talks to the person. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
    if (process->interactive) {
        sigaction(SIGINT, &ignore, &old_int);
        sigaction(SIGQUIT, &ignore, &old_quit);
    }
    Child child = {.pidfd = -1, .streams = {{.fd = -1}, {.fd = -1}}};
    gboolean spawned = spawn(process, &child, error);
    End end = END_NONE;
    if (spawned) {
        child.streams[0].bytes = g_byte_array_new();
        child.streams[1].bytes = g_byte_array_new();
        end = attend(process, &child);
        own.exit_status = reap(&child);
        move_bytes(child.streams[0].bytes, &own.output, &own.output_length);
        move_bytes(child.streams[1].bytes, &own.errors, &own.errors_length);
    }
    if (process->interactive) {
        sigaction(SIGINT, &old_int, NULL);
        sigaction(SIGQUIT, &old_quit, NULL);
    }
    if (!spawned)
        return FALSE;
    if (end != END_NONE) {
        set_end_error(process, end, &own, error);
        return FALSE;
    }
    if (result != NULL) {
        *result = own;
        own = (PgsProcessResult){0};
    }
    return TRUE;
}

gboolean
pgs_process_run_checked(PgsProcess *process, PgsProcessResult *result, GError **error)
{
    g_auto(PgsProcessResult) own = {0};
    if (result != NULL)
        *result = own;
    if (!pgs_process_run(process, &own, error))
        return FALSE;
    if (own.exit_status != 0) {
        g_autofree char *line = pgs_process_to_string(process);
        g_autofree char *tail = last_lines(&own);
        if (own.exit_status > 128)
            pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_FAILED, NULL,
                          "%s was ended by signal %d (%s)%s", line, own.exit_status - 128,
                          g_strsignal(own.exit_status - 128), tail);
        else
            pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_FAILED, NULL,
                          "%s failed with exit status %d%s", line, own.exit_status, tail);
        return FALSE;
    }
    if (result != NULL) {
        *result = own;
        own = (PgsProcessResult){0};
    }
    return TRUE;
}
