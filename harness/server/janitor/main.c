/*
 * pgstair-janitor VERB …
 *
 * Removes what no supervisor can by itself: containers, databases on a server of somebody's.  Run
 * by pgstair's supervisor (server/supervisor/protocol.h, "undo" and "chore"), at most ten seconds
 * long; what it fails at, it says on standard error.
 */
#include "server/engine.h"
#include "server/liveness.h"
#include "server/run_databases.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    /* So long may a container that does not run be the making of somebody unknown. */
    UNKNOWN_SECONDS = 60 * 60,
    MONITOR_ROUNDS = 50,
    MONITOR_PAUSE_US = 20 * 1000,
};

typedef struct {
    const char *name;
    const char *arguments;
    int n; /* how many arguments */
    gboolean (*run)(char **arguments, GError **error);
} Verb;

/* Whether the process is podman's monitor of the container: "conmon … -n NAME …". */
static gboolean
is_monitor(const char *pid, const char *container)
{
    g_autofree char *path = g_build_filename("/proc", pid, "cmdline", NULL);
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!g_ascii_isdigit(*pid) || !g_file_get_contents(path, &text, &length, NULL) || length == 0 ||
        !g_str_has_suffix(text, "conmon"))
        return FALSE;
    gboolean is_name = FALSE;
    for (gsize at = 0; at < length; at += strlen(text + at) + 1) {
        if (is_name && strcmp(text + at, container) == 0)
            return TRUE;
        is_name = strcmp(text + at, "-n") == 0;
    }
    return FALSE;
}

static void
kill_children(const char *pid)
{
    g_autofree char *path = g_build_filename("/proc", pid, "task", pid, "children", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return;
    g_auto(GStrv) children = g_strsplit(g_strstrip(text), " ", -1);
    for (char **child = children; *child != NULL && **child != '\0'; child++)
        kill((pid_t)g_ascii_strtoll(*child, NULL, 10), SIGKILL);
}

/*
 * podman that was killed between its runtime's "create" and "start" has not noted down yet that
 * there is a process, and does not end it when the container is removed.  The monitor goes when its
 * child has.
 */
static void
end_monitors(const char *container)
{
    for (int round = 0; round < MONITOR_ROUNDS; round++) {
        gboolean any = FALSE;
        g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
        for (const char *pid; proc != NULL && (pid = g_dir_read_name(proc)) != NULL;) {
            if (!is_monitor(pid, container))
                continue;
            any = TRUE;
            kill_children(pid);
        }
        if (!any)
            return;
        g_usleep(MONITOR_PAUSE_US);
    }
}

static gboolean
run_container(char **arguments, GError **error)
{
    g_autoptr(PgsEngine) engine = pgs_engine_open(arguments[0], error);
    if (engine != NULL && pgs_engine_remove(engine, arguments[1], TRUE, error)) {
        end_monitors(arguments[1]);
        return TRUE;
    }
    g_prefix_error(error, "the container %s may be left: ", arguments[1]);
    return FALSE;
}

/* "2026-11-21 07:43:06 +0000 UTC", or any time of ISO 8601 with a zone; 0: not understood. */
static gint64
parse_time(const char *text)
{
    g_autofree char *date = g_strndup(text, MIN(strlen(text), 10));
    const char *clock = strlen(text) > 11 ? text + 11 : "";
    gsize length = strspn(clock, "0123456789:.");
    g_autofree char *time = g_strndup(clock, length);
    const char *zone = clock + length + strspn(clock + length, " ");
    g_autofree char *offset = g_strndup(zone, strcspn(zone, " "));
    g_autofree char *iso = g_strdup_printf("%sT%s%s", date, time, offset);
    g_autoptr(GDateTime) moment = g_date_time_new_from_iso8601(iso, NULL);
    return moment != NULL ? g_date_time_to_unix(moment) : 0;
}

static gboolean
is_abandoned(const PgsEngineContainer *container)
{
    PgsLiveness liveness = pgs_liveness_judge(container->owner);
    if (liveness != PGS_LIVENESS_UNKNOWN)
        return liveness == PGS_LIVENESS_GONE;
    gint64 created = container->created != NULL ? parse_time(container->created) : 0;
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    return g_strcmp0(container->state, "running") != 0 && created > 0 &&
           now - created > UNKNOWN_SECONDS;
}

static gboolean
run_sweep(char **arguments, GError **error)
{
    g_autoptr(PgsEngine) engine = pgs_engine_open(arguments[0], error);
    g_autoptr(GPtrArray) containers = engine != NULL ? pgs_engine_list(engine, error) : NULL;
    gboolean ok = containers != NULL;
    for (guint i = 0; containers != NULL && i < containers->len; i++) {
        const PgsEngineContainer *container = g_ptr_array_index(containers, i);
        /* One that cannot be removed does not keep the others. */
        if (is_abandoned(container))
            ok = pgs_engine_remove(engine, container->name, FALSE, ok ? error : NULL) && ok;
    }
    return ok;
}

/* What is to be done comes by standard input, for the sake of the password in it. */
static gboolean
run_databases(char **arguments, GError **error)
{
    (void)arguments;
    g_autoptr(GIOChannel) channel = g_io_channel_unix_new(STDIN_FILENO);
    g_autofree char *input = NULL;
    gsize length;
    g_io_channel_set_encoding(channel, NULL, NULL);
    if (g_io_channel_read_to_end(channel, &input, &length, error) != G_IO_STATUS_NORMAL)
        return FALSE;
    return pgs_run_databases_run_errand(input, error);
}

static const Verb verbs[] = {
    {"container", "ENGINE NAME", 2, run_container},
    {"sweep", "ENGINE", 1, run_sweep},
    {"databases", "<FILE", 0, run_databases},
};

int
main(int argc, char **argv)
{
    /* Whoever would have heard may be gone. */
    signal(SIGPIPE, SIG_IGN);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (argc != verbs[i].n + 2 || strcmp(argv[1], verbs[i].name) != 0)
            continue;
        g_autoptr(GError) error = NULL;
        if (verbs[i].run(argv + 2, &error))
            return 0;
        fprintf(stderr, "%s\n", error != NULL ? error->message : "it failed");
        return 1;
    }
    fputs("pgstair-janitor: run by pgstair's supervisor for its own needs, not by hand\n", stderr);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        fprintf(stderr, "usage: pgstair-janitor %s %s\n", verbs[i].name, verbs[i].arguments);
    return 2;
}
