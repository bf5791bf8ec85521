#include "cli/command.h"

#include "base/error.h"
#include "base/process.h"
#include "cli/source.h"
#include "driver/login.h"
#include "server/installation.h"

#include <stdio.h>
#include <unistd.h>

/* psql of the server's own version: Debian's /usr/bin/psql is a wrapper that picks one by its own
 * rules.  NULL: there is none on this machine. */
static char *
find_psql(PgsServer *server)
{
    g_autoptr(PgsInstallation) installation =
        pgs_installation_find(pgs_server_version_number(server) / 10000, NULL);
    char *psql = installation != NULL ? pgs_installation_program(installation, "psql") : NULL;
    return psql != NULL ? psql : g_find_program_in_path("psql");
}

/* psql, in the server's container where this machine has none. */
static PgsProcess *
new_psql(PgsServer *server, const char *database, GError **error)
{
    g_autofree char *psql = find_psql(server);
    g_auto(GStrv) inside =
        psql == NULL ? pgs_server_inside(server, isatty(STDIN_FILENO) != 0) : NULL;
    if (psql == NULL && inside == NULL) {
        pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_NOT_FOUND,
                      "install PostgreSQL's client programs (postgresql-client)",
                      "there is no psql on this machine");
        return NULL;
    }
    PgsProcess *process = pgs_process_new(psql != NULL ? psql : inside[0]);
    pgs_login_set_environment(process, server, NULL, database);
    for (char **word = inside != NULL ? inside + 1 : NULL; word != NULL && *word != NULL; word++)
        pgs_process_add(process, *word);
    if (inside != NULL)
        pgs_process_add_many(process, "psql", "-U", PGS_SERVER_SUPERUSER, "-d", database, NULL);
    return process;
}

static void
say_failure(const PgsClimbed *climbed)
{
    if (climbed->failure == NULL)
        return;
    g_autofree char *text = pgs_source_describe_failure(climbed->failure);
    fprintf(stderr, "%s\n", text);
}

static void
say_where(const PgsSettings *settings, const PgsClimbed *climbed)
{
    say_failure(climbed);
    if (settings->quiet)
        return;
    gint at = pgs_lane_revision(climbed->lane);
    const PgsRevision *revision =
        at >= 0 ? g_ptr_array_index(climbed->history->revisions, (guint)at) : NULL;
    fprintf(stderr, "pgstair: %sat %s; all is gone when psql ends (\\q)\n",
            climbed->failure != NULL ? "that is as far as it goes: " : "",
            revision != NULL ? revision->label : "base");
}

static int
run_psql(PgsServer *server, const PgsClimbed *climbed, GError **error)
{
    g_autoptr(PgsProcess) process = new_psql(server, pgs_lane_database(climbed->lane), error);
    if (process == NULL)
        return PGS_EXIT_ENVIRONMENT;
    pgs_process_set_interactive(process, TRUE);
    pgs_process_set_timeout(process, 0);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, error))
        return PGS_EXIT_ENVIRONMENT;
    return result.exit_status != 0 || climbed->failure == NULL ? result.exit_status
                                                               : PGS_EXIT_FAILED;
}

int
pgs_cmd_shell(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    g_auto(PgsSources) sources = {.settings = settings, .cancellable = cancellable};
    g_auto(PgsClimbed) climbed = {0};
    if (!pgs_source_climb(&sources, settings->arguments[0], &climbed, error))
        return PGS_EXIT_ENVIRONMENT;
    if (settings->keep) {
        g_autofree char *text =
            pgs_server_keep(sources.server, pgs_lane_database(climbed.lane), error);
        if (text == NULL)
            return PGS_EXIT_ENVIRONMENT;
        pgs_lane_leave(g_steal_pointer(&climbed.lane)); /* its database stays */
        say_failure(&climbed);
        fputs(text, stdout);
        return climbed.failure == NULL ? PGS_EXIT_VERIFIED : PGS_EXIT_FAILED;
    }
    say_where(settings, &climbed);
    return run_psql(sources.server, &climbed, error);
}
