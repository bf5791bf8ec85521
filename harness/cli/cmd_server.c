#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "server/share.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * A throwaway server that several processes share: test suites above all.
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
    PgsServerOptions options = {.spec = settings->server};
    int watched;
    if (!parse_watch(settings->watch, &watched, error))
        return PGS_EXIT_USAGE;
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
    printf("%s\n  connection:  %s dbname=postgres\n  supervisor:  process %d\n", share->description,
           share->conninfo, share->supervisor);
    if (share->watched != 0)
        printf("  watches:     process %d\n", share->watched);
    return PGS_EXIT_VERIFIED;
}

static const struct {
    const char *name;
    Action act;
} actions[] = {{"start", start}, {"stop", stop}, {"status", status}};

/* The word behind the action, or --shared. */
static const char *
find_file(const PgsSettings *settings, GError **error)
{
    const char *argument = settings->arguments[1];
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
        const char *file = find_file(settings, error);
        return file != NULL ? actions[i].act(settings, file, cancellable, error) : PGS_EXIT_USAGE;
    }
    const char *nearest = pgs_text_nearest(word, names);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                                            : g_strdup("start, stop or status");
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                  "\"pgstair server\" knows no \"%s\"", word);
    return PGS_EXIT_USAGE;
}
