#include "project/names.h"

#include "base/text.h"

#include <string.h>

/* The first or last dot outside double quotes and before an argument list; NULL: none. */
static const char *
find_dot(const char *text, gboolean last)
{
    const char *dot = NULL;
    gboolean quoted = FALSE;
    for (; *text != '\0' && (quoted || *text != '('); text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (*text == '.' && !quoted && (last || dot == NULL))
            dot = text;
    }
    return dot;
}

char *
pgs_name_qualify(const char *schema, const char *name)
{
    if (find_dot(name, FALSE) != NULL)
        return g_strdup(name);
    return g_strdup_printf("%s.%s", schema, name);
}

/* Whether text is one quoted name, whole. */
static gboolean
is_quoted(const char *text)
{
    gsize length = strlen(text);
    if (length < 3 || text[0] != '"' || text[length - 1] != '"')
        return FALSE;
    for (gsize i = 1; i < length - 1; i++) {
        if (text[i] == '"' && text[++i] != '"')
            return FALSE;
        if (i == length - 1)
            return FALSE;
    }
    return TRUE;
}

char *
pgs_name_plain(const char *name)
{
    if (!is_quoted(name))
        return g_strdup(name);
    GString *plain = g_string_new(NULL);
    for (const char *at = name + 1; at[1] != '\0'; at++) {
        g_string_append_c(plain, *at);
        at += *at == '"';
    }
    return g_string_free(plain, FALSE);
}

char *
pgs_name_schema(const char *qualified)
{
    const char *dot = find_dot(qualified, FALSE);
    return dot != NULL ? g_strndup(qualified, (gsize)(dot - qualified)) : NULL;
}

char *
pgs_name_last(const char *name)
{
    const char *dot = find_dot(name, TRUE);
    return pgs_name_plain(dot != NULL ? dot + 1 : name);
}

gboolean
pgs_name_split(const char *text, char **relation, char **part)
{
    const char *dot = find_dot(text, TRUE);
    if (dot == NULL || dot == text || dot[1] == '\0')
        return FALSE;
    *relation = g_strndup(text, (gsize)(dot - text));
    *part = pgs_name_plain(dot + 1);
    return TRUE;
}

char *
pgs_name_listed(const char *name)
{
    if (is_quoted(name) || strpbrk(name, ",\"") == NULL)
        return g_strdup(name);
    return pgs_text_identifier(name);
}
