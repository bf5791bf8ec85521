#include "base/companion.h"

#include "base/child.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    GRACE_MS = 500,                    /* between SIGTERM and SIGKILL */
    FAREWELL_MS = 500,                 /* between end of file and SIGTERM */
    BUSY_MS = 2,                       /* between two tries to send */
    KEPT_BYTES = 64 * 1024,            /* of what it prints */
    MAX_LINE_BYTES = 64 * 1024 * 1024, /* of an answer */
};

struct _PgsCompanion {
    PgsProcess *process;
    PgsChild child;
    int requests; /* what it reads as 3; a socket: no SIGPIPE */
    int answers;  /* what it writes as 4 */
    GByteArray *received;
    gsize searched; /* bytes of received that hold no newline */
    gint64 until;   /* when the present exchange has to be over; -1: never */
    gboolean is_over;
    int exit_status;
};

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static gboolean
open_pair(int pair[2], const char *program, GError **error)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0)
        return TRUE;
    pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN, NULL,
                  "could not start \"%s\": %s", program, g_strerror(errno));
    return FALSE;
}

PgsCompanion *
pgs_companion_start(PgsProcess *process, GError **error)
{
    g_autoptr(PgsProcess) taken = process;
    int requests[2], answers[2];
    if (!open_pair(requests, process->program, error))
        return NULL;
    if (!open_pair(answers, process->program, error)) {
        close_fd(&requests[0]);
        close_fd(&requests[1]);
        return NULL;
    }
    PgsCompanion *companion = g_new0(PgsCompanion, 1);
    companion->child = (PgsChild)PGS_CHILD_INIT;
    companion->child.keep = KEPT_BYTES;
    companion->requests = requests[0];
    companion->answers = answers[0];
    companion->received = g_byte_array_new();
    const int ends[] = {requests[1], answers[1]};
    gboolean spawned = pgs_child_spawn(process, ends, G_N_ELEMENTS(ends), &companion->child, error);
    close_fd(&requests[1]);
    close_fd(&answers[1]);
    companion->process = g_steal_pointer(&taken);
    companion->is_over = !spawned;
    g_unix_set_fd_nonblocking(companion->answers, TRUE, NULL);
    g_unix_set_fd_nonblocking(companion->requests, TRUE, NULL);
    if (spawned)
        return companion;
    pgs_companion_free(companion);
    return NULL;
}

/* Waits until it has ended or the time is over. */
static void
await_end(PgsCompanion *companion, guint milliseconds)
{
    gint64 until = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    while (!pgs_child_has_ended(&companion->child) && g_get_monotonic_time() < until)
        pgs_child_wait(&companion->child, -1, -1, until);
}

/* It is reaped, with all that it has started. */
static void
finish(PgsCompanion *companion)
{
    if (companion->is_over)
        return;
    pgs_child_signal(companion->process, &companion->child, SIGKILL);
    companion->exit_status = pgs_child_reap(&companion->child);
    companion->is_over = TRUE;
}

static void
end_by_signal(PgsCompanion *companion)
{
    if (companion->is_over)
        return;
    if (!pgs_child_has_ended(&companion->child)) {
        pgs_child_signal(companion->process, &companion->child, SIGTERM);
        await_end(companion, GRACE_MS);
    }
    finish(companion);
}

void
pgs_companion_free(PgsCompanion *companion)
{
    if (companion == NULL)
        return;
    close_fd(&companion->requests);
    if (!companion->is_over)
        await_end(companion, FAREWELL_MS);
    end_by_signal(companion);
    close_fd(&companion->answers);
    for (gsize i = 0; i < G_N_ELEMENTS(companion->child.streams); i++) {
        if (companion->child.streams[i].bytes != NULL)
            g_byte_array_unref(companion->child.streams[i].bytes);
    }
    g_byte_array_unref(companion->received);
    pgs_process_free(companion->process);
    g_free(companion);
}

void
pgs_companion_set_timeout(PgsCompanion *companion, guint milliseconds)
{
    pgs_process_set_timeout(companion->process, milliseconds);
}

void
pgs_companion_set_cancellable(PgsCompanion *companion, GCancellable *cancellable)
{
    pgs_process_set_cancellable(companion->process, cancellable);
}

gboolean
pgs_companion_is_alive(PgsCompanion *companion)
{
    if (!companion->is_over && pgs_child_has_ended(&companion->child))
        finish(companion);
    return !companion->is_over;
}

int
pgs_companion_exit_status(const PgsCompanion *companion)
{
    return companion->exit_status;
}

char *
pgs_companion_printed(PgsCompanion *companion)
{
    if (!companion->is_over) /* what it wrote before its answer is there */
        pgs_child_wait(&companion->child, -1, -1, 0);
    const GByteArray *output = companion->child.streams[0].bytes;
    const GByteArray *errors = companion->child.streams[1].bytes;
    const GByteArray *chosen = errors->len > 0 ? errors : output;
    return pgs_child_last_lines((const char *)chosen->data, chosen->len);
}

/* ---- exchanges ---- */

/* Always FALSE; what it was is told in words that a caller may put something in front of. */
static gboolean
refuse_ended(PgsCompanion *companion, GError **error)
{
    finish(companion);
    g_autofree char *printed = pgs_companion_printed(companion);
    int status = companion->exit_status;
    if (status > 128)
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_FAILED, NULL,
                      "%s was ended by signal %d (%s)%s", companion->process->program, status - 128,
                      g_strsignal(status - 128), printed);
    else
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_FAILED, NULL,
                      "%s ended with exit status %d%s", companion->process->program, status,
                      printed);
    return FALSE;
}

static gboolean
refuse_late(PgsCompanion *companion, GError **error)
{
    end_by_signal(companion);
    g_autofree char *printed = pgs_companion_printed(companion);
    g_autofree char *limit = pgs_text_duration((gint64)companion->process->timeout_ms * 1000);
    pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT, NULL,
                  "%s did not answer within %s%s", companion->process->program, limit, printed);
    return FALSE;
}

static gboolean
refuse_cancelled(PgsCompanion *companion, GError **error)
{
    end_by_signal(companion);
    pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED, NULL, "%s was cancelled",
                  companion->process->program);
    return FALSE;
}

/* Sleeps until it, its answers or its output have something to say, or until then; FALSE: its time
 * is over. */
static gboolean
listen_to(PgsCompanion *companion, gint64 until, GError **error)
{
    GCancellable *cancellable = companion->process->cancellable;
    int cancel_fd = g_cancellable_get_fd(cancellable);
    pgs_child_wait(&companion->child, companion->answers, cancel_fd, until);
    if (cancel_fd >= 0)
        g_cancellable_release_fd(cancellable);
    if (g_cancellable_is_cancelled(cancellable))
        return refuse_cancelled(companion, error);
    if (companion->until >= 0 && g_get_monotonic_time() >= companion->until)
        return refuse_late(companion, error);
    return TRUE;
}

static void
start_clock(PgsCompanion *companion)
{
    guint limit = companion->process->timeout_ms;
    companion->until = limit == 0 ? -1 : g_get_monotonic_time() + (gint64)limit * 1000;
    if (!companion->is_over) /* what it wrote behind its last answer is that one's */
        pgs_child_wait(&companion->child, -1, -1, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(companion->child.streams); i++)
        g_byte_array_set_size(companion->child.streams[i].bytes, 0);
}

gboolean
pgs_companion_send(PgsCompanion *companion, const char *line, GError **error)
{
    start_clock(companion);
    g_autofree char *text = g_strconcat(line, "\n", NULL);
    const char *rest = text;
    gsize left = strlen(text);
    while (left > 0) {
        if (!pgs_companion_is_alive(companion))
            return refuse_ended(companion, error);
        ssize_t n = send(companion->requests, rest, left, MSG_NOSIGNAL);
        if (n > 0) {
            rest += n;
            left -= (gsize)n;
        } else if (n < 0 && errno == EAGAIN) {
            /* It does not read yet: rare, since requests are short. */
            if (!listen_to(companion, g_get_monotonic_time() + BUSY_MS * 1000, error))
                return FALSE;
        } else if (n < 0 && errno != EINTR) {
            end_by_signal(companion);
            return refuse_ended(companion, error);
        }
    }
    return TRUE;
}

/* The first line of what was received, taken out; NULL: it is not whole yet. */
static char *
take_line(PgsCompanion *companion)
{
    GByteArray *received = companion->received;
    const guint8 *newline = companion->searched < received->len
                                ? memchr(received->data + companion->searched, '\n',
                                         received->len - companion->searched)
                                : NULL;
    companion->searched = newline == NULL ? received->len : 0;
    if (newline == NULL)
        return NULL;
    gsize length = (gsize)(newline - received->data);
    char *line = g_strndup((const char *)received->data, length);
    g_byte_array_remove_range(received, 0, (guint)length + 1);
    return line;
}

/* Takes in what has come.  FALSE: there will be no more. */
static gboolean
take_bytes(PgsCompanion *companion)
{
    guint8 buffer[16 * 1024];
    for (;;) {
        ssize_t n = read(companion->answers, buffer, sizeof buffer);
        if (n > 0 && companion->received->len <= MAX_LINE_BYTES)
            g_byte_array_append(companion->received, buffer, (guint)n);
        else if (n < 0 && errno == EAGAIN)
            return TRUE;
        else if (n > 0 || n == 0 || errno != EINTR)
            return FALSE;
    }
}

char *
pgs_companion_receive(PgsCompanion *companion, GError **error)
{
    for (;;) {
        gboolean has_ended = !pgs_companion_is_alive(companion);
        gboolean more = take_bytes(companion);
        char *line = take_line(companion);
        if (line != NULL)
            return line;
        if (has_ended)
            break;
        if (!more) { /* it has closed its end, and means to go */
            await_end(companion, GRACE_MS);
            end_by_signal(companion);
            break;
        }
        if (!listen_to(companion, companion->until, error))
            return NULL;
    }
    refuse_ended(companion, error);
    return NULL;
}
