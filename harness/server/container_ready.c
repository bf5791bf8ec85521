#include "server/container_ready.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "server/container_end.h"
#include "server/log.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LOOK_MS = 4,        /* between two tries to connect, shortly after the log has grown */
    LOOK_QUIET_MS = 25, /* the same when it has not: each costs the starting server time */
    QUIET_AFTER_MS = 60,
    PORT_LOOK_MS = 300,     /* between two questions for the port, likewise */
    PROBE_MS = 1000,        /* for a server to say whether it speaks TLS */
    SETTLE_MS = 1000,       /* for a server that may not be the last one */
    LONG_SETTLE_MS = 10000, /* for one that looks as if a script had started it in between */
    LOG_LINES = 50,
};

/* What the last look found. */
typedef struct {
    PgsContainer *container;
    GCancellable *cancellable;
    guint statement_timeout;
    gint64 next_port_look; /* monotonic microseconds */
    gint64 last_growth;    /* of the log, likewise */
    char *started;         /* when the server started that answered last */
    gint64 settled_since;
    char *refusal;       /* what it said last */
    gboolean has_spoken; /* something at the port is a PostgreSQL */
} Watch;

extern const PgsEmbedded pgs_server_files[];

static void
watch_clear(Watch *watch)
{
    g_free(watch->started);
    g_free(watch->refusal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Watch, watch_clear)

/* Waits for what the socket is asked for; FALSE: the time is over, or the container has ended. */
static gboolean
wait_socket(const Watch *watch, int fd, short events, gint64 deadline)
{
    int cancel_fd = g_cancellable_get_fd(watch->cancellable);
    struct pollfd fds[] = {
        {.fd = fd, .events = events},
        {.fd = watch->container->process.pidfd, .events = POLLIN},
        {.fd = cancel_fd, .events = POLLIN},
    };
    gint64 left = MAX((deadline - g_get_monotonic_time()) / 1000, 0);
    int n = poll(fds, G_N_ELEMENTS(fds), (int)left);
    if (cancel_fd >= 0)
        g_cancellable_release_fd(watch->cancellable);
    return n > 0 && fds[0].revents != 0;
}

/*
 * Whether a PostgreSQL listens at the port: it answers a request for TLS with one letter.  The
 * engine itself may take connections there before, and something else may never answer.
 */
static gboolean
probe(const Watch *watch)
{
    static const guint8 request[] = {0, 0, 0, 8, 4, 210, 22, 47};
    g_autofree char *port = g_strdup_printf("%u", watch->container->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    if (getaddrinfo(watch->container->address, port, &hints, &found) != 0)
        return FALSE;
    gint64 deadline = g_get_monotonic_time() + (gint64)PROBE_MS * 1000;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    gboolean connected =
        fd >= 0 && (connect(fd, found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS);
    freeaddrinfo(found);
    char answer = 0;
    gboolean answered = connected && wait_socket(watch, fd, POLLOUT, deadline) &&
                        send(fd, request, sizeof request, MSG_NOSIGNAL) == sizeof request &&
                        wait_socket(watch, fd, POLLIN, deadline) && read(fd, &answer, 1) == 1;
    if (fd >= 0)
        close(fd);
    return answered && (answer == 'N' || answer == 'S');
}

gboolean
pgs_container_speaks(PgsContainer *container)
{
    Watch watch = {.container = container};
    return probe(&watch);
}

/* ----------------------------------------------------------------------- is it the last one? -- */

/* The columns of container_ready.sql. */
enum {
    FACT_PID,
    FACT_STARTED,
    FACT_OTHERS,
    FACT_FIRST_PROCESS,
    FACT_STATUS,
};

/* What stands first in a container in order to reap, and starts the entry point as its child. */
static gboolean
is_init(const char *name)
{
    static const char *const inits[] = {
        "tini",      "docker-init", "dumb-init",   "catatonit", "conmon",   "podman-init", "init",
        "s6-svscan", "systemd",     "supervisord", "runit",     "runsvdir", "patroni",     NULL};
    g_autofree char *plain = g_strstrip(g_strdup(name));
    return g_strv_contains(inits, plain);
}

/* Whether the server leads a session of its own, as one does that pg_ctl started. */
static gboolean
is_daemon(const char *status)
{
    const char *rest = strrchr(status, ')');
    int parent, group, session;
    if (rest == NULL || rest[1] == '\0' || rest[2] == '\0' ||
        sscanf(rest + 3, "%d %d %d", &parent, &group, &session) != 3)
        return FALSE;
    return session == atoi(status);
}

/*
 * The process that the container was made for is the server once the entry point has handed over.
 * Where something else stands first, or runs the server as its child, only time tells, and that
 * nobody is at work there.
 */
static gboolean
is_last(Watch *watch, const PGresult *facts)
{
    if (strcmp(PQgetvalue(facts, 0, FACT_PID), "1") == 0)
        return TRUE;
    gint64 now = g_get_monotonic_time();
    const char *started = PQgetvalue(facts, 0, FACT_STARTED);
    if (g_strcmp0(watch->started, started) != 0 ||
        strcmp(PQgetvalue(facts, 0, FACT_OTHERS), "0") != 0) {
        g_free(watch->started);
        watch->started = g_strdup(started);
        watch->settled_since = now;
    }
    gboolean in_between = !is_init(PQgetvalue(facts, 0, FACT_FIRST_PROCESS)) &&
                          is_daemon(PQgetvalue(facts, 0, FACT_STATUS));
    gint64 settle_ms = in_between ? LONG_SETTLE_MS : SETTLE_MS;
    return now - watch->settled_since >= settle_ms * 1000;
}

/* A connection to the server that is to stay, or NULL: not yet. */
static PgsConnection *
try_connection(Watch *watch)
{
    if (!probe(watch))
        return NULL;
    watch->has_spoken = TRUE;
    g_autofree char *conninfo = pgs_container_conninfo(watch->container);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = pgs_connection_open(
        conninfo, "postgres", watch->statement_timeout, watch->cancellable, &error);
    const char *sql = pgs_embedded_find(pgs_server_files, "container_ready.sql");
    g_autoptr(PGresult) facts =
        connection != NULL
            ? pgs_connection_query(connection, PGS_SHAPE_ROW, sql, 0, NULL, NULL, &error)
            : NULL;
    g_free(watch->refusal);
    watch->refusal = error != NULL ? g_strdup(error->message) : NULL;
    return facts != NULL && is_last(watch, facts) ? g_steal_pointer(&connection) : NULL;
}

static PgsConnection *
look(Watch *watch, gboolean log_has_grown)
{
    PgsContainer *container = watch->container;
    gint64 now = g_get_monotonic_time();
    if (container->port == 0 &&
        (log_has_grown || now >= watch->next_port_look || pgs_container_may_have_port(container))) {
        watch->next_port_look = g_get_monotonic_time() + (gint64)PORT_LOOK_MS * 1000;
        pgs_container_find_port(container);
    }
    return container->port != 0 ? try_connection(watch) : NULL;
}

/* ----------------------------------------------------------------------------------- waiting -- */

/* The port that the server listens on by its log's last word of it; 0: it has none. */
static guint
find_logged_port(const char *log)
{
    guint64 port = 0;
    for (const char *at = log; (at = strstr(at, "listening on IPv")) != NULL; at++) {
        const char *line_end = at + strcspn(at, "\n");
        const char *number = g_strstr_len(at, line_end - at, "\", port ");
        if (number != NULL)
            port = g_ascii_strtoull(number + strlen("\", port "), NULL, 10);
    }
    return (guint)port;
}

/* A server is up, but not where it is to be met. */
static void
set_unreached_error(const PgsContainer *container, const char *log, const char *limit,
                    GError **error)
{
    guint port = find_logged_port(log);
    if (port != 0 && port != PGS_CONTAINER_PORT)
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "let the image's server listen on 5432, as that of the official image "
                      "\"postgres\" does: look at the image's command, entry point and PGPORT",
                      "the server in the container listens on port %u, and pgstair expects %d "
                      "(image \"%s\", %s)",
                      port, PGS_CONTAINER_PORT, container->image->name,
                      pgs_engine_name(container->engine));
    else
        pgs_error_set(
            error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
            "where pgstair itself runs in a container, with the host's socket, give that "
            "one --network host (or name the engine by DOCKER_HOST=tcp://HOST:2375); else "
            "look at the engine's options (docker: --iptables, --userland-proxy) and at "
            "the firewall",
            "the server in the container runs, but its port, which the engine publishes "
            "at %s:%u, was not reached within %s",
            container->address, container->port, limit);
}

static void
set_late_error(Watch *watch, guint timeout, GError **error)
{
    if (g_cancellable_is_cancelled(watch->cancellable)) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED, NULL, "cancelled");
        return;
    }
    PgsContainer *container = watch->container;
    g_autofree char *limit = pgs_text_duration((gint64)timeout * 1000);
    g_autofree char *log = pgs_log_tail(container->log, LOG_LINES);
    if (container->port != 0 && !watch->has_spoken && !pgs_container_has_ended(container) &&
        find_logged_port(log) != 0 && strstr(log, "ready to accept connections") != NULL) {
        set_unreached_error(container, log, limit, error);
        return;
    }
    g_autofree char *what =
        g_strdup_printf("no server in the container answered within %s%s%s", limit,
                        watch->refusal != NULL ? ", the last word was: " : "",
                        watch->refusal != NULL ? watch->refusal : "");
    pgs_container_set_start_error(container, what, error);
}

/* Whether there is still something to wait for. */
static gboolean
can_wait(Watch *watch, gint64 deadline)
{
    return !pgs_container_has_ended(watch->container) &&
           !g_cancellable_is_cancelled(watch->cancellable) && g_get_monotonic_time() < deadline;
}

/* The wait ends before that when the log grows. */
static gint64
next_look(const Watch *watch)
{
    gint64 now = g_get_monotonic_time();
    gboolean is_quiet = now - watch->last_growth >= (gint64)QUIET_AFTER_MS * 1000;
    return now + (gint64)(is_quiet ? LOOK_QUIET_MS : LOOK_MS) * 1000;
}

PgsConnection *
pgs_container_wait_ready(PgsContainer *container, guint timeout, guint statement_timeout,
                         GCancellable *cancellable, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout * 1000;
    g_auto(Watch) watch = {.container = container,
                           .cancellable = cancellable,
                           .statement_timeout = statement_timeout,
                           .next_port_look = g_get_monotonic_time() + (gint64)PORT_LOOK_MS * 1000};
    while (can_wait(&watch, deadline)) {
        gboolean has_grown = pgs_log_drain(container->watch);
        if (has_grown)
            watch.last_growth = g_get_monotonic_time();
        PgsConnection *connection = look(&watch, has_grown);
        if (connection != NULL)
            return connection;
        pgs_custody_wait(&container->process, container->watch, FALSE, cancellable,
                         MIN(next_look(&watch), deadline));
    }
    set_late_error(&watch, timeout, error);
    return NULL;
}

gboolean
pgs_container_wait_for_pipe(PgsContainer *container, guint timeout, GCancellable *cancellable,
                            GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout * 1000;
    g_auto(Watch) watch = {.container = container, .cancellable = cancellable};
    while (can_wait(&watch, deadline)) {
        pgs_log_drain(container->watch);
        g_autofree char *log = pgs_log_tail(container->log, LOG_LINES);
        if (strstr(log, PGS_CONTAINER_WAITS) != NULL)
            return TRUE;
        pgs_custody_wait(&container->process, container->watch, container->watch < 0, cancellable,
                         deadline);
    }
    set_late_error(&watch, timeout, error);
    return FALSE;
}
