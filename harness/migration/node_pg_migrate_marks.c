#include "migration/node_pg_migrate_marks.h"

#include <string.h>

/* github.com/salsita/node-pg-migrate, 9.0: src/sqlMigration.ts. */

/* \s of JavaScript's regular expressions at p: its length in bytes, or 0. */
static gsize
space_length(const char *p, const char *end)
{
    static const gunichar spaces[] = {0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff};
    if (p >= end)
        return 0;
    if ((guchar)*p < 0x80)
        return *p == ' ' || (*p >= '\t' && *p <= '\r');
    gunichar c = g_utf8_get_char_validated(p, end - p);
    gboolean is_space = c >= 0x2000 && c <= 0x200a;
    for (gsize i = 0; i < G_N_ELEMENTS(spaces); i++)
        is_space |= c == spaces[i];
    return is_space ? (gsize)(g_utf8_next_char(p) - p) : 0;
}

static const char *
skip_spaces(const char *p, const char *end)
{
    gsize n;
    while ((n = space_length(p, end)) > 0)
        p += n;
    return p;
}

static gboolean
skip_word(const char **p, const char *end, const char *word)
{
    gsize length = strlen(word);
    if ((gsize)(end - *p) < length || g_ascii_strncasecmp(*p, word, length) != 0)
        return FALSE;
    *p += length;
    return TRUE;
}

/* createMigrationCommentRegex() at p, which is behind its ^\s*: --[\s-]*up\s+migration */
static gboolean
is_mark(const char *p, const char *end, const char *direction)
{
    if (!skip_word(&p, end, "--"))
        return FALSE;
    for (;;) {
        const char *from = p;
        p = skip_spaces(p, end);
        p += p < end && *p == '-';
        if (p == from)
            break;
    }
    if (!skip_word(&p, end, direction) || space_length(p, end) == 0)
        return FALSE;
    p = skip_spaces(p, end);
    return skip_word(&p, end, "migration");
}

/* A line end of JavaScript's m flag at p: its length in bytes, or 0. */
static gsize
line_end_length(const char *p, const char *end)
{
    if (*p == '\n' || *p == '\r')
        return 1;
    return end - p >= 3 && (memcmp(p, "\xe2\x80\xa8", 3) == 0 || memcmp(p, "\xe2\x80\xa9", 3) == 0)
               ? 3
               : 0;
}

gssize
pgs_node_pg_migrate_mark(const char *text, gsize length, const char *direction)
{
    const char *end = text + length;
    for (const char *line = text; line < end;) {
        const char *mark = skip_spaces(line, end);
        if (is_mark(mark, end, direction))
            return line - text;
        const char *from = MAX(mark, line);
        while (from < end && line_end_length(from, end) == 0)
            from++;
        line = from < end ? from + line_end_length(from, end) : end;
    }
    return -1;
}

PgsNodePgMigrateCuts
pgs_node_pg_migrate_cut(const char *text, gsize length)
{
    gssize up = pgs_node_pg_migrate_mark(text, length, "up");
    gssize down = pgs_node_pg_migrate_mark(text, length, "down");
    PgsNodePgMigrateCuts cuts = {.up_length = length, .down = down, .is_marked = up >= 0};
    if (up >= 0) {
        cuts.up = (gsize)up;
        cuts.up_length = (down < up ? length : (gsize)down) - (gsize)up;
    }
    if (down >= 0)
        cuts.down_length = (up < down ? length : (gsize)up) - (gsize)down;
    return cuts;
}
