#include "report/layout.h"

#include "base/text.h"

#include <string.h>

static const char *const style_codes[] = {
    [PGS_STYLE_PLAIN] = "",        [PGS_STYLE_GOOD] = "\033[32m", [PGS_STYLE_BAD] = "\033[31m",
    [PGS_STYLE_WARN] = "\033[33m", [PGS_STYLE_FAINT] = "\033[2m", [PGS_STYLE_STRONG] = "\033[1m",
};

static guint
character_columns(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

static guint
visible_columns(const char *text)
{
    guint columns = 0;
    for (; *text != '\0'; text = g_utf8_next_char(text))
        columns += character_columns(g_utf8_get_char(text));
    return columns;
}

guint
pgs_layout_columns(const char *text)
{
    g_autofree char *visible = pgs_text_plain(text);
    return visible_columns(visible);
}

/* The bytes of the longest head of text that takes at most that many columns. */
static gsize
head_length(const char *text, guint columns)
{
    const char *at = text;
    for (guint used = 0; *at != '\0'; at = g_utf8_next_char(at)) {
        used += character_columns(g_utf8_get_char(at));
        if (used > columns)
            break;
    }
    return (gsize)(at - text);
}

static void
append_bytes(PgsLayout *layout, PgsStyle style, const char *bytes, gsize length)
{
    gboolean styled = layout->color && style != PGS_STYLE_PLAIN && length > 0;
    if (styled)
        g_string_append(layout->text, style_codes[style]);
    g_string_append_len(layout->text, bytes, (gssize)length);
    if (styled)
        g_string_append(layout->text, "\033[0m");
}

void
pgs_layout_append(PgsLayout *layout, PgsStyle style, const char *piece)
{
    append_bytes(layout, style, piece, strlen(piece));
}

void
pgs_layout_end_line(PgsLayout *layout)
{
    g_string_append_c(layout->text, '\n');
    layout->lines++;
}

static void
append_indent(PgsLayout *layout, guint indent)
{
    for (guint i = 0; i < indent; i++)
        g_string_append_c(layout->text, ' ');
}

static guint
columns_left(const PgsLayout *layout, guint indent)
{
    /* A terminal too narrow for the indent gets lines that it must wrap itself. */
    return layout->width > indent + 10 ? layout->width - indent : 10;
}

/* Visible text without a newline, cut. */
static char *
cut_visible(const char *text, guint columns)
{
    if (visible_columns(text) <= columns)
        return g_strdup(text);
    g_autofree char *head = g_strndup(text, columns > 0 ? head_length(text, columns - 1) : 0);
    return g_strconcat(head, columns > 0 ? "…" : "", NULL);
}

char *
pgs_layout_cut(const char *text, guint columns)
{
    g_autofree char *visible = pgs_text_plain(text);
    return cut_visible(g_strdelimit(visible, "\n\t", ' '), columns);
}

/* Where the last of text begins that fits into columns. */
static const char *
tail_within(const char *text, guint columns)
{
    const char *at = text + strlen(text);
    for (guint used = 0; at > text;) {
        const char *before = g_utf8_prev_char(at);
        used += character_columns(g_utf8_get_char(before));
        if (used > columns)
            break;
        at = before;
    }
    return at;
}

char *
pgs_layout_cut_middle(const char *text, guint columns)
{
    g_autofree char *visible = pgs_text_plain(text);
    g_strdelimit(visible, "\n\t", ' ');
    if (visible_columns(visible) <= columns || columns < 3)
        return cut_visible(visible, columns);
    guint tail = (columns - 1) / 2;
    g_autofree char *head = g_strndup(visible, head_length(visible, columns - 1 - tail));
    return g_strconcat(head, "…", tail_within(visible, tail), NULL);
}

/* One line of visible text without a newline, cut. */
static void
append_cut_line(PgsLayout *layout, guint indent, PgsStyle style, const char *text)
{
    g_autofree char *cut = cut_visible(text, columns_left(layout, indent));
    append_indent(layout, indent);
    pgs_layout_append(layout, style, cut);
    pgs_layout_end_line(layout);
}

void
pgs_layout_line(PgsLayout *layout, guint indent, PgsStyle style, const char *text)
{
    g_autofree char *visible = pgs_text_plain(text);
    append_cut_line(layout, indent, style, g_strdelimit(visible, "\n\t", ' '));
}

/* The bytes of the first line of text when it is wrapped to columns. */
static gsize
wrapped_length(const char *text, guint columns)
{
    gsize fits = head_length(text, columns);
    if (text[fits] == '\0' || text[fits] == ' ')
        return fits;
    for (gsize at = fits; at > 0; at--) {
        if (text[at - 1] == ' ')
            return at - 1;
    }
    return strcspn(text, " ");
}

void
pgs_layout_paragraph(PgsLayout *layout, guint indent, guint hang, PgsStyle style, const char *text)
{
    g_autofree char *visible = pgs_text_plain(text);
    g_strdelimit(visible, "\t", ' ');
    g_auto(GStrv) lines = g_strsplit(visible, "\n", -1);
    guint margin = indent;
    for (gsize i = 0; lines[i] != NULL; i++) {
        const char *rest = g_strchomp(lines[i]);
        do {
            gsize length = wrapped_length(rest, columns_left(layout, margin));
            append_indent(layout, margin);
            append_bytes(layout, style, rest, length);
            pgs_layout_end_line(layout);
            rest += length;
            rest += strspn(rest, " ");
            margin = indent + hang;
        } while (*rest != '\0');
    }
}

static PgsStyle
diff_style(const char *line)
{
    line += strspn(line, " ");
    if (line[0] == '+')
        return PGS_STYLE_GOOD;
    return line[0] == '-' ? PGS_STYLE_BAD : PGS_STYLE_PLAIN;
}

void
pgs_layout_block(PgsLayout *layout, guint indent, guint max_lines, const char *text)
{
    g_autofree char *visible = g_strchomp(pgs_text_plain(text));
    g_auto(GStrv) lines = g_strsplit(visible, "\n", -1);
    guint n_lines = g_strv_length(lines);
    /* "1 more line" would take the place of the line itself. */
    guint shown = max_lines == 0 || n_lines <= max_lines ? n_lines : max_lines - 1;
    for (guint i = 0; i < shown; i++) {
        g_strdelimit(lines[i], "\t", ' ');
        if (max_lines != 0) {
            append_cut_line(layout, indent, diff_style(lines[i]), lines[i]);
            continue;
        }
        append_indent(layout, indent);
        pgs_layout_append(layout, diff_style(lines[i]), lines[i]);
        pgs_layout_end_line(layout);
    }
    if (shown < n_lines) {
        g_autofree char *count = pgs_text_count(n_lines - shown, "more line", NULL);
        g_autofree char *more = g_strconcat("… ", count, NULL);
        append_cut_line(layout, indent, PGS_STYLE_FAINT, more);
    }
}
