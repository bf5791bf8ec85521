#include "base/text.h"

#include <string.h>

char *
pgs_text_visible(const char *text, gssize length)
{
    const char *end = text + (length < 0 ? strlen(text) : (gsize)length);
    GString *out = g_string_sized_new((gsize)(end - text));
    while (text < end) {
        gunichar c = g_utf8_get_char_validated(text, end - text);
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02X", (guchar)*text);
            text++;
            continue;
        }
        /* XML 1.0, section 2.2: no C0 controls but tab and newlines, and no U+FFFE or U+FFFF. */
        if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) ||
            (c & 0xfffe) == 0xfffe)
            g_string_append_printf(out, "\\u%04X", c);
        else
            g_string_append_unichar(out, c);
        text = g_utf8_next_char(text);
        if (c == 0 && text > end)
            break;
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_hidden(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    default:
        return FALSE;
    }
}

char *
pgs_text_plain(const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    GString *out = g_string_sized_new(strlen(visible));
    for (const char *at = visible; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (is_hidden(c))
            g_string_append_printf(out, "\\u%04X", c);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

char *
pgs_text_count(guint64 n, const char *singular, const char *plural)
{
    if (n == 1)
        return g_strdup_printf("1 %s", singular);
    if (plural != NULL)
        return g_strdup_printf("%" G_GUINT64_FORMAT " %s", n, plural);
    return g_strdup_printf("%" G_GUINT64_FORMAT " %ss", n, singular);
}

char *
pgs_text_duration(gint64 microseconds)
{
    if (microseconds < 10 * 1000)
        return g_strdup_printf("%.1f ms", (double)microseconds / 1e3);
    if (microseconds < 1000 * 1000)
        return g_strdup_printf("%" G_GINT64_FORMAT " ms", microseconds / 1000);
    if (microseconds < 120 * G_USEC_PER_SEC)
        return g_strdup_printf("%.1f s", (double)microseconds / 1e6);
    gint64 seconds = microseconds / G_USEC_PER_SEC;
    return g_strdup_printf("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", seconds / 60,
                           seconds % 60);
}

void
pgs_text_position(const char *text, gsize length, gsize offset, guint *line, guint *column)
{
    const char *stop = text + MIN(offset, length);
    const char *start = text;
    guint lines = 1;
    for (const char *at = text; (at = memchr(at, '\n', (gsize)(stop - at))) != NULL; at++) {
        lines++;
        start = at + 1;
    }
    guint columns = 1;
    for (const char *at = start; at < stop; at++)
        columns += ((guchar)*at & 0xc0) != 0x80;
    *line = lines;
    *column = columns;
}

gsize
pgs_text_char_offset(const char *text, gsize length, gsize characters)
{
    gsize at = 0;
    while (at < length && characters > 0) {
        at++;
        while (at < length && ((guchar)text[at] & 0xc0) == 0x80)
            at++;
        characters--;
    }
    return at;
}

char *
pgs_text_ellipsize(const char *text, guint width)
{
    if (g_utf8_strlen(text, -1) <= (glong)width)
        return g_strdup(text);
    g_autofree char *head = g_utf8_substring(text, 0, width > 0 ? width - 1 : 0);
    return g_strconcat(head, "…", NULL);
}

static guint
edit_distance(const char *a, const char *b)
{
    gsize n = strlen(b);
    g_autofree guint *row = g_new(guint, n + 1);
    for (gsize j = 0; j <= n; j++)
        row[j] = (guint)j;
    for (gsize i = 1; a[i - 1] != '\0'; i++) {
        guint diagonal = row[0];
        row[0] = (guint)i;
        for (gsize j = 1; j <= n; j++) {
            guint substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(substituted, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[n];
}

const char *
pgs_text_nearest(const char *word, const char *const *words)
{
    const char *best = NULL;
    guint best_distance = (guint)strlen(word) / 3 + 2;
    for (; *words != NULL; words++) {
        guint distance = edit_distance(word, *words);
        if (distance < best_distance) {
            best = *words;
            best_distance = distance;
        }
    }
    return best;
}

char *
pgs_text_fold_space(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));
    gboolean pending = FALSE;
    for (; *text != '\0'; text++) {
        if (g_ascii_isspace(*text)) {
            pending = out->len > 0;
            continue;
        }
        if (pending)
            g_string_append_c(out, ' ');
        pending = FALSE;
        g_string_append_c(out, *text);
    }
    return g_string_free(out, FALSE);
}

/* ---- SQL ---- */

void
pgs_text_append_identifier(GString *sql, const char *name)
{
    g_string_append_c(sql, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            g_string_append_c(sql, '"');
        g_string_append_c(sql, *name);
    }
    g_string_append_c(sql, '"');
}

char *
pgs_text_identifier(const char *name)
{
    GString *sql = g_string_new(NULL);
    pgs_text_append_identifier(sql, name);
    return g_string_free(sql, FALSE);
}

void
pgs_text_append_literal(GString *sql, const char *text)
{
    g_string_append(sql, strchr(text, '\\') != NULL ? "E'" : "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            g_string_append_c(sql, *text);
        g_string_append_c(sql, *text);
    }
    g_string_append_c(sql, '\'');
}

char *
pgs_text_literal(const char *text)
{
    GString *sql = g_string_new(NULL);
    pgs_text_append_literal(sql, text);
    return g_string_free(sql, FALSE);
}
