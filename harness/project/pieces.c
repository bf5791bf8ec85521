#include "project/pieces.h"

#include <string.h>

static gboolean
is_word_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static gboolean
is_word_part(char c)
{
    return is_word_start(c) || g_ascii_isdigit(c) || c == '$';
}

/* Behind the closing quote; a doubled one is part of the text.  NULL: it is not closed. */
static const char *
skip_quoted(const char *at, gboolean has_escapes)
{
    char quote = *at++;
    for (; *at != '\0'; at++) {
        if (has_escapes && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == quote && at[1] == quote)
            at++;
        else if (*at == quote)
            return at + 1;
    }
    return NULL;
}

/* at: a dollar sign.  Behind the closing tag; at itself when it opens none; NULL: not closed. */
static const char *
skip_dollar(const char *at)
{
    const char *end = at + 1;
    while (is_word_part(*end) && *end != '$')
        end++;
    if (*end != '$' || g_ascii_isdigit(at[1]))
        return at;
    g_autofree char *tag = g_strndup(at, (gsize)(end + 1 - at));
    const char *close = strstr(end + 1, tag);
    return close != NULL ? close + strlen(tag) : NULL;
}

static const char *
skip_word(const char *at)
{
    while (is_word_part(*at))
        at++;
    return at;
}

static const char *
skip_number(const char *at)
{
    while (g_ascii_isalnum(*at) || *at == '.' || *at == '_')
        at++;
    return at;
}

/* The piece that begins at at, which is neither white space nor a bracket; NULL: not closed. */
static const char *
skip_simple(const char *at, PgsPieceKind *kind)
{
    *kind = PGS_PIECE_OTHER;
    if (*at == '\'' || ((*at == 'e' || *at == 'E') && at[1] == '\'')) {
        *kind = PGS_PIECE_STRING;
        return *at == '\'' ? skip_quoted(at, FALSE) : skip_quoted(at + 1, TRUE);
    }
    if (*at == '"') {
        *kind = PGS_PIECE_QUOTED;
        return skip_quoted(at, FALSE);
    }
    if (is_word_start(*at)) {
        *kind = PGS_PIECE_WORD;
        return skip_word(at);
    }
    if (g_ascii_isdigit(*at))
        return skip_number(at);
    const char *end = *at == '$' ? skip_dollar(at) : at;
    if (end == at)
        return at + 1;
    *kind = PGS_PIECE_STRING;
    return end;
}

/* at: an opening bracket.  Behind the one that closes it; NULL: there is none that fits. */
static const char *
skip_group(const char *at)
{
    g_autoptr(GString) open = g_string_new(NULL);
    while (at != NULL && *at != '\0') {
        PgsPieceKind kind;
        if (*at == '(' || *at == '[') {
            g_string_append_c(open, *at == '(' ? ')' : ']');
            at++;
        } else if (*at == ')' || *at == ']') {
            if (open->str[open->len - 1] != *at)
                return NULL;
            g_string_truncate(open, open->len - 1);
            at++;
            if (open->len == 0)
                return at;
        } else {
            at = skip_simple(at, &kind);
        }
    }
    return NULL;
}

static const char *
next_piece(const char *at, PgsPieceKind *kind, const char **problem)
{
    if (*at == ')' || *at == ']') {
        *problem = "a bracket is closed that is not open";
        return NULL;
    }
    gboolean is_group = *at == '(' || *at == '[';
    const char *end = is_group ? skip_group(at) : skip_simple(at, kind);
    if (is_group)
        *kind = PGS_PIECE_GROUP;
    if (end == NULL)
        *problem = is_group ? "a bracket is not closed" : "a quote is not closed";
    return end;
}

PgsPieces *
pgs_pieces_new(const char *text, const char **problem)
{
    g_autoptr(PgsPieces) pieces = g_new0(PgsPieces, 1);
    pieces->text = text;
    pieces->pieces = g_array_new(FALSE, FALSE, sizeof(PgsPiece));
    for (const char *at = text; *at != '\0';) {
        if (g_ascii_isspace(*at)) {
            at++;
            continue;
        }
        PgsPiece piece = {.start = (gsize)(at - text)};
        at = next_piece(at, &piece.kind, problem);
        if (at == NULL)
            return NULL;
        piece.end = (gsize)(at - text);
        g_array_append_val(pieces->pieces, piece);
    }
    return g_steal_pointer(&pieces);
}

void
pgs_pieces_free(PgsPieces *pieces)
{
    if (pieces == NULL)
        return;
    g_array_unref(pieces->pieces);
    g_free(pieces);
}

const PgsPiece *
pgs_pieces_at(const PgsPieces *pieces, guint i)
{
    return i < pieces->pieces->len ? &g_array_index(pieces->pieces, PgsPiece, i) : NULL;
}

gboolean
pgs_pieces_is_char(const PgsPieces *pieces, guint i, char c)
{
    const PgsPiece *piece = pgs_pieces_at(pieces, i);
    return piece != NULL && piece->kind == PGS_PIECE_OTHER && pieces->text[piece->start] == c;
}

gboolean
pgs_pieces_is(const PgsPieces *pieces, guint i, const char *word)
{
    const PgsPiece *piece = pgs_pieces_at(pieces, i);
    return piece != NULL && piece->kind == PGS_PIECE_WORD &&
           piece->end - piece->start == strlen(word) &&
           g_ascii_strncasecmp(pieces->text + piece->start, word, strlen(word)) == 0 &&
           !(i > 0 && pgs_pieces_is_char(pieces, i - 1, '.'));
}

char *
pgs_pieces_text(const PgsPieces *pieces, guint first, guint end)
{
    if (first >= end || pgs_pieces_at(pieces, first) == NULL)
        return g_strdup("");
    gsize start = pgs_pieces_at(pieces, first)->start;
    return g_strndup(pieces->text + start, pgs_pieces_at(pieces, end - 1)->end - start);
}

char *
pgs_pieces_inside(const PgsPieces *pieces, guint i)
{
    const PgsPiece *piece = pgs_pieces_at(pieces, i);
    return g_strstrip(g_strndup(pieces->text + piece->start + 1, piece->end - piece->start - 2));
}
