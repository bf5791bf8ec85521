#include "server/container_copy.h"

#include "base/error.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

enum {
    COPY_TIMEOUT_MS = 5 * 60 * 1000,
};

/* Over TCP, for which the official image's pg_hba.conf has a line of its own in any case. */
#define BACKUP_SCRIPT                                                                              \
    "export PGPASSWORD=\"$POSTGRES_PASSWORD\"; "                                                   \
    "exec pg_basebackup -h 127.0.0.1 -p 5432 -U \"$POSTGRES_USER\" -D - -F tar -X fetch "          \
    "--checkpoint=fast --no-manifest"
#define RESTORE_SCRIPT "exec cat >" PGS_CONTAINER_DATA_PIPE

static PgsImage *
copy_image(const PgsImage *image)
{
    PgsImage *copy = g_new0(PgsImage, 1);
    copy->name = g_strdup(image->name);
    copy->id = g_strdup(image->id);
    copy->user = g_strdup(image->user);
    copy->data = g_strdup(image->data);
    copy->mount = g_strdup(image->mount);
    copy->major = image->major;
    copy->entrypoint = g_strdupv(image->entrypoint);
    copy->command = g_strdupv(image->command);
    return copy;
}

PgsContainer *
pgs_container_new_copy(const PgsContainer *container, GError **error)
{
    PgsEngine *engine = pgs_engine_open(pgs_engine_name(container->engine), error);
    if (engine == NULL)
        return NULL;
    return pgs_container_new(engine, copy_image(container->image), container->address,
                             container->password, error);
}

/* One end of the stream. */
typedef struct {
    const PgsContainer *container;
    PgsProcess *command;
    PgsProcessResult result;
    GError *error;
} End;

static void
end_clear(End *end)
{
    pgs_process_free(end->command);
    pgs_process_result_clear(&end->result);
    g_clear_error(&end->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(End, end_clear)

static void
end_init(End *end, const PgsContainer *container, const char *option, const char *script,
         GCancellable *cancellable)
{
    end->container = container;
    end->command = pgs_engine_command(container->engine, "exec");
    pgs_process_set_timeout(end->command, COPY_TIMEOUT_MS);
    pgs_process_set_cancellable(end->command, cancellable);
    if (option != NULL)
        pgs_process_add(end->command, option);
    pgs_process_add_many(end->command, container->name, "sh", "-c", script, NULL);
}

static gpointer
run_end(gpointer data)
{
    End *end = data;
    pgs_engine_try(end->container->engine, end->command, &end->result, &end->error);
    return NULL;
}

static gboolean
check_end(const End *end, const char *what, GError **error)
{
    if (end->error != NULL) {
        g_propagate_error(error, g_error_copy(end->error));
        return FALSE;
    }
    if (end->result.exit_status == 0)
        return TRUE;
    g_autofree char *said = g_strstrip(g_strdup(end->result.errors));
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "the image must have sh, tar and pg_basebackup, as the official one",
                  "could not copy the server (image \"%s\"): %s failed: %s",
                  end->container->image->name, what, said);
    return FALSE;
}

gboolean
pgs_container_copy_data(const PgsContainer *container, const PgsContainer *copy,
                        GCancellable *cancellable, GError **error)
{
    int ends[2];
    if (!g_unix_open_pipe(ends, FD_CLOEXEC, error))
        return FALSE;
    g_auto(End) from = {0};
    g_auto(End) to = {0};
    end_init(&from, container, NULL, BACKUP_SCRIPT, cancellable);
    end_init(&to, copy, "-i", RESTORE_SCRIPT, cancellable);
    /* The processes have them from now on, so that the end of the one is the other's end of file.
     */
    pgs_process_take_output(from.command, ends[1]);
    pgs_process_take_input(to.command, ends[0]);
    GThread *reader = g_thread_new("pgstair-copy", run_end, &to);
    run_end(&from);
    g_thread_join(reader);
    return check_end(&from, "pg_basebackup", error) && check_end(&to, "tar", error);
}

char *
pgs_container_write_passwords(const PgsContainer *container, GError **error)
{
    g_autofree char *path = g_build_filename(container->folder, "passwords", NULL);
    g_autofree char *text = g_strdup_printf("*:%u:*:*:%s\n", container->port, container->password);
    g_autoptr(GError) cause = NULL;
    if (g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
        return g_steal_pointer(&path);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL, "%s", cause->message);
    return NULL;
}
