#include "project/environment.h"

#include "base/error.h"
#include "base/text.h"
#include "project/project.h"

#include <string.h>

enum {
    LOCK_TIMEOUT_MS = 5 * 1000,
    STATEMENT_TIMEOUT_MS = 60 * 60 * 1000,
    LOCK_WAIT_MS = 60 * 1000,
    RETRIES = 5,
    POOL_SIZE = 10,
    POOL_OVERFLOW = 10,
    POOL_RECYCLE_S = 1800,
};

PgsEnvironment *
pgs_environment_new(const char *name)
{
    PgsEnvironment *environment = g_new0(PgsEnvironment, 1);
    environment->name = g_strdup(name);
    environment->backup = TRUE;
    environment->lock_timeout = LOCK_TIMEOUT_MS;
    environment->statement_timeout = STATEMENT_TIMEOUT_MS;
    environment->lock_wait = LOCK_WAIT_MS;
    environment->retries = RETRIES;
    environment->pool_size = POOL_SIZE;
    environment->pool_overflow = POOL_OVERFLOW;
    environment->pool_recycle = POOL_RECYCLE_S;
    return environment;
}

PgsEnvironment *
pgs_environment_copy(const PgsEnvironment *environment)
{
    PgsEnvironment *copy = g_new(PgsEnvironment, 1);
    *copy = *environment;
    copy->name = g_strdup(environment->name);
    copy->url = g_strdup(environment->url);
    copy->backup_folder = g_strdup(environment->backup_folder);
    return copy;
}

void
pgs_environment_free(PgsEnvironment *environment)
{
    if (environment == NULL)
        return;
    g_free(environment->name);
    g_free(environment->url);
    g_free(environment->backup_folder);
    g_free(environment);
}

const PgsEnvironment *
pgs_environment_find(const GPtrArray *environments, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < environments->len; i++) {
        const PgsEnvironment *environment = g_ptr_array_index(environments, i);
        if (strcmp(environment->name, name) == 0)
            return environment;
        g_ptr_array_add(names, environment->name);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    g_autofree char *hint =
        nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                        : g_strdup("environments: of pgstair.yaml names a project's databases");
    pgs_error_set(error, PGS_PROJECT_ERROR, PGS_PROJECT_ERROR_VALUE, hint,
                  "there is no environment \"%s\"", name);
    return NULL;
}
