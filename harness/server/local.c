#include "server/kind.h"

#include "base/error.h"
#include "base/fs.h"
#include "base/process.h"
#include "pg/connection.h"
#include "server/admission.h"
#include "server/cluster.h"
#include "server/conninfo.h"
#include "server/server_settings.h"

#include <string.h>

enum {
    LOG_LINES = 50, /* of a server that did not start */
};

/*
 * "local" and "local:MAJOR": a throwaway cluster of the machine's own binaries.
 */

/* The major version that is asked for, 0 for any; -1: nonsense, with error. */
static int
requested_major(const PgsServer *server, GError **error)
{
    const char *argument = server->request.argument;
    if (argument == NULL)
        return 0;
    guint64 major;
    if (g_ascii_string_to_unsigned(argument, 10, 13, 99, &major, NULL))
        return (int)major;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  "a major version from 13 up is meant, as in \"local:15\"",
                  "\"local:%s\" names no version of PostgreSQL that pgstair works with", argument);
    return -1;
}

/*
 * What else libpq must know, so that the user's own PGHOSTADDR, PGSSLMODE and so on, meant for
 * other servers, do not get in the way: here is a socket of this machine, and the account at its
 * other end is known.
 */
static char *
make_conninfo(const PgsCluster *cluster)
{
    GString *conninfo = g_string_new("hostaddr='' port=5432 user=postgres sslmode=disable "
                                     "gssencmode=disable channel_binding=disable "
                                     "target_session_attrs=any");
    pgs_conninfo_append(conninfo, "host", cluster->socket_folder);
    pgs_conninfo_append(conninfo, "requirepeer", cluster->account->name);
    return g_string_free(conninfo, FALSE);
}

static void
describe(PgsServer *server, const PgsCluster *cluster)
{
    server->conninfo = make_conninfo(cluster);
    server->version = g_strdup(cluster->installation->version);
    server->version_number = cluster->installation->version_number;
    server->is_memory = cluster->place->is_memory;
    g_autofree char *where = cluster->place->is_memory
                                 ? g_strdup("data in memory")
                                 : g_strdup_printf("data on disk (%s)", cluster->place->path);
    server->description = g_strdup_printf("PostgreSQL %s, local (%s), %s", server->version,
                                          cluster->installation->bindir, where);
}

/* Whether it answers, as libpq sees it. */
static gboolean
check_answers(PgsServer *server, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(server->conninfo, "postgres", server->request.statement_timeout,
                            server->cancellable, &cause);
    if (connection != NULL)
        return pgs_server_settings_verify(&server->request, connection, error);
    g_autofree char *tail = pgs_cluster_log_tail(server->data, 10);
    gboolean cancelled = g_cancellable_is_cancelled(server->cancellable);
    pgs_error_set(error, PGS_SERVER_ERROR,
                  cancelled ? PGS_SERVER_ERROR_CANCELLED : PGS_SERVER_ERROR_START, NULL,
                  "the server runs but does not answer: %s; its log ends with\n%s", cause->message,
                  tail);
    return FALSE;
}

static gboolean
run_cluster(PgsServer *server, PgsCluster *cluster, GError **error)
{
    return pgs_cluster_launch(cluster, error) &&
           pgs_cluster_wait_ready(cluster, server->request.start_timeout, server->cancellable,
                                  error);
}

/* Whether it ended at its start for a setting of the project's; *cause then says so. */
static gboolean
is_setting_at_fault(const PgsServer *server, PgsCluster *cluster, GError **cause)
{
    if (!pgs_cluster_has_ended(cluster))
        return FALSE;
    g_autofree char *log = pgs_cluster_log_tail(cluster, LOG_LINES);
    return pgs_server_settings_blame(&server->request, log, FALSE, cause);
}

static gboolean
start_cluster(PgsServer *server, PgsCluster *cluster, GError **error)
{
    guint timeout = server->request.start_timeout;
    gboolean from_cache = FALSE;
    if (!pgs_cluster_initialize(cluster, timeout, &from_cache, server->cancellable, error))
        return FALSE;
    g_autoptr(GError) cause = NULL;
    if (run_cluster(server, cluster, &cause))
        return TRUE;
    if (is_setting_at_fault(server, cluster, &cause)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    /* The template may be damaged in a way that its size does not show. */
    if (from_cache && pgs_cluster_has_ended(cluster) &&
        !g_cancellable_is_cancelled(server->cancellable)) {
        g_clear_error(&cause);
        if (pgs_cluster_reinitialize(cluster, timeout, server->cancellable, &cause) &&
            run_cluster(server, cluster, &cause))
            return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

static gboolean
local_start(PgsServer *server, GError **error)
{
    int major = requested_major(server, error);
    if (major < 0)
        return FALSE;
    g_autoptr(PgsInstallation) installation = pgs_installation_find(major, error);
    if (installation == NULL)
        return FALSE;
    PgsCluster *cluster = pgs_cluster_new(installation, error);
    if (cluster == NULL)
        return FALSE;
    server->data = cluster;
    cluster->settings = g_strdupv(server->request.settings);
    if (!start_cluster(server, cluster, error))
        return FALSE;
    describe(server, cluster);
    return check_answers(server, error);
}

static void
local_stop(PgsServer *server)
{
    pgs_cluster_free(server->data);
    server->data = NULL;
}

static gboolean
local_clone(PgsServer *server, PgsServer *clone, GError **error)
{
    PgsCluster *cluster = server->data;
    guint timeout = server->request.start_timeout;
    GCancellable *cancellable = server->cancellable;
    PgsCluster *copy = pgs_cluster_new(cluster->installation, error);
    if (copy == NULL)
        return FALSE;
    clone->data = copy;
    copy->settings = g_strdupv(server->request.settings);
    if (!pgs_cluster_shut_down(cluster, timeout, cancellable, error))
        return FALSE;
    gboolean copied = pgs_cluster_copy(copy, cluster, error);
    /* Whatever came of the copy, the original must run again; both start at the same time. */
    g_autoptr(GError) cause = NULL;
    gboolean launched = pgs_cluster_launch(cluster, &cause);
    gboolean copy_launched = copied && pgs_cluster_launch(copy, error);
    if (!launched || !pgs_cluster_wait_ready(cluster, timeout, cancellable, &cause)) {
        g_clear_error(error);
        g_propagate_prefixed_error(error, g_steal_pointer(&cause),
                                   "the server that was copied did not start again: ");
        return FALSE;
    }
    if (!copy_launched || !pgs_cluster_wait_ready(copy, timeout, cancellable, error))
        return FALSE;
    describe(clone, copy);
    return check_answers(clone, error);
}

static char *
local_log_tail(const PgsServer *server, guint lines)
{
    return pgs_cluster_log_tail(server->data, lines);
}

static char *
local_keep(PgsServer *server, const char *database, GError **error)
{
    PgsCluster *cluster = server->data;
    int supervisor = pgs_custody_keep(cluster->custody, error);
    if (supervisor == 0)
        return NULL;
    /* Debian's /usr/bin/psql is a wrapper that picks a version by its own rules. */
    g_autofree char *program = pgs_installation_program(cluster->installation, "psql");
    g_autoptr(PgsProcess) psql = pgs_process_new(program != NULL ? program : "psql");
    pgs_process_add_many(psql, "-h", cluster->socket_folder, "-p", "5432", "-U", "postgres", NULL);
    pgs_process_add(psql, database != NULL ? database : "postgres");
    g_autofree char *line = pgs_process_to_string(psql);
    return g_strdup_printf("the server stays: %s\n"
                           "  to look at it:            %s\n"
                           "  its log:                  %s\n"
                           "  to end it and remove all: kill %d\n",
                           server->description, line, cluster->log, supervisor);
}

static int
local_hold(PgsServer *server, GError **error)
{
    PgsCluster *cluster = server->data;
    return pgs_custody_keep(cluster->custody, error);
}

static char *
local_log_path(const PgsServer *server)
{
    const PgsCluster *cluster = server->data;
    return g_strdup(cluster->log);
}

static char *
local_diagnose(PgsServer *server)
{
    if (server->data == NULL || !pgs_cluster_has_ended(server->data))
        return NULL;
    return g_strdup(
        "the server has ended in the midst of the run\n"
        "HINT: see its log; a migration, or somebody on this machine, may have ended it");
}

const PgsServerKind pgs_server_kind_local = {
    .name = "local",
    .usage = "local, local:MAJOR",
    .title = "a throwaway cluster of this machine's own PostgreSQL",
    .auto_reason = "PostgreSQL is installed on this machine",
    .start = local_start,
    .stop = local_stop,
    .clone = local_clone,
    .log_tail = local_log_tail,
    .keep = local_keep,
    .hold = local_hold,
    .log_path = local_log_path,
    .admit = pgs_admission_by_ident,
    .diagnose = local_diagnose,
};
