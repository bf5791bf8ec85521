#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/server_list.h"
#include "cli/systems.h"
#include "cli/terminal.h"
#include "server/options.h"
#include "server/share.h"
#include "server/spec.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * A throwaway server that several processes share, test suites above all; and what runs have left
 * behind.
 */

typedef int (*Action)(const PgsSettings *settings, const char *file, GCancellable *cancellable,
                      GError **error);

/* "parent" is who called us: ctest, make, a job's shell. */
static gboolean
parse_watch(const char *text, int *pid, GError **error)
{
    guint64 number;
    *pid = 0;
    if (text == NULL)
        return TRUE;
    if (strcmp(text, "parent") == 0) {
        *pid = getppid();
        return TRUE;
    }
    if (g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT, &number, NULL)) {
        *pid = (int)number;
        return TRUE;
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "give the number of a process, or \"parent\" for the one that runs pgstair",
                  "--watch: \"%s\" names no process", text);
    return FALSE;
}

static int
start(const PgsSettings *settings, const char *file, GCancellable *cancellable, GError **error)
{
    g_autofree char *spec = NULL;
    int watched;
    if (!pgs_settings_one_server(settings, &spec, error) ||
        !parse_watch(settings->watch, &watched, error))
        return PGS_EXIT_USAGE;
    g_autoptr(PgsSystem) system = pgs_system_new(".");
    if (!pgs_systems_apply_set(system, settings, error))
        return PGS_EXIT_USAGE;
    system->start_timeout = settings->start_timeout;
    PgsServerOptions options = pgs_system_server_options(system, spec);
    options.progress = settings->quiet ? NULL : pgs_terminal_note;
    g_autoptr(PgsShare) share = pgs_share_start(file, &options, watched, cancellable, error);
    if (share == NULL)
        return PGS_EXIT_ENVIRONMENT;
    if (settings->quiet)
        return PGS_EXIT_VERIFIED;
    g_autofree char *quoted = g_shell_quote(share->path);
    printf("%s\n  suites find it by:  export PGSTAIR_SHARED_SERVER=%s\n"
           "  to end it:          pgstair server stop %s\n",
           share->description, quoted, quoted);
    if (watched != 0)
        printf("  it ends by itself when process %d does\n", watched);
    return PGS_EXIT_VERIFIED;
}

static int
stop(const PgsSettings *settings, const char *file, GCancellable *cancellable, GError **error)
{
    gboolean was_gone;
    (void)cancellable;
    g_autoptr(PgsShare) share = pgs_share_read(file, error);
    if (share == NULL || !pgs_share_stop(share, &was_gone, error))
        return PGS_EXIT_ENVIRONMENT;
    if (!settings->quiet)
        puts(was_gone ? "it had ended before" : "it has ended, and all that it made is gone");
    return PGS_EXIT_VERIFIED;
}

static int
status(const PgsSettings *settings, const char *file, GCancellable *cancellable, GError **error)
{
    (void)settings;
    (void)cancellable;
    g_autoptr(PgsShare) share = pgs_share_read(file, error);
    if (share == NULL)
        return PGS_EXIT_ENVIRONMENT;
    g_autoptr(PgsServer) server = pgs_share_attach(file, NULL, NULL, error);
    if (server == NULL)
        return PGS_EXIT_ENVIRONMENT;
    g_autofree char *shown = pgs_server_spec_show(share->conninfo);
    printf("%s\n  connection:  %s dbname=postgres\n", share->description, shown);
    if (strcmp(shown, share->conninfo) != 0)
        printf("  password:    in \"%s\"\n", share->path);
    printf("  supervisor:  process %d\n", share->supervisor);
    if (share->watched != 0)
        printf("  watches:     process %d\n", share->watched);
    return PGS_EXIT_VERIFIED;
}

/* Those that have to do with a shared server's file, and those that look around. */
static const struct {
    const char *name;
    Action act;
    int (*look)(const PgsSettings *settings, GError **error);
} actions[] = {
    {.name = "start", .act = start},
    {.name = "stop", .act = stop},
    {.name = "status", .act = status},
    {.name = "list", .look = pgs_server_list},
    {.name = "sweep", .look = pgs_server_sweep},
};

/* The word behind the action, or --shared. */
static const char *
find_file(const PgsSettings *settings, GError **error)
{
    const char *argument = settings->arguments[1];
    if (argument != NULL && settings->arguments[2] != NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "pgstair server stop FILE",
                      "there is too much on the command line");
        return NULL;
    }
    if (argument != NULL && settings->shared == NULL)
        return argument;
    if (argument == NULL && settings->shared != NULL)
        return settings->shared;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "pgstair server start --shared FILE, pgstair server stop FILE",
                  argument == NULL ? "the file that tells of the server is not given"
                                   : "the file that tells of the server is given twice");
    return NULL;
}

int
pgs_cmd_server(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    const char *word = settings->arguments[0];
    const char *names[G_N_ELEMENTS(actions) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        names[i] = actions[i].name;
        if (strcmp(actions[i].name, word) != 0)
            continue;
        if (actions[i].look != NULL)
            return actions[i].look(settings, error);
        const char *file = find_file(settings, error);
        return file != NULL ? actions[i].act(settings, file, cancellable, error) : PGS_EXIT_USAGE;
    }
    const char *nearest = pgs_text_nearest(word, names);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                                            : g_strdup("start, stop, status, list or sweep");
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                  "\"pgstair server\" knows no \"%s\"", word);
    return PGS_EXIT_USAGE;
}
