#include "sql/split.h"

#include "base/error.h"
#include "base/text.h"
#include "sql/classify.h"
#include "sql/token.h"

#include <string.h>

/*
 * The text is scanned in pieces: bounded memory, and a piece can end where COPY data may begin,
 * which is no SQL.  A piece that ends within a quote or comment is scanned again from there, each
 * time twice as long.
 */

static const char byte_order_mark[] = "\xef\xbb\xbf";

typedef struct {
    char *text;
    gsize length;
    gboolean allow_copy_data;
    GArray *statements; /* PgsStatement */

    gsize stdin_at; /* the next "stdin" at or behind the place that was asked for last */

    /* The place that find_place() was asked for last; it only moves forward. */
    gsize seen;
    guint line, column;

    /* The statement that is being read. */
    GArray *tokens; /* PgsToken, without comments, at most PGS_CLASSIFY_TOKENS */
    gsize end;      /* behind its last token */
    guint paren_depth, begin_depth;
    guint n_words;
    char first_words[4]; /* initials, as psqlscan.l keeps them */

    GArray *copies;  /* guint: the statements of one line that wait for their data, … */
    gsize copy_line; /* … which begins behind this end of line */

    gsize *fault; /* where an error lies */
    GError **error;
} Splitter;

static gboolean G_GNUC_PRINTF(5, 6)
    fail(Splitter *split, PgsSqlError code, gsize offset, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    *split->fault = offset;
    pgs_error_set(split->error, PGS_SQL_ERROR, code, hint, "%s", message);
    return FALSE;
}

static void
find_place(Splitter *split, gsize offset)
{
    const char *end = split->text + offset;
    const char *at = split->text + split->seen;
    const char *newline;
    while ((newline = memchr(at, '\n', (gsize)(end - at))) != NULL) {
        split->line++;
        split->column = 1;
        at = newline + 1;
    }
    split->column += (guint)g_utf8_strlen(at, end - at);
    split->seen = offset;
}

static void
begin_statement(Splitter *split)
{
    g_array_set_size(split->tokens, 0);
    split->end = 0;
    split->paren_depth = split->begin_depth = split->n_words = 0;
    memset(split->first_words, 0, sizeof split->first_words);
}

static gsize
token_start(const Splitter *split, const PgsToken *token)
{
    return (gsize)(token->text - split->text);
}

static void
finish_statement(Splitter *split)
{
    if (split->tokens->len == 0) {
        begin_statement(split);
        return;
    }
    const PgsToken *tokens = (const PgsToken *)(gpointer)split->tokens->data;
    PgsStatement statement = {.start = token_start(split, tokens), .end = split->end};
    find_place(split, statement.start);
    statement.line = split->line;
    statement.column = split->column;
    statement.flags = pgs_classify(tokens, split->tokens->len, &statement.tag);
    g_array_append_val(split->statements, statement);
    if (split->allow_copy_data && (statement.flags & PGS_STATEMENT_COPY_IN) != 0) {
        guint index = split->statements->len - 1;
        if (split->copies->len == 0)
            split->copy_line = split->end + strcspn(split->text + split->end, "\n");
        g_array_append_val(split->copies, index);
    }
    begin_statement(split);
}

/*
 * BEGIN ATOMIC … END, with CASE … END inside, only in CREATE [OR REPLACE] FUNCTION or PROCEDURE:
 * psqlscan.l, rule {identifier}.
 */
static void
track_body(Splitter *split, const PgsToken *token)
{
    static const char *const openers[] = {"CREATE", "OR", "REPLACE", "FUNCTION", "PROCEDURE"};
    char *words = split->first_words;
    guint n = split->n_words++;
    for (guint i = 0; n < sizeof split->first_words && i < G_N_ELEMENTS(openers); i++) {
        if (pgs_token_is(token, openers[i]))
            words[n] = openers[i][0];
    }
    gboolean function =
        words[0] == 'C' &&
        (words[1] == 'F' || words[1] == 'P' ||
         (words[1] == 'O' && words[2] == 'R' && (words[3] == 'F' || words[3] == 'P')));
    if (!function || split->paren_depth > 0)
        return;
    if (pgs_token_is(token, "BEGIN"))
        split->begin_depth++;
    else if (pgs_token_is(token, "CASE") && split->begin_depth > 0)
        split->begin_depth++;
    else if (pgs_token_is(token, "END") && split->begin_depth > 0)
        split->begin_depth--;
}

/* Whether what comes now can be rows for a COPY whose data is not looked for. */
static gboolean
is_behind_copy(const Splitter *split)
{
    guint n = split->statements->len;
    return !split->allow_copy_data && n > 0 &&
           (g_array_index(split->statements, PgsStatement, n - 1).flags & PGS_STATEMENT_COPY_IN) !=
               0;
}

static const char copy_hint[] =
    "write the rows as INSERT: only psql takes the lines behind COPY … FROM STDIN for data";

static gboolean
refuse_meta_command(Splitter *split, gsize offset)
{
    const char *command = split->text + offset;
    g_autofree char *name = g_strndup(command, MIN(strcspn(command, " \t\r\n"), 40));
    if (is_behind_copy(split))
        return fail(split, PGS_SQL_ERROR_META_COMMAND, offset, copy_hint,
                    "%s: the data of COPY … FROM STDIN is no SQL", name);
    if (strcmp(name, "\\.") == 0)
        return fail(split, PGS_SQL_ERROR_META_COMMAND, offset, NULL,
                    "the end of COPY data (\\.), but no COPY … FROM STDIN in front of it");
    return fail(split, PGS_SQL_ERROR_META_COMMAND, offset,
                "only psql knows such commands; write SQL instead",
                "%s is a psql meta-command, no SQL", name);
}

/* Takes one token into the statement that is being read. */
static gboolean
take_token(Splitter *split, const PgsToken *token)
{
    if (token->kind == PGS_TOKEN_COMMENT)
        return TRUE;
    if (pgs_token_is_char(token, '\\'))
        return refuse_meta_command(split, token_start(split, token));
    if (pgs_token_is_char(token, ';') && split->paren_depth == 0 && split->begin_depth == 0) {
        finish_statement(split);
        return TRUE;
    }
    if (split->tokens->len < PGS_CLASSIFY_TOKENS)
        g_array_append_val(split->tokens, *token);
    split->end = token_start(split, token) + token->length;
    if (pgs_token_is_char(token, '('))
        split->paren_depth++;
    else if (pgs_token_is_char(token, ')') && split->paren_depth > 0)
        split->paren_depth--;
    else if (token->kind == PGS_TOKEN_WORD)
        track_body(split, token);
    return TRUE;
}

/* The end of the line that holds offset, its newline included. */
static gsize
line_end(const Splitter *split, gsize offset)
{
    if (offset >= split->length)
        return split->length;
    const char *end = memchr(split->text + offset, '\n', split->length - offset);
    return end != NULL ? (gsize)(end - split->text) + 1 : split->length;
}

static gboolean
refuse_copy_line(Splitter *split, const PgsToken *token)
{
    return fail(split, PGS_SQL_ERROR_LEXICAL, token_start(split, token), "put it behind the data",
                "what begins on the line of COPY … FROM STDIN does not end on it");
}

/* The data lines of one COPY, from *at on; *at gets to behind the line \. */
static gboolean
take_copy_data(Splitter *split, PgsStatement *statement, gsize *at)
{
    statement->data_start = *at;
    for (gsize line = *at; line < split->length; line = line_end(split, line)) {
        const char *text = split->text + line;
        if (text[0] == '\\' && text[1] == '.' &&
            (text[2] == '\n' || text[2] == '\0' || (text[2] == '\r' && text[3] == '\n'))) {
            statement->data_end = line;
            *at = line_end(split, line);
            return TRUE;
        }
    }
    return fail(split, PGS_SQL_ERROR_UNTERMINATED, statement->start,
                "end the data with a line that holds only \\.",
                "the data of this COPY … FROM STDIN has no end");
}

/*
 * The data of the COPYs of one line, one after the other: psql reads it when it has sent the
 * statement, from the next line on, before it goes on with the rest of the line.  *at gets to
 * behind it.
 */
static gboolean
take_copies(Splitter *split, gsize *at)
{
    if (split->tokens->len > 0)
        return refuse_copy_line(split, &g_array_index(split->tokens, PgsToken, 0));
    *at = MIN(split->copy_line + 1, split->length);
    for (guint i = 0; i < split->copies->len; i++) {
        guint index = g_array_index(split->copies, guint, i);
        if (!take_copy_data(split, &g_array_index(split->statements, PgsStatement, index), at))
            return FALSE;
    }
    g_array_set_size(split->copies, 0);
    return TRUE;
}

/* The next "stdin" at or behind offset; asked for with offsets that only grow. */
static gsize
find_stdin(Splitter *split, gsize offset)
{
    gsize at = MAX(split->stdin_at, offset);
    for (; at + 5 <= split->length; at++) {
        if ((split->text[at] | 0x20) == 's' &&
            g_ascii_strncasecmp(split->text + at, "stdin", 5) == 0)
            break;
    }
    split->stdin_at = at;
    return at + 5 <= split->length ? at : split->length;
}

/* Where a piece of about this size that begins at offset ends: where tokens do, and with the line
 * where COPY data may follow. */
static gsize
piece_end(Splitter *split, gsize offset, gsize size, gboolean within_token)
{
    gsize end = offset + pgs_token_break(split->text + offset, split->length - offset, size);
    if (!split->allow_copy_data || within_token)
        return end;
    gsize candidate = find_stdin(split, offset);
    if (candidate >= end)
        return end;
    const char *semicolon = memchr(split->text + candidate, ';', end - candidate);
    gsize line = semicolon != NULL ? line_end(split, (gsize)(semicolon - split->text)) : end;
    return MIN(line, end);
}

/* Takes tokens, up to where COPY data begins. */
static gboolean
take_tokens(Splitter *split, const GArray *tokens)
{
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        gsize start = token_start(split, token);
        if (split->copies->len > 0 && start >= split->copy_line)
            break;
        if (split->copies->len > 0 && start + token->length > split->copy_line)
            return refuse_copy_line(split, token);
        if (!take_token(split, token))
            return FALSE;
    }
    return TRUE;
}

static gboolean
refuse_token(Splitter *split, const PgsTokenFault *fault, gsize offset)
{
    PgsSqlError code = fault->unterminated ? PGS_SQL_ERROR_UNTERMINATED : PGS_SQL_ERROR_LEXICAL;
    return fail(split, code, offset, is_behind_copy(split) ? copy_hint : NULL, "%s",
                fault->message);
}

static gboolean
split_text(Splitter *split, gsize at)
{
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(PgsToken));
    gsize size = PGS_TOKEN_PIECE;
    gboolean within_token = FALSE; /* the piece before ended within a token, which begins here */
    while (at < split->length) {
        gsize end = piece_end(split, at, size, within_token);
        PgsTokenFault fault = {0};
        g_array_set_size(tokens, 0);
        gsize scanned =
            pgs_token_scan_piece(split->text + at, end - at, split->length - at, tokens, &fault);
        g_autofree char *message = fault.message;
        gsize next = at + scanned;
        if (!take_tokens(split, tokens))
            return FALSE;
        if (split->copies->len > 0 && next >= split->copy_line) {
            /* What was scanned behind that line, or could not be, is data. */
            if (!take_copies(split, &at))
                return FALSE;
            size = PGS_TOKEN_PIECE;
            within_token = FALSE;
            continue;
        }
        if (message != NULL && (!fault.unterminated || end == split->length ||
                                (split->copies->len > 0 && end > split->copy_line)))
            return refuse_token(split, &fault, next);
        within_token = message != NULL;
        if (within_token)
            size = MAX(2 * (end - next), PGS_TOKEN_PIECE_SMALL);
        else /* small behind a number that stopped the scan: more of them may follow */
            size = next < end ? PGS_TOKEN_PIECE_SMALL : PGS_TOKEN_PIECE;
        at = next;
    }
    finish_statement(split);
    return split->copies->len == 0 || take_copies(split, &at);
}

gboolean
pgs_split(char *text, gsize length, gboolean allow_copy_data, GArray *statements, gsize *offset,
          GError **error)
{
    Splitter split = {
        .text = text,
        .length = length,
        .allow_copy_data = allow_copy_data,
        .statements = statements,
        .line = 1,
        .column = 1,
        .tokens = g_array_new(FALSE, FALSE, sizeof(PgsToken)),
        .copies = g_array_new(FALSE, FALSE, sizeof(guint)),
        .fault = offset,
        .error = error,
    };
    begin_statement(&split);
    gsize at = g_str_has_prefix(text, byte_order_mark) ? sizeof byte_order_mark - 1 : 0;
    split.seen = at; /* the mark is no column */
    gboolean ok = split_text(&split, at);
    g_array_unref(split.tokens);
    g_array_unref(split.copies);
    return ok;
}
