#include "server/server_settings.h"

#include "base/error.h"
#include "project/setting.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* A lane's session, the one that reads its catalog, and one that completes a copy. */
    CONNECTIONS_A_LANE = 3,
    OTHER_CONNECTIONS = 10, /* pgstair's own for databases, and what only superusers get */
};

char *
pgs_server_setting_name(const char *setting, const char **value)
{
    const char *equals = strchr(setting, '=');
    if (value != NULL)
        *value = equals + 1;
    return g_strndup(setting, (gsize)(equals - setting));
}

/* "pgstair.yaml:7:3: settings: max_connections: ", of the i-th. */
static char *
describe_place(const char *const *places, const char *const *settings, guint i)
{
    g_autofree char *name = pgs_server_setting_name(settings[i], NULL);
    const char *place = places != NULL ? places[i] : "";
    return *place != '\0' ? g_strdup_printf("%s: settings: %s: ", place, name)
                          : g_strdup_printf("--set %s: ", name);
}

char *
pgs_server_setting_where(const PgsServerRequest *request, guint i)
{
    return describe_place((const char *const *)request->setting_places,
                          (const char *const *)request->settings, i);
}

/* ---- max_connections ---- */

guint
pgs_server_settings_connections(void)
{
    /* One lane more than there are processors (check/verify.c). */
    return CONNECTIONS_A_LANE * (g_get_num_processors() + 1) + OTHER_CONNECTIONS;
}

static void
tell_raised(const PgsServerOptions *options, guint i, const char *value, guint least)
{
    g_autofree char *where = describe_place(options->setting_places, options->settings, i);
    g_autofree char *text =
        g_strdup_printf("%s%s is raised to %u, which the run needs", where, value, least);
    if (options->progress != NULL)
        options->progress(text, options->progress_data);
    else
        g_debug("%s", text);
}

char **
pgs_server_settings_adjust(const PgsServerOptions *options)
{
    static const char *const none[] = {NULL};
    const char *const *given = options->settings != NULL ? options->settings : none;
    char **settings = g_strdupv((char **)given);
    guint least = pgs_server_settings_connections();
    for (guint i = 0; settings[i] != NULL; i++) {
        const char *value;
        guint64 number;
        g_autofree char *name = pgs_server_setting_name(given[i], &value);
        if (strcmp(name, "max_connections") != 0 ||
            !g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT, &number, NULL) || number >= least)
            continue;
        tell_raised(options, i, value, least);
        g_free(settings[i]);
        settings[i] = g_strdup_printf("max_connections=%u", least);
    }
    return settings;
}

/* ---- the log of a server that did not start ---- */

static const char *const library_settings[] = {"shared_preload_libraries",
                                               "session_preload_libraries",
                                               "local_preload_libraries", "jit_provider", NULL};

/* A line's message, behind what log_line_prefix and its severity put before; NULL: it is none of
 * that severity. */
static const char *
message_of(const char *line, const char *severity)
{
    const char *found = strstr(line, severity);
    if (found == NULL)
        return NULL;
    found += strlen(severity);
    while (*found == ' ')
        found++;
    return found;
}

/* Whether text has the name in it, as a word. */
static gboolean
has_word(const char *text, const char *name)
{
    g_autofree char *escaped = g_regex_escape_string(name, -1);
    g_autofree char *pattern = g_strdup_printf("(?<![\\w.])%s(?![\\w])", escaped);
    return g_regex_match_simple(pattern, text, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* The library of that setting that the message says cannot be had; NULL: none.  g_free(). */
static char *
missing_library(const char *message, const char *name, const char *value)
{
    if (!g_strv_contains(library_settings, name) ||
        (strstr(message, "could not access file") == NULL &&
         strstr(message, "could not load library") == NULL &&
         strstr(message, "incompatible library") == NULL))
        return NULL;
    g_auto(GStrv) libraries = pgs_setting_split(value);
    for (char **library = libraries; *library != NULL; library++) {
        if (has_word(message, *library))
            return g_strdup(*library);
    }
    return NULL;
}

static void
set_missing(const char *where, const char *library, const char *message, gboolean is_container,
            GError **error)
{
    g_autofree char *hint =
        is_container
            ? g_strdup("choose an image that has it: image: in pgstair.yaml, or --server "
                       "docker=IMAGE")
            : g_strdup_printf("install the package that brings the library \"%s\", or take a "
                              "server that has it: --server docker=IMAGE",
                              library);
    g_clear_error(error);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, hint,
                  "%sthe server does not start without the library \"%s\": %s", where, library,
                  message);
}

/* The message without the path of a file that will be gone. */
static char *
without_file(const char *message)
{
    g_autoptr(GRegex) file = g_regex_new(" in file \"[^\"]*\" line [0-9]+", 0, 0, NULL);
    return g_regex_replace_literal(file, message, -1, 0, "", 0, NULL);
}

/* Whether the message is about the i-th setting; then with error. */
static gboolean
blames(const PgsServerRequest *request, guint i, const char *message, gboolean is_container,
       GError **error)
{
    const char *value;
    g_autofree char *name = pgs_server_setting_name(request->settings[i], &value);
    g_autofree char *where = pgs_server_setting_where(request, i);
    g_autofree char *library = missing_library(message, name, value);
    if (library != NULL) {
        set_missing(where, library, message, is_container, error);
        return TRUE;
    }
    if (!has_word(message, name))
        return FALSE;
    g_autofree char *text = without_file(message);
    const char *hint = strstr(message, "unrecognized configuration parameter") != NULL
                           ? "correct its name, or leave it out: another version of PostgreSQL "
                             "may have it"
                           : "correct it, or leave it out";
    g_clear_error(error);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, hint,
                  "%sthe server does not start with \"%s\": %s", where, value, text);
    return TRUE;
}

gboolean
pgs_server_settings_blame(const PgsServerRequest *request, const char *log, gboolean is_container,
                          GError **error)
{
    /* A hint names what might be done, an error what is wrong. */
    static const char *const severities[] = {"FATAL:", "PANIC:", "ERROR:", "LOG:", "HINT:"};
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    for (gsize s = 0; s < G_N_ELEMENTS(severities); s++) {
        for (char **line = lines; *line != NULL; line++) {
            const char *message = message_of(*line, severities[s]);
            for (guint i = 0; message != NULL && request->settings[i] != NULL; i++) {
                if (blames(request, i, message, is_container, error))
                    return TRUE;
            }
        }
    }
    return FALSE;
}

/* ---- the server that runs ---- */

gboolean
pgs_server_settings_verify(const PgsServerRequest *request, PgsConnection *connection,
                           GError **error)
{
    for (guint i = 0; request->settings[i] != NULL; i++) {
        g_autofree char *name = pgs_server_setting_name(request->settings[i], NULL);
        const char *params[] = {name};
        g_autoptr(PGresult) result = pgs_connection_query(
            connection, PGS_SHAPE_VALUE, "SELECT pg_catalog.current_setting($1, true) IS NULL", 1,
            params, NULL, error);
        if (result == NULL)
            return FALSE;
        if (strcmp(PQgetvalue(result, 0, 0), "t") != 0)
            continue;
        g_autofree char *where = pgs_server_setting_where(request, i);
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "correct its name, or leave it out: another version of the extension may "
                      "have it",
                      "%sthe server knows no such setting, and has dropped it", where);
        return FALSE;
    }
    return TRUE;
}
