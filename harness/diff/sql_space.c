#include "diff/sql_space.h"

#include <string.h>

typedef struct {
    const char *start, *at, *end;
    GString *out;
    gboolean space_pending;
    gboolean comment_ended; /* a line comment ends at a newline, which is no mere white space */
} Folder;

static gboolean
is_name_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (c & 0x80) != 0;
}

static gboolean
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
peek(const Folder *folder, gsize ahead)
{
    return (gsize)(folder->end - folder->at) > ahead ? folder->at[ahead] : '\0';
}

static void
flush_space(Folder *folder)
{
    if (folder->space_pending && folder->out->len > 0)
        g_string_append_c(folder->out, folder->comment_ended ? '\n' : ' ');
    folder->space_pending = FALSE;
    folder->comment_ended = FALSE;
}

static void
take(Folder *folder, gsize n)
{
    gsize length = MIN(n, (gsize)(folder->end - folder->at));
    g_string_append_len(folder->out, folder->at, (gssize)length);
    folder->at += length;
}

/* '…' or "…": a doubled quote, and in E'…' an escaped one, does not end it. */
static void
take_quoted(Folder *folder)
{
    char quote = *folder->at;
    const char *before = folder->at - 1;
    gboolean escapes = quote == '\'' && folder->at > folder->start &&
                       (*before == 'e' || *before == 'E') &&
                       (before == folder->start || !is_name_character(before[-1]));
    take(folder, 1);
    while (folder->at < folder->end) {
        if ((escapes && *folder->at == '\\') ||
            (*folder->at == quote && peek(folder, 1) == quote)) {
            take(folder, 2);
            continue;
        }
        gboolean ends = *folder->at == quote;
        take(folder, 1);
        if (ends)
            return;
    }
}

static void
take_line_comment(Folder *folder)
{
    const char *newline = memchr(folder->at, '\n', (gsize)(folder->end - folder->at));
    const char *stop = newline != NULL ? newline : folder->end;
    const char *last = stop;
    while (last > folder->at && is_space(last[-1]))
        last--;
    take(folder, (gsize)(last - folder->at));
    folder->at = stop;
    folder->comment_ended = TRUE;
}

/* They nest.  A quote within is no quote; white space within means nothing. */
static void
take_block_comment(Folder *folder)
{
    guint depth = 0;
    while (folder->at < folder->end) {
        if (is_space(*folder->at)) {
            folder->space_pending = TRUE;
            folder->at++;
            continue;
        }
        flush_space(folder);
        gboolean opens = *folder->at == '/' && peek(folder, 1) == '*';
        gboolean closes = *folder->at == '*' && peek(folder, 1) == '/';
        take(folder, opens || closes ? 2 : 1);
        depth += opens;
        depth -= closes;
        if (depth == 0)
            return;
    }
}

/* The length of $tag$ at the current place, or 0. */
static gsize
tag_length(const Folder *folder)
{
    if (folder->at > folder->start && is_name_character(folder->at[-1]))
        return 0;
    gsize length = 1;
    while (is_name_character(peek(folder, length)))
        length++;
    gboolean named = length == 1 || !g_ascii_isdigit(folder->at[1]);
    return named && peek(folder, length) == '$' ? length + 1 : 0;
}

static void
take_dollar_quoted(Folder *folder, gsize tag)
{
    const char *body = folder->at + tag;
    g_autofree char *closing = g_strndup(folder->at, tag);
    const char *close = g_strstr_len(body, folder->end - body, closing);
    const char *stop = close != NULL ? close + tag : folder->end;
    take(folder, (gsize)(stop - folder->at));
}

static void
take_token(Folder *folder)
{
    char c = *folder->at;
    gsize tag = c == '$' ? tag_length(folder) : 0;
    if (c == '\'' || c == '"')
        take_quoted(folder);
    else if (c == '-' && peek(folder, 1) == '-')
        take_line_comment(folder);
    else if (c == '/' && peek(folder, 1) == '*')
        take_block_comment(folder);
    else if (tag > 0)
        take_dollar_quoted(folder, tag);
    else
        take(folder, 1);
}

char *
pgs_sql_fold_space(const char *sql)
{
    gsize length = strlen(sql);
    Folder folder = {
        .start = sql,
        .at = sql,
        .end = sql + length,
        .out = g_string_sized_new(length),
    };
    while (folder.at < folder.end) {
        if (is_space(*folder.at)) {
            folder.space_pending = TRUE;
            folder.at++;
            continue;
        }
        flush_space(&folder);
        take_token(&folder);
    }
    return g_string_free(folder.out, FALSE);
}

gboolean
pgs_sql_equal_but_space(const char *a, const char *b)
{
    g_autofree char *folded_a = pgs_sql_fold_space(a);
    g_autofree char *folded_b = pgs_sql_fold_space(b);
    return strcmp(folded_a, folded_b) == 0;
}
