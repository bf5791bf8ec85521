#include "server/share.h"

#include "base/error.h"
#include "pg/connection.h"
#include "server/channel.h"
#include "server/conninfo.h"
#include "server/custody.h"
#include "server/kind.h"
#include "server/liveness.h"
#include "server/log.h"
#include "server/run_databases.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP "pgstair shared server"

enum {
    /* The supervisor ends everything within two seconds; removing files comes on top. */
    STOP_TIMEOUT_MS = 20 * 1000,
    STOP_PAUSE_US = 2 * 1000,
};

void
pgs_share_free(PgsShare *share)
{
    if (share == NULL)
        return;
    g_free(share->path);
    g_free(share->spec);
    g_free(share->conninfo);
    g_free(share->description);
    g_free(share->version);
    g_free(share->log);
    g_free(share);
}

/* ------------------------------------------------------------------------------ the file -- */

static gboolean
write_file(const PgsShare *share, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, GROUP, "spec", share->spec);
    g_key_file_set_string(file, GROUP, "conninfo", share->conninfo);
    g_key_file_set_string(file, GROUP, "description", share->description);
    g_key_file_set_string(file, GROUP, "version", share->version);
    g_key_file_set_integer(file, GROUP, "version-number", share->version_number);
    g_key_file_set_boolean(file, GROUP, "in-memory", share->is_memory);
    if (share->log != NULL)
        g_key_file_set_string(file, GROUP, "log", share->log);
    g_key_file_set_integer(file, GROUP, "supervisor", share->supervisor);
    g_key_file_set_uint64(file, GROUP, "supervisor-start", share->supervisor_start);
    g_key_file_set_integer(file, GROUP, "watched", share->watched);
    gsize length;
    g_autofree char *text = g_key_file_to_data(file, &length, NULL);
    g_autofree char *folder = g_path_get_dirname(share->path);
    g_autoptr(GError) cause = NULL;
    if (g_mkdir_with_parents(folder, 0777) == 0 &&
        g_file_set_contents_full(share->path, text, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &cause))
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL, "cannot write \"%s\": %s",
                  share->path, cause != NULL ? cause->message : g_strerror(errno));
    return FALSE;
}

/* Who can write to it could have us connect anywhere, or signal a process. */
static gboolean
check_owner(const char *path, GError **error)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        pgs_error_set(error, PGS_SERVER_ERROR,
                      errno == ENOENT ? PGS_SERVER_ERROR_NOT_FOUND : PGS_SERVER_ERROR_START,
                      "\"pgstair server start --shared FILE\" starts a server and writes it",
                      "cannot read \"%s\": %s", path, g_strerror(errno));
        return FALSE;
    }
    if (S_ISREG(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "it has to be a file of this user's own that nobody else can write to",
                  "\"%s\" is not trusted to tell of a shared server", path);
    return FALSE;
}

PgsShare *
pgs_share_read(const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    if (!check_owner(path, error))
        return NULL;
    g_autoptr(PgsShare) share = g_new0(PgsShare, 1);
    share->path = g_strdup(path);
    if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause)) {
        share->spec = g_key_file_get_string(file, GROUP, "spec", NULL);
        share->conninfo = g_key_file_get_string(file, GROUP, "conninfo", NULL);
        share->description = g_key_file_get_string(file, GROUP, "description", NULL);
        share->version = g_key_file_get_string(file, GROUP, "version", NULL);
        share->version_number = g_key_file_get_integer(file, GROUP, "version-number", NULL);
        share->is_memory = g_key_file_get_boolean(file, GROUP, "in-memory", NULL);
        share->log = g_key_file_get_string(file, GROUP, "log", NULL);
        share->supervisor = g_key_file_get_integer(file, GROUP, "supervisor", NULL);
        share->supervisor_start = g_key_file_get_uint64(file, GROUP, "supervisor-start", NULL);
        share->watched = g_key_file_get_integer(file, GROUP, "watched", NULL);
    }
    if (share->spec != NULL && share->conninfo != NULL && share->description != NULL &&
        share->version != NULL && share->version_number > 0 && share->supervisor > 1 &&
        share->supervisor_start > 0)
        return g_steal_pointer(&share);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "\"pgstair server start --shared FILE\" writes such a file",
                  "\"%s\" does not tell of a shared server%s%s", path, cause != NULL ? ": " : "",
                  cause != NULL ? cause->message : "");
    return NULL;
}

gboolean
pgs_share_is_alive(const PgsShare *share)
{
    return pgs_liveness_start(share->supervisor) == share->supervisor_start;
}

/* ------------------------------------------------------------------------- start and stop -- */

static gboolean
check_free(const char *path, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsShare) old = pgs_share_read(path, &cause);
    if (g_error_matches(cause, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND))
        return TRUE;
    if (old == NULL) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!pgs_share_is_alive(old))
        return TRUE;
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *hint = g_strdup_printf("pgstair server stop %s", quoted);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, hint,
                  "the server that \"%s\" tells of runs already", path);
    return FALSE;
}

PgsShare *
pgs_share_start(const char *path, const PgsServerOptions *options, int watched,
                GCancellable *cancellable, GError **error)
{
    if (!check_free(path, error))
        return NULL;
    pgs_channel_watch(watched);
    g_autoptr(PgsServer) server = pgs_server_start(options, cancellable, error);
    if (server == NULL)
        return NULL;
    if (server->kind->hold == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "--server local, or docker:15; suites can use a server that is there one by "
                      "one, with PGSTAIR_SERVER",
                      "a shared server has to be one that pgstair makes, which %s is not",
                      server->description);
        return NULL;
    }
    g_autoptr(PgsShare) share = g_new0(PgsShare, 1);
    share->path = g_canonicalize_filename(path, NULL);
    share->spec = g_strdup(options->spec != NULL ? options->spec : "auto");
    share->conninfo = g_strdup(server->conninfo);
    share->description = g_strdup(server->description);
    share->version = g_strdup(server->version);
    share->version_number = server->version_number;
    share->is_memory = server->is_memory;
    share->log = server->kind->log_path != NULL ? server->kind->log_path(server) : NULL;
    share->watched = watched;
    share->supervisor = server->kind->hold(server, error);
    if (share->supervisor == 0)
        return NULL;
    share->supervisor_start = pgs_liveness_start(share->supervisor);
    if (write_file(share, error))
        return g_steal_pointer(&share);
    kill(share->supervisor, SIGTERM); /* nobody could find it */
    return NULL;
}

/* The supervisor removes what it has before it goes. */
static gboolean
wait_for_end(const PgsShare *share)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)STOP_TIMEOUT_MS * 1000;
    while (pgs_share_is_alive(share)) {
        if (g_get_monotonic_time() >= deadline)
            return FALSE;
        g_usleep(STOP_PAUSE_US);
    }
    return TRUE;
}

gboolean
pgs_share_stop(const PgsShare *share, gboolean *was_gone, GError **error)
{
    gboolean alive = pgs_share_is_alive(share);
    if (was_gone != NULL)
        *was_gone = !alive;
    if (alive && kill(share->supervisor, SIGTERM) != 0 && errno != ESRCH) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "cannot end the shared server's supervisor (process %d): %s",
                      share->supervisor, g_strerror(errno));
        return FALSE;
    }
    if (!wait_for_end(share)) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "the shared server's supervisor (process %d) did not end within %d seconds",
                      share->supervisor, STOP_TIMEOUT_MS / 1000);
        return FALSE;
    }
    if (g_unlink(share->path) != 0 && errno != ENOENT) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "cannot remove \"%s\": %s", share->path, g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

/* ------------------------------------------------------------------- as a server to others -- */

/* A suite's part in it. */
typedef struct {
    PgsShare *share;
    PgsCustody *custody;
    guint errand; /* drops this process's databases, should it not come to do so itself */
} Attached;

static void
shared_stop(PgsServer *server)
{
    Attached *attached = server->data;
    if (attached->errand != 0)
        pgs_custody_forget(attached->custody, attached->errand, NULL);
    pgs_custody_end(attached->custody);
    pgs_share_free(attached->share);
    g_free(attached);
    server->data = NULL;
}

static gboolean
shared_clone(PgsServer *server, PgsServer *clone, GError **error)
{
    (void)clone;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                  "a shared server (%s) cannot be copied: others use it", server->description);
    return FALSE;
}

static char *
shared_log_tail(const PgsServer *server, guint lines)
{
    const PgsShare *share = ((const Attached *)server->data)->share;
    return share->log != NULL ? pgs_log_tail(share->log, lines) : g_strdup("");
}

static char *
shared_keep(PgsServer *server, const char *database, GError **error)
{
    const PgsShare *share = ((const Attached *)server->data)->share;
    (void)error;
    return g_strdup_printf("the shared server stays: psql -d \"%s dbname=%s\"\n", share->conninfo,
                           database != NULL ? database : "postgres");
}

static const PgsServerKind kind_shared = {
    .name = "shared",
    .usage = "shared",
    .title = "a throwaway server that several processes use",
    .stop = shared_stop,
    .clone = shared_clone,
    .log_tail = shared_log_tail,
    .keep = shared_keep,
};

/* Whoever asks for nothing special takes what there is. */
static gboolean
is_what_was_meant(const PgsShare *share, const char *spec)
{
    return spec == NULL || strcmp(spec, "auto") == 0 || strcmp(spec, share->spec) == 0;
}

/*
 * Drops what processes have left whose supervisors were killed, too: their databases bear their
 * number, as pgs_server_new_attached() marks them.  What cannot be dropped goes with the server.
 */
static void
sweep(PgsServer *server, PgsConnection *connection)
{
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_ANY,
        "SELECT d.datname, m.pid[1] FROM pg_catalog.pg_database AS d CROSS JOIN LATERAL "
        "pg_catalog.regexp_match(d.datname::pg_catalog.text, "
        "'^pgstair_.*_([0-9a-f]{8})[0-9a-f]{8}_[0-9]+$') AS m (pid) WHERE m.pid IS NOT NULL",
        0, NULL, NULL, NULL);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        guint64 pid = g_ascii_strtoull(PQgetvalue(result, i, 1), NULL, 16);
        if (pid <= G_MAXINT && pgs_liveness_start((int)pid) == 0)
            pgs_server_drop_database(server, PQgetvalue(result, i, 0), NULL);
    }
}

/* Told to a supervisor of this process's own before anything is made. */
static gboolean
give_errand(PgsServer *server, GError **error)
{
    Attached *attached = server->data;
    attached->custody = pgs_custody_new(error);
    g_autofree char *janitor = attached->custody != NULL ? pgs_custody_find_janitor(error) : NULL;
    if (janitor == NULL)
        return FALSE;
    const char *argv[] = {janitor, "databases", NULL};
    g_autofree char *conninfo = pgs_conninfo_with(server->conninfo, "dbname", "postgres");
    g_autofree char *input = pgs_run_databases_errand(conninfo, server->mark);
    return pgs_custody_undo(attached->custody, argv, input, &attached->errand, error);
}

static gboolean
check_answers(PgsServer *server, const PgsShare *share, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsConnection) connection = NULL;
    if (pgs_share_is_alive(share))
        connection = pgs_connection_open(server->conninfo, "postgres",
                                         server->request.statement_timeout, NULL, &cause);
    if (connection != NULL) {
        sweep(server, connection);
        return TRUE;
    }
    g_autofree char *quoted = g_shell_quote(share->path);
    g_autofree char *hint =
        g_strdup_printf("pgstair server start --shared %s starts it again; or unset "
                        "PGSTAIR_SHARED_SERVER, for a server of the suite's own",
                        quoted);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, hint,
                  "the shared server that \"%s\" tells of %s%s", share->path,
                  cause != NULL ? "does not answer: " : "is gone",
                  cause != NULL ? cause->message : "");
    return FALSE;
}

PgsServer *
pgs_share_attach(const char *path, const char *spec, gboolean *fits, GError **error)
{
    PgsShare *share = pgs_share_read(path, error);
    if (fits != NULL)
        *fits = TRUE;
    if (share == NULL)
        return NULL;
    if (!is_what_was_meant(share, spec)) {
        if (fits != NULL)
            *fits = FALSE;
        pgs_share_free(share);
        return NULL;
    }
    g_autoptr(PgsServer) server = pgs_server_new_attached(&kind_shared);
    Attached *attached = g_new0(Attached, 1);
    attached->share = share;
    server->data = attached;
    /* By it the errand knows this process's sessions. */
    g_autofree char *session = pgs_run_databases_session_name(server->mark);
    server->conninfo = pgs_conninfo_with(share->conninfo, "application_name", session);
    server->description = g_strdup_printf("%s, shared", share->description);
    server->version = g_strdup(share->version);
    server->version_number = share->version_number;
    server->is_memory = share->is_memory;
    if (!check_answers(server, share, error) || !give_errand(server, error))
        return NULL;
    return g_steal_pointer(&server);
}
