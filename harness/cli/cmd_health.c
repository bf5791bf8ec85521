#include "cli/command.h"

#include "base/error.h"
#include "cli/live.h"
#include "cli/terminal.h"
#include "operate/health.h"

#include <stdio.h>

/* The folder's own books, where one was named or the project says it; that it cannot be read is
 * said, and the database's health is told all the same. */
static void
find_ledger(PgsMigrate *migrate)
{
    g_autoptr(GError) error = NULL;
    const PgsSettings *settings = migrate->settings;
    if (migrate->system == NULL && settings->folder == NULL)
        return;
    if (pgs_migrate_history(migrate, &error) && migrate->history->driver == PGS_DRIVER_SQL)
        migrate->ledger = pgs_ledger_new(migrate->history, &error);
    if (error != NULL)
        pgs_terminal_note(error->message, NULL);
}

int
pgs_cmd_health(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    g_auto(PgsMigrate) migrate = {.settings = settings, .cancellable = cancellable};
    g_autofree char *url = pgs_live_url(&migrate, error);
    PgsPool *pool = url != NULL ? pgs_live_pool(&migrate, url, error) : NULL;
    gboolean ok = FALSE;
    if (pool == NULL)
        return PGS_EXIT_USAGE;
    find_ledger(&migrate);
    const PgsHealthRequest request = {
        .pool = pool,
        .conninfo = url,
        .history = migrate.history,
        .ledger = migrate.ledger,
        .timeout = pgs_live_limit(&migrate),
        .cancellable = cancellable,
    };
    g_autofree char *json = pgs_health_json(&request, &ok);
    printf("%s\n", json);
    pgs_pool_free(pool);
    return ok ? PGS_EXIT_VERIFIED : PGS_EXIT_ENVIRONMENT;
}
