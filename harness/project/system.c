#include "project/system.h"

#include <stdlib.h>

/* Ten minutes: long for a migration on empty tables, short for a job that hangs. */
#define DEFAULT_STATEMENT_TIMEOUT_MS (10 * 60 * 1000)

/* Names that every project gives this folder: its parent's says more. */
static gboolean
is_common_name(const char *name)
{
    static const char *const common[] = {"migrations", "migration", "migrate", "db",
                                         "sql",        "database",  "schema",  NULL};
    return g_strv_contains(common, name);
}

static char *
name_folder(const char *folder)
{
    g_autofree char *path = g_canonicalize_filename(folder, NULL);
    g_autofree char *name = g_path_get_basename(path);
    if (!is_common_name(name))
        return g_steal_pointer(&name);
    g_autofree char *parent_path = g_path_get_dirname(path);
    g_autofree char *parent = g_path_get_basename(parent_path);
    if (parent[0] == G_DIR_SEPARATOR)
        return g_steal_pointer(&name);
    return g_steal_pointer(&parent);
}

PgsSystem *
pgs_system_new(const char *folder)
{
    PgsSystem *system = g_new0(PgsSystem, 1);
    system->name = name_folder(folder);
    system->folder = g_strdup(folder);
    system->server = g_strdup("auto");
    system->tolerances = g_new0(char *, 1);
    system->statement_timeout = DEFAULT_STATEMENT_TIMEOUT_MS;
    return system;
}

void
pgs_system_free(PgsSystem *system)
{
    if (system == NULL)
        return;
    g_free(system->name);
    g_free(system->folder);
    g_free(system->format);
    g_free(system->floor);
    g_free(system->server);
    g_strfreev(system->tolerances);
    g_free(system);
}
