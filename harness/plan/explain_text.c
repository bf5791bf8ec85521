#include "plan/explain_text.h"

#include "sql/classify.h"
#include "sql/script.h"

#include <stdlib.h>
#include <string.h>

#define QUERY_KINDS "SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE or MERGE"
#define HINT_ONE "write one " QUERY_KINDS

/* PostgreSQL docs, appendix "PostgreSQL Error Codes". */
#define SYNTAX_ERROR "42601"
#define UNDEFINED_FUNCTION "42883"
#define NOT_SUPPORTED "0A000"

static guint
characters(const char *text, gsize bytes)
{
    return (guint)g_utf8_strlen(text, (gssize)bytes);
}

static void refuse(PgsFailure **failure, const char *sqlstate, guint position, const char *hint,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);

static void
refuse(PgsFailure **failure, const char *sqlstate, guint position, const char *hint,
       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    *failure = pgs_failure_new_printf(sqlstate, hint, "%s", message);
    (*failure)->position = position;
}

/* ---- one statement ---- */

/* A message of the splitter's is "message\nHINT: hint". */
static void
refuse_script(PgsFailure **failure, guint position, const GError *error)
{
    const char *hint = strstr(error->message, "\nHINT: ");
    gsize length = hint != NULL ? (gsize)(hint - error->message) : strlen(error->message);
    refuse(failure, SYNTAX_ERROR, position, hint != NULL ? hint + strlen("\nHINT: ") : NULL, "%.*s",
           (int)length, error->message);
}

static PgsScript *
split(const char *sql, PgsFailure **failure)
{
    g_autoptr(GError) error = NULL;
    PgsPosition position = {0};
    g_autoptr(PgsScript) script = pgs_script_new(sql, strlen(sql), FALSE, &position, &error);
    if (script == NULL) {
        gboolean is_text = g_utf8_validate(sql, -1, NULL);
        refuse_script(failure, is_text ? characters(sql, position.offset) + 1 : 0, error);
        return NULL;
    }
    guint n = pgs_script_n_statements(script);
    if (n == 1)
        return g_steal_pointer(&script);
    if (n == 0)
        refuse(failure, SYNTAX_ERROR, 0, HINT_ONE, "the query is empty");
    else
        refuse(failure, SYNTAX_ERROR, characters(sql, pgs_script_statement(script, 1)->start) + 1,
               "a plan belongs to one statement: make a query of each",
               "the query is %u statements", n);
    return NULL;
}

/* ---- of a kind that has a plan ---- */

static const char *const query_tags[] = {"SELECT", "VALUES", "TABLE", "WITH", "INSERT",
                                         "UPDATE", "DELETE", "MERGE", NULL};

/* Those that hold a query. */
static const struct {
    const char *tag, *hint;
} holders[] = {
    {"EXECUTE", "write the prepared statement's own text, with $1 for its parameters"},
    {"PREPARE", "write what follows AS"},
    {"DECLARE", "write the cursor's own query"},
    {"COPY", "write the query that is copied, or SELECT from the table"},
    {"CREATE TABLE", "write the query that follows AS"},
    {"CREATE VIEW", "write a query that reads the view"},
    {"CREATE MATERIALIZED VIEW", "write the query that follows AS"},
    {"REFRESH MATERIALIZED VIEW", "write the materialized view's own query"},
    {"CALL", "write the statements of the procedure that matter, each as a query"},
    {"DO", "write the statements of the block that matter, each as a query"},
};

static const char *
hint_for(const char *tag)
{
    for (guint i = 0; i < G_N_ELEMENTS(holders); i++) {
        if (strcmp(tag, holders[i].tag) == 0)
            return holders[i].hint;
    }
    return HINT_ONE;
}

/* Behind the closing parenthesis of the one at i. */
static guint
skip_parenthesis(const GArray *tokens, guint i)
{
    guint depth = 0;
    for (; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (pgs_token_is_char(token, '('))
            depth++;
        else if (pgs_token_is_char(token, ')') && --depth == 0)
            return i + 1;
    }
    return i;
}

static const char *
tag_at(const GArray *tokens, guint i)
{
    const char *tag;
    guint n = MIN(tokens->len - i, PGS_CLASSIFY_TOKENS);
    pgs_classify(&g_array_index(tokens, PgsToken, i), n, &tag);
    return tag;
}

/* Behind EXPLAIN, with its options in either spelling: 0 when it is not there.  A parenthesis may
 * be the statement's own. */
static guint
skip_explain(const GArray *tokens)
{
    guint i = 0;
    if (tokens->len == 0 || !pgs_token_is(&g_array_index(tokens, PgsToken, i), "EXPLAIN"))
        return 0;
    i++;
    if (i < tokens->len && pgs_token_is_char(&g_array_index(tokens, PgsToken, i), '(') &&
        !g_strv_contains(query_tags, tag_at(tokens, i)))
        return skip_parenthesis(tokens, i);
    while (i < tokens->len && (pgs_token_is(&g_array_index(tokens, PgsToken, i), "ANALYZE") ||
                               pgs_token_is(&g_array_index(tokens, PgsToken, i), "ANALYSE") ||
                               pgs_token_is(&g_array_index(tokens, PgsToken, i), "VERBOSE")))
        i++;
    return i;
}

/* FALSE with *failure. */
static gboolean
check_kind(const char *tag, guint position, PgsFailure **failure)
{
    if (g_strv_contains(query_tags, tag))
        return TRUE;
    if (*tag == '\0')
        refuse(failure, SYNTAX_ERROR, position, HINT_ONE, "this is no query");
    else
        refuse(failure, NOT_SUPPORTED, position, hint_for(tag), "%s has no plan that can be judged",
               tag);
    return FALSE;
}

/* ---- parameters ---- */

/* 1 for $1; 0: it is no parameter. */
static guint
parameter_number(const PgsToken *token)
{
    if (token->length < 2 || token->text[0] != '$' || !g_ascii_isdigit(token->text[1]))
        return 0;
    return (guint)MIN(strtoul(token->text + 1, NULL, 10), G_MAXUINT16);
}

/* Without comments; they point into text, to which nothing is changed in the end. */
static GArray *
scan(char *text)
{
    GArray *tokens = pgs_token_scan_all(text);
    guint kept = 0;
    for (guint i = 0; i < tokens->len; i++) {
        PgsToken token = g_array_index(tokens, PgsToken, i);
        if (token.kind != PGS_TOKEN_COMMENT)
            g_array_index(tokens, PgsToken, kept++) = token;
    }
    g_array_set_size(tokens, kept);
    return tokens;
}

/*
 * From the text's beginning, or behind EXPLAIN: comments in front of a statement stay, since hints
 * for the planner may be among them (pg_hint_plan).
 */
static PgsExplainText *
read_statement(char *own, const PgsStatement *statement, PgsFailure **failure)
{
    own[statement->end] = '\0';
    gsize start = g_str_has_prefix(own, "\xef\xbb\xbf") ? 3 : 0;
    g_autoptr(GArray) tokens = scan(own + start);
    guint first = skip_explain(tokens);
    if (first > 0)
        start = (gsize)(first < tokens->len ? g_array_index(tokens, PgsToken, first).text - own
                                            : (ptrdiff_t)statement->end);
    const char *tag = first < tokens->len ? tag_at(tokens, first) : "";
    if (!check_kind(tag, characters(own, MAX(start, statement->start)) + 1, failure))
        return NULL;
    PgsExplainText *text = g_new0(PgsExplainText, 1);
    text->body = g_strdup(own + start);
    text->offset = characters(own, start);
    for (guint i = first; i < tokens->len; i++)
        text->n_parameters =
            MAX(text->n_parameters, parameter_number(&g_array_index(tokens, PgsToken, i)));
    return text;
}

PgsExplainText *
pgs_explain_text_new(const char *sql, PgsFailure **failure)
{
    g_autoptr(PgsScript) script = split(sql, failure);
    if (script == NULL)
        return NULL;
    g_autofree char *own = g_strdup(sql);
    return read_statement(own, pgs_script_statement(script, 0), failure);
}

void
pgs_explain_text_free(PgsExplainText *text)
{
    if (text == NULL)
        return;
    g_free(text->body);
    g_free(text);
}

/* ---- what the server said of it ---- */

static gboolean
is_text(const PgsToken *token, const char *text)
{
    return token != NULL && token->length == strlen(text) &&
           memcmp(token->text, text, token->length) == 0;
}

static gboolean
touches(const PgsToken *token, const PgsToken *next)
{
    return next != NULL && token->text + token->length == next->text;
}

/* Where no operand follows: jsonb's own operator "?" has one. */
static gboolean
ends_operand(const PgsToken *next)
{
    static const char *const words[] = {"AND",    "OR",    "LIMIT", "ORDER", "GROUP",     "OFFSET",
                                        "HAVING", "UNION", "FOR",   "THEN",  "RETURNING", NULL};
    if (next == NULL || is_text(next, ")") || is_text(next, ",") || is_text(next, "::"))
        return TRUE;
    for (guint i = 0; words[i] != NULL; i++) {
        if (pgs_token_is(next, words[i]))
            return TRUE;
    }
    return FALSE;
}

/* "?", or "=?" with what is before it. */
static gboolean
is_question_mark(const PgsToken *token, const PgsToken *next)
{
    return token->kind == PGS_TOKEN_OTHER && token->text[token->length - 1] == '?' &&
           token->length <= 3 && ends_operand(next);
}

/* ":name"; not "::name", not the ":" of an array's slice, which has no white space before it. */
static gboolean
is_named(const PgsToken *token, const PgsToken *next, const PgsToken *before)
{
    gboolean is_slice = before != NULL && before->text + before->length == token->text &&
                        !is_text(before, "(") && !is_text(before, ",") && !is_text(before, "=");
    return is_text(token, ":") && touches(token, next) && next->kind == PGS_TOKEN_WORD && !is_slice;
}

/* "%s", "%(name)s" */
static gboolean
is_percent(const PgsToken *token, const PgsToken *next)
{
    return token->kind == PGS_TOKEN_OTHER && token->text[token->length - 1] == '%' &&
           touches(token, next) && (is_text(next, "s") || is_text(next, "d") || is_text(next, "("));
}

/* The placeholder that is no PostgreSQL, as it is written; NULL: none. */
static const char *
find_placeholder(const char *body)
{
    g_autofree char *own = g_strdup(body);
    g_autoptr(GArray) tokens = scan(own);
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        const PgsToken *next = i + 1 < tokens->len ? &g_array_index(tokens, PgsToken, i + 1) : NULL;
        const PgsToken *before = i > 0 ? &g_array_index(tokens, PgsToken, i - 1) : NULL;
        if (is_question_mark(token, next))
            return "?";
        if (is_named(token, next, before))
            return ":name";
        if (is_percent(token, next))
            return "%s";
    }
    return NULL;
}

/* Class 42: syntax error or access rule violation.  "=?" is an operator, too (42883), about which
 * the server's own hint says nothing useful. */
static void
add_hint(const PgsExplainText *text, PgsFailure *failure)
{
    gboolean is_ours = strcmp(failure->sqlstate, SYNTAX_ERROR) == 0 ||
                       strcmp(failure->sqlstate, UNDEFINED_FUNCTION) == 0;
    if (!g_str_has_prefix(failure->sqlstate, "42") || (failure->hint != NULL && !is_ours))
        return;
    const char *placeholder = find_placeholder(text->body);
    if (placeholder == NULL)
        return;
    g_free(failure->hint);
    failure->hint = g_strdup_printf(
        "write $1, $2, … for parameters: PostgreSQL itself does not know %s", placeholder);
}

void
pgs_explain_text_mend(const PgsExplainText *text, guint prefix, PgsFailure *failure)
{
    guint length = characters(text->body, strlen(text->body));
    if (failure->position > prefix)
        failure->position = text->offset + MIN(failure->position - prefix, length + 1);
    else
        failure->position = 0;
    add_hint(text, failure);
}
