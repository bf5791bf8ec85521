#include "cli/command.h"

#include "base/error.h"
#include "cli/source.h"
#include "snapshot/text.h"

#include <stdio.h>

int
pgs_cmd_snapshot(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    g_auto(PgsSources) sources = {.settings = settings, .cancellable = cancellable};
    g_autoptr(PgsSnapshot) snapshot = pgs_source_snapshot(&sources, settings->arguments[0], error);
    if (snapshot == NULL)
        return PGS_EXIT_ENVIRONMENT;
    gsize length;
    g_autofree char *text = pgs_snapshot_to_text(snapshot, &length);
    if (settings->output != NULL) {
        if (!g_file_set_contents(settings->output, text, (gssize)length, error))
            return PGS_EXIT_ENVIRONMENT;
    } else {
        fwrite(text, 1, length, stdout);
    }
    return PGS_EXIT_VERIFIED;
}
