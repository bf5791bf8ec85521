#include "project/case_reference.h"

#include "project/names.h"

#include <string.h>

void
pgs_case_reference_clear(PgsCaseReference *reference)
{
    g_clear_pointer(&reference->row, g_free);
    g_clear_pointer(&reference->member, g_free);
}

/* Bytes beyond ASCII are letters, as in PostgreSQL's own scanner. */
static gboolean
is_letter(char c)
{
    return g_ascii_isalpha(c) || c == '_' || ((guchar)c & 0x80) != 0;
}

static gsize
name_length(const char *text)
{
    gsize length = 0;
    if (!is_letter(text[0]))
        return 0;
    while (is_letter(text[length]) || g_ascii_isdigit(text[length]))
        length++;
    return length;
}

gboolean
pgs_case_name_is_good(const char *name)
{
    return *name != '\0' && name[name_length(name)] == '\0';
}

gboolean
pgs_case_reference_parse(const char *text, PgsCaseReference *reference)
{
    if (text[0] != '$')
        return FALSE;
    gsize length = name_length(text + 1);
    const char *member = text + 1 + length;
    if (length == 0 || member[0] != '.' || member[1] == '\0')
        return FALSE;
    *reference = (PgsCaseReference){
        .end = strlen(text),
        .row = g_strndup(text + 1, length),
        .member = pgs_name_plain(member + 1),
    };
    return TRUE;
}

/* Behind what closes at the next quote; a doubled one is read as two. */
static gsize
skip_quoted(const char *sql, gsize at)
{
    const char *close = strchr(sql + at + 1, sql[at]);
    return close != NULL ? (gsize)(close - sql) + 1 : strlen(sql);
}

static gsize
skip_until(const char *sql, gsize at, const char *end)
{
    const char *close = strstr(sql + at, end);
    return close != NULL ? (gsize)(close - sql) + strlen(end) : strlen(sql);
}

/* "$$ … $$", "$body$ … $body$"; 0: none begins there. */
static gsize
skip_dollars(const char *sql, gsize at)
{
    gsize length = name_length(sql + at + 1);
    if (sql[at + 1 + length] != '$')
        return 0;
    g_autofree char *tag = g_strndup(sql + at, length + 2);
    return skip_until(sql, at + length + 2, tag);
}

/* Where a reference may begin next. */
static gsize
skip(const char *sql, gsize at)
{
    if (sql[at] == '\'' || sql[at] == '"')
        return skip_quoted(sql, at);
    if (sql[at] == '-' && sql[at + 1] == '-')
        return skip_until(sql, at, "\n");
    if (sql[at] == '/' && sql[at + 1] == '*')
        return skip_until(sql, at + 2, "*/");
    gsize behind = sql[at] == '$' ? skip_dollars(sql, at) : 0;
    return behind > 0 ? behind : at + 1;
}

/* How many bytes of a column's name stand there, quoted or plain. */
static gsize
member_length(const char *text)
{
    if (text[0] != '"')
        return name_length(text);
    const char *close = strchr(text + 1, '"');
    return close != NULL ? (gsize)(close - text) + 1 : 0;
}

static gboolean
read_at(const char *sql, gsize at, PgsCaseReference *reference)
{
    if (sql[at] != '$')
        return FALSE;
    gsize row = name_length(sql + at + 1);
    gsize dot = at + 1 + row;
    gsize member = row > 0 && sql[dot] == '.' ? member_length(sql + dot + 1) : 0;
    if (member == 0)
        return FALSE;
    g_autofree char *name = g_strndup(sql + dot + 1, member);
    *reference = (PgsCaseReference){
        .start = at,
        .end = dot + 1 + member,
        .row = g_strndup(sql + at + 1, row),
        .member = pgs_name_plain(name),
    };
    return TRUE;
}

gboolean
pgs_case_reference_next(const char *sql, gsize from, PgsCaseReference *reference)
{
    for (gsize at = from; sql[at] != '\0'; at = skip(sql, at)) {
        if (read_at(sql, at, reference))
            return TRUE;
    }
    return FALSE;
}
