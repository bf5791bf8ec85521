#include "driver/address.h"

#include "base/error.h"
#include "driver/database_url.h"
#include "driver/driver.h"
#include "driver/login.h"
#include "project/template.h"

#include <string.h>

static const char *
scheme_of(const PgsAddress *address)
{
    return address->scheme != NULL ? address->scheme : "postgresql";
}

char *
pgs_address_url(const PgsAddress *address)
{
    g_autofree char *conninfo = pgs_login_conninfo(address->server, address->role);
    return pgs_database_url(conninfo, address->database, scheme_of(address));
}

char *
pgs_address_word(const char *word, gpointer data)
{
    const PgsAddress *address = data;
    if (strcmp(word, "url") == 0)
        return pgs_address_url(address);
    if (strcmp(word, "database") == 0)
        return g_strdup(address->database);
    if (!g_strv_contains(pgs_template_place_words, word))
        return NULL;
    g_autofree char *conninfo = pgs_login_conninfo(address->server, address->role);
    g_autofree char *value = pgs_conninfo_value(conninfo, word);
    return *value != '\0' || strcmp(word, "port") != 0 ? g_steal_pointer(&value) : g_strdup("5432");
}

static gboolean
refuse_socket(const PgsAddress *address, GError **error)
{
    pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START,
                  "take a server that is reached by TCP: --server docker, or a URL",
                  "the driver of %s:// knows no sockets, and %s has nothing else",
                  scheme_of(address), pgs_server_description(address->server));
    return FALSE;
}

char *
pgs_address_expand(const PgsAddress *address, const char *text, GError **error)
{
    g_autofree char *url = pgs_address_url(address);
    if (url == NULL && strstr(text, "{url}") != NULL && !refuse_socket(address, error))
        return NULL;
    g_autoptr(GError) local = NULL;
    char *expanded = pgs_template_expand(text, pgs_template_place_words, pgs_address_word,
                                         (gpointer)address, &local);
    if (expanded == NULL)
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, NULL, "%s", local->message);
    return expanded;
}

gboolean
pgs_address_set_environment(const PgsAddress *address, const PgsToolSettings *settings,
                            PgsProcess *process, GError **error)
{
    pgs_login_set_environment(process, address->server, address->role, address->database);
    g_autofree char *url = pgs_address_url(address);
    if (url == NULL && settings->url_variables[0] != NULL)
        return refuse_socket(address, error);
    if (url != NULL && settings->url_scheme != NULL)
        pgs_process_set_env(process, "DATABASE_URL", url);
    for (char **variable = settings->url_variables; *variable != NULL; variable++)
        pgs_process_set_env(process, *variable, url);
    for (char **pair = settings->environment; *pair != NULL; pair++) {
        g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
        g_autofree char *value = pgs_address_expand(address, parts[1], error);
        if (value == NULL)
            return FALSE;
        pgs_process_set_env(process, parts[0], value);
    }
    return TRUE;
}
