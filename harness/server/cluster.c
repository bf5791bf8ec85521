#include "server/cluster.h"

#include "base/error.h"
#include "base/fs.h"
#include "server/log.h"
#include "server/server.h"
#include "server/settings.h"
#include "server/template.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

enum {
    ERROR_LOG_LINES = 15, /* of the log in an error message */
    STATUS_LINE = 8,      /* of postmaster.pid (PostgreSQL's utils/pidfile.h, from 10) */
};

static PgsInstallation *
copy_installation(const PgsInstallation *installation)
{
    PgsInstallation *copy = g_new0(PgsInstallation, 1);
    copy->bindir = g_strdup(installation->bindir);
    copy->version = g_strdup(installation->version);
    copy->version_number = installation->version_number;
    copy->found_by = g_strdup(installation->found_by);
    return copy;
}

static gboolean
make_folders(PgsCluster *cluster, GError **error)
{
    cluster->folder =
        pgs_custody_make_folder(cluster->custody, cluster->place->path, cluster->account, error);
    if (cluster->folder == NULL)
        return FALSE;
    cluster->data = g_build_filename(cluster->folder, "data", NULL);
    cluster->log = g_build_filename(cluster->folder, "log", NULL);
    cluster->socket_folder = pgs_place_fits_socket(cluster->folder)
                                 ? g_strdup(cluster->folder)
                                 : pgs_custody_make_folder(cluster->custody, PGS_PLACE_FOR_SOCKETS,
                                                           cluster->account, error);
    return cluster->socket_folder != NULL;
}

/* Every folder that any run of this user could have used, whatever it thinks of it now. */
static void
sweep(PgsCluster *cluster)
{
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
    pgs_place_list(folders);
    g_ptr_array_add(folders, NULL);
    pgs_custody_sweep(cluster->custody, (const char *const *)folders->pdata);
}

PgsCluster *
pgs_cluster_new(const PgsInstallation *installation, GError **error)
{
    g_autoptr(PgsCluster) cluster = g_new0(PgsCluster, 1);
    cluster->process.pidfd = -1;
    cluster->watch = -1;
    cluster->installation = copy_installation(installation);
    cluster->account = pgs_account_choose(error);
    if (cluster->account == NULL)
        return NULL;
    cluster->place = pgs_place_choose(cluster->account, error);
    if (cluster->place == NULL)
        return NULL;
    cluster->custody = pgs_custody_new(error);
    if (cluster->custody == NULL || !make_folders(cluster, error))
        return NULL;
    sweep(cluster);
    return g_steal_pointer(&cluster);
}

void
pgs_cluster_free(PgsCluster *cluster)
{
    if (cluster == NULL)
        return;
    if (cluster->watch >= 0)
        close(cluster->watch);
    pgs_custody_process_clear(&cluster->process);
    pgs_custody_end(cluster->custody);
    pgs_installation_free(cluster->installation);
    pgs_account_free(cluster->account);
    pgs_place_free(cluster->place);
    g_free(cluster->folder);
    g_free(cluster->data);
    g_free(cluster->log);
    g_free(cluster->socket_folder);
    g_strfreev(cluster->settings);
    g_free(cluster);
}

char *
pgs_cluster_log_tail(const PgsCluster *cluster, guint lines)
{
    return pgs_log_tail(cluster->log, lines);
}

/* Adds the log's last lines to an error that has none yet. */
static void
quote_log(const PgsCluster *cluster, GError **error)
{
    g_autofree char *tail = pgs_cluster_log_tail(cluster, ERROR_LOG_LINES);
    if (error == NULL || *error == NULL || *tail == '\0')
        return;
    g_autoptr(GError) plain = g_steal_pointer(error);
    const char *hint = strstr(plain->message, "\nHINT: "); /* stays the last */
    g_autofree char *message = hint != NULL
                                   ? g_strndup(plain->message, (gsize)(hint - plain->message))
                                   : g_strdup(plain->message);
    g_strchomp(tail);
    g_set_error(error, plain->domain, plain->code, "%s; its log ends with\n%s%s", message, tail,
                hint != NULL ? hint : "");
}

static PgsTemplateRequest
template_request(const PgsCluster *cluster, guint timeout, GCancellable *cancellable)
{
    return (PgsTemplateRequest){
        .installation = cluster->installation,
        .account = cluster->account,
        .custody = cluster->custody,
        .log = cluster->log,
        .timeout = timeout,
        .cancellable = cancellable,
    };
}

static gboolean
write_settings(PgsCluster *cluster, GError **error)
{
    return pgs_settings_write(cluster->data, cluster->socket_folder, cluster->account,
                              cluster->installation->version_number, cluster->settings, error);
}

gboolean
pgs_cluster_initialize(PgsCluster *cluster, guint timeout, gboolean *from_cache,
                       GCancellable *cancellable, GError **error)
{
    PgsTemplateRequest request = template_request(cluster, timeout, cancellable);
    if (!pgs_template_install(&request, cluster->data, from_cache, error)) {
        quote_log(cluster, error);
        return FALSE;
    }
    return write_settings(cluster, error);
}

gboolean
pgs_cluster_reinitialize(PgsCluster *cluster, guint timeout, GCancellable *cancellable,
                         GError **error)
{
    PgsTemplateRequest request = template_request(cluster, timeout, cancellable);
    pgs_template_discard(&request);
    return pgs_fs_remove_tree(cluster->data, error) &&
           pgs_cluster_initialize(cluster, timeout, NULL, cancellable, error);
}

gboolean
pgs_cluster_copy(PgsCluster *cluster, const PgsCluster *from, GError **error)
{
    gboolean change = geteuid() == 0;
    return pgs_fs_copy_tree(from->data, cluster->data, change ? cluster->account->uid : (uid_t)-1,
                            change ? cluster->account->gid : (gid_t)-1, error) &&
           write_settings(cluster, error);
}

/* Something readable when a file in the data folder was written; -1: there is no such thing. */
static int
watch_data(const PgsCluster *cluster)
{
#ifdef __linux__
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0 &&
        inotify_add_watch(fd, cluster->data, IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
#else
    (void)cluster;
    return -1;
#endif
}

static void
close_watch(PgsCluster *cluster)
{
    if (cluster->watch >= 0)
        close(cluster->watch);
    cluster->watch = -1;
}

gboolean
pgs_cluster_launch(PgsCluster *cluster, GError **error)
{
    g_autofree char *program = pgs_installation_program(cluster->installation, "postgres");
    const char *argv[] = {program, "-D", cluster->data, NULL};
    pgs_custody_process_clear(&cluster->process);
    close_watch(cluster);
    cluster->watch = watch_data(cluster);
    return pgs_custody_spawn(cluster->custody, argv, cluster->log, cluster->data, cluster->account,
                             &cluster->process, error);
}

static gboolean
says_ready(const PgsCluster *cluster)
{
    g_autofree char *path = g_build_filename(cluster->data, "postmaster.pid", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", STATUS_LINE + 1);
    return g_strv_length(lines) >= STATUS_LINE && g_str_has_prefix(lines[STATUS_LINE - 1], "ready");
}

static void
drain(int fd)
{
    char bytes[4096];
    while (fd >= 0 && read(fd, bytes, sizeof bytes) > 0)
        ;
}

static void
set_wait_error(PgsCluster *cluster, guint timeout, GCancellable *cancellable, GError **error)
{
    int status = 0;
    if (g_cancellable_is_cancelled(cancellable)) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED, NULL, "cancelled");
        return;
    }
    if (pgs_custody_has_ended(cluster->custody, &cluster->process, &status))
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "the server ended at its start, with status %d", status);
    else
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "raise the limit, as with --start-timeout 2min",
                      "the server was not ready within %u ms", timeout);
    quote_log(cluster, error);
}

gboolean
pgs_cluster_wait_ready(PgsCluster *cluster, guint timeout, GCancellable *cancellable,
                       GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout * 1000;
    for (;;) {
        /* Emptied before the look: what is written after it wakes the next wait. */
        drain(cluster->watch);
        if (says_ready(cluster)) {
            close_watch(cluster);
            return TRUE;
        }
        if (pgs_cluster_has_ended(cluster) || g_cancellable_is_cancelled(cancellable) ||
            g_get_monotonic_time() >= deadline) {
            set_wait_error(cluster, timeout, cancellable, error);
            return FALSE;
        }
        pgs_custody_wait(&cluster->process, cluster->watch, cluster->watch < 0, cancellable,
                         deadline);
    }
}

gboolean
pgs_cluster_has_ended(PgsCluster *cluster)
{
    return cluster->process.pid == 0 ||
           pgs_custody_has_ended(cluster->custody, &cluster->process, NULL);
}

gboolean
pgs_cluster_shut_down(PgsCluster *cluster, guint timeout, GCancellable *cancellable, GError **error)
{
    int status = -1;
    gboolean was_running = !pgs_cluster_has_ended(cluster);
    /* SIGINT: "fast" shutdown; a checkpoint, and open transactions are rolled back. */
    if (!pgs_custody_signal(cluster->custody, &cluster->process, SIGINT, error))
        return FALSE;
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout * 1000;
    while (!pgs_cluster_has_ended(cluster)) {
        if (g_cancellable_is_cancelled(cancellable)) {
            pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED, NULL, "cancelled");
            return FALSE;
        }
        if (g_get_monotonic_time() >= deadline) {
            pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                          "the server did not shut down within %u ms", timeout);
            quote_log(cluster, error);
            return FALSE;
        }
        pgs_custody_wait(&cluster->process, -1, FALSE, cancellable, deadline);
    }
    pgs_custody_has_ended(cluster->custody, &cluster->process, &status);
    if (was_running && status == 0)
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                  "the server has ended before its time, with status %d", status);
    quote_log(cluster, error);
    return FALSE;
}
