#include "check/expect_name.h"

#include "base/text.h"

#include <string.h>

/* The length of the quoted thing that begins at text with its quote; doubled quotes belong to it.
 */
static gsize
quoted_length(const char *text)
{
    char quote = text[0];
    const char *at = text + 1;
    while (*at != '\0') {
        if (*at == quote && at[1] != quote)
            return (gsize)(at + 1 - text);
        at += *at == quote ? 2 : 1;
    }
    return (gsize)(at - text);
}

/* The length up to the first separator outside quotes and parentheses. */
static gsize
item_length(const char *text, char separator)
{
    const char *at = text;
    guint depth = 0;
    while (*at != '\0' && (depth > 0 || *at != separator)) {
        if (*at == '"' || *at == '\'') {
            at += quoted_length(at);
            continue;
        }
        if (*at == '(' || *at == '[')
            depth++;
        else if ((*at == ')' || *at == ']') && depth > 0)
            depth--;
        at++;
    }
    return (gsize)(at - text);
}

char *
pgs_expect_name_plain_n(const char *name, gsize length)
{
    g_autofree char *copy = g_strndup(name, length);
    if (copy[0] != '"' || length < 2 || quoted_length(copy) != length || copy[length - 1] != '"')
        return g_steal_pointer(&copy);
    GString *plain = g_string_sized_new(length);
    for (gsize i = 1; i < length - 1; i++) {
        g_string_append_c(plain, copy[i]);
        if (copy[i] == '"')
            i++;
    }
    return g_string_free(plain, FALSE);
}

char *
pgs_expect_name_plain(const char *name)
{
    return pgs_expect_name_plain_n(name, strlen(name));
}

char **
pgs_expect_name_split(const char *name, guint most)
{
    GPtrArray *parts = g_ptr_array_new();
    for (;;) {
        gboolean is_last = most > 0 && parts->len == most - 1;
        gsize length = is_last ? strlen(name) : item_length(name, '.');
        g_ptr_array_add(parts, pgs_expect_name_plain_n(name, length));
        if (name[length] == '\0')
            break;
        name += length + 1;
    }
    g_ptr_array_add(parts, NULL);
    return (char **)g_ptr_array_free(parts, FALSE);
}

static gboolean
is_word_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static gboolean
is_word(const char *text, gboolean lower)
{
    if (!is_word_start(*text))
        return FALSE;
    for (; *text != '\0'; text++) {
        if (!is_word_start(*text) && !g_ascii_isdigit(*text) && *text != '$')
            return FALSE;
        if (lower && (g_ascii_isupper(*text) || (guchar)*text >= 0x80 || *text == '$'))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_expect_name_is_identifier(const char *text)
{
    if (*text == '"')
        return strlen(text) > 2 && quoted_length(text) == strlen(text);
    return is_word(text, FALSE);
}

char *
pgs_expect_name_quote(const char *plain)
{
    if (is_word(plain, TRUE))
        return g_strdup(plain);
    return pgs_text_identifier(plain);
}

char **
pgs_expect_list_split(const char *list)
{
    GPtrArray *items = g_ptr_array_new();
    while (list != NULL && *list != '\0') {
        gsize length = item_length(list, ',');
        g_ptr_array_add(items, g_strstrip(g_strndup(list, length)));
        list += length;
        if (*list == ',')
            list++;
    }
    g_ptr_array_add(items, NULL);
    return (char **)g_ptr_array_free(items, FALSE);
}

char **
pgs_expect_list_names(const char *list)
{
    char **items = pgs_expect_list_split(list);
    for (char **item = items; *item != NULL; item++) {
        char *plain = pgs_expect_name_plain(*item);
        g_free(*item);
        *item = plain;
    }
    return items;
}
