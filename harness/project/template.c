#include "project/template.h"

#include "base/error.h"
#include "base/text.h"
#include "config/node.h"

#include <string.h>

const char *const pgs_template_place_words[] = {"url",      "host",     "port", "user",
                                                "password", "database", NULL};

/* The word in braces that begins at text; NULL: it holds none. */
static char *
word_at(const char *text)
{
    const char *end = text + 1;
    while (g_ascii_isalnum(*end) || *end == '_' || *end == '-')
        end++;
    return *text == '{' && *end == '}' && end > text + 1
               ? g_strndup(text + 1, (gsize)(end - text - 1))
               : NULL;
}

static void
refuse_word(const char *word, const char *const *words, GError **error)
{
    const char *nearest = pgs_text_nearest(word, words);
    g_autofree char *all = g_strjoinv("}, {", (char **)words);
    g_autofree char *hint =
        nearest != NULL
            ? g_strdup_printf("did you mean {%s}?", nearest)
            : g_strdup_printf("there are: {%s}; a brace of the text's own is written twice: {{%s}}",
                              all, word);
    pgs_error_set(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_VALUE, hint, "there is no word {%s}",
                  word);
}

char *
pgs_template_expand(const char *text, const char *const *words, PgsTemplateFunc func, gpointer data,
                    GError **error)
{
    GString *expanded = g_string_new(NULL);
    while (*text != '\0') {
        g_autofree char *word = word_at(text);
        gboolean is_double = (*text == '{' || *text == '}') && text[1] == *text;
        if (word == NULL || is_double) {
            g_string_append_c(expanded, *text);
            text += is_double ? 2 : 1;
            continue;
        }
        g_autofree char *value = func(word, data);
        if (value == NULL) {
            refuse_word(word, words, error);
            g_string_free(expanded, TRUE);
            return NULL;
        }
        g_string_append(expanded, value);
        text += strlen(word) + 2;
    }
    return g_string_free(expanded, FALSE);
}
