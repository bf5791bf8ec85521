#include "server/channel.h"

#include "base/error.h"
#include "server/conninfo.h"
#include "server/custody.h"
#include "server/server.h"
#include "server/supervisor/protocol.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    /* The longest request, "end", takes two seconds and the time to remove files. */
    ANSWER_TIMEOUT_MS = 30 * 1000,
    /* For the supervisor to go once the channel is closed; it has ended everything by then. */
    LEAVE_TIMEOUT_MS = 500,
    LEAVE_PAUSE_US = 500,
};

struct _PgsChannel {
    GMutex mutex; /* one request at a time */
    int fd;
    pid_t process; /* a fork of it must not speak on this line */
    int supervisor;
    gint stays; /* the supervisor holds something beyond our end */
    gint broken;
    gint next_scope;
};

/* What makes "one supervisor per process" so: the only state of the server layer. */
static GMutex shared_mutex;
static PgsChannel *shared; /* not a reference of its own; guarded by shared_mutex */
static GHashTable *swept;  /* a set of char *; NULL: empty; likewise */
static gint watched;       /* a pid, or 0 */

/*
 * The environment of the servers: this process's own, without what would change how they behave.
 * TZ and the locale are settings; NOTIFY_SOCKET would have postgres report to a service manager.
 * Nor does it hold the way to anybody's real database: what runs in a throwaway server (a function
 * in an untrusted language, an archive_command) has no business there.
 */
static const char *const dropped_variables[] = {"PG", "LC_", "LANG", "TZ", "NOTIFY_SOCKET"};

static gboolean
is_dropped(const char *entry)
{
    for (gsize i = 0; i < G_N_ELEMENTS(dropped_variables); i++) {
        if (g_str_has_prefix(entry, dropped_variables[i]))
            return TRUE;
    }
    const char *value = strchr(entry, '=');
    return value != NULL && pgs_conninfo_is_one(value + 1);
}

static char **
make_environment(void)
{
    char **environment = g_get_environ();
    char **kept = environment;
    for (char **entry = environment; *entry != NULL; entry++) {
        if (is_dropped(*entry))
            g_free(*entry);
        else
            *kept++ = *entry;
    }
    *kept = NULL;
    return g_environ_setenv(environment, "LC_ALL", "C", TRUE);
}

/* A path that was fixed when pgstair was built must not lead to another user's program. */
static gboolean
is_trusted(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()) &&
           (st.st_mode & S_IWOTH) == 0;
}

/* The folder of the file that holds this code: the library's, or the program's. */
static char *
folder_of_this_code(void)
{
    Dl_info info;
    if (dladdr(&shared_mutex, &info) == 0 || info.dli_fname == NULL ||
        strchr(info.dli_fname, '/') == NULL)
        return NULL;
    g_autofree char *path = g_canonicalize_filename(info.dli_fname, NULL);
    return g_path_get_dirname(path);
}

static char *
folder_of_this_program(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    return program != NULL ? g_path_get_dirname(program) : NULL;
}

/* Takes folder over; NULL: not known. */
static void
add_place(GPtrArray *paths, char *folder, const char *within, const char *program)
{
    g_autofree char *owned = folder;
    if (owned != NULL)
        g_ptr_array_add(paths, g_build_filename(owned, within, program, NULL));
}

/* An installation may have been moved as a whole, so that what lies beside comes first. */
static void
add_usual_places(GPtrArray *paths, const char *program)
{
    add_place(paths, folder_of_this_program(), "", program);
    add_place(paths, folder_of_this_code(), PGS_LIBEXECDIR_FROM_LIBDIR, program);
    add_place(paths, folder_of_this_program(), PGS_LIBEXECDIR_FROM_BINDIR, program);
    add_place(paths, g_strdup(PGS_LIBEXECDIR), "", program);
    add_place(paths, g_strdup(PGS_BUILD_DIR), "", program);
}

/* One of pgstair's own programs, or the one that the environment variable names. */
static char *
find_program(const char *program, const char *variable, char **places)
{
    g_autoptr(GString) tried = g_string_new(NULL);
    char *found = NULL;
    const char *named = g_getenv(variable);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    if (named != NULL && *named != '\0')
        g_ptr_array_add(paths, g_strdup(named));
    else
        add_usual_places(paths, program);
    for (guint i = 0; i < paths->len && found == NULL; i++) {
        const char *path = g_ptr_array_index(paths, i);
        g_string_append_printf(tried, "%s%s", i > 0 ? ", " : "", path);
        if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) && (named != NULL || is_trusted(path)))
            found = g_canonicalize_filename(path, NULL);
    }
    if (places != NULL)
        *places = g_string_free(g_steal_pointer(&tried), FALSE);
    return found;
}

char *
pgs_custody_find_supervisor(char **places)
{
    return find_program("pgstair-supervisor", "PGSTAIR_SUPERVISOR", places);
}

char *
pgs_custody_find_janitor(GError **error)
{
    g_autofree char *places = NULL;
    char *program = find_program("pgstair-janitor", "PGSTAIR_JANITOR", &places);
    if (program == NULL)
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "install pgstair whole, or name the program in the environment variable "
                      "PGSTAIR_JANITOR",
                      "pgstair-janitor was not found (looked for %s)", places);
    return program;
}

/* Starts the supervisor with one end of a new socket pair; returns the other, or -1. */
static int
start_supervisor(GPid *pid, GError **error)
{
    g_autofree char *places = NULL;
    g_autofree char *program = pgs_custody_find_supervisor(&places);
    if (program == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "install pgstair whole, or name the program in the environment variable "
                      "PGSTAIR_SUPERVISOR",
                      "pgstair-supervisor was not found (looked for %s)", places);
        return -1;
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "could not make a socket: %s", g_strerror(errno));
        return -1;
    }
    g_auto(GStrv) environment = make_environment();
    g_autofree char *owner = g_strdup_printf("%d", (int)getpid());
    g_autofree char *watch = g_strdup_printf("%d", g_atomic_int_get(&watched));
    const char *argv[] = {program, "--owner", owner, NULL, watch, NULL};
    if (g_atomic_int_get(&watched) != 0)
        argv[3] = "--watch";
    int target = PGS_SUPERVISOR_FD;
    g_autoptr(GError) cause = NULL;
    /* Not through base/process.h: it is to outlive us.  All other descriptors are closed for it. */
    gboolean started = g_spawn_async_with_pipes_and_fds(
        "/", argv, (const char *const *)environment,
        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
        NULL, -1, -1, -1, &ends[1], &target, 1, pid, NULL, NULL, NULL, &cause);
    close(ends[1]);
    if (!started) {
        close(ends[0]);
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "could not start the supervisor: %s", cause->message);
        return -1;
    }
    return ends[0];
}

static gboolean
send_all(int fd, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

static gboolean
receive_all(int fd, char *bytes, gsize length, gint64 deadline)
{
    while (length > 0) {
        struct pollfd pfd = {.fd = fd, .events = POLLIN};
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;
        int ready = poll(&pfd, 1, (int)MAX(left, 0));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return FALSE;
        ssize_t n = recv(fd, bytes, length, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

/* The answer's fields, or NULL when none came. */
static char **
converse(PgsChannel *channel, const char *const *request)
{
    g_autoptr(GByteArray) message = g_byte_array_new();
    guint32 length = 0;
    g_byte_array_append(message, (const guint8 *)&length, sizeof length);
    for (; *request != NULL; request++)
        g_byte_array_append(message, (const guint8 *)*request, (guint)strlen(*request) + 1);
    length = message->len - (guint)sizeof length;
    memcpy(message->data, &length, sizeof length);

    gint64 deadline = g_get_monotonic_time() + (gint64)ANSWER_TIMEOUT_MS * 1000;
    if (!send_all(channel->fd, (const char *)message->data, message->len) ||
        !receive_all(channel->fd, (char *)&length, sizeof length, deadline) || length == 0 ||
        length > PGS_SUPERVISOR_MESSAGE_MAX)
        return NULL;
    g_autofree char *answer = g_malloc(length);
    if (!receive_all(channel->fd, answer, length, deadline) || answer[length - 1] != '\0')
        return NULL;
    GPtrArray *fields = g_ptr_array_new();
    for (gsize at = 0; at < length; at += strlen(answer + at) + 1)
        g_ptr_array_add(fields, g_strdup(answer + at));
    g_ptr_array_add(fields, NULL);
    return (char **)g_ptr_array_free(fields, FALSE);
}

char **
pgs_channel_ask(PgsChannel *channel, const char *const *request, GError **error)
{
    g_auto(GStrv) answer = NULL;
    if (pgs_channel_is_alive(channel)) {
        g_mutex_lock(&channel->mutex);
        answer = converse(channel, request);
        /* After a lost answer nothing on the line can be told apart any more. */
        if (answer == NULL)
            g_atomic_int_set(&channel->broken, TRUE);
        g_mutex_unlock(&channel->mutex);
    }
    if (answer == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "the supervisor (process %d), which holds the servers, is gone",
                      channel->supervisor);
        return NULL;
    }
    if (strcmp(answer[0], "ok") != 0) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL, "%s",
                      answer[1] != NULL ? answer[1] : "the supervisor refused");
        return NULL;
    }
    return g_strdupv(answer + 1);
}

/* So that no zombie stays where nobody reaps (a container without an init). */
static void
wait_for_leave(const PgsChannel *channel)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)LEAVE_TIMEOUT_MS * 1000;
    while (waitpid(channel->supervisor, NULL, WNOHANG) == 0 && g_get_monotonic_time() < deadline)
        g_usleep(LEAVE_PAUSE_US);
}

static void
channel_clear(gpointer data)
{
    PgsChannel *channel = data;
    close(channel->fd);
    if (pgs_channel_is_ours(channel) && !g_atomic_int_get(&channel->stays))
        wait_for_leave(channel);
    g_mutex_clear(&channel->mutex);
}

static PgsChannel *
open_channel(GError **error)
{
    GPid supervisor = 0;
    int fd = start_supervisor(&supervisor, error);
    if (fd < 0)
        return NULL;
    PgsChannel *channel = g_atomic_rc_box_new0(PgsChannel);
    g_mutex_init(&channel->mutex);
    channel->fd = fd;
    channel->process = getpid();
    channel->supervisor = supervisor;
    const char *hello[] = {"hello", PGS_SUPERVISOR_VERSION, NULL};
    g_auto(GStrv) answer = pgs_channel_ask(channel, hello, error);
    if (answer == NULL) {
        g_prefix_error(error, "the supervisor did not start: ");
        g_atomic_rc_box_release_full(channel, channel_clear);
        return NULL;
    }
    return channel;
}

PgsChannel *
pgs_channel_get(GError **error)
{
    g_mutex_lock(&shared_mutex);
    PgsChannel *channel = NULL;
    if (shared != NULL && pgs_channel_is_alive(shared))
        channel = g_atomic_rc_box_acquire(shared);
    else
        channel = shared = open_channel(error);
    g_mutex_unlock(&shared_mutex);
    return channel;
}

void
pgs_channel_watch(int pid)
{
    g_atomic_int_set(&watched, pid);
}

static void
channel_last_unref(gpointer data)
{
    if (shared == data)
        shared = NULL;
    channel_clear(data);
}

void
pgs_channel_unref(PgsChannel *channel)
{
    if (channel == NULL)
        return;
    /* Under the lock, so that no other thread takes a channel that is just being closed. */
    g_mutex_lock(&shared_mutex);
    g_atomic_rc_box_release_full(channel, channel_last_unref);
    g_mutex_unlock(&shared_mutex);
}

guint
pgs_channel_next_scope(PgsChannel *channel)
{
    return (guint)g_atomic_int_add(&channel->next_scope, 1) + 1;
}

gboolean
pgs_channel_should_sweep(const char *name)
{
    g_mutex_lock(&shared_mutex);
    if (swept == NULL)
        swept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean is_first = g_hash_table_add(swept, g_strdup(name));
    g_mutex_unlock(&shared_mutex);
    return is_first;
}

void
pgs_channel_stays(PgsChannel *channel)
{
    g_atomic_int_set(&channel->stays, TRUE);
}

int
pgs_channel_supervisor(const PgsChannel *channel)
{
    return channel->supervisor;
}

gboolean
pgs_channel_is_ours(const PgsChannel *channel)
{
    return channel->process == getpid();
}

gboolean
pgs_channel_is_alive(PgsChannel *channel)
{
    return !g_atomic_int_get(&channel->broken) && pgs_channel_is_ours(channel);
}
