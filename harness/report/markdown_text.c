#include "report/markdown_text.h"

#include "base/text.h"

#include <string.h>

static char *
to_line(const char *text, guint characters)
{
    g_autofree char *visible = pgs_text_plain(text);
    g_autofree char *folded = pgs_text_fold_space(visible);
    return pgs_text_ellipsize(folded, characters);
}

static guint
longest_run(const char *text, char c)
{
    guint longest = 0, run = 0;
    for (; *text != '\0'; text++) {
        run = *text == c ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

static void
append_repeated(GString *out, char c, guint n)
{
    for (guint i = 0; i < n; i++)
        g_string_append_c(out, c);
}

/* ---- spans ---- */

/* CommonMark 0.31, 6.1: a run of backticks of another length ends no span; a blank at both ends is
 * taken off, which keeps a backtick at an end apart. */
static void
append_span(GString *out, const char *line)
{
    guint fence = longest_run(line, '`') + 1;
    gboolean padded = *line == '`' || g_str_has_suffix(line, "`") || *line == '\0';
    append_repeated(out, '`', fence);
    g_string_append_printf(out, "%s%s%s", padded ? " " : "", line, padded ? " " : "");
    append_repeated(out, '`', fence);
}

void
pgs_markdown_span(GString *out, const char *text, guint characters)
{
    g_autofree char *line = to_line(text, characters);
    append_span(out, line);
}

/* In a table a cell ends at "|" even in a code span, unless a backslash is before it (GitHub
 * Flavored Markdown, 4.10).  Where the text has one itself, readers differ: another bar then. */
void
pgs_markdown_cell(GString *out, const char *text, guint characters)
{
    g_autofree char *line = to_line(text, characters);
    g_autoptr(GString) cell = g_string_new(NULL);
    for (const char *at = line; *at != '\0'; at++) {
        if (*at != '|')
            g_string_append_c(cell, *at);
        else
            g_string_append(cell, at > line && at[-1] == '\\' ? "¦" : "\\|");
    }
    /* Nor may one be the last before the bar that ends it. */
    append_span(out, cell->str);
}

/* ---- words ---- */

/* Besides letters and digits; what any forge gives a meaning to is not among them. */
static gboolean
is_plain(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c) || strchr(" ,;:.()'\"-/=+?", (int)c) != NULL
                    : g_unichar_isalpha(c) || c == 0x2026; /* … */
}

/* A word that some forge makes a link of: a commit, PROJ-1, www.x, a:b, a.b, a/b. */
static gboolean
is_plain_word(const char *word, gsize length)
{
    gsize hexadecimal = 0;
    for (gsize i = 0; i < length; i++) {
        gboolean is_last = i + 1 == length;
        hexadecimal = g_ascii_isxdigit(word[i]) ? hexadecimal + 1 : 0;
        if (hexadecimal >= 6)
            return FALSE;
        if (strchr(":./=+", word[i]) != NULL && !is_last && word[i + 1] != ')')
            return FALSE;
        if (word[i] == '-' && (i == 0 || is_last || !g_ascii_islower(word[i - 1])))
            return FALSE;
    }
    return strchr("+/=", *word) == NULL;
}

static gboolean
are_plain(const char *line)
{
    for (const char *at = line; *at != '\0'; at = g_utf8_next_char(at)) {
        if (!is_plain(g_utf8_get_char(at)))
            return FALSE;
    }
    /* Not what begins a list, a heading's underline or a command. */
    if (!g_unichar_isalpha(g_utf8_get_char(line)))
        return FALSE;
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (!is_plain_word(*word, strlen(*word)))
            return FALSE;
    }
    return TRUE;
}

void
pgs_markdown_words(GString *out, const char *text, guint characters)
{
    g_autofree char *line = to_line(text, characters);
    if (are_plain(line))
        g_string_append(out, line);
    else
        append_span(out, line);
}

/* ---- blocks ---- */

/* The end of the last whole line that fits; a first line that is too long is cut within. */
static gsize
fitting(const char *text, guint lines, gsize bytes)
{
    gsize end = 0;
    for (guint n = 0; n < lines && text[end] != '\0'; n++) {
        const char *line_end = strchr(text + end, '\n');
        gsize next = line_end != NULL ? (gsize)(line_end + 1 - text) : strlen(text);
        if (next > bytes)
            break;
        end = next;
    }
    if (end > 0 || *text == '\0')
        return end;
    const char *cut = text + MIN(bytes, strlen(text));
    while (((guchar)*cut & 0xc0) == 0x80)
        cut--;
    return (gsize)(cut - text);
}

static guint
count_lines(const char *text)
{
    guint lines = 0;
    for (; *text != '\0'; lines++) {
        const char *line_end = strchr(text, '\n');
        text = line_end != NULL ? line_end + 1 : text + strlen(text);
    }
    return lines;
}

void
pgs_markdown_block(GString *out, const char *language, const char *text, guint lines, gsize bytes)
{
    g_autofree char *visible = g_strchomp(pgs_text_plain(text));
    gsize kept = fitting(visible, lines, bytes);
    const char *rest = visible + kept;
    g_autofree char *shown = g_strndup(visible, kept);
    guint fence = MAX(longest_run(shown, '`') + 1, 3);
    append_repeated(out, '`', fence);
    g_string_append_printf(out, "%s\n%s", language, shown);
    if (*rest != '\0') {
        gboolean within = kept > 0 && shown[kept - 1] != '\n';
        g_autofree char *count = pgs_text_count(count_lines(rest), "more line", NULL);
        g_string_append_printf(out, "%s… %s", within ? "…\n" : "", count);
    }
    if (out->str[out->len - 1] != '\n')
        g_string_append_c(out, '\n');
    append_repeated(out, '`', fence);
    g_string_append(out, "\n\n");
}
