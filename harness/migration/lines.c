#include "migration/lines.h"

#include <string.h>

gboolean
pgs_line_next(PgsLineReader *reader, PgsLine *line)
{
    if (reader->length == 0)
        return FALSE;
    const char *end = memchr(reader->text, '\n', reader->length);
    gsize length = end != NULL ? (gsize)(end - reader->text) : reader->length;
    gsize taken = end != NULL ? length + 1 : length;
    line->text = reader->text;
    line->length = length > 0 && reader->text[length - 1] == '\r' ? length - 1 : length;
    line->number = ++reader->number;
    reader->text += taken;
    reader->length -= taken;
    return TRUE;
}

/* unicode.IsSpace, which bufio.ScanWords has, too. */
static gboolean
is_space(gunichar c)
{
    return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

/* The length of the character at text; *space: whether it is white space.  A byte that is no valid
 * UTF-8 is a character. */
static gsize
read_character(const char *text, gsize length, gboolean *space)
{
    guchar byte = (guchar)*text;
    if (byte < 0x80) {
        *space = is_space(byte);
        return 1;
    }
    gunichar c = g_utf8_get_char_validated(text, (gssize)MIN(length, 6));
    gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
    *space = valid && is_space(c);
    return valid ? (gsize)g_unichar_to_utf8(c, NULL) : 1;
}

void
pgs_line_trim(const char **text, gsize *length)
{
    const char *first = *text;
    const char *end = *text + *length;
    gboolean space;
    while (first < end) {
        gsize n = read_character(first, (gsize)(end - first), &space);
        if (!space)
            break;
        first += n;
    }
    const char *last = first;
    for (const char *at = first; at < end;) {
        at += read_character(at, (gsize)(end - at), &space);
        if (!space)
            last = at;
    }
    *text = first;
    *length = (gsize)(last - first);
}

gboolean
pgs_line_begins(const PgsLine *line, const char *prefix)
{
    gsize length = strlen(prefix);
    return line->length >= length && memcmp(line->text, prefix, length) == 0;
}

static gboolean
contains(const PgsLine *line, const char *text)
{
    return memmem(line->text, line->length, text, strlen(text)) != NULL;
}

gboolean
pgs_line_is_comment_with(const PgsLine *line, const char *words)
{
    const char *start = line->text;
    gsize length = line->length;
    pgs_line_trim(&start, &length);
    return length >= 2 && memcmp(start, "--", 2) == 0 && contains(line, words);
}

char **
pgs_line_fields(const char *text, gsize length)
{
    GPtrArray *words = g_ptr_array_new();
    gsize start = 0;
    gsize at = 0;
    while (at < length) {
        gboolean space;
        gsize n = read_character(text + at, length - at, &space);
        if (space && at > start)
            g_ptr_array_add(words, g_strndup(text + start, at - start));
        at += n;
        if (space)
            start = at;
    }
    if (at > start)
        g_ptr_array_add(words, g_strndup(text + start, at - start));
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

gboolean
pgs_line_ends_statement(const char *text, gsize length, gsize word_limit)
{
    gboolean ends = FALSE;
    for (gsize at = 0; at < length;) {
        gboolean space;
        gsize n = read_character(text + at, length - at, &space);
        if (space) {
            at += n;
            continue;
        }
        gsize start = at;
        while (at < length && !space) {
            at += n;
            n = at < length ? read_character(text + at, length - at, &space) : 0;
        }
        if (at - start >= word_limit || (at - start >= 2 && memcmp(text + start, "--", 2) == 0))
            break;
        ends = text[at - 1] == ';';
    }
    return ends;
}

void
pgs_line_text_init(PgsLineText *text)
{
    text->text = g_string_new(NULL);
    text->lines = g_array_new(FALSE, FALSE, sizeof(guint));
    text->cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    text->start = 0;
}

void
pgs_line_text_clear(PgsLineText *text)
{
    if (text->text != NULL)
        g_string_free(text->text, TRUE);
    text->text = NULL;
    g_clear_pointer(&text->lines, g_array_unref);
    g_clear_pointer(&text->cuts, g_array_unref);
}

void
pgs_line_text_add(PgsLineText *text, guint number, const char *line, gsize length)
{
    g_string_append_len(text->text, line, (gssize)length);
    g_string_append_c(text->text, '\n');
    /* What was put in for a placeholder may have several lines. */
    g_array_append_val(text->lines, number);
    for (gsize i = 0; i < length; i++) {
        if (line[i] == '\n')
            g_array_append_val(text->lines, number);
    }
}

gboolean
pgs_line_text_is_empty(const PgsLineText *text)
{
    return text->text->len == text->start;
}

static void
piece(const PgsLineText *text, const char **start, gsize *length)
{
    *start = text->text->str + text->start;
    *length = text->text->len - text->start;
    pgs_line_trim(start, length);
}

gboolean
pgs_line_text_is_blank(const PgsLineText *text)
{
    const char *start;
    gsize length;
    piece(text, &start, &length);
    return length == 0;
}

/* The number of line feeds in text. */
static guint
count_lines(const char *text, gsize length)
{
    guint n = 0;
    for (gsize i = 0; i < length; i++)
        n += text[i] == '\n';
    return n;
}

guint
pgs_line_text_first_line(const PgsLineText *text)
{
    const char *start;
    gsize length;
    piece(text, &start, &length);
    guint after = count_lines(start, text->text->len - (gsize)(start - text->text->str));
    return after > 0 && after <= text->lines->len
               ? g_array_index(text->lines, guint, text->lines->len - after)
               : 1;
}

static void
cut(PgsLineText *text, const char *start, gsize length)
{
    PgsCut cut = {.start = (gsize)(start - text->text->str)};
    cut.end = cut.start + length;
    g_array_append_val(text->cuts, cut);
    text->start = text->text->len;
}

void
pgs_line_text_cut(PgsLineText *text)
{
    const char *start;
    gsize length;
    piece(text, &start, &length);
    cut(text, start, length);
}

void
pgs_line_text_cut_whole(PgsLineText *text)
{
    /* The scanner's white space (scan.l); it knows \v from PostgreSQL 16 on. */
    static const char spaces[] = " \t\n\r\f";
    const char *start = text->text->str + text->start;
    const char *end = text->text->str + text->text->len;
    while (start < end && *start != '\0' && strchr(spaces, *start) != NULL)
        start++;
    while (end > start && end[-1] != '\0' && strchr(spaces, end[-1]) != NULL)
        end--;
    cut(text, start, (gsize)(end - start));
}

void
pgs_line_text_drop(PgsLineText *text)
{
    guint n = count_lines(text->text->str + text->start, text->text->len - text->start);
    g_array_set_size(text->lines, text->lines->len - n);
    g_string_truncate(text->text, text->start);
}

PgsStep *
pgs_line_text_step(PgsLineText *text, const char *path, gboolean transaction, const char *why,
                   const PgsTool *tool)
{
    PgsStep *step = pgs_step_new_text(path, text->text->str, text->text->len, 1, text->cuts,
                                      PGS_SEND_STATEMENTS, transaction, why, tool);
    pgs_step_set_lines(step, g_steal_pointer(&text->lines));
    return step;
}
