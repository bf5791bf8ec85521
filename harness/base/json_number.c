#include "base/json_number.h"

#include <glib.h>
#include <string.h>

/* The length of the string at text, its quotes included. */
static gsize
string_length(const char *text)
{
    gsize at = 1;
    while (text[at] != '\0' && text[at] != '"')
        at += text[at] == '\\' && text[at + 1] != '\0' ? 2 : 1;
    return at + (text[at] == '"');
}

static void
append_number(GString *out, const char *text, gsize length)
{
    g_autofree char *given = g_strndup(text, length);
    double value = g_ascii_strtod(given, NULL);
    for (int digits = 15; digits < 17 && strpbrk(given, ".eE") != NULL; digits++) {
        char format[] = "%.15g", shorter[G_ASCII_DTOSTR_BUF_SIZE];
        format[3] = (char)('0' + digits - 10);
        g_ascii_formatd(shorter, sizeof shorter, format, value);
        if (g_ascii_strtod(shorter, NULL) != value || strpbrk(shorter, "infa") != NULL)
            continue;
        g_string_append(out, shorter);
        /* A fraction stays one, for readers that tell 1 from 1.0. */
        if (strpbrk(shorter, ".e") == NULL)
            g_string_append(out, ".0");
        return;
    }
    g_string_append_len(out, text, (gssize)length);
}

char *
pgs_json_shorten(const char *json)
{
    GString *out = g_string_new(NULL);
    while (*json != '\0') {
        gboolean is_number = g_ascii_isdigit(*json) || *json == '-';
        gsize length = *json == '"' ? string_length(json)
                       : is_number  ? strspn(json, "0123456789+-.eE")
                                    : strcspn(json, "\"-0123456789");
        if (is_number)
            append_number(out, json, length);
        else
            g_string_append_len(out, json, (gssize)length);
        json += length;
    }
    return g_string_free(out, FALSE);
}
