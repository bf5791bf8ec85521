#include "migration/nowhere.h"

#include "project/template.h"

#include <string.h>

#define HOST "127.0.0.1"
#define PORT "1"
#define NAME "pgstair" /* of the role, its password, the database */

char *
pgs_nowhere_url(const PgsToolSettings *settings)
{
    const char *scheme = settings->url_scheme != NULL ? settings->url_scheme : "postgresql";
    if (g_str_has_prefix(scheme, "jdbc:"))
        return g_strconcat(scheme, "://" HOST ":" PORT "/" NAME "?user=" NAME "&password=" NAME,
                           NULL);
    return g_strconcat(scheme, PGS_NOWHERE_URL, NULL);
}

static char *
word_value(const char *word, gpointer settings)
{
    if (strcmp(word, "url") == 0)
        return pgs_nowhere_url(settings);
    if (strcmp(word, "host") == 0)
        return g_strdup(HOST);
    return g_strdup(strcmp(word, "port") == 0 ? PORT : NAME);
}

static void
set_variables(const PgsToolSettings *settings, PgsProcess *process)
{
    for (char **pair = settings->environment; *pair != NULL; pair++) {
        g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
        g_autofree char *value = pgs_template_expand(parts[1], pgs_template_place_words, word_value,
                                                     (gpointer)settings, NULL);
        pgs_process_set_env(process, parts[0], value);
    }
}

void
pgs_nowhere_set_environment(const PgsToolSettings *settings, PgsProcess *process)
{
    g_autofree char *url = pgs_nowhere_url(settings);
    /* The user's own PGSERVICE and the like are about other servers. */
    pgs_process_clear_env(process, "PG");
    pgs_process_set_env(process, "PGHOST", HOST);
    pgs_process_set_env(process, "PGPORT", PORT);
    pgs_process_set_env(process, "PGUSER", NAME);
    pgs_process_set_env(process, "PGPASSWORD", NAME);
    pgs_process_set_env(process, "PGDATABASE", NAME);
    pgs_process_set_env(process, "DATABASE_URL", url);
    for (char **variable = settings->url_variables; *variable != NULL; variable++)
        pgs_process_set_env(process, *variable, url);
    set_variables(settings, process);
}
