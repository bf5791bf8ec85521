#include "values/generator_parts.h"

#include <string.h>

static gboolean
is_plain(const char *text)
{
    if (*text == '\0' || g_ascii_strcasecmp(text, "NULL") == 0)
        return FALSE;
    for (const char *p = text; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && strchr("_.-:+", *p) == NULL)
            return FALSE;
    return TRUE;
}

void
pgs_part_append(GString *text, const char *part)
{
    if (is_plain(part)) {
        g_string_append(text, part);
        return;
    }
    g_string_append_c(text, '"');
    for (const char *p = part; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *p);
    }
    g_string_append_c(text, '"');
}

GPtrArray *
pgs_parts_split(const char *text, char delimiter)
{
    gsize length = strlen(text);
    if (length < 2)
        return NULL;
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    gsize begin = 1;
    gint depth = 0;
    gboolean quoted = FALSE;
    for (gsize i = 1; i < length - 1; i++) {
        if (text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && text[i] == '{')
            depth++;
        else if (!quoted && text[i] == '}')
            depth--;
        else if (!quoted && depth == 0 && text[i] == delimiter) {
            g_ptr_array_add(parts, g_strndup(text + begin, i - begin));
            begin = i + 1;
        }
    }
    if (quoted || depth != 0 || begin > length - 1)
        return NULL;
    if (begin < length - 1 || parts->len > 0)
        g_ptr_array_add(parts, g_strndup(text + begin, length - 1 - begin));
    return g_steal_pointer(&parts);
}

char *
pgs_part_unquote(const char *part)
{
    GString *text = g_string_new(NULL);
    for (const char *p = part; *p != '\0'; p++) {
        if (*p == '"' && p > part && p[1] == '"')
            g_string_append_c(text, *++p);
        else if (*p == '\\' && p[1] != '\0')
            g_string_append_c(text, *++p);
        else if (*p != '"')
            g_string_append_c(text, *p);
    }
    return g_string_free(text, FALSE);
}

char *
pgs_part_adapt(PgsBench *bench, const PgsType *part, const char *text)
{
    PgsValue value;
    if (!pgs_generator_adapt(bench, part, text, &value) || value.kind != PGS_VALUE_TEXT)
        return NULL;
    return g_strdup(value.text);
}
