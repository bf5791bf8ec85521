#include "server/container.h"

#include "base/error.h"
#include "server/liveness.h"
#include "server/log.h"
#include "server/place.h"
#include "server/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PASSWORD_BYTES = 16,       /* of chance */
    NAME_BYTES = 4,            /* likewise */
    STOP_TIMEOUT_MS = 5 * 1000 /* for the engine's program to end after its container */
};

#define SERVER_PORT G_STRINGIFY(PGS_CONTAINER_PORT)
#define PODMAN_PORT                                                                                \
    "{{(index (index .HostConfig.PortBindings \"" SERVER_PORT "/tcp\") 0).HostPort}}"
#define TMPFS_VARIABLE "PGSTAIR_CONTAINER_TMPFS"

/* Written into by the clone's tar; the engine's own user of the container can make it there. */
#define AWAIT_SCRIPT                                                                               \
    "set -e; umask 077; mkfifo " PGS_CONTAINER_DATA_PIPE "; mkdir -p \"$PGDATA\"; "                \
    "chmod 0700 \"$PGDATA\" || :; echo '" PGS_CONTAINER_WAITS "'; "                                \
    "tar -xf - -C \"$PGDATA\" <" PGS_CONTAINER_DATA_PIPE "; rm " PGS_CONTAINER_DATA_PIPE "; "      \
    "exec \"$@\""

/* ------------------------------------------------------------------------------------ before -- */

static gboolean
is_podman(const PgsContainer *container)
{
    return pgs_engine_is_podman(container->engine);
}

/* Random bytes as hexadecimal digits; g_free(). */
static char *
make_random(gsize n, GError **error)
{
    guint8 bytes[64];
    g_assert(n <= sizeof bytes);
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    gboolean read_all = fd >= 0 && read(fd, bytes, n) == (ssize_t)n;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (!read_all) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "could not read /dev/urandom: %s", g_strerror(reason));
        return NULL;
    }
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(text, "%02x", bytes[i]);
    return g_string_free(text, FALSE);
}

/* A number and its unit, as mount(8) has tmpfs's size. */
static gboolean
is_size(const char *text)
{
    gsize digits = strspn(text, "0123456789");
    return digits > 0 && digits < 12 && strtoull(text, NULL, 10) > 0 &&
           (text[digits] == '\0' ||
            (strchr("kKmMgG", text[digits]) != NULL && text[digits + 1] == '\0'));
}

static gboolean
choose_tmpfs(PgsContainer *container, GError **error)
{
    const char *wanted = g_getenv(TMPFS_VARIABLE);
    if (wanted == NULL || *wanted == '\0') {
        container->tmpfs = g_strdup("");
        return TRUE;
    }
    if (strcmp(wanted, "off") == 0)
        return TRUE;
    container->tmpfs = g_strdup(wanted);
    if (is_size(wanted))
        return TRUE;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  "as in \"512m\" or \"2g\", or \"off\" for data on the engine's disk",
                  TMPFS_VARIABLE " is \"%s\", which is no size", wanted);
    return FALSE;
}

/*
 * A tmpfs belongs to root.  An image whose programs run as somebody else from the start can only
 * use a folder in it, of its own making; the official image's description advises the same.
 */
static void
choose_data(PgsContainer *container)
{
    const PgsImage *image = container->image;
    gboolean is_root = *image->user == '\0' || strcmp(image->user, "root") == 0 ||
                       strcmp(image->user, "0") == 0 || g_str_has_prefix(image->user, "0:") ||
                       g_str_has_prefix(image->user, "root:");
    if (container->tmpfs != NULL && !is_root && strcmp(image->data, image->mount) == 0)
        container->data = g_build_filename(image->data, "pgdata", NULL);
    else
        container->data = g_strdup(image->data);
}

static gboolean
write_private(const char *path, const char *text, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    gboolean written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (!written)
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "could not write \"%s\": %s", path, g_strerror(reason));
    return written;
}

/* What the official image's entry point takes from the environment. */
static gboolean
write_environment(const PgsContainer *container, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "POSTGRES_USER=%s\nPOSTGRES_DB=postgres\nPOSTGRES_PASSWORD=%s\n",
                           PGS_SERVER_SUPERUSER, container->password);
    /* An image may preset them; the entry point refuses a variable that is given both ways. */
    g_string_append(text, "POSTGRES_USER_FILE=\nPOSTGRES_DB_FILE=\nPOSTGRES_PASSWORD_FILE=\n");
    if (strcmp(container->data, container->image->data) != 0)
        g_string_append_printf(text, "PGDATA=%s\n", container->data);
    return write_private(container->environment, text->str, error);
}

static gboolean
make_folder(PgsContainer *container, GError **error)
{
    g_autoptr(PgsPlace) place = pgs_place_choose(&container->account, error);
    if (place == NULL)
        return FALSE;
    container->folder =
        pgs_custody_make_folder(container->custody, place->path, &container->account, error);
    if (container->folder == NULL)
        return FALSE;
    container->log = g_build_filename(container->folder, "log", NULL);
    container->made = g_build_filename(container->folder, "made", NULL);
    container->environment = g_build_filename(container->folder, "environment", NULL);
    return write_environment(container, error);
}

PgsContainer *
pgs_container_new(PgsEngine *engine, PgsImage *image, const char *address, const char *password,
                  GError **error)
{
    g_autoptr(PgsContainer) container = g_new0(PgsContainer, 1);
    container->pid = getpid();
    container->process.pidfd = -1;
    container->watch = -1;
    container->engine = engine;
    container->image = image;
    g_snprintf(container->user, sizeof container->user, "%u", (guint)geteuid());
    container->account = (PgsAccount){.uid = geteuid(), .gid = getegid(), .name = container->user};
    g_autofree char *token = make_random(NAME_BYTES, error);
    container->password =
        password != NULL ? g_strdup(password) : make_random(PASSWORD_BYTES, error);
    if (token == NULL || container->password == NULL || !choose_tmpfs(container, error))
        return NULL;
    choose_data(container);
    container->name = g_strdup_printf("pgstair-%u-%s", (guint)geteuid(), token);
    container->address = g_strdup(address);
    container->custody = pgs_custody_new(error);
    if (container->custody == NULL || !make_folder(container, error))
        return NULL;
    return g_steal_pointer(&container);
}

/* ------------------------------------------------------------------------------------- start -- */

static void
add(GPtrArray *argv, const char *word)
{
    g_ptr_array_add(argv, g_strdup(word));
}

static void G_GNUC_PRINTF(2, 3) add_printf(GPtrArray *argv, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(argv, g_strdup_vprintf(format, args));
    va_end(args);
}

/*
 * podman gives a container the limits that it was configured with.  They may be above those that
 * it runs under itself, and then, without the right to raise them, it cannot start it.
 */
static void
add_limits(GPtrArray *argv)
{
    static const struct {
        const char *name;
        int resource;
        rlim_t enough; /* for any server; podman's own defaults are no lower */
    } limits[] = {{"nofile", RLIMIT_NOFILE, 65536}, {"nproc", RLIMIT_NPROC, 32768}};
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        struct rlimit own;
        if (getrlimit(limits[i].resource, &own) != 0)
            continue;
        unsigned long long limit = MIN(own.rlim_max, limits[i].enough);
        add_printf(argv, "--ulimit=%s=%llu:%llu", limits[i].name, limit, limit);
    }
}

static void
add_mounts(const PgsContainer *container, GPtrArray *argv)
{
    /* Parallel queries and the clone's pipe; nothing of it is taken before it is used. */
    add(argv, "--shm-size=1g");
    if (container->tmpfs == NULL)
        return;
    add_printf(argv, "--tmpfs=%s:rw,exec,mode=1777%s%s%s", container->image->mount,
               *container->tmpfs != '\0' ? ",size=" : "", container->tmpfs,
               /* As docker: what the image has there is hidden. */
               is_podman(container) ? ",notmpcopyup" : "");
}

static void
add_options(const PgsContainer *container, GPtrArray *argv)
{
    g_autofree char *owner = pgs_liveness_describe(pgs_custody_supervisor(container->custody));
    gboolean is_v6 = strchr(container->address, ':') != NULL;
    add(argv, "--rm");
    add(argv, "--pull=never");
    add_printf(argv, "--name=%s", container->name);
    add_printf(argv, "--label=" PGS_ENGINE_LABEL_OWNER "=%s", owner);
    add_printf(argv, "--env-file=%s", container->environment);
    add_printf(argv, is_v6 ? "--publish=[%s]::" SERVER_PORT : "--publish=%s::" SERVER_PORT,
               container->address);
    if (is_podman(container)) {
        add_printf(argv, "--cidfile=%s", container->made);
        add_limits(argv);
    }
    add_mounts(container, argv);
}

/* Whether the image's own command is a server, to which arguments can be added. */
static gboolean
takes_arguments(const PgsImage *image)
{
    const char *first = image->command[0];
    if (first == NULL)
        return TRUE;
    g_autofree char *program = g_path_get_basename(first);
    return *first == '-' || strcmp(program, "postgres") == 0;
}

/* pgstair's settings, then the image's own, then the project's: the last of a name counts. */
static gboolean
add_server(const PgsContainer *container, char *const *settings, GPtrArray *argv, GError **error)
{
    const PgsImage *image = container->image;
    char *const *command = image->command;
    if (!takes_arguments(image)) {
        for (; *command != NULL; command++)
            add(argv, *command);
        if (*settings == NULL)
            return TRUE;
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "put them into the image, or name an image that keeps the contract of the "
                      "official image \"postgres\"",
                      "the image \"%s\" starts \"%s\", which takes no settings of a project",
                      image->name, image->command[0]);
        return FALSE;
    }
    if (*command != NULL && **command != '-')
        add(argv, *command++);
    pgs_settings_add_arguments(argv, image->major);
    for (; *command != NULL; command++)
        add(argv, *command);
    /* The image's own file of settings may have it listen elsewhere, where no port is published. */
    add(argv, "-c");
    add(argv, "listen_addresses=*");
    add(argv, "-c");
    add(argv, "port=" SERVER_PORT);
    for (; *settings != NULL; settings++) {
        add(argv, "-c");
        add(argv, *settings);
    }
    return TRUE;
}

/* Before its entry point: the shell that waits for the data. */
static void
add_waiting(const PgsContainer *container, GPtrArray *argv)
{
    add(argv, "-c");
    add(argv, AWAIT_SCRIPT);
    add(argv, "sh");
    for (char *const *word = container->image->entrypoint; *word != NULL; word++)
        add(argv, *word);
}

gboolean
pgs_container_launch(PgsContainer *container, char *const *settings, gboolean awaits_data,
                     GError **error)
{
    g_autofree char *janitor = pgs_custody_find_janitor(error);
    if (janitor == NULL)
        return FALSE;
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    add(argv, pgs_engine_program(container->engine));
    add(argv, "run");
    add_options(container, argv);
    if (awaits_data)
        add(argv, "--entrypoint=sh");
    add(argv, container->image->name);
    if (awaits_data)
        add_waiting(container, argv);
    if (!add_server(container, settings, argv, error))
        return FALSE;
    g_ptr_array_add(argv, NULL);
    const char *errand[] = {janitor, "container", pgs_engine_name(container->engine),
                            container->name, NULL};
    container->watch = pgs_log_watch(container->log);
    return pgs_custody_undo(container->custody, errand, NULL, &container->errand, error) &&
           pgs_custody_spawn(container->custody, (const char *const *)argv->pdata, container->log,
                             "", &container->account, &container->process, error);
}

/* podman chooses the port when it makes the container, and can tell it then; docker when it starts
 * it. */
gboolean
pgs_container_may_have_port(const PgsContainer *container)
{
    struct stat st;
    return is_podman(container) && stat(container->made, &st) == 0 && st.st_size > 0;
}

gboolean
pgs_container_find_port(PgsContainer *container)
{
    g_autoptr(PgsProcess) command =
        pgs_engine_command(container->engine, is_podman(container) ? "container" : "port");
    if (is_podman(container))
        pgs_process_add_many(command, "inspect", "--format", PODMAN_PORT, container->name, NULL);
    else
        pgs_process_add_many(command, container->name, SERVER_PORT "/tcp", NULL);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_engine_try(container->engine, command, &result, NULL) || result.exit_status != 0)
        return FALSE;
    /* docker: "127.0.0.1:32768" */
    const char *colon = strrchr(g_strchomp(result.output), ':');
    guint64 port = 0;
    if (g_ascii_string_to_unsigned(colon != NULL ? colon + 1 : result.output, 10, 1, G_MAXUINT16,
                                   &port, NULL))
        container->port = (guint)port;
    return container->port != 0;
}

char *
pgs_container_conninfo(const PgsContainer *container)
{
    /* The user's own PGHOSTADDR, PGSSLMODE and so on are meant for other servers. */
    return g_strdup_printf("host='%s' hostaddr='%s' port=%u user=" PGS_SERVER_SUPERUSER
                           " password='%s' sslmode=disable gssencmode=disable "
                           "channel_binding=disable target_session_attrs=any requirepeer=''",
                           container->address, container->address, container->port,
                           container->password);
}

/* --------------------------------------------------------------------------------------- end -- */

gboolean
pgs_container_has_ended(PgsContainer *container)
{
    return container->process.pid == 0 ||
           pgs_custody_has_ended(container->custody, &container->process, NULL);
}

/* The engine's program ends when its container is gone. */
gboolean
pgs_container_wait_end(PgsContainer *container, int milliseconds)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    while (!pgs_container_has_ended(container) && g_get_monotonic_time() < deadline)
        pgs_custody_wait(&container->process, -1, FALSE, NULL, deadline);
    return pgs_container_has_ended(container);
}

/*
 * The errand of the start takes a while, since it believes in a making that is still under way:
 * with it the folder, and the password in it, would stay for as long after the container's end.
 */
static gboolean
change_errand(PgsContainer *container, GError **error)
{
    guint before = container->errand;
    g_auto(GStrv) removal = pgs_engine_removal(container->engine, container->name);
    return pgs_custody_undo(container->custody, (const char *const *)removal, NULL,
                            &container->errand, error) &&
           pgs_custody_forget(container->custody, before, error);
}

int
pgs_container_keep(PgsContainer *container, GError **error)
{
    int supervisor =
        change_errand(container, error) ? pgs_custody_keep(container->custody, error) : 0;
    container->kept = supervisor != 0;
    return supervisor;
}

/* Whether there is nothing left to do; otherwise the errand tries once more. */
static gboolean
end_container(PgsContainer *container)
{
    gboolean has_run = container->port != 0 || pgs_container_has_ended(container);
    if (!has_run) {
        /* The engine may be making it just now: its program is not to ask for more. */
        pgs_custody_signal(container->custody, &container->process, SIGTERM, NULL);
        pgs_container_wait_end(container, STOP_TIMEOUT_MS / 10);
    }
    g_autoptr(GError) error = NULL;
    if (pgs_engine_remove(container->engine, container->name, !has_run, &error))
        return pgs_container_wait_end(container, STOP_TIMEOUT_MS);
    if (!g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND))
        return FALSE;
    /* Where no engine answers, the errand finds none either; whoever starts next sweeps. */
    if (!container->told_lost)
        g_warning("the container %s may still be there: the %s engine does not answer; the next "
                  "start, or \"pgstair server sweep\", removes it",
                  container->name, pgs_engine_name(container->engine));
    return TRUE;
}

void
pgs_container_free(PgsContainer *container)
{
    if (container == NULL)
        return;
    gboolean is_ours = container->pid == getpid();
    if (is_ours && !container->kept && container->process.pid != 0 && end_container(container))
        pgs_custody_forget(container->custody, container->errand, NULL);
    if (container->watch >= 0)
        close(container->watch);
    pgs_custody_process_clear(&container->process);
    pgs_custody_end(container->custody);
    pgs_engine_free(container->engine);
    pgs_image_free(container->image);
    g_free(container->folder);
    g_free(container->log);
    g_free(container->made);
    g_free(container->environment);
    g_free(container->name);
    g_free(container->password);
    g_free(container->address);
    g_free(container->data);
    g_free(container->tmpfs);
    g_free(container);
}
