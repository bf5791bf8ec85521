#include "server/kind.h"

#include "base/error.h"
#include "server/admission.h"
#include "server/container.h"
#include "server/container_copy.h"
#include "server/container_end.h"
#include "server/container_ready.h"
#include "server/log.h"
#include "server/server_settings.h"

#include <string.h>

/*
 * "docker" and "podman": a throwaway container of an image that keeps the contract of the official
 * image "postgres".
 */

enum {
    BLAME_LINES = 50,   /* of the log of a server that did not start */
    END_WAIT_MS = 1000, /* for the engine to say that the container has ended */
};

/* ------------------------------------------------------------------------------------- start -- */

static void
describe(PgsServer *server, PgsConnection *connection)
{
    const PgsContainer *container = server->data;
    const char *version = PQparameterStatus(pgs_connection_raw(connection), "server_version");
    server->conninfo = pgs_container_conninfo(container);
    server->version = g_strndup(version, strcspn(version, " "));
    server->version_number = pgs_connection_version(connection);
    server->is_memory = container->tmpfs != NULL;
    server->image = g_strdup(container->image->name);
    server->image_id = g_strdup(container->image->id);
    server->image_digest = g_strdup(container->image->digest);
    server->description = g_strdup_printf(
        "PostgreSQL %s, %s (%s), %s", server->version, server->kind->name, container->image->name,
        server->is_memory ? "data in memory" : "data on the engine's disk");
}

/* An image: in the project's file may be of one version only. */
static gboolean
check_major(const PgsServer *server, int major, GError **error)
{
    const PgsContainer *container = server->data;
    if (major == 0 || server->version_number / 10000 == major)
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND,
                  "write {major} in the image's name where its version stands",
                  "the image \"%s\" holds PostgreSQL %s, not %d", container->image->name,
                  server->version, major);
    return FALSE;
}

/* The server's log may tell more of what is wrong than that it is not ready. */
static void
blame_settings(PgsServer *server, GError **error)
{
    PgsContainer *container = server->data;
    if (!pgs_container_has_ended(container))
        return;
    g_autofree char *log = pgs_log_tail(container->log, BLAME_LINES);
    pgs_server_settings_blame(&server->request, log, TRUE, error);
}

/* From the container's launch on. */
static gboolean
await_server(PgsServer *server, int major, GError **error)
{
    const PgsServerRequest *request = &server->request;
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_container_wait_ready(server->data, request->start_timeout, request->statement_timeout,
                                 server->cancellable, &cause);
    if (connection == NULL) {
        blame_settings(server, &cause);
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    describe(server, connection);
    return check_major(server, major, error) &&
           pgs_server_settings_verify(request, connection, error);
}

static gpointer
begin_custody(gpointer unused)
{
    (void)unused;
    return pgs_custody_new(NULL); /* a failure is met again, and told, where it matters */
}

/* The supervisor starts meanwhile. */
static PgsImage *
find_image(PgsServer *server, const PgsEngine *engine, int *major, PgsCustody **custody,
           GError **error)
{
    GThread *thread = g_thread_new("pgstair-custody", begin_custody, NULL);
    PgsImage *image = pgs_image_find(engine, &server->request, major, server->cancellable, error);
    *custody = g_thread_join(thread);
    return image;
}

static gboolean
container_start(PgsServer *server, GError **error)
{
    int major = 0;
    g_autoptr(PgsCustody) begun = NULL; /* holds the supervisor until the container does */
    g_autoptr(PgsEngine) engine = pgs_engine_open(server->kind->name, error);
    g_autofree char *address = engine != NULL ? pgs_engine_find_address(engine, error) : NULL;
    if (address == NULL)
        return FALSE;
    PgsImage *image = find_image(server, engine, &major, &begun, error);
    if (image == NULL)
        return FALSE;
    PgsContainer *container =
        pgs_container_new(g_steal_pointer(&engine), image, address, NULL, error);
    server->data = container;
    if (container == NULL ||
        !pgs_container_launch(container, server->request.settings, FALSE, error) ||
        !await_server(server, major, error))
        return FALSE;
    /* Not before: it would take the start's time. */
    pgs_custody_sweep_containers(container->custody, server->kind->name);
    return TRUE;
}

static void
container_stop(PgsServer *server)
{
    pgs_container_free(server->data);
    server->data = NULL;
}

static gboolean
container_clone(PgsServer *server, PgsServer *clone, GError **error)
{
    PgsContainer *container = server->data;
    PgsContainer *copy = pgs_container_new_copy(container, error);
    if (copy == NULL)
        return FALSE;
    clone->data = copy;
    return pgs_container_launch(copy, server->request.settings, TRUE, error) &&
           pgs_container_wait_for_pipe(copy, server->request.start_timeout, server->cancellable,
                                       error) &&
           pgs_container_copy_data(container, copy, server->cancellable, error) &&
           await_server(clone, 0, error);
}

/* --------------------------------------------------------------------------------- meanwhile -- */

static char *
container_log_tail(const PgsServer *server, guint lines)
{
    const PgsContainer *container = server->data;
    return pgs_log_tail(container->log, lines);
}

static char *
container_log_path(const PgsServer *server)
{
    const PgsContainer *container = server->data;
    return g_strdup(container->log);
}

static int
container_hold(PgsServer *server, GError **error)
{
    return pgs_container_keep(server->data, error);
}

static char *
container_keep(PgsServer *server, const char *database, GError **error)
{
    PgsContainer *container = server->data;
    g_autofree char *passwords = pgs_container_write_passwords(container, error);
    if (passwords == NULL || container_hold(server, error) == 0)
        return NULL;
    const char *shown = database != NULL ? database : "postgres";
    const char *engine = pgs_engine_name(container->engine);
    g_autoptr(PgsProcess) inside = pgs_process_new(engine);
    pgs_process_add_many(inside, "exec", "-it", container->name, "psql", "-U", PGS_SERVER_SUPERUSER,
                         shown, NULL);
    g_autoptr(PgsProcess) outside = pgs_process_new("env");
    pgs_process_add_printf(outside, "PGPASSFILE=%s", passwords);
    pgs_process_add_many(outside, "psql", "-h", container->address, "-p", NULL);
    pgs_process_add_printf(outside, "%u", container->port);
    pgs_process_add_many(outside, "-U", PGS_SERVER_SUPERUSER, shown, NULL);
    g_autofree char *inside_line = pgs_process_to_string(inside);
    g_autofree char *outside_line = pgs_process_to_string(outside);
    return g_strdup_printf("the server stays: %s\n"
                           "  to look at it:            %s\n"
                           "  from outside:             %s\n"
                           "  its log:                  %s\n"
                           "  to end it and remove all: %s rm -f -v %s\n",
                           server->description, inside_line, outside_line, container->log, engine,
                           container->name);
}

/* "running", as the engine says; NULL with error: no such container, or no engine. */
static char *
ask_state(const PgsContainer *container, GError **error)
{
    g_autoptr(PgsProcess) command = pgs_engine_command(container->engine, "container");
    pgs_process_add_many(command, "inspect", "--format", "{{.State.Status}}", container->name,
                         NULL);
    char *state = NULL;
    return pgs_engine_run(container->engine, command, &state, error) ? g_strstrip(state) : NULL;
}

/* Of a container whose server does not answer, while the engine's program has not ended; NULL: it
 * runs. */
static char *
diagnose_state(const PgsServer *server, const char *state)
{
    const PgsContainer *container = server->data;
    static const char *const alive[] = {"running", "restarting", "created", "initialized", NULL};
    if (state == NULL || g_strv_contains(alive, state))
        return NULL;
    if (strcmp(state, "paused") == 0)
        return g_strdup_printf("the container %s is paused\nHINT: somebody did that (%s pause); it "
                               "goes with this run: run again",
                               container->name, server->kind->name);
    /* "exited", "stopped", "removing", "dead": the engine is about to say how. */
    return g_strdup_printf("the container %s has ended", container->name);
}

static char *
container_diagnose(PgsServer *server)
{
    PgsContainer *container = server->data;
    if (!pgs_container_has_ended(container) && pgs_container_speaks(container))
        return NULL;
    /* The engine takes a moment to see that its server has ended. */
    gboolean ended = pgs_container_wait_end(container, END_WAIT_MS);
    g_autoptr(GError) error = NULL;
    g_autofree char *state = ask_state(container, &error);
    if (g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND))
        return pgs_container_describe_lost_engine(container, error);
    if (!ended)
        return diagnose_state(server, state);
    int status = -1;
    pgs_custody_has_ended(container->custody, &container->process, &status);
    g_autofree char *end = pgs_container_describe_end(status);
    g_autofree char *hint = pgs_container_advise_end(container, status);
    return g_strdup_printf("the container %s has %s%s%s", container->name, end,
                           hint != NULL ? "\nHINT: " : "", hint != NULL ? hint : "");
}

static char **
container_inside(const PgsServer *server, gboolean is_terminal)
{
    const PgsContainer *container = server->data;
    const char *words[] = {pgs_engine_program(container->engine),
                           "exec",
                           "--env=PGPASSWORD",
                           is_terminal ? "-it" : "-i",
                           container->name,
                           NULL};
    return g_strdupv((char **)words);
}

#define CONTAINER_HOOKS                                                                            \
    .start = container_start, .stop = container_stop, .clone = container_clone,                    \
    .log_tail = container_log_tail, .keep = container_keep, .hold = container_hold,                \
    .log_path = container_log_path, .admit = pgs_admission_by_password,                            \
    .diagnose = container_diagnose, .inside = container_inside

const PgsServerKind pgs_server_kind_docker = {
    .name = "docker",
    .usage = "docker, docker:VERSION, docker=IMAGE",
    .title = "a throwaway container of docker",
    .auto_reason = "this machine has docker, and no PostgreSQL of its own",
    CONTAINER_HOOKS,
};

const PgsServerKind pgs_server_kind_podman = {
    .name = "podman",
    .usage = "podman, podman:VERSION, podman=IMAGE",
    .title = "a throwaway container of podman",
    .auto_reason = "this machine has podman, and no PostgreSQL of its own",
    CONTAINER_HOOKS,
};
