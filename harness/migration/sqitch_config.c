#include "migration/sqitch_config.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/history.h"

#include <string.h>

/* Config::GitLike 1.18, parse_content(), in its mode that is not "compatible". */

typedef struct {
    char *section; /* "target.Test": only what stands before the quotes is in lower case */
    char *key;     /* as it is spelled */
    char *value;
} Entry;

struct _PgsSqitchConfig {
    GPtrArray *entries; /* Entry */
};

typedef struct {
    const char *path;
    const char *text, *at;
    PgsSqitchConfig *config;
    char *section; /* NULL: none yet */
} Parser;

static void
entry_free(gpointer data)
{
    Entry *entry = data;
    g_free(entry->section);
    g_free(entry->key);
    g_free(entry->value);
    g_free(entry);
}

PgsSqitchConfig *
pgs_sqitch_config_new(void)
{
    PgsSqitchConfig *config = g_new0(PgsSqitchConfig, 1);
    config->entries = g_ptr_array_new_with_free_func(entry_free);
    return config;
}

void
pgs_sqitch_config_free(PgsSqitchConfig *config)
{
    if (config == NULL)
        return;
    g_ptr_array_unref(config->entries);
    g_free(config);
}

static gboolean
refuse(const Parser *parser, const char *at, GError **error)
{
    guint line, column;
    pgs_text_position(parser->text, strlen(parser->text), (gsize)(at - parser->text), &line,
                      &column);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                  "write [section], [section \"name\"] or key = value",
                  "%s:%u: Sqitch cannot read this", parser->path, line);
    return FALSE;
}

static void
skip(Parser *parser, const char *characters)
{
    parser->at += strspn(parser->at, characters);
}

/* The quoted part of [section "part"], with \\ and \" in it; at stands behind its first quote. */
static char *
parse_subsection(Parser *parser)
{
    GString *name = g_string_new(NULL);
    const char *at = parser->at;
    while (*at != '\0' && *at != '\n' && *at != '"') {
        if (*at == '\\' && at[1] != '\\' && at[1] != '"')
            break;
        at += *at == '\\';
        g_string_append_c(name, *at++);
    }
    if (*at != '"') {
        g_string_free(name, TRUE);
        return NULL;
    }
    parser->at = at + 1;
    return g_string_free(name, FALSE);
}

static gboolean
parse_section(Parser *parser, GError **error)
{
    const char *start = parser->at++;
    gsize length = strcspn(parser->at, " \t\r\n[]\"");
    g_autofree char *section = g_ascii_strdown(parser->at, (gssize)length);
    g_autofree char *subsection = NULL;
    parser->at += length;
    skip(parser, "\t ");
    if (*parser->at == '"') {
        parser->at++;
        subsection = parse_subsection(parser);
        if (subsection == NULL)
            return refuse(parser, start, error);
    }
    if (length == 0 || *parser->at != ']')
        return refuse(parser, start, error);
    parser->at++;
    g_free(parser->section);
    parser->section = subsection != NULL && *subsection != '\0'
                          ? g_strconcat(section, ".", subsection, NULL)
                          : g_steal_pointer(&section);
    return TRUE;
}

static gboolean
is_escape(char c)
{
    return c != '\0' && strchr("\\\"'ntb", c) != NULL;
}

static char
escaped(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'b' ? '\b' : c;
}

/* At a backslash: what it stands for, or nothing at the end of a line. */
static gboolean
parse_escape(Parser *parser, GString *value)
{
    if (parser->at[1] == '\n' || (parser->at[1] == '\r' && parser->at[2] == '\n')) {
        parser->at += parser->at[1] == '\r' ? 3 : 2;
        return TRUE;
    }
    if (!is_escape(parser->at[1]))
        return FALSE;
    g_string_append_c(value, escaped(parser->at[1]));
    parser->at += 2;
    return TRUE;
}

static gboolean
parse_quoted(Parser *parser, GString *value)
{
    parser->at++;
    while (*parser->at != '"') {
        if (*parser->at == '\0' || (*parser->at == '\\' && !parse_escape(parser, value)))
            return FALSE;
        if (*parser->at != '"' && *parser->at != '\\' && *parser->at != '\0')
            g_string_append_c(value, *parser->at++);
    }
    parser->at++;
    return TRUE;
}

static gboolean
parse_value(Parser *parser, GString *value, GError **error)
{
    for (;;) {
        const char *blanks = parser->at + strspn(parser->at, " \t\r");
        if (*blanks == '#' || *blanks == ';' || *blanks == '\n' || *blanks == '\0') {
            parser->at = blanks + strcspn(blanks, "\n");
            return TRUE;
        }
        if (blanks > parser->at) {
            parser->at = blanks;
            g_string_append_c(value, ' ');
            continue;
        }
        const char *start = parser->at;
        gboolean ok = TRUE;
        if (*start == '\\')
            ok = parse_escape(parser, value);
        else if (*start == '"')
            ok = parse_quoted(parser, value);
        else
            parser->at += strcspn(start, "\t \r\\\n\"");
        if (!ok)
            return refuse(parser, start, error);
        if (*start != '\\' && *start != '"')
            g_string_append_len(value, start, parser->at - start);
    }
}

static gboolean
parse_key(Parser *parser, GError **error)
{
    const char *start = parser->at;
    gsize length = strcspn(start, "=\n");
    gboolean has_value = start[length] == '=';
    if (!has_value)
        length = strcspn(start, "=\n#;");
    g_autofree char *key = g_strchomp(g_strndup(start, length));
    if (parser->section == NULL || *key == '\0')
        return refuse(parser, start, error);
    g_autoptr(GString) value = g_string_new(NULL);
    parser->at = start + (has_value ? length + 1 : strcspn(start, "\n"));
    if (has_value)
        skip(parser, "\t ");
    if (has_value && !parse_value(parser, value, error))
        return FALSE;
    Entry *entry = g_new0(Entry, 1);
    entry->section = g_strdup(parser->section);
    entry->key = g_steal_pointer(&key);
    entry->value = g_strdup(value->str);
    g_ptr_array_add(parser->config->entries, entry);
    return TRUE;
}

static gboolean
parse(Parser *parser, GError **error)
{
    for (;;) {
        skip(parser, " \t\r\n\f\v");
        gboolean ok = TRUE;
        if (*parser->at == '\0')
            return TRUE;
        if (*parser->at == '#' || *parser->at == ';')
            parser->at += strcspn(parser->at, "\n");
        else if (*parser->at == '[')
            ok = parse_section(parser, error);
        else
            ok = parse_key(parser, error);
        if (!ok)
            return FALSE;
    }
}

PgsSqitchConfig *
pgs_sqitch_config_parse(const char *path, const char *text, GError **error)
{
    g_autoptr(PgsSqitchConfig) config = pgs_sqitch_config_new();
    Parser parser = {.path = path, .text = text, .at = text, .config = config};
    gboolean ok = parse(&parser, error);
    g_free(parser.section);
    return ok ? g_steal_pointer(&config) : NULL;
}

const char *
pgs_sqitch_config_get(const PgsSqitchConfig *config, const char *section, const char *key)
{
    for (guint i = config->entries->len; i-- > 0;) {
        const Entry *entry = g_ptr_array_index(config->entries, i);
        if (strcmp(entry->section, section) == 0 && g_ascii_strcasecmp(entry->key, key) == 0)
            return *entry->value != '\0' ? entry->value : NULL;
    }
    return NULL;
}

gboolean
pgs_sqitch_config_has_section(const PgsSqitchConfig *config, const char *section)
{
    for (guint i = 0; i < config->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(config->entries, i);
        if (strcmp(entry->section, section) == 0)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
pgs_sqitch_config_subsections(const PgsSqitchConfig *config, const char *prefix)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    gsize length = strlen(prefix);
    for (guint i = 0; i < config->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(config->entries, i);
        if (strncmp(entry->section, prefix, length) != 0 || entry->section[length] != '.')
            continue;
        g_autofree char *name = g_strdup(entry->section + length + 1);
        char *variables = g_strrstr(name, ".variables");
        if (variables != NULL && strcmp(variables, ".variables") == 0)
            *variables = '\0';
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
    return names;
}

void
pgs_sqitch_config_collect(const PgsSqitchConfig *config, const char *section, GHashTable *values)
{
    for (guint i = 0; i < config->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(config->entries, i);
        if (strcmp(entry->section, section) == 0)
            g_hash_table_replace(values, g_strdup(entry->key), g_strdup(entry->value));
    }
}
