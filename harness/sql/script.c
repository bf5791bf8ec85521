#include "sql/script.h"

#include "base/error.h"
#include "base/text.h"
#include "sql/classify.h"
#include "sql/split.h"
#include "sql/token.h"

#include <string.h>

G_DEFINE_QUARK(pgs_sql_error, pgs_sql_error)

struct _PgsScript {
    char *text;
    gsize length;
    GArray *statements; /* PgsStatement, by place */
    GArray *parts;      /* PgsStatement, by place: those within the pieces, of several, of a text
                           that a tool has split; NULL: it is another text */
    PgsStatementFlags flags;
};

/* Whether the text can be sent at all: the server and every tool's language want valid UTF-8. */
static gboolean
check_encoding(const char *text, gsize length, gsize *offset, GError **error)
{
    const char *end;
    if (g_utf8_validate_len(text, length, &end))
        return TRUE;
    *offset = (gsize)(end - text);
    guchar byte = (guchar)*end;
    if (byte == 0)
        pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_ENCODING,
                      "is it UTF-16? save it as UTF-8", "a NUL byte in the text");
    else
        pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_ENCODING, "save the file as UTF-8",
                      "byte 0x%02x is no valid UTF-8 here", byte);
    return FALSE;
}

/* The copy of text that a script keeps, without statements yet; NULL when it cannot be sent. */
static PgsScript *
script_alloc(const char *text, gsize length, gsize *fault, GError **error)
{
    g_autoptr(PgsScript) script = g_new0(PgsScript, 1);
    script->text = g_malloc(length + 1);
    if (length > 0)
        memcpy(script->text, text, length);
    script->text[length] = '\0';
    script->length = length;
    script->statements = g_array_new(FALSE, TRUE, sizeof(PgsStatement));
    return check_encoding(script->text, length, fault, error) ? g_steal_pointer(&script) : NULL;
}

static void
set_position(PgsPosition *position, const char *text, gsize length, gsize fault)
{
    if (position == NULL)
        return;
    position->offset = fault;
    pgs_text_position(text, length, fault, &position->line, &position->column);
}

PgsScript *
pgs_script_new(const char *text, gsize length, gboolean allow_copy_data, PgsPosition *position,
               GError **error)
{
    gsize fault = 0;
    g_autoptr(PgsScript) script = script_alloc(text, length, &fault, error);
    if (script == NULL ||
        !pgs_split(script->text, length, allow_copy_data, script->statements, &fault, error)) {
        set_position(position, text, length, fault);
        return NULL;
    }
    for (guint i = 0; i < script->statements->len; i++)
        script->flags |= g_array_index(script->statements, PgsStatement, i).flags;
    return g_steal_pointer(&script);
}

/*
 * What the SQL statements in a piece are, as one; they themselves are added to script->parts.  A
 * COPY whose data the tool does not feed is no COPY_IN: nothing is to be fed by others either.
 */
static PgsStatement
describe_cut(PgsScript *script, const PgsCut *cut)
{
    gsize length = cut->end - cut->start;
    g_autofree char *piece = g_strndup(script->text + cut->start, length);
    gboolean has_mark = g_str_has_prefix(piece, "\xef\xbb\xbf");
    g_autoptr(GArray) parts = g_array_new(FALSE, TRUE, sizeof(PgsStatement));
    PgsStatement statement = {.start = cut->start,
                              .end = cut->end,
                              .tag = "",
                              .data_start = cut->data_start,
                              .data_end = cut->data_end};
    gsize fault;
    if (!pgs_split(piece, length, FALSE, parts, &fault, NULL) || parts->len == 0)
        return statement;
    for (guint i = 0; i < parts->len; i++) {
        PgsStatement *part = &g_array_index(parts, PgsStatement, i);
        statement.flags |= part->flags;
        part->start += cut->start;
        part->end += cut->start;
        if (parts->len > 1 || has_mark) /* else the piece itself is its part */
            g_array_append_val(script->parts, *part);
    }
    const PgsStatement *first = &g_array_index(parts, PgsStatement, 0);
    statement.tag = first->tag;
    if (!has_mark) /* the tool sends that one, too */
        statement.start = first->start;
    if (cut->data_start == 0)
        statement.flags &= ~(guint)PGS_STATEMENT_COPY_IN;
    return statement;
}

/* Lines and columns of the statements, in one go over the text. */
static void
place_statements(const PgsScript *script, GArray *statements)
{
    guint line = 1;
    gsize at = 0;
    gsize line_start = 0;
    for (guint i = 0; i < statements->len; i++) {
        PgsStatement *statement = &g_array_index(statements, PgsStatement, i);
        for (; at < statement->start; at++) {
            if (script->text[at] == '\n') {
                line++;
                line_start = at + 1;
            }
        }
        statement->line = line;
        statement->column =
            1 + (guint)g_utf8_strlen(script->text + line_start, (gssize)(at - line_start));
    }
}

PgsScript *
pgs_script_new_cut(const char *text, gsize length, const GArray *cuts, PgsPosition *position,
                   GError **error)
{
    gsize fault = 0;
    g_autoptr(PgsScript) script = script_alloc(text, length, &fault, error);
    if (script == NULL) {
        set_position(position, text, length, fault);
        return NULL;
    }
    script->parts = g_array_new(FALSE, TRUE, sizeof(PgsStatement));
    for (guint i = 0; i < cuts->len; i++) {
        PgsStatement statement = describe_cut(script, &g_array_index(cuts, PgsCut, i));
        script->flags |= statement.flags;
        g_array_append_val(script->statements, statement);
    }
    place_statements(script, script->statements);
    place_statements(script, script->parts);
    return g_steal_pointer(&script);
}

const PgsStatement *
pgs_script_part(const PgsScript *script, const PgsStatement *piece, guint n)
{
    guint low = 0;
    guint high = script->parts != NULL ? script->parts->len : 0;
    while (low < high) { /* the first part of the piece */
        guint middle = low + (high - low) / 2;
        if (g_array_index(script->parts, PgsStatement, middle).start >= piece->start)
            high = middle;
        else
            low = middle + 1;
    }
    if (script->parts == NULL || n >= script->parts->len - low)
        return piece;
    const PgsStatement *part = &g_array_index(script->parts, PgsStatement, low + n);
    return part->end <= piece->end ? part : piece;
}

/* The length of the \restrict or \unrestrict line that text begins with; 0: it does not. */
static gsize
restrict_length(const char *text)
{
    static const char *const commands[] = {"\\restrict ", "\\unrestrict "};
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_str_has_prefix(text, commands[i]))
            return strcspn(text, "\n");
    }
    return 0;
}

PgsScript *
pgs_script_new_psql(char *text, gsize length, PgsPosition *position, GError **error)
{
    for (;;) {
        PgsPosition fault = {0};
        g_autoptr(GError) local = NULL;
        PgsScript *script = pgs_script_new(text, length, TRUE, &fault, &local);
        if (script != NULL)
            return script;
        gsize line = g_error_matches(local, PGS_SQL_ERROR, PGS_SQL_ERROR_META_COMMAND)
                         ? restrict_length(text + fault.offset)
                         : 0;
        if (line == 0) {
            if (position != NULL)
                *position = fault;
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        memset(text + fault.offset, ' ', line);
    }
}

void
pgs_script_free(PgsScript *script)
{
    if (script == NULL)
        return;
    g_free(script->text);
    g_array_unref(script->statements);
    g_clear_pointer(&script->parts, g_array_unref);
    g_free(script);
}

guint
pgs_script_n_statements(const PgsScript *script)
{
    return script->statements->len;
}

const PgsStatement *
pgs_script_statement(const PgsScript *script, guint index)
{
    g_return_val_if_fail(index < script->statements->len, NULL);
    return &g_array_index(script->statements, PgsStatement, index);
}

PgsStatementFlags
pgs_script_flags(const PgsScript *script)
{
    return script->flags;
}

const PgsStatement *
pgs_script_statement_at(const PgsScript *script, gsize offset)
{
    guint low = 0;
    guint high = script->statements->len;
    while (low < high) { /* the first statement that ends behind offset */
        guint middle = low + (high - low) / 2;
        if (g_array_index(script->statements, PgsStatement, middle).end > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low < script->statements->len ? pgs_script_statement(script, low) : NULL;
}

char *
pgs_script_statement_text(const PgsScript *script, const PgsStatement *statement)
{
    return g_strndup(script->text + statement->start, statement->end - statement->start);
}

const char *
pgs_script_text(const PgsScript *script, gsize *length)
{
    if (length != NULL)
        *length = script->length;
    return script->text;
}

/* A statement's own text and its tokens without comments, as many as are looked at, scanned again:
 * for error messages only. */
typedef struct {
    char *text;
    GArray *tokens; /* PgsToken, within text */
} Parts;

static gboolean
take_part(const PgsToken *token, gpointer tokens)
{
    if (token->kind != PGS_TOKEN_COMMENT)
        g_array_append_val(tokens, *token);
    return ((GArray *)tokens)->len < PGS_CLASSIFY_TOKENS;
}

static void
parts_init(Parts *parts, const PgsScript *script, const PgsStatement *statement)
{
    parts->text = pgs_script_statement_text(script, statement);
    parts->tokens = g_array_new(FALSE, FALSE, sizeof(PgsToken));
    pgs_token_scan_text(parts->text, statement->end - statement->start, take_part, parts->tokens);
}

static void
parts_clear(Parts *parts)
{
    g_free(parts->text);
    g_array_unref(parts->tokens);
}

/* The string that is the code: a dollar-quoted one, or the one behind AS, or just the first (an
 * argument's default may stand in front of it). */
static const PgsToken *
body_token(const GArray *tokens)
{
    const PgsToken *first = NULL;
    const PgsToken *behind_as = NULL;
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (token->kind != PGS_TOKEN_STRING)
            continue;
        if (token->text[0] == '$')
            return token;
        if (first == NULL)
            first = token;
        if (behind_as == NULL && i > 0 && pgs_token_is(token - 1, "AS"))
            behind_as = token;
    }
    return behind_as != NULL ? behind_as : first;
}

guint
pgs_script_body_line(const PgsScript *script, const PgsStatement *statement, guint n)
{
    Parts parts;
    parts_init(&parts, script, statement);
    const PgsToken *token = body_token(parts.tokens);
    guint line = 0;
    if (token != NULL && n > 0) {
        gsize length;
        const char *body = pgs_token_body(token, &length);
        guint column;
        pgs_text_position(parts.text, strlen(parts.text), (gsize)(body - parts.text), &line,
                          &column);
        /* Line 1 of the code is what stands behind the opening quote. */
        line += statement->line - 1 + n - 1;
    }
    parts_clear(&parts);
    return line;
}

/* The last part of the dotted name that the tokens begin with, folded as the server does; NULL:
 * none. */
static char *
unqualified_name(const PgsToken *tokens, guint n_tokens)
{
    guint at = 0;
    while (at + 2 < n_tokens && pgs_token_is_char(&tokens[at + 1], '.'))
        at += 2;
    if (at >= n_tokens)
        return NULL;
    const PgsToken *token = &tokens[at];
    if (token->kind == PGS_TOKEN_WORD)
        return g_ascii_strdown(token->text, (gssize)token->length);
    if (token->kind != PGS_TOKEN_NAME || token->length < 2 || token->text[0] != '"')
        return NULL;
    g_autofree char *quoted = g_strndup(token->text + 1, token->length - 2);
    g_auto(GStrv) parts = g_strsplit(quoted, "\"\"", -1);
    return g_strjoinv("\"", parts);
}

static gboolean
creates_function(const PgsScript *script, const PgsStatement *statement, const char *name)
{
    if (strcmp(statement->tag, "CREATE FUNCTION") != 0 &&
        strcmp(statement->tag, "CREATE PROCEDURE") != 0)
        return FALSE;
    Parts parts;
    parts_init(&parts, script, statement);
    const PgsToken *tokens = (const PgsToken *)(gpointer)parts.tokens->data;
    guint at = 0;
    while (at < parts.tokens->len && !pgs_token_is(&tokens[at], "FUNCTION") &&
           !pgs_token_is(&tokens[at], "PROCEDURE"))
        at++;
    at++;
    g_autofree char *found =
        at < parts.tokens->len ? unqualified_name(tokens + at, parts.tokens->len - at) : NULL;
    parts_clear(&parts);
    return g_strcmp0(found, name) == 0;
}

const PgsStatement *
pgs_script_function(const PgsScript *script, const char *name, const PgsStatement *before)
{
    const PgsStatement *found = NULL;
    for (guint i = 0; i < script->statements->len; i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        if (before != NULL && statement->start >= before->start)
            break;
        if (creates_function(script, statement, name))
            found = statement;
    }
    return found;
}
