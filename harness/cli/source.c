#include "cli/source.h"

#include "base/error.h"
#include "check/system_words.h"
#include "cli/terminal.h"
#include "server/options.h"
#include "snapshot/catalog.h"
#include "snapshot/text.h"

#include <string.h>

#define URL_STATEMENT_TIMEOUT_MS (60 * 1000)

void
pgs_sources_clear(PgsSources *sources)
{
    g_clear_pointer(&sources->server, pgs_server_stop);
    g_clear_pointer(&sources->server_key, g_free);
}

void
pgs_climbed_clear(PgsClimbed *climbed)
{
    g_clear_pointer(&climbed->lane, pgs_lane_free);
    g_clear_pointer(&climbed->stage, pgs_stage_free);
    g_clear_pointer(&climbed->history, pgs_history_free);
    pgs_systems_clear(&climbed->systems);
    g_clear_pointer(&climbed->failure, pgs_outcome_free);
}

static gboolean
is_url(const char *source)
{
    return g_str_has_prefix(source, "postgresql://") || g_str_has_prefix(source, "postgres://") ||
           (strchr(source, '=') != NULL && !g_file_test(source, G_FILE_TEST_EXISTS));
}

char *
pgs_source_describe_failure(const PgsOutcome *outcome)
{
    g_autofree char *text = pgs_failure_to_string(outcome->failure);
    if (outcome->line > 0)
        return g_strdup_printf("%s:%u:%u: %s", outcome->path, outcome->line, outcome->column, text);
    return g_strdup_printf("%s: %s", outcome->path, text);
}

void
pgs_source_say_found(const PgsSettings *settings, const char *folder, const PgsHistory *history)
{
    g_autofree char *text = pgs_history_say_found(history, folder);
    if (text != NULL && !settings->quiet)
        pgs_terminal_note(text, NULL);
}

/* Whether the server that the last folder ran on will do: a second one must not see the roles that
 * the first has made, and may ask for another server. */
static gboolean
can_share(const PgsSources *sources, const PgsStageOptions *options, const PgsHistory *history)
{
    gboolean has_ground = options->prepare->len > 0 || options->owner != NULL;
    g_autofree char *key = pgs_server_options_key(&options->server);
    return g_strcmp0(sources->server_key, key) == 0 && !has_ground && options->start == NULL &&
           (pgs_history_flags(history) & PGS_STATEMENT_CLUSTER) == 0;
}

static gboolean
lend_server(PgsSources *sources, const PgsStageOptions *options, const PgsHistory *history,
            GError **error)
{
    if (sources->server != NULL && can_share(sources, options, history))
        return TRUE;
    pgs_sources_clear(sources);
    PgsServerOptions server = options->server;
    server.progress = sources->settings->quiet ? NULL : pgs_terminal_note;
    sources->server = pgs_server_start(&server, sources->cancellable, error);
    sources->server_key = pgs_server_options_key(&options->server);
    return sources->server != NULL;
}

gboolean
pgs_source_climb(PgsSources *sources, const char *folder, PgsClimbed *climbed, GError **error)
{
    g_auto(PgsClimbed) work = {0};
    if (!pgs_systems_resolve_one(sources->settings, folder, &work.systems, error))
        return FALSE;
    work.system = g_ptr_array_index(work.systems.systems, 0);
    work.history = pgs_history_read_system(work.system, NULL, error);
    gint target;
    const char *at = sources->settings->at != NULL ? sources->settings->at : "head";
    if (work.history == NULL || !pgs_history_find(work.history, at, &target, error))
        return FALSE;
    pgs_source_say_found(sources->settings, work.system->folder, work.history);
    PgsStageOptions options = pgs_system_stage_options(work.system);
    if (!lend_server(sources, &options, work.history, error))
        return FALSE;
    work.stage =
        pgs_stage_new(&options, work.history, sources->server, FALSE, sources->cancellable);
    work.lane = pgs_lane_new(work.stage, "head", error);
    if (work.lane == NULL)
        return FALSE;
    if (!pgs_lane_climb(work.lane, target, &work.failure, error) && work.failure == NULL)
        return FALSE;
    *climbed = work;
    work = (PgsClimbed){0};
    return TRUE;
}

/*
 * A database, whosever it is: nothing is written to it, not even by accident.  What belongs to its
 * whole server (roles, tablespaces) is left out, since another server has others.
 */
static PgsSnapshot *
snapshot_database(PgsSources *sources, const char *conninfo, const char *database,
                  const char *const *ledger, GError **error)
{
    g_autoptr(PgsConnection) connection = pgs_connection_open(
        conninfo, database, URL_STATEMENT_TIMEOUT_MS, sources->cancellable, error);
    if (connection == NULL ||
        !pgs_connection_run(connection, "SET default_transaction_read_only = on", error))
        return NULL;
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, 0, ledger, error);
    return catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
}

static PgsSnapshot *
snapshot_folder(PgsSources *sources, const char *folder, GError **error)
{
    g_auto(PgsClimbed) climbed = {0};
    if (!pgs_source_climb(sources, folder, &climbed, error))
        return NULL;
    if (climbed.failure != NULL) {
        g_autofree char *text = pgs_source_describe_failure(climbed.failure);
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_MIGRATION,
                      "\"pgstair verify\" says more about it", "cannot climb %s: %s", folder, text);
        return NULL;
    }
    return snapshot_database(sources, pgs_lane_conninfo(climbed.lane),
                             pgs_lane_database(climbed.lane), climbed.history->ledger, error);
}

static PgsSnapshot *
snapshot_file(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, error))
        return NULL;
    PgsSnapshot *snapshot = pgs_snapshot_from_text(text, length, error);
    if (snapshot == NULL)
        g_prefix_error(error, "%s: ", path);
    return snapshot;
}

PgsSnapshot *
pgs_source_snapshot(PgsSources *sources, const char *source, GError **error)
{
    if (is_url(source))
        return snapshot_database(sources, source, NULL, NULL, error);
    if (g_file_test(source, G_FILE_TEST_IS_DIR))
        return snapshot_folder(sources, source, error);
    if (g_file_test(source, G_FILE_TEST_EXISTS))
        return snapshot_file(source, error);
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "give a folder of migrations, a snapshot file, or a URL (postgresql://…)",
                  "there is no file or folder %s", source);
    return NULL;
}
