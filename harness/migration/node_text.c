#include "migration/node_text.h"

#include "migration/pairs.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The length of the longest beginning of a character at p, which is none (the Encoding Standard,
 * "UTF-8 decoder"): at least 1. */
static gsize
broken_length(const guchar *p, gsize length)
{
    gsize wanted = p[0] >= 0xc2 && p[0] <= 0xdf   ? 1
                   : p[0] >= 0xe0 && p[0] <= 0xef ? 2
                   : p[0] >= 0xf0 && p[0] <= 0xf4 ? 3
                                                  : 0;
    guchar low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    guchar high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    gsize n = 1;
    while (n <= wanted && n < length && p[n] >= low && p[n] <= high) {
        low = 0x80;
        high = 0xbf;
        n++;
    }
    return n;
}

/* *line: of the first sequence that is replaced. */
static GBytes *
replace_broken(const char *text, gsize length, guint *line)
{
    GString *valid = g_string_sized_new(length + 16);
    const char *end = text + length;
    *line = 0;
    while (text < end) {
        const char *fault = text;
        gboolean fine = g_utf8_validate_len(text, (gsize)(end - text), &fault);
        g_string_append_len(valid, text, (gssize)(fault - text));
        if (fine)
            break;
        gsize n = 1;
        if (*fault == '\0') {
            g_string_append_c(valid, '\0');
        } else {
            n = broken_length((const guchar *)fault, (gsize)(end - fault));
            if (*line == 0) {
                *line = 1;
                for (gsize i = 0; i < valid->len; i++)
                    *line += valid->str[i] == '\n';
            }
            g_string_append(valid, REPLACEMENT);
        }
        text = fault + n;
    }
    return g_string_free_to_bytes(valid);
}

gboolean
pgs_node_text_take(PgsFolderFile *file, PgsHistory *history, GError **error)
{
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return FALSE;
    gsize length;
    guint line;
    const char *text = g_bytes_get_data(bytes, &length);
    if (text == NULL || g_utf8_validate_len(text, length, NULL))
        return TRUE;
    GBytes *valid = replace_broken(text, length, &line);
    g_bytes_unref(file->text);
    file->text = valid;
    if (line > 0)
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.encoding", file->path,
                         "line %u: this is no UTF-8, and node puts U+FFFD in its place: what the "
                         "migration stores is not what the file says; save the file as UTF-8",
                         line);
    return TRUE;
}
