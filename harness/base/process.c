#include "base/process.h"

#include "base/child.h"
#include "base/error.h"
#include "base/text.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_TIMEOUT_MS = 60 * 1000,
    GRACE_MS = 1000, /* between SIGTERM and SIGKILL */
};

/* Why a child was ended before its time. */
typedef enum {
    END_NONE,
    END_TIMEOUT,
    END_CANCELLED,
} End;

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

const char *const *
pgs_process_environment(const PgsProcess *process)
{
    return (const char *const *)process->environment;
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

/* Waits for the child's end and brings that about when it must be. */
static End
attend(const PgsProcess *process, PgsChild *child)
{
    int cancel_fd = g_cancellable_get_fd(process->cancellable);
    gint64 until =
        process->timeout_ms == 0 ? -1 : g_get_monotonic_time() + (gint64)process->timeout_ms * 1000;
    End end = END_NONE;
    while (!pgs_child_has_ended(child)) {
        pgs_child_wait(child, end == END_NONE ? cancel_fd : -1, -1, until);
        gboolean late = until >= 0 && g_get_monotonic_time() >= until;
        if (end != END_NONE && late) {
            pgs_child_signal(process, child, SIGKILL);
            until = -1;
        } else if (end == END_NONE && !pgs_child_has_ended(child)) {
            if (g_cancellable_is_cancelled(process->cancellable))
                end = END_CANCELLED;
            else if (late)
                end = END_TIMEOUT;
            if (end == END_NONE)
                continue;
            pgs_child_signal(process, child, SIGTERM);
            until = g_get_monotonic_time() + (gint64)GRACE_MS * 1000;
        }
    }
    /* Whom the child had started itself must not stay when it was ended. */
    if (end != END_NONE && !process->interactive)
        pgs_child_signal(process, child, SIGKILL);
    if (cancel_fd >= 0)
        g_cancellable_release_fd(process->cancellable);
    return end;
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
    return pgs_child_last_lines(use_errors ? result->errors : result->output,
                                use_errors ? result->errors_length : result->output_length);
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
    PgsChild child = PGS_CHILD_INIT;
    gboolean spawned = pgs_child_spawn(process, NULL, 0, &child, error);
    End end = END_NONE;
    if (spawned) {
        end = attend(process, &child);
        own.exit_status = pgs_child_reap(&child);
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
        /* 255 and the like are a program's own. */
        if (own.exit_status > 128 && own.exit_status < 128 + NSIG)
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
