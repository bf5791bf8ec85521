#include "operate/throwaway.h"

#include "server/engine.h"
#include "server/image.h"
#include "server/installation.h"

#include <string.h>

/* Nothing is fetched for it. */
static gboolean
has_image(int major)
{
    g_autoptr(PgsEngine) engine = pgs_engine_open("docker", NULL);
    g_auto(GStrv) images =
        engine != NULL && pgs_engine_answers(engine, NULL) ? pgs_image_list(engine, NULL) : NULL;
    g_autofree char *tag = g_strdup_printf(":%d", major);
    for (char **image = images; image != NULL && *image != NULL; image++) {
        if (g_str_has_suffix(*image, tag))
            return TRUE;
    }
    return FALSE;
}

char *
pgs_throwaway_server(const PgsDatabase *target, const PgsSystem *system)
{
    int major = pgs_server_version_number(target->server) / 10000;
    if (system->server != NULL && strcmp(system->server, "auto") != 0)
        return NULL;
    g_autoptr(PgsInstallation) local = pgs_installation_find(major, NULL);
    if (local != NULL)
        return g_strdup_printf("local:%d", major);
    if (has_image(major))
        return g_strdup_printf("docker:%d", major);
    pgs_database_tell(target,
                      "there is no PostgreSQL %d on this machine: the throwaway server is of "
                      "another version (--server says which)",
                      major);
    return NULL;
}
