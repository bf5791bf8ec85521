#include "migration/placeholders.h"

#include <string.h>

void
pgs_placeholders_take(GHashTable *values, char *const *settings, gboolean fold)
{
    for (char *const *setting = settings; *setting != NULL; setting++) {
        const char *equals = strchr(*setting, '=');
        if (equals == NULL)
            continue;
        g_autofree char *name = g_strndup(*setting, (gsize)(equals - *setting));
        g_hash_table_replace(values, fold ? g_utf8_strdown(name, -1) : g_strdup(name),
                             g_strdup(equals + 1));
    }
}

/* How many bytes read() takes as a prefix, or as the beginning of one that it then is not: those
 * are handed out without another look, so that $${name} stays. */
static gsize
prefix_length(const char *text, gsize length, const char *prefix, gboolean *whole)
{
    gsize wanted = strlen(prefix);
    gsize n = 0;
    while (n < length && n < wanted && text[n] == prefix[n])
        n++;
    *whole = n == wanted;
    if (*whole || n == 0)
        return MAX(n, 1);
    return MIN(n + 1, length);
}

char *
pgs_placeholders_flyway(const char *text, gsize text_length, GHashTable *values, const char *prefix,
                        const char *suffix, gsize *length, char **name, gsize *offset)
{
    g_autoptr(GString) result = g_string_sized_new(text_length + 1);
    for (gsize at = 0; at < text_length;) {
        gboolean whole;
        gsize n = prefix_length(text + at, text_length - at, prefix, &whole);
        if (!whole) {
            g_string_append_len(result, text + at, (gssize)n);
            at += n;
            continue;
        }
        const char *begin = text + at + n;
        const char *end = g_strstr_len(begin, (gssize)(text_length - at - n), suffix);
        const char *stop = end != NULL ? end : text + text_length;
        g_autofree char *found = g_strndup(begin, (gsize)(stop - begin));
        g_autofree char *folded = g_utf8_strdown(found, -1);
        const char *value = end != NULL ? g_hash_table_lookup(values, folded) : NULL;
        if (value == NULL) {
            *name = g_steal_pointer(&found);
            *offset = at;
            return NULL;
        }
        g_string_append(result, value);
        at = (gsize)(stop - text) + strlen(suffix);
    }
    *length = result->len;
    return g_string_free(g_steal_pointer(&result), FALSE);
}

/* A value that refers to itself would have no end; nor may a file of nothing but ${ exhaust the
 * stack. */
enum {
    MAX_DEPTH = 50,
    MAX_NESTING = 1000,
};

typedef struct {
    GHashTable *values;
    gboolean escapes;
    guint depth, nesting;
} Expansion;

static char *expand(Expansion *expansion, const char **text, gboolean inside);

/* What stands for ${expression}. */
static char *
value_of(Expansion *expansion, const char *expression)
{
    if (g_str_has_prefix(expression, "${"))
        return g_strdup(expression);
    if (expansion->escapes && expression[0] == ':') {
        g_autofree char *name = g_strstrip(g_strdup(expression + 1));
        return g_strdup_printf("${%s}", name);
    }
    g_autofree char *name = g_strstrip(g_strdup(expression));
    const char *value = g_hash_table_lookup(expansion->values, name);
    if (value == NULL || expansion->depth >= MAX_DEPTH)
        return g_strdup_printf("${%s}", expression);
    expansion->depth++;
    char *expanded = expand(expansion, &value, FALSE);
    expansion->depth--;
    return expanded;
}

/* Up to the text's end or, inside an expression, behind its }. */
static char *
expand(Expansion *expansion, const char **text, gboolean inside)
{
    GString *result = g_string_new(NULL);
    while (**text != '\0') {
        if (g_str_has_prefix(*text, "${") && expansion->nesting < MAX_NESTING) {
            *text += 2;
            expansion->nesting++;
            g_autofree char *expression = expand(expansion, text, TRUE);
            expansion->nesting--;
            g_autofree char *value = value_of(expansion, expression);
            g_string_append(result, value);
            continue;
        }
        char c = *(*text)++;
        if (c == '}' && inside)
            return g_string_free(result, FALSE);
        g_string_append_c(result, c);
    }
    if (inside)
        g_string_prepend(result, "${");
    return g_string_free(result, FALSE);
}

char *
pgs_placeholders_liquibase(const char *text, GHashTable *values, gboolean escapes)
{
    Expansion expansion = {.values = values, .escapes = escapes};
    return expand(&expansion, &text, FALSE);
}
