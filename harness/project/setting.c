#include "project/setting.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define FILES "pgstair makes the server's files where it can remove them"
#define CONNECTIONS "how a throwaway server is reached is pgstair's business"
#define REMAINS "it decides what a server that is killed leaves behind"
#define WAITS "pgstair's own sessions wait for one another"
#define LOG "the server's log is evidence, and pgstair reads it"
#define STANDBY "a throwaway server archives nothing and is nobody's standby"
#define SESSION "pgstair fixes it in each of its sessions, so that results are the same everywhere"

/* What a project cannot set, and why.  A "*" at the end: all that begin so. */
static const struct {
    const char *name;
    const char *reason;
    const char *hint;
} refused[] = {
    {"data_directory", FILES, NULL},
    {"config_file", FILES, NULL},
    {"hba_file", FILES, NULL},
    {"ident_file", FILES, NULL},
    {"external_pid_file", FILES, NULL},
    {"stats_temp_directory", FILES, NULL},
    {"include", FILES, "write the settings themselves"},
    {"include_dir", FILES, "write the settings themselves"},
    {"include_if_exists", FILES, "write the settings themselves"},
    {"listen_addresses", CONNECTIONS, NULL},
    {"port", CONNECTIONS, NULL},
    {"unix_socket_*", CONNECTIONS, NULL},
    {"bonjour*", CONNECTIONS, NULL},
    {"ssl", CONNECTIONS, NULL},
    {"ssl_*", CONNECTIONS, NULL},
    {"krb_*", CONNECTIONS, NULL},
    {"gss_*", CONNECTIONS, NULL},
    {"oauth_*", CONNECTIONS, NULL},
    {"db_user_namespace", CONNECTIONS, NULL},
    {"dynamic_shared_memory_type", REMAINS, NULL},
    {"shared_memory_type", REMAINS, NULL},
    {"lc_messages", LOG, NULL},
    {"log_destination", LOG, NULL},
    {"logging_collector", LOG, NULL},
    {"log_directory", LOG, NULL},
    {"log_file*", LOG, NULL},
    {"log_rotation_*", LOG, NULL},
    {"log_truncate_on_rotation", LOG, NULL},
    {"syslog_*", LOG, NULL},
    {"event_source", LOG, NULL},
    {"archive_*", STANDBY, NULL},
    {"restore_command", STANDBY, NULL},
    {"recovery_end_command", STANDBY, NULL},
    {"recovery_target*", STANDBY, NULL},
    {"primary_conninfo", STANDBY, NULL},
    {"primary_slot_name", STANDBY, NULL},
    {"promote_trigger_file", STANDBY, NULL},
    {"synchronous_standby_names", STANDBY, NULL},
    {"synchronized_standby_slots", STANDBY, NULL},
    {"client_encoding", SESSION, NULL},
    {"application_name", SESSION, NULL},
    {"intervalstyle", SESSION, NULL},
    {"extra_float_digits", SESSION, NULL},
    {"statement_timeout", SESSION, "statement-timeout: limits the statements of migrations"},
    {"idle_session_timeout", WAITS, NULL},
    {"idle_in_transaction_session_timeout", WAITS, NULL},
    {"default_transaction_read_only", "migrations have to write", NULL},
    {"allow_system_table_mods", "it lets migrations break the catalog that pgstair compares", NULL},
    {"ignore_system_indexes", "pgstair reads the catalog all the time", NULL},
    {"zero_damaged_pages", "on a throwaway server it could only hide a fault", NULL},
    {"ignore_checksum_failure", "on a throwaway server it could only hide a fault", NULL},
};

static gboolean
fits(const char *pattern, const char *name)
{
    gsize length = strlen(pattern);
    return pattern[length - 1] == '*' ? strncmp(pattern, name, length - 1) == 0
                                      : strcmp(pattern, name) == 0;
}

static gboolean
check_name(const char *name, GError **error)
{
    /* As guc-file.l has ID and QUALIFIED_ID, without the letters beyond ASCII. */
    if (!g_regex_match_simple("^[a-z_][a-z0-9_$]*(\\.[a-z_][a-z0-9_$]*)*$", name,
                              G_REGEX_DOLLAR_ENDONLY, 0)) {
        pgs_error_set(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_KEY,
                      "such as work_mem, or pg_stat_statements.track of an extension",
                      "\"%s\" is no name of a server setting", name);
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (!fits(refused[i].name, name))
            continue;
        pgs_error_set(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_VALUE,
                      refused[i].hint != NULL ? refused[i].hint : "leave it out",
                      "the setting %s is not a project's: %s", name, refused[i].reason);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_value(const char *name, const char *value, GError **error)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (!g_ascii_iscntrl(*c))
            continue;
        pgs_error_set(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_VALUE, "write it in one line",
                      "the value of the setting %s has a line break or another control character",
                      name);
        return FALSE;
    }
    return TRUE;
}

/* Where the setting of that name stands; their number: nowhere. */
static guint
find_setting(const PgsSystem *system, const char *name)
{
    guint i = 0;
    gsize length = strlen(name);
    while (system->settings[i] != NULL &&
           (strncmp(system->settings[i], name, length) != 0 || system->settings[i][length] != '='))
        i++;
    return i;
}

gboolean
pgs_system_add_setting(PgsSystem *system, const char *name, const char *value,
                       const PgsPlace *place, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    if (!check_name(lower, error) || !check_value(lower, value, error))
        return FALSE;
    guint i = find_setting(system, lower);
    if (system->settings[i] == NULL) {
        system->settings = g_renew(char *, system->settings, i + 2);
        system->setting_places = g_renew(char *, system->setting_places, i + 2);
        system->settings[i + 1] = system->setting_places[i + 1] = NULL;
    }
    g_free(system->settings[i]);
    g_free(system->setting_places[i]);
    system->settings[i] = g_strconcat(lower, "=", value, NULL);
    system->setting_places[i] = pgs_setting_place(place);
    return TRUE;
}

gboolean
pgs_system_add_setting_text(PgsSystem *system, const char *text, GError **error)
{
    static const PgsPlace nowhere = {0};
    const char *value = strchr(text, '=');
    if (value == NULL || value == text) {
        pgs_error_set(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_VALUE, "write it as work_mem=64MB",
                      "\"%s\" is no setting with its value", text);
        return FALSE;
    }
    g_autofree char *name = g_strndup(text, (gsize)(value - text));
    g_strstrip(name);
    g_autofree char *copy = g_strstrip(g_strdup(value + 1));
    return pgs_system_add_setting(system, name, copy, &nowhere, error);
}

static gboolean
is_plain(const char *item)
{
    return g_regex_match_simple("^([a-z_][a-z0-9_]*|\".*\")$", item, G_REGEX_DOLLAR_ENDONLY, 0);
}

char *
pgs_setting_join(char *const *items)
{
    GString *text = g_string_new(NULL);
    for (; *items != NULL; items++) {
        if (text->len > 0)
            g_string_append(text, ", ");
        if (is_plain(*items)) {
            g_string_append(text, *items);
            continue;
        }
        pgs_text_append_identifier(text, *items);
    }
    return g_string_free(text, FALSE);
}

char **
pgs_setting_split(const char *value)
{
    g_autoptr(GStrvBuilder) items = g_strv_builder_new();
    g_autoptr(GString) item = g_string_new(NULL);
    gboolean quoted = FALSE, was_quoted = FALSE;
    for (const char *c = value;; c++) {
        if (*c == '\0' || (*c == ',' && !quoted)) {
            if (!was_quoted)
                g_strstrip(item->str);
            if (*item->str != '\0' || was_quoted)
                g_strv_builder_add(items, item->str);
            g_string_truncate(item, 0);
            was_quoted = FALSE;
            if (*c == '\0')
                return g_strv_builder_end(items);
        } else if (*c == '"' && quoted && c[1] == '"') {
            g_string_append_c(item, *c++);
        } else if (*c == '"') {
            quoted = !quoted;
            if (quoted && !was_quoted)
                g_string_truncate(item, 0);
            was_quoted = TRUE;
        } else if (quoted || !was_quoted) {
            g_string_append_c(item, *c);
        }
    }
}

char *
pgs_setting_place(const PgsPlace *place)
{
    return place->file != NULL
               ? g_strdup_printf("%s:%u:%u", place->file, place->line, place->column)
               : g_strdup("");
}
