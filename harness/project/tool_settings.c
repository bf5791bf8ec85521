#include "project/tool_settings.h"

#define TIMEOUT_MS (10 * 60 * 1000)

PgsToolSettings *
pgs_tool_settings_new(void)
{
    PgsToolSettings *settings = g_new0(PgsToolSettings, 1);
    settings->environment = g_new0(char *, 1);
    settings->url_variables = g_new0(char *, 1);
    settings->placeholders = g_new0(char *, 1);
    settings->alembic.arguments = g_new0(char *, 1);
    settings->timeout = TIMEOUT_MS;
    return settings;
}

void
pgs_tool_settings_free(PgsToolSettings *settings)
{
    if (settings == NULL)
        return;
    g_strfreev(settings->environment);
    g_strfreev(settings->url_variables);
    g_free(settings->url_scheme);
    g_free(settings->alembic.python);
    g_free(settings->alembic.config);
    g_free(settings->alembic.section);
    g_strfreev(settings->alembic.arguments);
    g_strfreev(settings->commands.list);
    g_free(settings->commands.files);
    g_free(settings->commands.match);
    g_strfreev(settings->commands.up);
    g_strfreev(settings->commands.down);
    g_strfreev(settings->commands.probe);
    g_free(settings->commands.folder);
    g_free(settings->commands.base);
    g_free(settings->patterns.up);
    g_free(settings->patterns.down);
    g_strfreev(settings->placeholders);
    g_strfreev(settings->ledger);
    g_free(settings->git_base);
    g_free(settings);
}

/* One name from *at on, behind which *at then stands. */
static char *
parse_part(const char **at)
{
    GString *part = g_string_new(NULL);
    gboolean quoted = **at == '"';
    *at += quoted;
    for (; **at != '\0'; (*at)++) {
        if (quoted && (*at)[0] == '"' && (*at)[1] == '"')
            (*at)++;
        else if (quoted ? **at == '"' : **at == '.')
            break;
        g_string_append_c(part, **at);
    }
    *at += quoted && **at == '"';
    return g_string_free(part, FALSE);
}

void
pgs_tool_settings_parse_table(const char *text, char **schema, char **table)
{
    const char *at = text;
    g_autofree char *first = parse_part(&at);
    *schema = *at == '.' ? g_steal_pointer(&first) : NULL;
    at += *at == '.';
    *table = *schema != NULL ? parse_part(&at) : g_steal_pointer(&first);
}
