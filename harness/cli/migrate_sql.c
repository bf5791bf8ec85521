#include "cli/migrate.h"

#include "base/error.h"
#include "base/fs.h"
#include "operate/script.h"

#include <stdio.h>
#include <string.h>

/* text: "FROM:TO", either may be missing, or "REV": from base up to it. */
static gboolean
parse_range(const PgsHistory *history, const char *text, gint *from, gint *to, GError **error)
{
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    g_autofree char *first = colon != NULL ? g_strndup(text, (gsize)(colon - text)) : g_strdup("");
    const char *last = colon != NULL ? colon + 1 : text != NULL ? text : "";
    return pgs_history_find(history, *first != '\0' ? first : "base", from, error) &&
           pgs_history_find(history, *last != '\0' ? last : "head", to, error);
}

static gboolean
put(const PgsSettings *settings, const char *script, GError **error)
{
    if (settings->output == NULL || strcmp(settings->output, "-") == 0) {
        fputs(script, stdout); /* what is lost of it is told when the program ends */
        return TRUE;
    }
    return g_file_set_contents(settings->output, script, -1, error);
}

int
pgs_migrate_sql(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_history(migrate, error))
        return PGS_EXIT_USAGE;
    gint from, to;
    if (!parse_range(migrate->history, migrate->arguments[0], &from, &to, error))
        return PGS_EXIT_USAGE;
    g_autoptr(PgsLedger) ledger = NULL;
    if (migrate->history->driver == PGS_DRIVER_SQL) {
        ledger = pgs_ledger_new(migrate->history, error);
        if (ledger == NULL)
            return PGS_EXIT_USAGE;
    }
    g_autofree char *script =
        pgs_script_write(migrate->history, ledger, from, to, migrate->cancellable, error);
    if (script == NULL)
        return PGS_EXIT_USAGE;
    return put(migrate->settings, script, error) ? PGS_EXIT_VERIFIED : PGS_EXIT_ENVIRONMENT;
}
