#include "cli/command.h"

#include "base/error.h"
#include "cli/live.h"

#include <stdio.h>
#include <stdlib.h>

int
pgs_cmd_ready(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    g_auto(PgsMigrate) migrate = {.settings = settings, .cancellable = cancellable};
    g_autofree char *url = pgs_live_url(&migrate, error);
    PgsPool *pool = url != NULL ? pgs_live_pool(&migrate, url, error) : NULL;
    char *json = NULL;
    if (pool == NULL)
        return PGS_EXIT_USAGE;
    int is_ready = pgs_pool_ready(pool, &json, NULL);
    printf("%s\n", json);
    free(json);
    pgs_pool_free(pool);
    return is_ready ? PGS_EXIT_VERIFIED : PGS_EXIT_ENVIRONMENT;
}
