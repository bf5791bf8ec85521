#include "cli/live.h"

#include "base/error.h"
#include "cli/command.h"
#include "server/conninfo.h"

/* Of a probe: short enough for those who ask every few seconds. */
#define DEFAULT_TIMEOUT_MS 3000

/* A URL that stands on the command line needs no file. */
static gboolean
needs_project(const PgsSettings *settings)
{
    gboolean is_said = settings->url != NULL && settings->environment == NULL;
    return !is_said && pgs_migrate_has_project(settings);
}

/* Of several systems the first that has environments: they are usually the file's. */
static gboolean
find_system(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_systems(migrate, error))
        return FALSE;
    for (guint i = 0; i < migrate->systems.systems->len && migrate->system == NULL; i++) {
        const PgsSystem *system = g_ptr_array_index(migrate->systems.systems, i);
        if (system->environments != NULL && system->environments->len > 0)
            migrate->system = system;
    }
    return TRUE;
}

char *
pgs_live_url(PgsMigrate *migrate, GError **error)
{
    if (migrate->system == NULL && needs_project(migrate->settings) && !find_system(migrate, error))
        return NULL;
    if (!pgs_migrate_environment(migrate, error) || !pgs_migrate_has_url(migrate, error))
        return NULL;
    return pgs_conninfo_expand(migrate->environment->url, error);
}

guint
pgs_live_limit(const PgsMigrate *migrate)
{
    guint given = migrate->settings->timeout;
    guint own = migrate->environment->pool_timeout;
    return given != 0 ? given : own != 0 ? own : DEFAULT_TIMEOUT_MS;
}

PgsPool *
pgs_live_pool(const PgsMigrate *migrate, const char *url, GError **error)
{
    const PgsEnvironment *environment = migrate->environment;
    guint timeout = pgs_live_limit(migrate);
    PgsProblem *problem = NULL;
    const PgsPoolOptions options = {
        .url = url,
        .size = (int)environment->pool_size,
        .overflow = environment->pool_overflow > 0 ? (int)environment->pool_overflow : -1,
        .recycle = (int)environment->pool_recycle,
        .retries = -1,
        .timeout = (int)MIN(timeout, G_MAXINT / 2),
        .connect_timeout = (int)MIN(timeout / 1000 + 1, G_MAXINT / 2),
        .statement_timeout = (int)MIN(timeout, G_MAXINT / 2),
        .name = "pgstair",
    };
    PgsPool *pool = pgs_pool_new(&options, &problem);
    if (pool == NULL) {
        const char *hint = pgs_problem_hint(problem);
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, *hint != '\0' ? hint : NULL, "%s",
                      pgs_problem_message(problem));
        pgs_problem_free(problem);
    }
    return pool;
}
