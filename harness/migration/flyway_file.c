#include "migration/flyway_file.h"

#include <string.h>

/* expandEnvironmentVariables() */
static char *
expand_environment(const char *text)
{
    GString *result = g_string_new(NULL);
    while (*text != '\0') {
        gsize n = g_str_has_prefix(text, "${")
                      ? strspn(text + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789_")
                      : 0;
        if (n == 0 || text[2 + n] != '}') {
            g_string_append_c(result, *text++);
            continue;
        }
        g_autofree char *name = g_strndup(text + 2, n);
        const char *value = g_getenv(name);
        g_string_append(result, value != NULL ? value : "");
        text += n + 3;
    }
    return g_string_free(result, FALSE);
}

/* A backslash at a line's end joins the next one, unless that is empty or a setting of its own. */
static gboolean
is_continued(const char *line, const char *next)
{
    if (!g_str_has_suffix(line, "\\") || next == NULL || next[0] == '\0')
        return FALSE;
    g_autofree char *bare = g_strstrip(g_strdup(next));
    return !g_str_has_prefix(bare, "flyway.") || strchr(bare, '=') == NULL ||
           strstr(bare, "==") != NULL || strstr(bare, "!=") != NULL;
}

/* key=value, key:value or key value (java.util.Properties). */
static void
take_property(GHashTable *keys, const char *line)
{
    if (line[0] == '\0' || line[0] == '#' || line[0] == '!')
        return;
    gsize n = strcspn(line, "=: \t");
    const char *value = line + n + strspn(line + n, " \t");
    value += *value == '=' || *value == ':';
    value += strspn(value, " \t");
    g_hash_table_replace(keys, g_strndup(line, n), g_strdup(value));
}

GHashTable *
pgs_flyway_file_properties(const char *text)
{
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *expanded = expand_environment(text);
    g_auto(GStrv) lines = g_strsplit(expanded, "\n", -1);
    g_autoptr(GString) property = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        g_strstrip(*line);
        if (property->len == 0 && ((*line)[0] == '#' || (*line)[0] == '!'))
            continue;
        g_string_append(property, *line);
        if (is_continued(*line, line[1])) {
            g_string_truncate(property, property->len - 1);
            continue;
        }
        take_property(keys, property->str);
        g_string_truncate(property, 0);
    }
    return keys;
}

/* TOML */
enum {
    MAX_NESTING = 20,
};

typedef struct {
    const char *at;
    guint line;
    guint nesting;
    GHashTable *keys; /* as the file has them: "environments.default.url" */
    GString *table;   /* "flyway.", "" at the top */
} Toml;

static void
skip_space(Toml *toml, gboolean lines)
{
    for (;;) {
        if (*toml->at == '#')
            toml->at += strcspn(toml->at, "\n");
        if (*toml->at == '\n' && lines)
            toml->line++;
        else if (*toml->at != ' ' && *toml->at != '\t' && *toml->at != '\r')
            return;
        toml->at++;
    }
}

static gboolean
take(Toml *toml, const char *token)
{
    if (!g_str_has_prefix(toml->at, token))
        return FALSE;
    toml->at += strlen(token);
    return TRUE;
}

/* \uXXXX and \UXXXXXXXX as characters; the other escapes stay. */
static char *
expand_unicode(const char *raw)
{
    GString *text = g_string_new(NULL);
    for (const char *at = raw; *at != '\0';) {
        gsize n = at[0] != '\\' ? 0 : at[1] == 'u' ? 4 : at[1] == 'U' ? 8 : 0;
        g_autofree char *digits = n > 0 ? g_strndup(at + 2, n) : g_strdup("");
        gunichar character = (gunichar)g_ascii_strtoull(digits, NULL, 16);
        if (n > 0 && strspn(digits, "0123456789abcdefABCDEF") == n && character != 0 &&
            g_unichar_validate(character)) {
            if (character == '\\')
                g_string_append_c(text, '\\');
            g_string_append_unichar(text, character);
            at += 2 + n;
            continue;
        }
        gsize step = at[0] == '\\' && at[1] != '\0' ? 2 : 1;
        g_string_append_len(text, at, (gssize)step);
        at += step;
    }
    return g_string_free(text, FALSE);
}

/* A quoted string; NULL: it does not end. */
static char *
read_string(Toml *toml)
{
    gboolean basic = *toml->at == '"';
    char quote[4] = {*toml->at, '\0'};
    char longer[] = {*toml->at, *toml->at, *toml->at, '\0'};
    if (g_str_has_prefix(toml->at, longer))
        memcpy(quote, longer, sizeof longer);
    toml->at += strlen(quote);
    if (quote[1] != '\0' && *toml->at == '\n')
        toml->at++;
    const char *start = toml->at;
    while (*toml->at != '\0' && !g_str_has_prefix(toml->at, quote)) {
        toml->line += *toml->at == '\n';
        toml->at += basic && *toml->at == '\\' && toml->at[1] != '\0' ? 2 : 1;
    }
    g_autofree char *raw = g_strndup(start, (gsize)(toml->at - start));
    if (!take(toml, quote))
        return NULL;
    if (!basic)
        return g_steal_pointer(&raw);
    g_autofree char *expanded = expand_unicode(raw);
    return g_strcompress(expanded);
}

/* A key, dotted or not, its parts quoted or bare. */
static char *
read_key(Toml *toml)
{
    g_autoptr(GString) key = g_string_new(NULL);
    do {
        skip_space(toml, FALSE);
        gsize n = strcspn(toml->at, " \t\r\n.=]\"'#,{}[");
        g_autofree char *part = *toml->at == '"' || *toml->at == '\''
                                    ? read_string(toml)
                                    : (toml->at += n, g_strndup(toml->at - n, n));
        if (part == NULL || part[0] == '\0')
            return NULL;
        g_string_append_printf(key, "%s%s", key->len > 0 ? "." : "", part);
        skip_space(toml, FALSE);
    } while (take(toml, "."));
    return g_string_free(g_steal_pointer(&key), FALSE);
}

static gboolean read_value(Toml *toml, const char *key);

/* [a, "b", …] as "a,b". */
static gboolean
read_array(Toml *toml, const char *key)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (skip_space(toml, TRUE); !take(toml, "]"); skip_space(toml, TRUE)) {
        if (!read_value(toml, key))
            return FALSE;
        const char *value = g_hash_table_lookup(toml->keys, key);
        g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", value != NULL ? value : "");
        skip_space(toml, TRUE);
        if (!take(toml, ",") && *toml->at != ']')
            return FALSE;
    }
    g_hash_table_replace(toml->keys, g_strdup(key), g_strdup(list->str));
    return TRUE;
}

static gboolean
read_pair(Toml *toml, const char *prefix)
{
    g_autofree char *key = read_key(toml);
    if (key == NULL || !take(toml, "="))
        return FALSE;
    g_autofree char *whole = g_strconcat(prefix, key, NULL);
    skip_space(toml, FALSE);
    return read_value(toml, whole);
}

static gboolean
read_inline_table(Toml *toml, const char *key)
{
    g_autofree char *prefix = g_strconcat(key, ".", NULL);
    for (skip_space(toml, TRUE); !take(toml, "}"); skip_space(toml, TRUE)) {
        if (!read_pair(toml, prefix))
            return FALSE;
        skip_space(toml, TRUE);
        if (!take(toml, ",") && *toml->at != '}')
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_nested(Toml *toml, const char *key)
{
    if (toml->nesting >= MAX_NESTING)
        return FALSE;
    toml->nesting++;
    gboolean ok =
        take(toml, "[") ? read_array(toml, key) : take(toml, "{") && read_inline_table(toml, key);
    toml->nesting--;
    return ok;
}

static gboolean
read_value(Toml *toml, const char *key)
{
    if (*toml->at == '[' || *toml->at == '{')
        return read_nested(toml, key);
    if (*toml->at == '"' || *toml->at == '\'') {
        char *text = read_string(toml);
        if (text == NULL)
            return FALSE;
        g_hash_table_replace(toml->keys, g_strdup(key), text);
        return TRUE;
    }
    gsize n = strcspn(toml->at, " \t\r\n,]}#");
    if (n == 0)
        return FALSE;
    g_hash_table_replace(toml->keys, g_strdup(key), g_strndup(toml->at, n));
    toml->at += n;
    return TRUE;
}

static gboolean
read_table_name(Toml *toml)
{
    gboolean many = take(toml, "[");
    g_autofree char *name = read_key(toml);
    if (name == NULL || !take(toml, "]") || (many && !take(toml, "]")))
        return FALSE;
    g_string_printf(toml->table, "%s.", name);
    return TRUE;
}

static gboolean
read_lines(Toml *toml)
{
    for (skip_space(toml, TRUE); *toml->at != '\0'; skip_space(toml, TRUE)) {
        if (!(take(toml, "[") ? read_table_name(toml) : read_pair(toml, toml->table->str)))
            return FALSE;
        skip_space(toml, FALSE);
        if (*toml->at != '\0' && *toml->at != '\n')
            return FALSE;
    }
    return TRUE;
}

/* The keys of the environment that is in force, as if [flyway] had them. */
static void
adopt_environment(GHashTable *keys)
{
    const char *name = g_hash_table_lookup(keys, "flyway.environment");
    g_autofree char *prefix = g_strdup_printf("environments.%s.", name != NULL ? name : "default");
    g_autoptr(GList) list = g_hash_table_get_keys(keys);
    for (GList *node = list; node != NULL; node = node->next) {
        const char *key = node->data;
        if (!g_str_has_prefix(key, prefix))
            continue;
        const char *rest = key + strlen(prefix);
        rest += g_str_has_prefix(rest, "flyway.") ? strlen("flyway.") : 0;
        g_hash_table_replace(keys, g_strconcat("flyway.", rest, NULL),
                             g_strdup(g_hash_table_lookup(keys, key)));
    }
}

GHashTable *
pgs_flyway_file_toml(const char *text, guint *line)
{
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Toml toml = {.at = text, .line = 1, .keys = keys, .table = g_string_new(NULL)};
    gboolean ok = read_lines(&toml);
    g_string_free(toml.table, TRUE);
    *line = toml.line;
    if (!ok)
        return NULL;
    adopt_environment(keys);
    return g_steal_pointer(&keys);
}
