#include "server/custody.h"

#include "base/error.h"
#include "base/fs.h"
#include "base/process.h"
#include "server/channel.h"
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    LOOK_MS = 5,               /* between two looks where there is nothing to sleep on */
    OWN_END_WAIT_MS = 1000,    /* for a server to end after SIGQUIT, when there is no supervisor */
    OWN_ERRAND_MS = 10 * 1000, /* for an errand, likewise */
};

/* What the supervisor was asked to undo; kept for the case that it is killed before us. */
typedef struct {
    guint number;
    int pidfd; /* of the process that waits to run it; or -1 */
    char **argv;
    char *input; /* or NULL */
} Errand;

struct _PgsCustody {
    PgsChannel *channel;
    char scope[16];
    gboolean kept;
    GMutex mutex;       /* guards the following */
    GPtrArray *folders; /* of char *: what to remove when the supervisor cannot */
    GArray *pidfds;     /* of int, likewise what to end */
    GPtrArray *errands; /* of Errand, likewise what to run */
};

static void
errand_free(gpointer data)
{
    Errand *errand = data;
    if (errand->pidfd >= 0)
        close(errand->pidfd);
    /* A password may be in it. */
    for (volatile char *at = errand->input; at != NULL && *at != '\0'; at++)
        *at = '\0';
    g_free(errand->input);
    g_strfreev(errand->argv);
    g_free(errand);
}

PgsCustody *
pgs_custody_new(GError **error)
{
    PgsChannel *channel = pgs_channel_get(error);
    if (channel == NULL)
        return NULL;
    PgsCustody *custody = g_new0(PgsCustody, 1);
    custody->channel = channel;
    g_snprintf(custody->scope, sizeof custody->scope, "%u", pgs_channel_next_scope(channel));
    g_mutex_init(&custody->mutex);
    custody->folders = g_ptr_array_new_with_free_func(g_free);
    custody->pidfds = g_array_new(FALSE, FALSE, sizeof(int));
    custody->errands = g_ptr_array_new_with_free_func(errand_free);
    return custody;
}

/*
 * The process that had waited for this does it already, unless it was killed together with the
 * supervisor: so it is done once more, which does no harm.
 */
static void
run_by_ourselves(const Errand *errand)
{
    struct pollfd pfd = {.fd = errand->pidfd, .events = POLLIN};
    poll(&pfd, 1, errand->pidfd >= 0 ? OWN_ERRAND_MS : 0);
    g_autoptr(PgsProcess) process = pgs_process_new(errand->argv[0]);
    for (char **argument = errand->argv + 1; *argument != NULL; argument++)
        pgs_process_add(process, *argument);
    if (errand->input != NULL)
        pgs_process_set_input(process, errand->input, (gssize)strlen(errand->input));
    pgs_process_set_timeout(process, OWN_ERRAND_MS);
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run_checked(process, NULL, &error))
        g_warning("%s", error->message);
}

/* When the supervisor was killed: its servers were sent SIGQUIT by that (PR_SET_PDEATHSIG). */
static void
end_by_ourselves(PgsCustody *custody)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)OWN_END_WAIT_MS * 1000;
    for (guint i = 0; i < custody->pidfds->len; i++) {
        int pidfd = g_array_index(custody->pidfds, int, i);
        struct pollfd pfd = {.fd = pidfd, .events = POLLIN};
        gint64 left = MAX((deadline - g_get_monotonic_time()) / 1000, 0);
        if (poll(&pfd, 1, (int)left) > 0)
            continue;
#ifdef SYS_pidfd_send_signal
        syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
        poll(&pfd, 1, OWN_END_WAIT_MS);
#endif
    }
    for (guint i = 0; i < custody->errands->len; i++)
        run_by_ourselves(g_ptr_array_index(custody->errands, i));
    for (guint i = 0; i < custody->folders->len; i++)
        pgs_fs_remove_tree(g_ptr_array_index(custody->folders, i), NULL);
}

void
pgs_custody_end(PgsCustody *custody)
{
    if (custody == NULL)
        return;
    if (!custody->kept && pgs_channel_is_ours(custody->channel)) {
        const char *request[] = {"end", custody->scope, NULL};
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) answer = pgs_channel_ask(custody->channel, request, &error);
        if (answer == NULL && !pgs_channel_is_alive(custody->channel))
            end_by_ourselves(custody);
        else if (answer == NULL)
            g_warning("%s", error->message);
    }
    for (guint i = 0; i < custody->pidfds->len; i++)
        close(g_array_index(custody->pidfds, int, i));
    g_array_unref(custody->pidfds);
    g_ptr_array_unref(custody->folders);
    g_ptr_array_unref(custody->errands);
    pgs_channel_unref(custody->channel);
    g_mutex_clear(&custody->mutex);
    g_free(custody);
}

char *
pgs_custody_make_folder(PgsCustody *custody, const char *parent, const PgsAccount *account,
                        GError **error)
{
    g_autofree char *uid = g_strdup_printf("%u", (guint)account->uid);
    g_autofree char *gid = g_strdup_printf("%u", (guint)account->gid);
    const char *request[] = {"folder", custody->scope, parent, uid, gid, NULL};
    g_auto(GStrv) answer = pgs_channel_ask(custody->channel, request, error);
    if (answer == NULL)
        return NULL;
    g_mutex_lock(&custody->mutex);
    g_ptr_array_add(custody->folders, g_strdup(answer[0]));
    g_mutex_unlock(&custody->mutex);
    return g_strdup(answer[0]);
}

void
pgs_custody_process_clear(PgsCustodyProcess *process)
{
    if (process->pidfd >= 0)
        close(process->pidfd);
    *process = (PgsCustodyProcess)PGS_CUSTODY_PROCESS_INIT;
}

/* A pidfd of the process, which nobody else's process can stand behind; -1: the system has none. */
static int
open_pidfd(PgsCustody *custody, const PgsCustodyProcess *process)
{
#ifdef SYS_pidfd_open
    int pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
    if (pidfd < 0)
        return -1;
    /* Had it ended, and been reaped, and another got its number, it would not be running now. */
    if (pgs_custody_has_ended(custody, process, NULL)) {
        close(pidfd);
        return -1;
    }
    int copy = fcntl(pidfd, F_DUPFD_CLOEXEC, 3);
    if (copy >= 0) {
        g_mutex_lock(&custody->mutex);
        g_array_append_val(custody->pidfds, copy);
        g_mutex_unlock(&custody->mutex);
    }
    return pidfd;
#else
    (void)custody;
    (void)process;
    return -1;
#endif
}

/* Asks for head, with more at its end. */
static char **
ask_with(PgsCustody *custody, const char *const *head, const char *const *more, GError **error)
{
    g_autoptr(GPtrArray) request = g_ptr_array_new();
    for (; *head != NULL; head++)
        g_ptr_array_add(request, (gpointer)*head);
    for (; *more != NULL; more++)
        g_ptr_array_add(request, (gpointer)*more);
    g_ptr_array_add(request, NULL);
    return pgs_channel_ask(custody->channel, (const char *const *)request->pdata, error);
}

gboolean
pgs_custody_spawn(PgsCustody *custody, const char *const *argv, const char *log, const char *data,
                  const PgsAccount *account, PgsCustodyProcess *process, GError **error)
{
    g_autofree char *uid = g_strdup_printf("%u", (guint)account->uid);
    g_autofree char *gid = g_strdup_printf("%u", (guint)account->gid);
    const char *head[] = {"spawn", custody->scope, uid, gid, log, data, NULL};
    g_auto(GStrv) answer = ask_with(custody, head, argv, error);
    if (answer == NULL)
        return FALSE;
    process->pid = (int)g_ascii_strtoll(answer[0], NULL, 10);
    process->pidfd = open_pidfd(custody, process);
    return TRUE;
}

gboolean
pgs_custody_signal(PgsCustody *custody, const PgsCustodyProcess *process, int signal_number,
                   GError **error)
{
    g_autofree char *pid = g_strdup_printf("%d", process->pid);
    g_autofree char *number = g_strdup_printf("%d", signal_number);
    const char *request[] = {"signal", pid, number, NULL};
    g_auto(GStrv) answer = pgs_channel_ask(custody->channel, request, error);
    return answer != NULL;
}

gboolean
pgs_custody_has_ended(PgsCustody *custody, const PgsCustodyProcess *process, int *exit_status)
{
    if (process->pidfd >= 0 && exit_status == NULL) {
        struct pollfd pfd = {.fd = process->pidfd, .events = POLLIN};
        return poll(&pfd, 1, 0) > 0;
    }
    g_autofree char *pid = g_strdup_printf("%d", process->pid);
    const char *request[] = {"status", pid, NULL};
    g_auto(GStrv) answer = pgs_channel_ask(custody->channel, request, NULL);
    gboolean ended = answer == NULL || g_strcmp0(answer[0], "ended") == 0;
    if (ended && exit_status != NULL)
        *exit_status =
            answer != NULL && answer[1] != NULL ? (int)g_ascii_strtoll(answer[1], NULL, 10) : -1;
    return ended;
}

void
pgs_custody_wait(const PgsCustodyProcess *process, int extra_fd, gboolean extra_lacking,
                 GCancellable *cancellable, gint64 deadline)
{
    int cancel_fd = g_cancellable_get_fd(cancellable);
    struct pollfd fds[] = {
        {.fd = process->pidfd, .events = POLLIN},
        {.fd = extra_fd, .events = POLLIN},
        {.fd = cancel_fd, .events = POLLIN},
    };
    gint64 left = MAX((deadline - g_get_monotonic_time() + 999) / 1000, 0);
    if (process->pidfd < 0 || extra_lacking)
        left = MIN(left, LOOK_MS);
    poll(fds, G_N_ELEMENTS(fds), (int)MIN(left, G_MAXINT));
    if (cancel_fd >= 0)
        g_cancellable_release_fd(cancellable);
}

gboolean
pgs_custody_undo(PgsCustody *custody, const char *const *argv, const char *input, guint *errand,
                 GError **error)
{
    const char *head[] = {"undo", custody->scope, input != NULL ? input : "", NULL};
    g_auto(GStrv) answer = ask_with(custody, head, argv, error);
    if (answer == NULL)
        return FALSE;
    Errand *made = g_new0(Errand, 1);
    made->number = (guint)g_ascii_strtoull(answer[0], NULL, 10);
    made->pidfd = -1;
#ifdef SYS_pidfd_open
    if (answer[1] != NULL)
        made->pidfd = (int)syscall(SYS_pidfd_open, (int)g_ascii_strtoll(answer[1], NULL, 10), 0);
#endif
    made->argv = g_strdupv((char **)argv);
    made->input = g_strdup(input);
    g_mutex_lock(&custody->mutex);
    g_ptr_array_add(custody->errands, made);
    g_mutex_unlock(&custody->mutex);
    if (errand != NULL)
        *errand = made->number;
    return TRUE;
}

gboolean
pgs_custody_forget(PgsCustody *custody, guint errand, GError **error)
{
    g_mutex_lock(&custody->mutex);
    for (guint i = 0; i < custody->errands->len; i++) {
        if (((Errand *)g_ptr_array_index(custody->errands, i))->number == errand)
            g_ptr_array_remove_index_fast(custody->errands, i--);
    }
    g_mutex_unlock(&custody->mutex);
    g_autofree char *number = g_strdup_printf("%u", errand);
    const char *request[] = {"forget", number, NULL};
    g_auto(GStrv) answer = pgs_channel_ask(custody->channel, request, error);
    return answer != NULL;
}

int
pgs_custody_keep(PgsCustody *custody, GError **error)
{
    const char *request[] = {"keep", custody->scope, NULL};
    g_auto(GStrv) answer = pgs_channel_ask(custody->channel, request, error);
    if (answer == NULL)
        return 0;
    custody->kept = TRUE;
    pgs_channel_stays(custody->channel);
    return pgs_channel_supervisor(custody->channel);
}

void
pgs_custody_sweep(PgsCustody *custody, const char *const *folders)
{
    const char *head[] = {"sweep", NULL};
    if (*folders == NULL || !pgs_channel_should_sweep("folders"))
        return;
    g_auto(GStrv) answer = ask_with(custody, head, folders, NULL);
}

void
pgs_custody_sweep_containers(PgsCustody *custody, const char *engine)
{
    if (!pgs_channel_should_sweep(engine))
        return;
    g_autofree char *janitor = pgs_custody_find_janitor(NULL);
    const char *request[] = {"chore", janitor, "sweep", engine, NULL};
    g_auto(GStrv) answer =
        janitor != NULL ? pgs_channel_ask(custody->channel, request, NULL) : NULL;
}

int
pgs_custody_supervisor(const PgsCustody *custody)
{
    return pgs_channel_supervisor(custody->channel);
}
