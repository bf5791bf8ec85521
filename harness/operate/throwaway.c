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
pgs_throwaway_of_version(int major, const PgsSystem *system, PgsDatabaseTold told, gpointer data)
{
    if (system->server != NULL && strcmp(system->server, "auto") != 0)
        return NULL;
    g_autoptr(PgsInstallation) local = pgs_installation_find(major, NULL);
    if (local != NULL)
        return g_strdup_printf("local:%d", major);
    if (has_image(major))
        return g_strdup_printf("docker:%d", major);
    g_autofree char *text =
        g_strdup_printf("there is no PostgreSQL %d on this machine: the throwaway server is of "
                        "another version (--server docker:%d fetches one)",
                        major, major);
    if (told != NULL)
        told(text, data);
    return NULL;
}

char *
pgs_throwaway_server(const PgsDatabase *target, const PgsSystem *system)
{
    return pgs_throwaway_of_version(pgs_server_version_number(target->server) / 10000, system,
                                    target->told, target->told_data);
}
