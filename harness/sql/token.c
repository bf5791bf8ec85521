#include "sql/token.h"

#include "base/text.h"

#include <pg_query.h>
#include <string.h>

/*
 * pg_query_scan() answers with a protobuf message (pg_query.proto):
 *     message ScanResult { int32 version = 1; repeated ScanToken tokens = 2; }
 *     message ScanToken  { int32 start = 1; int32 end = 2; Token token = 4; KeywordKind … = 5; }
 * Two of its fields are wanted, so it is decoded here: no need for libprotobuf-c.
 */
typedef struct {
    const guint8 *at, *end;
} Wire;

enum {
    WIRE_VARINT = 0,
    WIRE_BYTES = 2,
};

static guint64
read_varint(Wire *wire)
{
    guint64 value = 0;
    for (guint shift = 0; wire->at < wire->end && shift < 64; shift += 7) {
        guint8 byte = *wire->at++;
        value |= (guint64)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            break;
    }
    return value;
}

/* The bytes of a field of type WIRE_BYTES. */
static Wire
read_bytes(Wire *wire)
{
    guint64 length = read_varint(wire);
    length = MIN(length, (guint64)(wire->end - wire->at));
    Wire inner = {wire->at, wire->at + length};
    wire->at += length;
    return inner;
}

static void
read_token(Wire wire, gsize *start, gsize *end)
{
    *start = *end = 0; /* protobuf leaves zeroes out */
    while (wire.at < wire.end) {
        guint64 key = read_varint(&wire);
        if ((key & 7) == WIRE_BYTES) {
            read_bytes(&wire);
            continue;
        }
        guint64 value = read_varint(&wire);
        if (key == (1 << 3 | WIRE_VARINT))
            *start = value;
        else if (key == (2 << 3 | WIRE_VARINT))
            *end = value;
    }
}

static gboolean
is_word_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static PgsTokenKind
token_kind(const char *text, gsize length)
{
    switch (text[0]) {
    case '\'':
        return PGS_TOKEN_STRING;
    case '"':
        return PGS_TOKEN_NAME;
    case '$':
        return length > 1 && g_ascii_isdigit(text[1]) ? PGS_TOKEN_OTHER : PGS_TOKEN_STRING;
    case '-':
        return length > 1 && text[1] == '-' ? PGS_TOKEN_COMMENT : PGS_TOKEN_OTHER;
    case '/':
        return length > 1 && text[1] == '*' ? PGS_TOKEN_COMMENT : PGS_TOKEN_OTHER;
    default:
        break;
    }
    if (!is_word_start(text[0]))
        return PGS_TOKEN_OTHER;
    /* A quote behind one letter, or behind U&: no identifier holds one. */
    for (gsize i = 1; i < MIN(length, 3); i++) {
        if (text[i] == '\'')
            return PGS_TOKEN_STRING;
        if (text[i] == '"')
            return PGS_TOKEN_NAME;
    }
    return PGS_TOKEN_WORD;
}

/* U&'…' or U&"…" */
static gboolean
is_unicode_quote(const char *text, gsize length)
{
    return length > 2 && (text[0] == 'U' || text[0] == 'u') && text[1] == '&' &&
           (text[2] == '\'' || text[2] == '"');
}

/* Where white space in front of offset begins. */
static gsize
skip_space_back(const char *text, gsize offset)
{
    while (offset > 0 && g_ascii_isspace(text[offset - 1]))
        offset--;
    return offset;
}

static gboolean
next_token(Wire *wire, gsize *start, gsize *end)
{
    while (wire->at < wire->end) {
        guint64 key = read_varint(wire);
        if ((key & 7) == WIRE_BYTES) {
            read_token(read_bytes(wire), start, end);
            return TRUE;
        }
        read_varint(wire);
    }
    return FALSE;
}

static void
append_tokens(const char *text, gsize length, const PgQueryProtobuf *message, GArray *tokens)
{
    const guint8 *data = (const guint8 *)message->data;
    Wire wire = {data, data + message->len};
    gsize start, end;
    gboolean more = next_token(&wire, &start, &end);
    while (more) {
        gsize next_start = length;
        gsize next_end = length;
        more = next_token(&wire, &next_start, &next_end);
        /* libpg_query 15 gives U&'…' and U&"…" an end that is short of theirs.  All but white space
         * is in some token, so they end where the next one begins. */
        if (start < length && is_unicode_quote(text + start, length - start))
            end = skip_space_back(text, MIN(next_start, length));
        if (start < end && end <= length) {
            PgsToken token = {text + start, end - start, token_kind(text + start, end - start)};
            g_array_append_val(tokens, token);
        }
        start = next_start;
        end = next_end;
    }
}

/* "unterminated quoted string at or near "…"" quotes the text to its end: cut off. */
static void
set_fault(PgsTokenFault *fault, const PgQueryError *error, gsize offset)
{
    const char *message = error->message != NULL ? error->message : "it cannot be scanned";
    const char *tail = strstr(message, " at or near \"");
    fault->offset = offset;
    fault->message = tail != NULL ? g_strndup(message, (gsize)(tail - message)) : g_strdup(message);
    fault->unterminated = g_str_has_prefix(message, "unterminated ");
}

void
pgs_token_fault_clear(PgsTokenFault *fault)
{
    g_clear_pointer(&fault->message, g_free);
}

/*
 * The length of a number as PostgreSQL 16 and later read it (0x1F, 0o17, 0b1, 1_000), which an
 * older scanner takes for trailing junk; whether it is one is for the server to say.  0: no number.
 */
static gsize
number_length(const char *text, gsize length)
{
    gsize at = length > 1 && text[0] == '.' ? 1 : 0;
    if (at >= length || !g_ascii_isdigit(text[at]))
        return 0;
    while (at < length && (g_ascii_isalnum(text[at]) || text[at] == '_' || text[at] == '.'))
        at++;
    return at;
}

/* One call of the scanner; NUL-terminates text for it. */
static PgQueryScanResult
scan(char *text, gsize length)
{
    char kept = text[length];
    text[length] = '\0';
    PgQueryScanResult result = pg_query_scan(text);
    text[length] = kept;
    return result;
}

gsize
pgs_token_scan(char *text, gsize length, GArray *tokens, PgsTokenFault *fault)
{
    PgQueryScanResult result = scan(text, length);
    if (result.error == NULL) {
        append_tokens(text, length, &result.pbuf, tokens);
        pg_query_free_scan_result(result);
        return length;
    }
    /* cursorpos counts characters, from 1. */
    gsize characters = (gsize)MAX(result.error->cursorpos - 1, 0);
    gsize offset = pgs_text_char_offset(text, length, characters);
    gsize number = number_length(text + offset, length - offset);
    if (number == 0)
        set_fault(fault, result.error, offset);
    pg_query_free_scan_result(result);

    /* A failed scan returns no tokens at all: those in front of the fault need a second one. */
    PgQueryScanResult front = scan(text, offset);
    if (front.error == NULL)
        append_tokens(text, offset, &front.pbuf, tokens);
    pg_query_free_scan_result(front);
    if (number > 0) {
        PgsToken token = {text + offset, number, PGS_TOKEN_OTHER};
        g_array_append_val(tokens, token);
    }
    return offset + number;
}

/* Whether a piece may end between these two: no token of more than one line holds neither side, but
 * a quote or a comment.  e+ is part of a number, U& of a quote. */
static gboolean
may_break(char before, char behind)
{
    if (before == '\0' || behind == '\0')
        return FALSE;
    if (strchr(" \t\r\n\f,;()[]", before) != NULL)
        return TRUE;
    return g_ascii_isalnum(before) && strchr("eEuU", before) == NULL &&
           strchr("+-*/<>=~!@#%^&|`?", behind) != NULL;
}

gsize
pgs_token_break(const char *text, gsize length, gsize size)
{
    if (size >= length)
        return length;
    const char *line = memchr(text + size, '\n', MIN(length - size, size));
    if (line != NULL)
        return (gsize)(line - text) + 1;
    for (gsize at = MAX(size, 1); at < length; at++) {
        if (may_break(text[at - 1], text[at]))
            return at;
    }
    return length;
}

gsize
pgs_token_scan_piece(char *text, gsize end, gsize length, GArray *tokens, PgsTokenFault *fault)
{
    guint n_before = tokens->len;
    gsize scanned = pgs_token_scan(text, end, tokens, fault);
    if (scanned < end || end == length || end == 0 || text[end - 1] == '\n' ||
        tokens->len == n_before)
        return scanned;
    const PgsToken *last = &g_array_index(tokens, PgsToken, tokens->len - 1);
    if (last->kind != PGS_TOKEN_COMMENT || last->text[0] != '-')
        return scanned;
    /* A comment that goes on to the end of its line. */
    fault->offset = (gsize)(last->text - text);
    fault->message = g_strdup("unterminated comment");
    fault->unterminated = TRUE;
    g_array_set_size(tokens, tokens->len - 1);
    return fault->offset;
}

void
pgs_token_scan_text(char *text, gsize length, PgsTokenTake take, gpointer data)
{
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(PgsToken));
    gsize size = PGS_TOKEN_PIECE;
    gboolean goes_on = TRUE;
    for (gsize at = 0; at < length && goes_on;) {
        gsize end = at + pgs_token_break(text + at, length - at, size);
        PgsTokenFault fault = {0};
        g_array_set_size(tokens, 0);
        gsize next = at + pgs_token_scan_piece(text + at, end - at, length - at, tokens, &fault);
        for (guint i = 0; i < tokens->len && goes_on; i++)
            goes_on = take(&g_array_index(tokens, PgsToken, i), data);
        gboolean within_token = fault.message != NULL && fault.unterminated && end < length;
        if (fault.message != NULL && !within_token)
            goes_on = FALSE;
        pgs_token_fault_clear(&fault);
        size = within_token ? 2 * (end - next)
               : next < end ? PGS_TOKEN_PIECE_SMALL
                            : PGS_TOKEN_PIECE;
        size = MAX(size, PGS_TOKEN_PIECE_SMALL);
        at = next;
    }
}

static gboolean
append_token(const PgsToken *token, gpointer tokens)
{
    g_array_append_val(tokens, *token);
    return TRUE;
}

GArray *
pgs_token_scan_all(char *text)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(PgsToken));
    pgs_token_scan_text(text, strlen(text), append_token, tokens);
    return tokens;
}

gboolean
pgs_token_is(const PgsToken *token, const char *word)
{
    gsize i;
    for (i = 0; i < token->length && word[i] != '\0'; i++) {
        if (g_ascii_toupper(token->text[i]) != word[i])
            return FALSE;
    }
    return i == token->length && word[i] == '\0';
}

const char *
pgs_token_body(const PgsToken *token, gsize *length)
{
    const char *start = token->text;
    const char *end = token->text + token->length;
    if (*start == '$') {
        const char *tag_end = memchr(start + 1, '$', token->length - 1);
        gsize tag = tag_end != NULL ? (gsize)(tag_end - start) + 1 : 1;
        *length = token->length >= 2 * tag ? token->length - 2 * tag : 0;
        return start + tag;
    }
    while (start < end && *start != '\'')
        start++;
    start = MIN(start + 1, end);
    *length = start < end ? (gsize)(end - start) - 1 : 0;
    return start;
}

const char *
pgs_token_parser_version(void)
{
    return PG_VERSION;
}
