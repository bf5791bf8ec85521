#include "migration/flyway_split.h"

#include "base/error.h"

#include <string.h>

/*
 * github.com/flyway/flyway, 12: flyway-core/src/main/java/org/flywaydb/core/internal/parser/
 * Parser.java, getNextStatement() and readToken(), PeekingReader.java, and what
 * flyway-database-postgresql's PostgreSQLParser.java overrides.  Rule by rule, faults included: an
 * opening parenthesis at a statement's beginning is dropped, e'…\'…' ends at the escaped quote
 * (only E is known), a CASE within a CASE ends a BEGIN ATOMIC too early.
 */

typedef enum {
    TOKEN_NONE, /* white space, parentheses */
    TOKEN_EOF,
    TOKEN_KEYWORD,
    TOKEN_DELIMITER,
    TOKEN_COMMENT,
    TOKEN_BLANK_LINES,
    TOKEN_OTHER, /* strings, numbers, identifiers, symbols */
} TokenType;

typedef struct {
    TokenType type;
    int parens;       /* how deep in parentheses */
    gboolean begins;  /* it is the key word BEGIN */
    gsize start, end; /* in the text */
} Token;

typedef enum {
    BLOCK_ATOMIC = 'A',
    BLOCK_CASE = 'C',
} Block;

/* getTransactionalDetectionCutoff(): a statement with more key words can run in a transaction. */
enum {
    CUTOFF = 10,
};

typedef enum {
    WITHIN_UNKNOWN,
    WITHIN_NO,
} Within;

typedef struct {
    const char *text;
    gsize length;
    gsize at;
    int parens;      /* of the whole file: never reset */
    GString *blocks; /* Block, innermost last */

    /* The statement that is being read. */
    GArray *tokens;          /* Token */
    gsize record, confirmed; /* what Recorder.java has */
    gsize body; /* behind the comments and blank lines that it begins with; G_MAXSIZE: not yet */
    guint keywords;      /* outside of parentheses */
    GString *simplified; /* they, in upper case, with a blank between */
    gboolean is_copy;
    Within within;

    PgsFlywaySplit *split;
    gsize *fault;
    GError **error;
} Parser;

static gboolean
looking_at(const Parser *parser, const char *word)
{
    gsize length = strlen(word);
    return parser->length - parser->at >= length &&
           memcmp(parser->text + parser->at, word, length) == 0;
}

/* The character at the place; bytes that are no UTF-8 count for one each: the script refuses them
 * later. */
static gunichar
peek(const Parser *parser, gsize *length)
{
    const char *at = parser->text + parser->at;
    gunichar c = g_utf8_get_char_validated(at, (gssize)(parser->length - parser->at));
    if (parser->at >= parser->length || c == (gunichar)-1 || c == (gunichar)-2) {
        *length = parser->at < parser->length ? 1 : 0;
        return 0;
    }
    *length = (gsize)(g_utf8_next_char(at) - at);
    return c;
}

static void
skip(Parser *parser, gsize n)
{
    parser->at = MIN(parser->at + n, parser->length);
}

/* swallowUntilIncludingWithEscape() */
static void
skip_quoted(Parser *parser, char quote, char escape)
{
    while (parser->at < parser->length) {
        char c = parser->text[parser->at++];
        if (escape != '\0' && c == escape) {
            skip(parser, 1);
        } else if (c == quote) {
            if (parser->at >= parser->length || parser->text[parser->at] != quote)
                return;
            parser->at++;
        }
    }
}

/* Behind the next occurrence of c, or the text's end. */
static void
skip_past(Parser *parser, char c)
{
    const char *rest = parser->text + parser->at;
    const char *found = memchr(rest, c, parser->length - parser->at);
    parser->at = found != NULL ? (gsize)(found - parser->text) + 1 : parser->length;
}

/* handleAlternativeStringLiteral(): whatever lies up to the next $ is the tag, and a tag with a
 * line's end in it is never found again (PeekingReader.peek() ends at it). */
static void
skip_dollar_quoted(Parser *parser)
{
    gsize start = parser->at++;
    skip_past(parser, '$');
    gsize length = parser->at - start;
    const char *tag = parser->text + start;
    const char *found =
        memchr(tag, '\n', length) == NULL
            ? memmem(parser->text + parser->at, parser->length - parser->at, tag, length)
            : NULL;
    parser->at = found != NULL ? (gsize)(found - parser->text) + length : parser->length;
}

/* handleMultilineComment() */
static void
skip_comment(Parser *parser)
{
    int depth = 0;
    skip(parser, 2);
    for (;;) {
        while (parser->at < parser->length && !looking_at(parser, "*/") &&
               !looking_at(parser, "/*"))
            parser->at++;
        if (!looking_at(parser, "/*") && depth <= 0)
            break;
        depth += looking_at(parser, "/*") ? 1 : -1;
        skip(parser, 2);
    }
    skip(parser, 2);
}

/* readKeywordPart() */
static void
skip_word(Parser *parser)
{
    gsize n;
    for (gunichar c = peek(parser, &n);
         c == '_' || c == '$' || g_unichar_isalpha(c) || (c != 0 && g_unichar_isdigit(c));
         c = peek(parser, &n))
        parser->at += n;
}

/* readAdditionalIdentifierParts(): ".name", twice at most. */
static gboolean
skip_name_parts(Parser *parser)
{
    gboolean found = FALSE;
    for (int i = 0; i < 2 && looking_at(parser, "."); i++) {
        found = TRUE;
        parser->at++;
        if (looking_at(parser, "\"")) {
            parser->at++;
            skip_quoted(parser, '"', '\0');
        } else {
            skip_word(parser);
        }
    }
    return found;
}

/* isKeyword(): letters and _ alone. */
static gboolean
is_keyword(const char *text, gsize length)
{
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c != '_' && !g_unichar_isalpha(c))
            return FALSE;
    }
    return TRUE;
}

static TokenType
read_word(Parser *parser)
{
    gsize start = parser->at;
    skip_word(parser);
    gsize end = parser->at;
    if (skip_name_parts(parser))
        return TOKEN_OTHER;
    return is_keyword(parser->text + start, end - start) ? TOKEN_KEYWORD : TOKEN_OTHER;
}

/* Character.isWhitespace() */
static gboolean
is_space(gunichar c)
{
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) ||
           (c > 0x7f && g_unichar_isspace(c) && c != 0xa0 && c != 0x2007 && c != 0x202f);
}

static TokenType
read_space(Parser *parser)
{
    guint lines = 0;
    gsize n;
    for (gunichar c = peek(parser, &n); is_space(c); c = peek(parser, &n)) {
        lines += c == '\n';
        parser->at += n;
    }
    return lines >= 2 ? TOKEN_BLANK_LINES : TOKEN_NONE;
}

/* The quotes in the order in which readToken() asks for them; FALSE: none is there. */
static gboolean
read_quoted(Parser *parser)
{
    if (looking_at(parser, "$")) {
        skip_dollar_quoted(parser);
    } else if (looking_at(parser, "'")) {
        skip(parser, 1);
        skip_quoted(parser, '\'', '\0');
    } else if (looking_at(parser, "\"")) {
        skip(parser, 1);
        skip_quoted(parser, '"', '\0');
        skip_name_parts(parser);
    } else if (looking_at(parser, "B'") || looking_at(parser, "E'") || looking_at(parser, "X'")) {
        skip(parser, 2);
        skip_quoted(parser, '\'', '\\');
    } else if (looking_at(parser, "U&'")) {
        skip(parser, 3);
        skip_quoted(parser, '\'', '\0');
    } else {
        return FALSE;
    }
    return TRUE;
}

static TokenType
read_unquoted(Parser *parser)
{
    gsize n;
    gunichar c = peek(parser, &n);
    if (looking_at(parser, "--")) {
        parser->at += strcspn(parser->text + parser->at, "\r\n");
        return TOKEN_COMMENT;
    }
    if (looking_at(parser, "/*")) {
        skip_comment(parser);
        return TOKEN_COMMENT;
    }
    if (c == ';') {
        parser->at++;
        return TOKEN_DELIMITER;
    }
    if (c == '_' || g_unichar_isalpha(c))
        return read_word(parser);
    parser->at += n;
    if (c == ' ' || c == '\r' || c == 0xa0)
        return TOKEN_NONE;
    if (is_space(c)) {
        parser->at -= n;
        return read_space(parser);
    }
    return TOKEN_OTHER;
}

/* readToken() */
static Token
read_token(Parser *parser)
{
    Token token = {.type = TOKEN_OTHER, .start = parser->at};
    if (parser->at >= parser->length) {
        token.type = TOKEN_EOF;
    } else if (looking_at(parser, "(") || looking_at(parser, ")")) {
        parser->parens += looking_at(parser, "(") ? 1 : -1;
        parser->at++;
        token.type = TOKEN_NONE;
    } else if (!read_quoted(parser)) {
        token.type = read_unquoted(parser);
    }
    token.parens = token.type == TOKEN_EOF ? 0 : parser->parens;
    token.end = parser->at;
    return token;
}

static gboolean
is_word(const Parser *parser, const Token *token, const char *word)
{
    return token->end - token->start == strlen(word) &&
           g_ascii_strncasecmp(parser->text + token->start, word, strlen(word)) == 0;
}

/* getPreviousToken(): of the same parentheses. */
static gboolean
follows_begin(const Parser *parser, int parens)
{
    for (guint i = parser->tokens->len; i-- > 0;) {
        const Token *token = &g_array_index(parser->tokens, Token, i);
        if (token->parens < parens)
            return FALSE;
        if (token->parens == parens && token->type != TOKEN_COMMENT &&
            token->type != TOKEN_BLANK_LINES)
            return token->begins;
    }
    return FALSE;
}

static char
innermost_block(const Parser *parser)
{
    return parser->blocks->len > 0 ? parser->blocks->str[parser->blocks->len - 1] : '\0';
}

/* adjustBlockDepth() */
static void
adjust_blocks(Parser *parser, const Token *token)
{
    if (is_word(parser, token, "ATOMIC") && follows_begin(parser, parser->parens))
        g_string_append_c(parser->blocks, BLOCK_ATOMIC);
    if (is_word(parser, token, "CASE") && innermost_block(parser) == BLOCK_ATOMIC)
        g_string_append_c(parser->blocks, BLOCK_CASE);
    if (is_word(parser, token, "END") && parser->blocks->len > 0)
        g_string_truncate(parser->blocks, parser->blocks->len - 1);
}

/* detectCanExecuteInTransaction(): its patterns match whole texts. (ALTER TYPE … ADD VALUE is one
 * of them for servers before 12 only.) */
static gboolean
is_alone(const char *simplified)
{
    static const char *const statements[] = {
        "CREATE DATABASE",
        "CREATE TABLESPACE",
        "CREATE SUBSCRIPTION",
        "DROP DATABASE",
        "DROP TABLESPACE",
        "DROP SUBSCRIPTION",
        "ALTER SYSTEM",
        "CREATE INDEX CONCURRENTLY",
        "CREATE UNIQUE INDEX CONCURRENTLY",
        "DROP INDEX CONCURRENTLY",
        "DROP UNIQUE INDEX CONCURRENTLY",
        "REINDEX SCHEMA",
        "REINDEX DATABASE",
        "REINDEX SYSTEM",
        "REINDEX VERBOSE SCHEMA",
        "REINDEX VERBOSE DATABASE",
        "REINDEX VERBOSE SYSTEM",
        "VACUUM",
        "DISCARD ALL",
        NULL,
    };
    return g_strv_contains(statements, simplified);
}

/* detectStatementType(): ^COPY( .*)? FROM STDIN */
static gboolean
is_copy(const char *simplified)
{
    return g_str_has_prefix(simplified, "COPY ") && g_str_has_suffix(simplified, " FROM STDIN");
}

static void
take_keyword(Parser *parser, const Token *token)
{
    g_autofree char *word =
        g_utf8_strup(parser->text + token->start, (gssize)(token->end - token->start));
    if (parser->simplified->len > 0)
        g_string_append_c(parser->simplified, ' ');
    g_string_append(parser->simplified, word);
    parser->is_copy = parser->is_copy || is_copy(parser->simplified->str);
    if (is_alone(parser->simplified->str))
        parser->within = WITHIN_NO;
}

static void
start_recording(Parser *parser)
{
    parser->record = parser->confirmed = parser->at;
    g_string_truncate(parser->simplified, 0);
}

static void
start_statement(Parser *parser)
{
    g_array_set_size(parser->tokens, 0);
    start_recording(parser);
    parser->body = G_MAXSIZE;
    parser->keywords = 0;
    parser->is_copy = FALSE;
    parser->within = WITHIN_UNKNOWN;
}

/* A token within a statement. */
static void
take_token(Parser *parser, Token *token)
{
    gboolean filler = token->type == TOKEN_COMMENT || token->type == TOKEN_BLANK_LINES;
    token->begins = token->type == TOKEN_KEYWORD && is_word(parser, token, "BEGIN");
    g_array_append_val(parser->tokens, *token);
    parser->confirmed = parser->at;
    if (parser->body == G_MAXSIZE && !filler && token->type != TOKEN_DELIMITER)
        parser->body = token->start;
    if (parser->keywords <= CUTOFF && token->parens == 0 &&
        (token->type == TOKEN_KEYWORD || is_word(parser, token, "@")))
        take_keyword(parser, token);
}

/* Behind white space; parentheses stay, they are no tokens. */
static gsize
behind_space(const Parser *parser, gsize at)
{
    while (at < parser->confirmed && g_ascii_isspace(parser->text[at]))
        at++;
    return at;
}

/* Where the statement begins to matter: behind comments in front of it, which change nothing, so
 * that its place is its own. */
static gsize
statement_start(const Parser *parser)
{
    gsize start = behind_space(parser, parser->record);
    for (guint i = 0; i < parser->tokens->len; i++) {
        const Token *token = &g_array_index(parser->tokens, Token, i);
        if (token->type == TOKEN_BLANK_LINES)
            continue;
        if (token->type != TOKEN_COMMENT || token->start != start)
            break;
        start = behind_space(parser, token->end);
    }
    return start;
}

static gboolean G_GNUC_PRINTF(4, 5)
    fail(Parser *parser, gsize offset, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    *parser->fault = offset;
    pgs_error_set(parser->error, PGS_SQL_ERROR, PGS_SQL_ERROR_UNTERMINATED, hint, "%s", message);
    return FALSE;
}

/* readCopyData(): from the next line on to a line that is \. but for white space.  At the text's
 * end Flyway reads on for ever. */
static gboolean
read_copy_data(Parser *parser, PgsCut *cut)
{
    skip_past(parser, '\n');
    cut->data_start = parser->at;
    while (parser->at < parser->length) {
        gsize start = parser->at;
        skip_past(parser, '\n');
        g_autofree char *line = g_strstrip(g_strndup(parser->text + start, parser->at - start));
        if (strcmp(line, "\\.") == 0) {
            cut->data_end = start;
            return TRUE;
        }
    }
    return fail(parser, cut->start, "end the data with a line that is \\.",
                "the data of this COPY … FROM STDIN does not end: Flyway reads on for ever");
}

static gboolean
end_statement(Parser *parser)
{
    PgsFlywaySplit *split = parser->split;
    PgsCut cut = {.start = statement_start(parser), .end = parser->confirmed};
    while (cut.end > cut.start && g_ascii_isspace(parser->text[cut.end - 1]))
        cut.end--;
    if (parser->is_copy && !read_copy_data(parser, &cut))
        return FALSE;
    gboolean alone = !parser->is_copy && parser->within == WITHIN_NO;
    gboolean was_mixed = split->has_alone && split->has_within;
    if (alone && !split->has_alone)
        split->alone_at = cut.start;
    split->has_alone = split->has_alone || alone;
    split->has_within = split->has_within || !alone;
    if (!was_mixed && split->has_alone && split->has_within)
        split->mixed_at = cut.start;
    g_array_append_val(split->cuts, cut);
    start_statement(parser);
    return TRUE;
}

/* *done: the text is at its end. */
static gboolean
step(Parser *parser, gboolean *done)
{
    Token token = read_token(parser);
    if (token.type == TOKEN_NONE) {
        if (parser->tokens->len == 0)
            start_recording(parser);
        else
            parser->confirmed = parser->at;
        return TRUE;
    }
    if (token.type == TOKEN_DELIMITER && parser->body == G_MAXSIZE) { /* shouldDiscard() */
        g_array_set_size(parser->tokens, 0);
        start_recording(parser);
        return TRUE;
    }
    if (token.type == TOKEN_KEYWORD && token.parens == 0) {
        parser->keywords++;
        adjust_blocks(parser, &token);
    }
    *done = token.type == TOKEN_EOF;
    if (*done && parser->body == G_MAXSIZE)
        return TRUE;
    if (*done && parser->blocks->len > 0)
        return fail(parser, statement_start(parser), "write its END, or split the CASE expressions",
                    "Flyway takes this statement for one that does not end (\"Incomplete "
                    "statement\"): its BEGIN ATOMIC has no END");
    if (*done || (token.type == TOKEN_DELIMITER && token.parens == 0 && parser->blocks->len == 0))
        return end_statement(parser);
    take_token(parser, &token);
    return TRUE;
}

gboolean
pgs_flyway_split(const char *text, gsize length, PgsFlywaySplit *split, gsize *offset,
                 GError **error)
{
    split->cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    Parser parser = {
        .text = text,
        .length = length,
        .blocks = g_string_new(NULL),
        .tokens = g_array_new(FALSE, FALSE, sizeof(Token)),
        .simplified = g_string_new(NULL),
        .split = split,
        .fault = offset,
        .error = error,
    };
    start_statement(&parser);
    gboolean done = FALSE;
    gboolean ok = TRUE;
    while (ok && !done)
        ok = step(&parser, &done);
    g_string_free(parser.blocks, TRUE);
    g_string_free(parser.simplified, TRUE);
    g_array_unref(parser.tokens);
    return ok;
}

void
pgs_flyway_split_clear(PgsFlywaySplit *split)
{
    g_clear_pointer(&split->cuts, g_array_unref);
}
